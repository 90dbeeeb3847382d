import { InvalidInput, NotFound, NotPermitted } from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { type Carer, changeGrants, endCarer, readCarers, readOwnPerson } from '../../register/index.ts';
import { type CarerPart, carerParts } from './plan-content.ts';
import { mayGrant } from './who-may.ts';

/** What a person has let the carer see and do who acts. Empty for who is no carer of theirs. */
export async function readGrants(tx: Tx, by: Actor, personNo: number): Promise<readonly string[]> {
  const own = await readOwnPerson(tx, by);
  return own !== null && !own.isSelf && own.person.person_no === personNo ? own.grants : [];
}

/** The person's carers and what each may see. Throws NotPermitted. */
export async function readOwnCarers(tx: Tx, by: Actor): Promise<{ personNo: number; carers: Carer[] }> {
  const permission = mayGrant(by);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  const own = await readOwnPerson(tx, by);
  if (!own?.isSelf)
    throw new NotFound('Your account is not linked to your record yet.', 'Ask your practice.');
  return { personNo: own.person.person_no, carers: await readCarers(tx, own.person.person_no) };
}

/**
 * The person says what a carer may see and do, whole: what is not named is taken back. It counts from the carer's next
 * page on. No file takes it back: `basis` says that the person decided.
 *
 * Throws NotPermitted, NotFound, InvalidInput.
 */
export async function grantParts(
  tx: Tx,
  change: { readonly by: Actor; readonly relationship: number; readonly parts: readonly string[] },
): Promise<void> {
  const { by, relationship, parts } = change;
  const { personNo, carers } = await readOwnCarers(tx, by);
  const carer = carers.find((each) => each.relationship === relationship);
  if (!carer)
    throw new NotFound('This person does not look after you here any more.', 'Load the page again.');
  const unknown = parts.filter((part) => !carerParts.includes(part as CarerPart));
  if (unknown.length > 0)
    throw new InvalidInput([{ field: 'parts', message: 'Choose from the parts on this page' }]);
  await changeGrants(tx, relationship, parts);
  await writeAudit(tx, {
    action: 'self.granted',
    subject: { kind: 'person', id: personNo },
    purpose: 'decides what a carer sees',
    detail: {
      relationship,
      given: parts.filter((part) => !carer.grants.includes(part)),
      takenBack: carer.grants.filter((part) => !parts.includes(part)),
    },
  });
}

/** The person takes everything back from a carer. */
export async function dismissCarer(
  tx: Tx,
  { by, relationship }: { readonly by: Actor; readonly relationship: number },
): Promise<void> {
  const { personNo, carers } = await readOwnCarers(tx, by);
  if (!carers.some((each) => each.relationship === relationship)) return;
  await endCarer(tx, relationship);
  await writeAudit(tx, {
    action: 'self.carer_ended',
    subject: { kind: 'person', id: personNo },
    purpose: 'decides what a carer sees',
    detail: { relationship },
  });
}
