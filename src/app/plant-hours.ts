import { addMember, readHours, readSelectionContent } from '../domains/coordination/index.ts';
import { readActor } from '../domains/directory/index.ts';
import { openScope } from '../domains/register/index.ts';
import { act, readPersonas } from '../platform/auth/index.ts';
import type { Product } from './product.ts';

/** The hours a week of the demonstration's team: people who sign in, by the name they do so under, and colleagues elsewhere. */
const DRAWN = [
  { persona: 'care_coordinator', name: null, discipline: 'coordination', hours: 12 },
  { persona: 'care_coordinator_2', name: null, discipline: 'coordination', hours: 6 },
  { persona: null, name: 'Nia Sorrelbrook', discipline: 'nursing', hours: 8 },
  { persona: null, name: 'Dr Aled Finchmoor', discipline: 'gp', hours: 3 },
  { persona: null, name: 'Parveen Hazelford', discipline: 'pharmacy', hours: 2 },
] as const;

/** Says the hours of the demonstration's team, as its lead, where nobody has said any. */
export async function plantHours(product: Product, now: Date): Promise<void> {
  const { book } = product;
  const personas = new Map((await readPersonas(book.as('app'))).map((each) => [each.subject, each.account]));
  const leads = personas.get('int_lead');
  const lead = leads === undefined ? null : await readActor(book.as('app'), leads);
  if (!lead || lead.team === null) return;
  const { team } = lead;
  const content = readSelectionContent(product.content);
  const origin = { requestId: 'demonstration', from: 'start' };
  await act(book, { by: lead, origin, scope: openScope }, async (tx) => {
    if ((await readHours(tx, team)).length > 0) return;
    for (const { persona, name, discipline, hours } of DRAWN) {
      const account = persona === null ? null : (personas.get(persona) ?? null);
      if (account === null && name === null) continue;
      await addMember(tx, { by: lead, now, content, account, name, discipline, minutes: hours * 60 });
    }
  });
}
