import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { observation } from '../../../test/support/extracts.ts';
import { everybody, importPaths } from '../../../test/support/imports.ts';
import { firstPatient, newcomers, practiceCode, writeRound } from '../../../test/support/planted-round.ts';
import { useTestBorough } from '../../../test/support/test-book.ts';
import { type PlainDate, plainDate } from '../../kernel/index.ts';
import { readLibrary } from '../need/index.ts';
import { readFeedRules } from '../register/index.ts';
import type { WorkTables } from '../work/index.ts';
import { readDefectKinds } from './defect-kinds.ts';
import { searchOperator } from './search.testing.ts';
import { type SearchResult, searchForDefects } from './search-for-defects.ts';
import type { DefectsTables } from './tables.ts';

const at = useTestBorough();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nh-defects-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const search = (today: PlainDate | null = null): Promise<SearchResult> =>
  searchForDefects({
    book: at.book,
    home: at.home,
    library: readLibrary('content'),
    kinds: readDefectKinds('content'),
    feeds: readFeedRules('content'),
    settings: { threads: 1, memoryMegabytes: 500 },
    by: searchOperator,
    now: new Date('2026-12-16T07:00:00Z'),
    today,
  });

const found = ({ defects }: SearchResult) =>
  defects.map(({ kind, practice }) => `${practice} ${kind}`).sort();

/** The states of the work of all defects, by practice and kind. */
async function states(): Promise<string[]> {
  const rows = await at.book
    .as('batch')
    .withTables<DefectsTables & WorkTables & { 'directory.place': { place_id: number; code: string } }>()
    .selectFrom('work.item as item')
    .innerJoin('defects.defect as defect', 'defect.defect_id', 'item.subject_id')
    .innerJoin('directory.place as place', 'place.place_id', 'defect.practice_id')
    .where('item.kind', '=', 'defect')
    .select(['place.code', 'defect.kind', 'item.state', 'item.outcome'])
    .orderBy('place.code')
    .orderBy('item.item_id')
    .execute();
  return rows.map(({ code, kind, state, outcome }) => `${code} ${kind} ${state} ${outcome ?? ''}`.trim());
}

const HBA1C = '999791000000106';
const SYSTOLIC = '271649006';
const repeat = <Value>(count: number, make: (at: number) => Value): Value[] =>
  Array.from({ length: count }, (_, each) => make(each));

/** One thing that is wrong in each of twelve practices; the other 28 send an ordinary, uneventful delivery. */
async function plantTwelve(): Promise<string[]> {
  const first = (number: number) => firstPatient(number);
  const measured = (number: number, day: string, more: Record<string, string>) => ({
    observation: [observation(`planted-${number}`, first(number), { clinical_effective_date: day, ...more })],
  });
  const jump = newcomers(30, 'jump-');
  const treated = newcomers(6, 'treated-');
  const dead = {
    ...newcomers(1, 'dead-', () => ({ birth_date: '1940-02-03', death_year: 2026, death_month: 3 })),
  };
  const own = (await everybody(at)).filter(({ nhs_number, registered }) => registered && nhs_number !== null);
  const practice9 = own.filter(({ records }) => practiceOf.get(records[0] ?? 0) === 'Z10009');
  const twins = newcomers(25, 'again-', (each) => ({
    nhs_number: practice9[each]?.nhs_number ?? '',
    birth_date: practice9[each]?.birth_date ?? '',
    gender_code: practice9[each]?.sex ?? '',
  }));
  return writeRound(
    folder,
    '2026-12-15',
    new Map<number, Parameters<typeof writeRound>[2] extends ReadonlyMap<number, infer P> ? P : never>([
      [1, { appointment: 'left out' }],
      [2, null],
      [3, { patient: jump.patient, episode_of_care: jump.episode_of_care }],
      [
        4,
        measured(4, '2026-06-01', {
          mapped_concept_code: HBA1C,
          result_value: '7',
          result_unit_code: 'mmol/mol',
        }),
      ],
      [
        5,
        measured(5, '2026-06-01', {
          mapped_concept_code: SYSTOLIC,
          result_value: '1320',
          result_unit_code: 'mmHg',
        }),
      ],
      [6, measured(6, '2027-03-01', {})],
      [7, measured(7, '1880-01-01', {})],
      [
        8,
        {
          patient: dead.patient,
          observation: [observation('planted-8', 'dead-0', { clinical_effective_date: '2026-09-09' })],
        },
      ],
      [9, { patient: twins.patient, episode_of_care: twins.episode_of_care }],
      [
        10,
        {
          observation: repeat(300, (each) => ({
            id: `local-${each}`,
            patient_id: first(10),
            clinical_effective_date: '2026-08-09',
            source_code: 'EMISQABC',
            source_system: 'http://read.info/readv2',
            source_display: 'Seen in clinic',
          })),
        },
      ],
      [
        11,
        {
          appointment: repeat(150, (each) => ({
            id: `slot-${each}`,
            patient_id: first(11),
            start_date: '2026-08-10T09:00:00Z',
            national_slot_category_name: 'Dr Reed telephone list',
          })),
        },
      ],
      [
        12,
        {
          patient: treated.patient,
          episode_of_care: treated.episode_of_care,
          medication_order: treated.ids.flatMap((id) =>
            ['2026-09-01', '2026-11-01'].map((day) => ({
              id: `insulin-${id}-${day}`,
              patient_id: id,
              clinical_effective_date: day,
              bnf_code: '0601012V0BBAAAA',
              medication_name: 'Insulin glargine 100units/ml',
            })),
          ),
        },
      ],
    ]),
  );
}

