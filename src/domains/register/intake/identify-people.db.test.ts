import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type DrawnTable,
  observation,
  patient,
  registration,
  writeExtract,
} from '../../../../test/support/extracts.ts';
import { account, everybody, importPaths } from '../../../../test/support/imports.ts';
import { useTestBook } from '../../../../test/support/test-book.ts';
import { nhsCheckDigit } from '../../../kernel/index.ts';
import { type Duck, openDuck } from '../../../platform/lake/index.ts';
import { LakeAccess } from '../lake/lake-access.ts';
import { wholeTable } from '../lake/manifest.ts';
import { readSnapshot } from '../lake/snapshots.ts';
import { readPerson } from '../person/read-person.ts';
import { readTimeline } from '../person/timeline.ts';
import type { ImportResult } from './import-deliveries.ts';

/** What one practice of a case sends: practices are A, B, C; the tables are as in an extract. */
type Sent = Record<string, { readonly patient: DrawnTable } & Record<string, DrawnTable>>;

interface Case {
  readonly imports: readonly ((number: (n: number) => string) => Sent)[];
  /** Each person: the records that are theirs, their number as drawn, the list they are on, and when they died. */
  readonly people: readonly string[];
  /** A record whose person is, after the last import, who it was after the first. */
  readonly stays?: string;
}

/** Somebody at a practice: who sent it once more with a later day sends a newer version. */
const at = (id: string, more: Record<string, string | number | boolean> = {}, list = registration(id)) => ({
  patient: [patient(id, { family_name: 'Twin', given_names: 'Same', ...more })],
  episode_of_care: [list],
  observation: [observation(`o-${id}`, id)],
});
const from = (id: string, starts: string, ends = '') =>
  registration(id, { episode_of_care_start_date: starts, episode_of_care_end_date: ends });
const link = (id: string, key: string) => ({
  patient_person: [{ id: `l-${id}`, patient_id: id, person_id: key }],
});

