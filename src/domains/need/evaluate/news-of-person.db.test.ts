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
import { newsOfPerson } from './news-of-person.ts';

/** Lists wait for a refresh; whoever looks at one person is told what has come in since. */
describe('news of a person', () => {
  const at = useTestBook();
  const library = readLibrary('content');
  let duck: Duck;
  const send = (name: string, tables: Parameters<typeof writeExtract>[2], day: string) =>
    importPaths(
      at,
      writeExtract(join(at.home.path, name), 'Z90001', tables, {
        publisher: 'Z90001',
        extracted_at: `${day}T06:00:00Z`,
      }),
    );
  beforeAll(async () => {
    const entries = {
      patient: [patient('1'), patient('2')],
      episode_of_care: [registration('1'), registration('2')],
      observation: [observation('asthma', '2', { mapped_concept_code: '195967001' })],
    };
    await send('first', entries, '2026-11-01');
    duck = await openDuck({ threads: 1 });
  });
  afterAll(() => duck.close());

  const newsOf = (place: number) =>
    at.book
      .as('batch')
      .transaction()
      .execute(async (tx) => {
        const access = new LakeAccess({ rows: duck.rows, close: async () => {} }, at.home.lake);
        const known = (await everybody(at))[place];
        const publication = {
          snapshotId: 1,
          asOf: plainDate('2026-11-01'),
          publishedAt: new Date(),
          people: 2,
          definitions: [],
          outcomes: null,
          authored: [],
          codelists: [],
          groups: [],
          disclosure: null,
        };
        const on = {
          person: await readPerson(tx, known?.public_id ?? ''),
          practice: 'Z90001',
          seesRestricted: true,
        };
        const published = await evaluatePerson(tx, access, library, publication, on);
        const news = await newsOfPerson(tx, access, library, { publication, published }, on);
        return (
          news && {
            asOf: news.asOf,
            changes: news.changes.flatMap(({ before, after }) =>
              after.kind === 'register' ? [[after.definition.id, before.outcome, after.outcome]] : [],
            ),
          }
        );
      });

  test('is none while the facts are of the latest data', async () => {
    expect(await newsOf(0)).toBeNull();
  });

  test('says which answers are others now, and of somebody of whom nothing came that none is', async () => {
    const diagnosis = observation('diabetes', '1', { clinical_effective_date: '2026-11-01' });
    await send('later', { observation: [diagnosis] }, '2026-11-02');
    const news = await newsOf(0);
    expect(news?.changes).toContainEqual(['diabetes', 'out', 'in']);
    const others = (await newsOf(1))?.changes.map(([id]) => id);
    expect(others).not.toContain('diabetes');
    expect(others).not.toContain('asthma');
  });
});
