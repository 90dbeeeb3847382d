import { randomUUID } from 'node:crypto';
import { readActor } from '../../domains/directory/index.ts';
import { Refusal } from '../../kernel/index.ts';
import type { Actor, AuthTables, Origin } from '../../platform/auth/index.ts';
import { type Arguments, textOption } from '../../platform/cli/index.ts';
import type { Product } from '../product.ts';

/**
 * Who a verb acts as, when it shows a person: `--as` names an account by what its provider calls it. There is no
 * acting as oneself on a command line that several people may use. Throws Refusal.
 */
export async function actorOf(product: Product, given: Arguments): Promise<Actor> {
  const subject = textOption(given, 'as');
  if (subject === undefined)
    throw refuse(
      'This verb shows a person, so it has to know who is looking.',
      'Add --as ACCOUNT and --reason TEXT.',
    );
  const accounts = await product.book
    .as('app')
    .withTables<AuthTables>()
    .selectFrom('auth.account')
    .select('account')
    .where('subject', '=', subject)
    .where('active', '=', true)
    .execute();
  const [account, ...others] = accounts;
  if (!account || others.length > 0)
    throw refuse(
      `There is ${account ? 'more than one' : 'no'} account ${subject}.`,
      'Use the name under which the account signs in.',
    );
  const by = await readActor(product.book.as('app'), account.account);
  if (!by) throw refuse(`The account ${subject} has no role.`, 'Give it one in the place pack.');
  return by;
}

/** Why somebody looks: asked for on the command line, where no page says it. Throws Refusal without one. */
export function reasonOf(given: Arguments): string {
  const reason = textOption(given, 'reason')?.trim();
  if (reason) return reason;
  throw refuse(
    'This verb shows a person, so it has to know why.',
    'Add --reason TEXT; it stands in the audit.',
  );
}

export function commandOrigin(verb: string): Origin {
  return { requestId: randomUUID(), from: `command line: ${verb}` };
}

function refuse(because: string, remedy: string): Refusal {
  return new Refusal({ code: 'usage', because, remedy });
}