const cases: Record<string, Case> = {
  'one number at two practices is one person, however it is written': {
    imports: [
      (n) => ({
        A: at('a', { nhs_number: n(1) }),
        B: at('b', { nhs_number: `${n(1).slice(0, 3)} ${n(1).slice(3, 6)}-${n(1).slice(6)}` }),
      }),
    ],
    people: ['A/a B/b n1 on B of 2'],
  },
  'two valid numbers are two people, however alike they are and whatever the supplier links': {
    imports: [
      (n) => ({
        A: { ...at('a', { nhs_number: n(1) }), ...link('a', 'K') },
        B: { ...at('b', { nhs_number: n(2) }), ...link('b', 'K') },
      }),
    ],
    people: ['A/a n1 on A', 'B/b n2 on B'],
  },
  'people without a number are not joined for being alike': {
    imports: [() => ({ A: at('a'), B: at('b') })],
    people: ['A/a - on A', 'B/b - on B'],
  },
  'people without a number are joined by the link of a supplier': {
    imports: [() => ({ A: { ...at('a'), ...link('a', 'K1') }, B: { ...at('b'), ...link('b', 'K1') } })],
    people: ['A/a B/b - on B of 2'],
  },
  'a link that leads to one number says whose a blank one is': {
    imports: [
      (n) => ({
        A: { ...at('a', { nhs_number: n(1) }), ...link('a', 'K2') },
        B: { ...at('b'), ...link('b', 'K2') },
      }),
    ],
    people: ['A/a B/b n1 on B of 2'],
  },
  'a link that leads to two numbers says nothing of a blank one': {
    imports: [
      (n) => ({
        A: { ...at('a', { nhs_number: n(1) }), ...link('a', 'K3') },
        B: { ...at('b', { nhs_number: n(2) }), ...link('b', 'K3') },
        C: { ...at('c'), ...link('c', 'K3') },
      }),
    ],
    people: ['A/a n1 on A', 'B/b n2 on B', 'C/c - on C'],
  },
  'a blank number that is filled leaves the person who they were': {
    imports: [() => ({ A: at('a') }), (n) => ({ A: at('a', { nhs_number: n(1) }) })],
    people: ['A/a n1 on A'],
    stays: 'A/a',
  },
  'a number that is corrected leaves the person who they were, and the number to whom it belongs': {
    imports: [
      (n) => ({ A: at('a', { nhs_number: n(1) }) }),
      (n) => ({ A: at('a', { nhs_number: n(2) }), B: at('b', { nhs_number: n(1) }) }),
    ],
    people: ['A/a n2 on A', 'B/b n1 on B'],
    stays: 'A/a',
  },
  'two records that turn out to be two people are parted': {
    imports: [
      (n) => ({ A: at('a', { nhs_number: n(1) }), B: at('b', { nhs_number: n(1) }) }),
      (n) => ({ B: at('b', { nhs_number: n(2) }) }),
    ],
    people: ['A/a n1 on A', 'B/b n2 on B'],
    stays: 'A/a',
  },
  'who moves is on the list of the new practice from the day on which it begins': {
    imports: [
      (n) => ({ A: at('a', { nhs_number: n(1) }, from('a', '2010-01-01')) }),
      (n) => ({
        A: at('a', { nhs_number: n(1) }, from('a', '2010-01-01', '2026-10-20')),
        B: at('b', { nhs_number: n(1) }, from('b', '2026-10-20')),
      }),
    ],
    people: ['A/a B/b n1 on B'],
    stays: 'A/a',
  },
  'who will move is on the list of the old practice till then': {
    imports: [
      (n) => ({
        A: at('a', { nhs_number: n(1) }, from('a', '2010-01-01', '2026-12-01')),
        B: at('b', { nhs_number: n(1) }, from('b', '2026-12-01')),
      }),
    ],
    people: ['A/a B/b n1 on A'],
  },
  'who left and came nowhere is on no list': {
    imports: [(n) => ({ A: at('a', { nhs_number: n(1) }, from('a', '2010-01-01', '2026-01-01')) })],
    people: ['A/a n1 on none'],
  },
  'who is on two lists is on the later one, and the two are counted': {
    imports: [
      (n) => ({
        A: at('a', { nhs_number: n(1) }, from('a', '2024-01-01')),
        B: at('b', { nhs_number: n(1) }, from('b', '2020-01-01')),
      }),
    ],
    people: ['A/a B/b n1 on A of 2'],
  },
  'who died is on no list, though another practice does not know': {
    imports: [
      (n) => ({
        A: at('a', { nhs_number: n(1), death_year: 2026, death_month: 3 }),
        B: at('b', { nhs_number: n(1) }, from('b', '2020-01-01')),
      }),
    ],
    people: ['A/a B/b n1 on none of 2 died 2026-03-15'],
  },
  'who died this month is dead, though the middle of it has not come': {
    imports: [(n) => ({ A: at('a', { nhs_number: n(1), death_year: 2026, death_month: 11 }) })],
    people: ['A/a n1 on none died 2026-11-02'],
  },
  'who died this year is dead, though nobody says when': {
    imports: [(n) => ({ A: at('a', { nhs_number: n(1), death_year: 2026 }) })],
    people: ['A/a n1 on none died 2026-07-15'],
  },
  'a death that is yet to come is not believed': {
    imports: [(n) => ({ A: at('a', { nhs_number: n(1), death_year: 2027, death_month: 1 }) })],
    people: ['A/a n1 on A'],
  },
  'who is only a dummy, or there for a while, is on no list': {
    imports: [
      () => ({
        A: at('a', { is_dummy_patient: true }),
        B: at('b', {}, registration('b', { episode_type_code: 'Temporary' })),
      }),
    ],
    people: ['A/a - on none', 'B/b - on none'],
  },
};

