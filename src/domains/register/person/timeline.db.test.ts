import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { observation, patient, registration, writeExtract } from '../../../../test/support/extracts.ts';
import { importPaths } from '../../../../test/support/imports.ts';
import { useTestBook } from '../../../../test/support/test-book.ts';
import { type Duck, openDuck } from '../../../platform/lake/index.ts';
import { LakeAccess } from '../lake/lake-access.ts';
import type { RegisterTables } from '../tables.ts';
import { readTimeline } from './timeline.ts';

const HIV = '86406008';

/** What of a record is shown depends on who reads it; what is not shown does not say that it is there. */
describe('a person’s timeline', () => {
  const at = useTestBook();
  let duck: Duck;
  beforeAll(async () => {
    const folder = writeExtract(
      join(at.home.path, 'drawn'),
      'Z90001',
      {
        patient: [patient('1'), patient('2')],
        episode_of_care: [registration('1'), registration('2')],
        observation: [
          observation('ordinary', '1', { clinical_effective_date: '2021-01-01' }),
          observation('restricted', '1', {
            mapped_concept_code: HIV,
            mapped_concept_display: 'Drawn infection',
            clinical_effective_date: '2022-01-01',
          }),
          observation('private', '1', { clinical_effective_date: '2023-01-01', is_confidential: true }),
          observation('undated', '1', { clinical_effective_date: '' }),
          observation('anothers', '2'),
        ],
      },
      { publisher: 'Z90001', extracted_at: '2026-11-01T06:00:00Z' },
    );
    await importPaths(at, folder);
    duck = await openDuck({ threads: 1 });
  });
  afterAll(() => duck.close());

  const shown = (everything: boolean) =>
    at.book
      .as('batch')
      .transaction()
      .execute(async (tx) => {
        const access = new LakeAccess(
          { rows: (sql, values) => duck.rows(sql, values), close: async () => {} },
          at.home.lake,
        );
        const person = await tx
          .withTables<RegisterTables>()
          .selectFrom('register.person')
          .selectAll()
          .where('family_name', 'ilike', 'family1')
          .executeTakeFirstOrThrow();
        const restricted = ({ concept }: { concept: string }) => concept === HIV;
        const entries = await readTimeline(access, await access.open(tx, 1), person, {
          everything,
          restricted,
        });
        return entries.map(({ what, date }) => [what, date]);
      });

  test('has all entries for who may see all: the latest first, those without a day at the end', async () => {
    expect(await shown(true)).toEqual([
      ['Type 2 diabetes mellitus', '2023-01-01'],
      ['Drawn infection', '2022-01-01'],
      ['Type 2 diabetes mellitus', '2021-01-01'],
      ['Type 2 diabetes mellitus', null],
    ]);
  });

  test('leaves out restricted content and what a practice marked confidential for everybody else', async () => {
    expect(await shown(false)).toEqual([
      ['Type 2 diabetes mellitus', '2021-01-01'],
      ['Type 2 diabetes mellitus', null],
    ]);
  });
});
