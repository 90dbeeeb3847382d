import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { useDrawnCaseload } from '../../../../test/support/drawn-caseload.ts';
import { usePlanActs } from '../../../../test/support/drawn-plan.ts';
import { asBatch } from '../../../../test/support/drawn-team.ts';
import { useTestBook } from '../../../../test/support/test-book.ts';
import { InvalidInput } from '../../../kernel/index.ts';
import { type Content, only, PlanConflict } from './index.ts';

const at = useTestBook();
const drawn = useDrawnCaseload(at, { josie: 1000, tunde: 1000 });
const plans = usePlanActs(at, drawn);

const FIELDS = ['what_matters', 'people', 'please_do'] as const;

/** What one client does, one after another: opens the form, writes in one or two fields, saves. */
const edit = fc.uniqueArray(fc.constantFrom(...FIELDS), { minLength: 1, maxLength: 2 });
const clients = fc.array(fc.array(edit, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 4 });

interface Revision {
  readonly version: number;
  readonly content: Content;
}

const revisionsOf = (plan: number) =>
  asBatch(at.book, async (tx) => {
    const { rows } = await sql<Revision>`
      select version, content from coordination.plan_revision where plan_id = ${plan} order by version`.execute(
      tx,
    );
    return rows;
  });

test('whoever saves at once: every text is in the history or in a conflict that its writer was shown, and nobody’s is overwritten unseen', async () => {
  await fc.assert(
    fc.asyncProperty(clients, async (everybody) => {
      const plan = await plans.start();
      const writers = [drawn.josie, drawn.tunde, plan.victoria, drawn.intLead];
      const saved: string[] = [];
      const shown: string[] = [];
      await Promise.all(
        everybody.map(async (edits, who) => {
          const by = writers[who] ?? drawn.josie;
          for (const [turn, fields] of edits.entries()) {
            // The form as it stands, opened while others write.
            const seen = await plans.read(plan, by);
            const form = only(seen, 'about_me');
            const version = seen.entries[0]?.version ?? 0;
            const mine = Object.fromEntries(fields.map((field) => [field, `${who}-${turn}-${field}`]));
            try {
              await plans.save(plan, by, 'about_me', { ...form, ...mine }, { seen: version });
              saved.push(...Object.values(mine));
            } catch (error) {
              if (error instanceof InvalidInput || !(error instanceof PlanConflict)) throw error;
              shown.push(...Object.values(error.offered).filter((text) => text.startsWith(`${who}-`)));
              for (const text of Object.values(mine)) expect(Object.values(error.offered)).toContain(text);
              for (const { theirs } of error.conflicts) expect(saved.concat(theirs)).toContain(theirs);
            }
          }
        }),
      );
      const { id, version } = await plans.read(plan, drawn.josie);
      const revisions = await revisionsOf(id);
      // Versions are one after another, each once: the saves stand in one order, as if one after another.
      expect(revisions.map((each) => each.version)).toEqual(revisions.map((_, at) => at + 1));
      expect(version).toBe(revisions.length);
      const history = new Set(revisions.flatMap(({ content }) => Object.values(content)));
      for (const text of saved) expect(history).toContain(text);
      for (const text of shown) if (!saved.includes(text)) expect(history).not.toContain(text);
      // Replayed in that order, each version changes only fields of one save, and takes nothing of another's away.
      let before: Content = {};
      for (const { content } of revisions) {
        for (const field of FIELDS) if (before[field]) expect(content[field]).toBeTruthy();
        const writersOfIt = new Set(
          FIELDS.filter((field) => content[field] !== before[field]).map((field) =>
            content[field]?.split('-').slice(0, 2).join('-'),
          ),
        );
        expect(writersOfIt.size).toBe(1);
        before = content;
      }
      expect(only(await plans.read(plan, drawn.josie), 'about_me')).toEqual(before);
    }),
    { numRuns: 15 },
  );
});

test('different parts that are saved at once are all saved', async () => {
  const plan = await plans.start();
  const words = Array.from({ length: 24 }, (_, at) => `Need ${at}`);
  await Promise.all(words.map((what) => plans.save(plan, drawn.josie, 'need', { what })));
  const now = await plans.read(plan, drawn.tunde);
  expect(now.entries.map(({ content }) => content.what).sort()).toEqual([...words].sort());
  expect(now.version).toBe(words.length);
});
