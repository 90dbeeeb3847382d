import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { planContent } from '../../../test/support/drawn-plan.ts';
import { actAs } from '../../../test/support/drawn-team.ts';
import { type WatchedBook, watchBook } from '../../../test/support/everywhere/watched-book.ts';
import { persona } from '../../../test/support/small-borough.ts';
import { useTestBorough } from '../../../test/support/test-book.ts';
import { startPlan } from '../../domains/coordination/index.ts';
import type { Actor } from '../../platform/auth/index.ts';
import { commands } from './commands.ts';

// Verbs that show a person: as whom and why is in the audit, or nothing is shown. Whoever adds one says here how it is run.

const at = useTestBorough();
const SHOW_A_PERSON: Record<string, readonly string[]> = { explain: ['diabetes'], plan: ['export'] };
const before = process.env.DATABASE_URL;
let gp: Actor;
let book: WatchedBook;
let patient: { no: number; number: string };

beforeAll(async () => {
  process.env.DATABASE_URL = at.url;
  gp = await persona(at.book, 'gp');
  const { rows } = await at.book.pool('owner').query(
    `select p.person_no as no, p.nhs_number as number, p.public_id as id from register.person p
       join register.care_relationship r on r.practice_id = p.practice_id and r.account = $1
      where p.nhs_number is not null and p.registered and not p.sensitive order by 1 limit 1`,
    [gp.account],
  );
  patient = rows[0];
  await actAs(at.book, gp, (tx) =>
    startPlan(tx, { by: gp, now: new Date(), content: planContent, personId: rows[0].id }),
  );
  book = await watchBook(at.book);
});
afterAll(() => {
  if (before === undefined) delete process.env.DATABASE_URL;
  else process.env.DATABASE_URL = before;
});

/** Runs a verb as the command line does, with a number on standard input. Resolves to all that it printed. */
async function run(name: string): Promise<string[]> {
  const command = commands.find((each) => each.name === name);
  const printed: string[] = [];
  const options = { home: at.home.path, person: '-', as: 'gp', reason: 'called about results' };
  await command?.run(
    { words: SHOW_A_PERSON[name] ?? [], options },
    {
      result: (value) => void printed.push(JSON.stringify(value)),
      say: (line) => void printed.push(line),
      progress: () => {},
      readSecretLine: async () => patient.number,
    },
  );
  return printed;
}

describe('a verb that shows a person', () => {
  test('is known, and how it is run', () => {
    const known = commands.filter(({ access }) => access.as === 'somebody').map(({ name }) => name);
    expect(known.sort()).toEqual(Object.keys(SHOW_A_PERSON).sort());
  });

  test.each(Object.keys(SHOW_A_PERSON))(
    '%s: is in the audit, as whom and why; or shows nothing',
    async (name) => {
      await book.breakAudit(true);
      await expect(run(name)).rejects.toThrow('the audit cannot be written');
      await book.breakAudit(false);
      expect((await book.left()).entries).toEqual([]);
      expect((await run(name)).join('')).not.toBe('');
      expect((await book.left()).entries).toMatchObject([
        {
          account: gp.account,
          role: 'gp',
          purpose: 'called about results',
          subject_kind: 'person',
          subject_id: String(patient.no),
        },
      ]);
    },
  );
});
