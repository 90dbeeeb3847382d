import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { observation, patient, registration, writeExtract } from '../../../../test/support/extracts.ts';
import { everybody, importPaths } from '../../../../test/support/imports.ts';
import { useTestBook } from '../../../../test/support/test-book.ts';
import { plainDate } from '../../../kernel/index.ts';
import { type Duck, openDuck } from '../../../platform/lake/index.ts';
import { LakeAccess, readPerson } from '../../register/index.ts';
import { readLibrary } from '../language/library.ts';
import { evaluatePerson } from './evaluate-person.ts';

/** An entry that may not be shown decides like any other; who may not see it sees the answer without the row. */
describe('evidence', () => {
  const at = useTestBook();
  const library = readLibrary('content');
  let duck: Duck;
  beforeAll(async () => {
    const entries = {
      patient: [patient('1')],
      episode_of_care: [registration('1')],
      observation: [
        observation('open', '1', { clinical_effective_date: '2020-01-01' }),
        observation('marked', '1', { clinical_effective_date: '2021-01-01', is_confidential: true }),
      ],
    };
    const note = { publisher: 'Z90001', extracted_at: '2026-11-01T06:00:00Z' };
    await importPaths(at, writeExtract(join(at.home.path, 'drawn'), 'Z90001', entries, note));
    duck = await openDuck({ threads: 1 });
  });
  afterAll(() => duck.close());

  const diabetes = (seesRestricted: boolean, restrictedCodes: readonly string[] = []) =>
    at.book
      .as('batch')
      .transaction()
      .execute(async (tx) => {
        const access = new LakeAccess(
          { rows: (sql, values) => duck.rows(sql, values), close: async () => {} },
          at.home.lake,
        );
        const [known] = await everybody(at);
        const hiding = new Map(library.codelists);
        const list = hiding.get('RESTRICTED_HIV');
        if (list?.kind !== 'snomed') throw new Error('content has no RESTRICTED_HIV');
        const drawn = restrictedCodes.map((code) => ({ code, term: 'Drawn' }));
        hiding.set(list.id, { ...list, codes: [...list.codes, ...drawn] });
        const publication = {
          snapshotId: 1,
          asOf: plainDate('2026-11-01'),
          publishedAt: new Date(),
          people: 1,
          definitions: [],
          outcomes: null,
          authored: [],
          codelists: [],
          groups: [],
          disclosure: null,
        };
        const people = await evaluatePerson(
          tx,
          access,
          Object.assign(Object.create(library), { codelists: hiding }),
          publication,
          {
            person: await readPerson(tx, known?.public_id ?? ''),
            practice: 'Z90001',
            seesRestricted,
          },
        );
        const evaluation = people.evaluations.find(({ definition }) => definition.id === 'diabetes');
        if (!evaluation) throw new Error('diabetes was not evaluated');
        const { outcome, because } = people.explain(evaluation);
        const rowsOf = (conditions: typeof because): (string | null)[] =>
          conditions.flatMap(({ evidence, parts }) => [
            ...evidence.map(({ date }) => date),
            ...rowsOf(parts),
          ]);
        return { outcome, rows: [...new Set(rowsOf(because))].sort() };
      });

  test('is all there for who may see all', async () => {
    expect(await diabetes(true)).toEqual({ outcome: 'in', rows: ['2020-01-01', '2021-01-01'] });
  });

  test('is without what the practice marked confidential for everybody else', async () => {
    expect(await diabetes(false)).toEqual({ outcome: 'in', rows: ['2020-01-01'] });
  });

  test('is without restricted content, and the answer stands', async () => {
    expect(await diabetes(false, ['44054006'])).toEqual({ outcome: 'in', rows: [] });
    expect(await diabetes(true, ['44054006'])).toEqual({ outcome: 'in', rows: ['2020-01-01', '2021-01-01'] });
  });
});