/** The practice of each record of the borough, by record number. */
const practiceOf = new Map<number, string>();

test('the borough as it is delivered has no defect', async () => {
  const result = await search();
  expect(result.defects).toEqual([]);
  expect(result.rows).toBeGreaterThan(100_000);
  expect(await states()).toEqual([]);
}, 120_000);

test('one of each kind, each in a practice of its own, is found where it is, and nothing else', async () => {
  const places = await at.book
    .as('batch')
    .withTables<{ 'directory.place': { place_id: number; code: string } }>()
    .selectFrom('directory.place')
    .select(['place_id', 'code'])
    .execute();
  const codes = new Map(places.map(({ place_id, code }) => [place_id, code]));
  for (const { records, practice_id } of await everybody(at))
    practiceOf.set(records[0] ?? 0, codes.get(practice_id ?? 0) ?? '');
  const { deliveries } = await importPaths(at, ...(await plantTwelve()));
  expect(deliveries.filter(({ refusal }) => refusal)).toEqual([]);
  const result = await search();
  expect(found(result)).toEqual(
    [
      `${practiceCode(1)} late-feed`,
      `${practiceCode(2)} missing-practice`,
      `${practiceCode(3)} list-size-jump`,
      `${practiceCode(4)} unit-error`,
      `${practiceCode(5)} implausible-value`,
      `${practiceCode(6)} future-date`,
      `${practiceCode(7)} before-birth`,
      `${practiceCode(8)} after-death`,
      `${practiceCode(9)} duplicate-list`,
      `${practiceCode(10)} unmapped-codes`,
      `${practiceCode(11)} unmapped-slot-types`,
      `${practiceCode(12)} codes-missing-for-medication`,
    ].sort(),
  );
  expect(result).toMatchObject({ opened: 12, standing: 0, accepted: 0, mended: 0 });
  expect((await states()).every((line) => line.endsWith(' open'))).toBe(true);
}, 180_000);

test('a second search opens nothing again', async () => {
  expect(await search()).toMatchObject({ opened: 0, standing: 12, mended: 0 });
  expect(await states()).toHaveLength(12);
}, 120_000);

test('what a later delivery mends is closed as mended, the rest stays open', async () => {
  const withdrawn = (id: string, patient: string) => ({
    observation: [
      { ...observation(id, patient), lds_is_deleted: true, lds_start_date_time: '2026-12-19T00:00:00Z' },
    ],
  });
  const round = writeRound(
    folder,
    '2026-12-20',
    new Map([
      [4, withdrawn('planted-4', firstPatient(4))],
      [6, withdrawn('planted-6', firstPatient(6))],
    ]),
  );
  await importPaths(at, ...round);
  const result = await search();
  expect(result).toMatchObject({ opened: 0, standing: 8, mended: 4 });
  const closed = (await states()).filter((line) => line.endsWith('mended mended'));
  expect(closed).toEqual([
    'Z10001 late-feed mended mended',
    'Z10002 missing-practice mended mended',
    'Z10004 unit-error mended mended',
    'Z10006 future-date mended mended',
  ]);
}, 180_000);

test('where nothing comes any more, feeds are late by the day that the search is told', async () => {
  const result = await search(plainDate('2027-02-01'));
  expect(found(result).filter((line) => line.endsWith('late-feed'))).toHaveLength(40);
}, 120_000);