describe('who is who', () => {
  const book = useTestBook();
  let folder: string;
  let duck: Duck;
  const results: ImportResult[] = [];
  const rounds: Map<string, { no: number; is: string }>[] = [];

  const names = Object.keys(cases);
  const practiceOf = (name: string, letter: string) =>
    `Z${String(names.indexOf(name)).padStart(3, '0')}${letter}`;
  const numberOf = (name: string) => (n: number) => {
    const nines = Array.from(
      { length: 40 },
      (_, at) => `9995${String(names.indexOf(name) * 100 + n * 40 + at).padStart(5, '0')}`,
    );
    const nine = nines.find((digits) => nhsCheckDigit(digits) !== null) ?? '';
    return `${nine}${nhsCheckDigit(nine)}`;
  };

  /** Every record with its person: who they are, in the words of the cases. */
  const whoIsWho = async () => {
    const snapshot = await readSnapshot(book.book.as('batch'), book.home.lake);
    const records = await duck.rows<{ rec: number; record: string; person: number }>(
      `select rec, org || '/' || patient_id as record, person from ${snapshot && wholeTable(snapshot.lake, 'record')}`,
    );
    const places = await book.book.pool('batch').query('select place_id, code from directory.place');
    const codeOf = new Map<number, string>(places.rows.map(({ place_id, code }) => [place_id, code]));
    const people = await everybody(book);
    const known = new Map<string, { no: number; is: string }>();
    for (const each of people) {
      const own = records.filter(({ rec }) => each.records.includes(rec));
      const practice = each.practice_id === null ? 'none' : codeOf.get(each.practice_id);
      const is = [
        ...own.map(({ record }) => record).sort(),
        each.nhs_number ?? '-',
        `on ${practice}`,
        ...(each.open_registrations > 1 ? [`of ${each.open_registrations}`] : []),
        ...(each.death_date ? [`died ${each.death_date}`] : []),
      ].join(' ');
      for (const { record } of own) known.set(record, { no: each.person_no, is });
    }
    return known;
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nh-who-'));
    duck = await openDuck();
    for (const round of [0, 1]) {
      const paths = Object.entries(cases).flatMap(([name, { imports }]) =>
        Object.entries(imports[round]?.(numberOf(name)) ?? {}).map(([letter, tables]) => {
          const publisher = practiceOf(name, letter);
          const extracted_at = `2026-11-0${round + 1}T03:00:00Z`;
          return writeExtract(folder, `${publisher}-${round}`, tables, { publisher, extracted_at });
        }),
      );
      results.push(await importPaths(book, ...paths));
      rounds.push(await whoIsWho());
    }
  });
  afterAll(() => {
    duck.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(Object.entries(cases))('%s', (name, { people, stays }) => {
    const [first, last] = rounds;
    const own = (record: string) => record.startsWith(practiceOf(name, ''));
    const found = [...new Set([...(last ?? [])].filter(([record]) => own(record)).map(([, { is }]) => is))];
    const inWords = (text: string) =>
      text
        .replaceAll(practiceOf(name, ''), '')
        .replace(numberOf(name)(1), 'n1')
        .replace(numberOf(name)(2), 'n2');
    expect(found.map(inWords).sort()).toEqual(people);
    if (stays === undefined) return;
    const record = `${practiceOf(name, '')}${stays}`;
    expect(last?.get(record)?.no).toBe(first?.get(record)?.no);
  });

  test('a number whose check digit is wrong is put aside with all that hangs on it, and makes nobody', async () => {
    const wrong = `${numberOf(names[0] ?? '')(1).slice(0, 9)}${(Number(numberOf(names[0] ?? '')(1)[9]) + 1) % 10}`;
    const before = (await everybody(book)).length;
    const path = writeExtract(folder, 'Z999X', at('w', { nhs_number: wrong }), { publisher: 'Z999X' });
    const result = await importPaths(book, path);
    expect(account(result, 'patient')).toEqual({
      read: 1,
      quarantined: 1,
      reasons: { nhs_number_invalid: 1 },
    });
    expect(account(result, 'observation')).toEqual({
      read: 1,
      quarantined: 1,
      reasons: { unknown_patient: 1 },
    });
    expect((await everybody(book)).length).toBe(before);
  });

  test('a person is read as one, with what every practice wrote; a withdrawn one keeps a name and no record', async () => {
    const name = 'who moves is on the list of the new practice from the day on which it begins';
    const numbered = async () => {
      const found = (await everybody(book)).find(({ nhs_number }) => nhs_number === numberOf(name)(1));
      return await book.book
        .as('batch')
        .transaction()
        .execute((tx) => readPerson(tx, found?.public_id ?? ''));
    };
    const timeline = async () => {
      const access = new LakeAccess({ rows: duck.rows, close: async () => {} }, book.home.lake);
      const person = await numbered();
      return await book.book
        .as('batch')
        .transaction()
        .execute(async (tx) => {
          const snapshot = await readSnapshot(tx, book.home.lake);
          const lake = await access.open(tx, snapshot?.id ?? 0);
          return await readTimeline(access, lake, person, { everything: true, restricted: () => false });
        });
    };
    const [a, b] = ['A', 'B'].map((letter) => practiceOf(name, letter));
    expect(await numbered()).toMatchObject({
      registered: true,
      registered_from: '2026-10-20',
      open_registrations: 1,
    });
    expect((await timeline()).map(({ org, what, date }) => [org, what, date]).sort()).toEqual([
      [a, 'Type 2 diabetes mellitus', '2020-05-06'],
      [b, 'Type 2 diabetes mellitus', '2020-05-06'],
    ]);
    const { public_id, family_name } = await numbered();
    const withdrawn = (publisher: string | undefined, id: string) =>
      writeExtract(
        folder,
        `${publisher}-withdrawn`,
        {
          patient: [
            { id, birth_date: '', lds_is_deleted: true, lds_start_date_time: '2026-11-03T00:00:00Z' },
          ],
        },
        { publisher, extracted_at: '2026-11-03T03:00:00Z' },
      );
    await importPaths(book, withdrawn(b, 'b'));
    expect(await numbered()).toMatchObject({ public_id, registered: false, records: [expect.any(Number)] });
    expect((await timeline()).map(({ org }) => org)).toEqual([a]);
    await importPaths(book, withdrawn(a, 'a'));
    const gone = (await everybody(book)).find((each) => each.public_id === public_id);
    expect(gone).toMatchObject({
      family_name,
      nhs_number: null,
      registered: false,
      practice_id: null,
      records: [],
    });
  });
});
