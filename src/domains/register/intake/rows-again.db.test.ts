import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anActor } from '../../../../test/support/actors.ts';
import { numberOf } from '../../../../test/support/drawn-matches.ts';
import {
  attendance,
  observation,
  patient,
  registration,
  toCsv,
  writeExtract,
} from '../../../../test/support/extracts.ts';
import {
  asOf,
  bundle,
  concept,
  type Drawn,
  fhirCondition,
  fhirObservation,
  fhirPatient,
  ndjson,
  writeFile,
} from '../../../../test/support/fhir.ts';
import { account, everybody, lakeRows, unevenTables } from '../../../../test/support/imports.ts';
import { type TestBook, useTestBook } from '../../../../test/support/test-book.ts';
import { openDeliveries } from '../../../interoperability/index.ts';
import { type Duck, openDuck, type Row } from '../../../platform/lake/index.ts';
import { orphanFiles } from '../lake/snapshots.ts';
import type { RegisterTables } from '../tables.ts';
import { type ImportResult, importDeliveries } from './import-deliveries.ts';
import { keptRows, readKeepers } from './kept-rows.ts';
import { readComingAgain, readPutAside } from './read-quarantine.ts';
import { type RowsToTry, writeRowsToTry } from './rows-to-try.ts';
import { writeKeptRows } from './write-kept-rows.ts';

/** What people do with rows that were put aside: fetch them, send them again, have them tried again. */
function rowsAgain(at: TestBook) {
  let folder = '';
  let duck: Duck;
  let sent = 0;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nh-again-'));
    duck = await openDuck();
  });
  afterAll(() => {
    duck.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const request = {
    get book() {
      return at.book;
    },
    get home() {
      return at.home;
    },
    by: anActor('operator'),
    now: new Date('2026-11-02T09:00:00Z'),
    settings: { threads: 1 },
  };
  const lastDelivery = async () => {
    const { delivery_id } = await at.book
      .as('batch')
      .withTables<RegisterTables>()
      .selectFrom('register.delivery')
      .select('delivery_id')
      .orderBy('delivery_id', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow();
    return delivery_id;
  };
  const importPaths = async (paths: readonly string[], content = 'content') => {
    const result = await importDeliveries({
      ...request,
      book: at.book,
      home: at.home,
      open: (duck, opening) => openDeliveries(duck, paths, content, opening),
    });
    expect(unevenTables(result)).toEqual([]);
    return { ...result, delivery: await lastDelivery() };
  };
  return {
    get folder() {
      return folder;
    },
    importPaths,
    /** The files in which the open rows of a delivery go out. */
    async fetch(delivery: number, which: { table?: string; reason?: string; practices?: string[] } = {}) {
      const keepers = await readKeepers(at.book.as('batch'), delivery);
      const files = new Map<string, string>();
      const wanted = { folder: at.home.lake, keepers, delivery, practices: null, ...which };
      const format = await at.book
        .as('batch')
        .withTables<RegisterTables>()
        .selectFrom('register.delivery')
        .select('format')
        .where('delivery_id', '=', delivery)
        .executeTakeFirstOrThrow();
      await writeKeptRows(duck, wanted, format.format, (name, text) => {
        files.set(name, (files.get(name) ?? '') + text);
        return true;
      });
      return files;
    },
    /** Sends files again, each after somebody has changed it. */
    async send(files: ReadonlyMap<string, string>, mend: (text: string) => string = (text) => text) {
      const paths = [...files].map(([name, text]) => writeFile(folder, `sent-${++sent}/${name}`, mend(text)));
      return await importPaths(paths);
    },
    async release(which: RowsToTry = {}, content = 'content', progress: (what: string) => void = () => {}) {
      const result = await importDeliveries({
        ...request,
        book: at.book,
        home: at.home,
        isRelease: true,
        open: async (duck, opening) => {
          const to = { book: at.book, home: at.home, to: opening.scratch, which };
          return await openDeliveries(duck, await writeRowsToTry(duck, to), content, opening);
        },
        onProgress: progress,
      });
      expect(unevenTables(result)).toEqual([]);
      return result;
    },
    async kept(delivery: number): Promise<Row[]> {
      const keepers = await readKeepers(at.book.as('batch'), delivery);
      const rows = keptRows(at.home.lake, keepers, delivery);
      return await duck.rows(`select reason, record, state, root from ${rows} order by root`);
    },
    async places(delivery: number): Promise<Row[]> {
      const keepers = await readKeepers(at.book.as('batch'), delivery);
      const rows = keptRows(at.home.lake, keepers, delivery);
      return await duck.rows(`select file, line, reason from ${rows} order by file, line`);
    },
    async states(delivery: number): Promise<unknown[]> {
      return (await this.kept(delivery)).map(({ reason, state }) => `${reason} ${state}`);
    },
    async putAside(delivery: number) {
      const rows = await readPutAside(at.book.as('batch'), { delivery });
      return rows.map(({ table_name, reason, rows, mended, again, open }) => ({
        [`${table_name} ${reason}`]: { rows, mended, again, open },
      }));
    },
    async open() {
      const rows = await readPutAside(at.book.as('batch'), 'open');
      return rows.map(({ table_name, reason, open }) => `${table_name} ${reason} ${open}`);
    },
  };
}

const events = (at: TestBook) =>
  lakeRows(at, 'event', 'select row_id, value, term, note from live order by row_id');
const tableSums = (result: ImportResult): unknown[] =>
  result.deliveries.flatMap(({ tables, refusal }): unknown[] =>
    refusal ? [refusal] : tables.map(({ table, read, loaded }) => [table, read, loaded]),
  );

/** Everything that CSV and spreadsheets stumble over. */
const AWKWARD = [
  '=HYPERLINK("http://example.org")',
  "'quoted'",
  '+44 20, "said"',
  'two\nlines\r\nor three',
  '-5',
  '@here',
  '£9 – naïve',
  '1003671000000109',
  '007',
  '1E5',
  'true',
  ' spaced ',
  '\ttab',
  'Mar-20',
];

describe('rows of an extract that were put aside', () => {
  const at = useTestBook();
  const rows = rowsAgain(at);
  let first: Awaited<ReturnType<typeof rows.importPaths>>;

  beforeAll(async () => {
    const more = { lds_start_date_time: '', 'odd ~/name': '' };
    const path = writeExtract(
      rows.folder,
      'Z90001',
      {
        patient: [patient('p1'), patient('p2')],
        episode_of_care: [registration('p1')],
        observation: [
          observation('fine', 'p1', more),
          ...AWKWARD.map((text, n) =>
            observation(`o${n}`, 'p1', {
              ...more,
              result_text: text,
              'odd ~/name': text,
              clinical_effective_date: '31/02/2020',
            }),
          ),
          observation('number', 'p1', { ...more, result_value: 'lots' }),
          observation('nobody', 'p9', more),
        ],
      },
      { publisher: 'Z90001', extracted_at: '2026-10-01T03:00:00Z' },
    );
    first = await rows.importPaths([path]);
  });

  test('go out in the columns of the sender, and come back to exactly what they said', async () => {
    const files = await rows.fetch(first.delivery);
    const [[name, text] = ['', '']] = files;
    expect([files.size, name]).toEqual([1, `to-mend-${first.delivery}-observation.csv`]);
    expect(text.split('\r\n')[0]).toBe(
      `\uFEFFneighbourhold rows ${first.delivery} observation,id,patient_id,clinical_effective_date,mapped_concept_code,mapped_concept_display,result_value,result_unit_code,lds_start_date_time,odd ~/name,result_text`,
    );
    // Nothing in it begins like a formula, or is a number that a spreadsheet would shorten.
    expect(text).not.toMatch(/(^|,)"?[=+\-@\t]/m);
    expect(text).not.toMatch(/(^|,)"?\d{5,}/m);
    const again = await rows.send(files);
    expect(account(again, 'observation')).toEqual({
      read: 16,
      quarantined: 16,
      reasons: { not_a_date: 14, not_a_number: 1, unknown_patient: 1 },
    });
    const said = async (delivery: number) => (await rows.kept(delivery)).map(({ record }) => record);
    expect(await said(again.delivery)).toEqual(await said(first.delivery));
    // Each is open once: where it was put aside last.
    expect(new Set(await rows.states(first.delivery))).toEqual(
      new Set(['not_a_date again', 'not_a_number again', 'unknown_patient again']),
    );
    expect(await rows.open()).toEqual([
      'observation not_a_date 14',
      'observation not_a_number 1',
      'observation unknown_patient 1',
    ]);
  });

  test('are loaded when they are mended, and the account of their delivery stays as it was', async () => {
    const files = await rows.fetch(first.delivery + 1, { reason: 'not_a_date' });
    const some = (text: string) => text.replaceAll("'31/02/2020", '28/02/2020').replace('28/02/2020', 'soon');
    const mended = await rows.send(files, some);
    expect(account(mended, 'observation')).toEqual({
      read: 14,
      loaded: 13,
      quarantined: 1,
      reasons: { not_a_date: 1 },
    });
    const taken = await events(at);
    expect(taken.filter(({ row_id }) => /^o\d/.test(String(row_id))).map(({ note }) => note)).toEqual(
      AWKWARD.slice(1)
        .map((text, n) => [`o${n + 1}`, text.replaceAll(/^ +| +$/g, '')] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, text]) => text),
    );
    expect(await rows.putAside(first.delivery)).toEqual([
      { 'observation not_a_date': { rows: 14, mended: 13, again: 1, open: 0 } },
      { 'observation not_a_number': { rows: 1, mended: 0, again: 1, open: 0 } },
      { 'observation unknown_patient': { rows: 1, mended: 0, again: 1, open: 0 } },
    ]);
    const { tables } = await at.book
      .as('batch')
      .selectNoFrom((select) =>
        select
          .selectFrom('register.delivery_table' as never)
          .select((sum) => sum.fn.countAll<number>().as('n'))
          .where('delivery_id' as never, '=', first.delivery as never)
          .as('tables'),
      )
      .executeTakeFirstOrThrow();
    expect(tables).toBe(3);
    expect(account(first, 'observation')).toMatchObject({ read: 17, loaded: 1, quarantined: 16 });
  });

  test('that are sent in the old file once more, mended now, are mended wherever they were put aside', async () => {
    const old = await rows.fetch(first.delivery + 2);
    const again = await rows.send(old, (text) => text.replace('soon', '2020-03-01'));
    expect(account(again, 'observation')).toEqual({ read: 1, loaded: 1 });
    expect(await rows.states(first.delivery + 2)).toEqual(['not_a_date mended']);
    expect(await rows.open()).toEqual(['observation not_a_number 1', 'observation unknown_patient 1']);
    // The very first file, as somebody still has it: everything in it is known, and nothing opens again.
    const twice = await rows.send(old, (text) => text.replace('soon', '2020-03-01'));
    expect(account(twice, 'observation')).toEqual({ read: 1, duplicate: 1 });
    expect((await rows.open()).length).toBe(2);
  });

  test('are as old as their delivery: they do not take the place of what came later', async () => {
    const path = writeExtract(
      rows.folder,
      'later',
      { observation: [observation('number', 'p1', { result_value: '7' })] },
      { publisher: 'Z90001', extracted_at: '2026-10-20T03:00:00Z' },
    );
    await rows.importPaths([path]);
    const files = await rows.fetch(first.delivery + 1, { reason: 'not_a_number' });
    const mended = await rows.send(files, (text) => text.replace('lots', '3'));
    expect(account(mended, 'observation')).toEqual({ read: 1, duplicate: 1 });
    expect((await events(at)).find(({ row_id }) => row_id === 'number')?.value).toBe(7);
    expect(await rows.open()).toEqual(['observation unknown_patient 1']);
    // Nor does it count as a sending of the practice, or as all that the practice has.
    const senders = await at.book
      .pool('owner')
      .query('select run_id from register.run_sender where run_id = $1', [mended.runId]);
    expect(senders.rows).toEqual([]);
  });

  test('are tried again as they are when a patient has come, once, and what is refused stays open', async () => {
    const bad = writeExtract(
      rows.folder,
      'more',
      {
        observation: [
          observation('nobody-2', 'p8'),
          observation('nobody-3', 'p7', { clinical_effective_date: '2020-02-02' }),
        ],
      },
      { publisher: 'Z90001', extracted_at: '2026-10-02T03:00:00Z' },
    );
    await rows.importPaths([bad]);
    await rows.importPaths([
      writeExtract(
        rows.folder,
        'patients',
        { patient: [patient('p9'), patient('p8')] },
        { publisher: 'Z90001' },
      ),
    ]);
    const before = (await events(at)).length;
    const interrupted = rows.release({}, 'content', (what) => {
      if (what === 'Publishing') throw new Error('the process died');
    });
    await expect(interrupted).rejects.toThrow('the process died');
    expect(await rows.open()).toEqual(['observation unknown_patient 1', 'observation unknown_patient 2']);
    expect((await events(at)).length).toBe(before);

    const result = await rows.release();
    expect(tableSums(result)).toEqual([
      ['observation', 1, 1],
      ['observation', 2, 1],
    ]);
    expect(await rows.open()).toEqual(['observation unknown_patient 1']);
    expect((await events(at)).map(({ row_id }) => row_id)).toEqual(
      expect.arrayContaining(['nobody', 'nobody-2']),
    );
    const twice = await rows.release();
    expect(tableSums(twice)).toEqual([['observation', 1, 0]]);
    expect((await events(at)).length).toBe(before + 2);
    const [last] = await readComingAgain(at.book.as('batch'), first.delivery);
    expect(last).toMatchObject({ state: 'done', is_release: true, loaded: 1, quarantined: 0 });
  });

  test('are accepted when a rule has changed', async () => {
    const content = join(rows.folder, 'content');
    cpSync('content', content, { recursive: true });
    const file = join(content, 'formats', 'practice-extract.yaml');
    const path = writeExtract(
      rows.folder,
      'words',
      { observation: [observation('word', 'p1', { result_value: 'n/k' })] },
      { publisher: 'Z90001', extracted_at: '2026-10-02T03:00:00Z' },
    );
    const { runId, delivery } = await rows.importPaths([path]);
    expect(tableSums(await rows.release({ run: runId }))).toEqual([['observation', 1, 0]]);
    writeFileSync(file, readFileSync(file, 'utf8').replace("null_words: ['',", "null_words: ['', 'n/k',"));
    expect(tableSums(await rows.release({ run: runId }, content))).toEqual([['observation', 1, 1]]);
    expect(await rows.states(delivery)).toEqual(['not_a_number mended']);
    await expect(rows.release({ run: runId })).rejects.toThrow('No row is open');
  });

  test('outlive everything that sweeps the lake, with what became of them', async () => {
    const deliveries = await at.book
      .as('batch')
      .withTables<RegisterTables>()
      .selectFrom('register.delivery')
      .select(['quarantine', 'mended'])
      .execute();
    const files = deliveries
      .flatMap(({ quarantine, mended }) => [quarantine, mended])
      .filter((path) => path !== null);
    expect(files.filter((path) => path.includes('mended')).length).toBeGreaterThan(3);
    expect(files.filter((path) => !existsSync(join(at.home.lake, path)))).toEqual([]);
    expect(await orphanFiles(at.book.as('batch'), at.home.lake)).toEqual([]);
  });
});

describe('lines that could not be read as rows', () => {
  const at = useTestBook();
  const rows = rowsAgain(at);

  test('go out as they came, and come back as lines of their table', async () => {
    const head = 'id;patient_id;clinical_effective_date;mapped_concept_code;result_text';
    const path = writeExtract(
      rows.folder,
      'Z90002',
      { patient: [patient('p1')] },
      { publisher: 'Z90002', extracted_at: '2026-10-01T03:00:00Z' },
    );
    const lines = [
      'fine;p1;2020-01-01;1;x',
      '=cmd;p1;2020-01-01;1;a;b',
      'o3;p1;2020-01-01;1;"£9"y',
      'ok;p1;;2;',
    ];
    const text = Buffer.from(`${[head, ...lines].join('\n')}\n`);
    const foreign = Buffer.from('o5;p1;2020-01-01;1;caf\xe9\n', 'latin1');
    writeFileSync(join(path, 'observation.csv'), Buffer.concat([text, foreign]));
    const first = await rows.importPaths([path]);
    expect(account(first, 'observation')).toEqual({
      read: 5,
      loaded: 2,
      quarantined: 3,
      reasons: { unreadable_row: 2, wrong_encoding: 1 },
    });
    const files = await rows.fetch(first.delivery);
    const [said = ''] = files.values();
    expect(said.split('\r\n')).toEqual([
      `\uFEFFneighbourhold lines ${first.delivery} observation,"the line, under: ${head}"`,
      expect.stringMatching(/^\d,'=cmd;p1;2020-01-01;1;a;b$/),
      expect.stringMatching(/^\d,"'o3;p1;2020-01-01;1;""£9""y"$/),
      expect.stringMatching(/^\d,'o5;p1;2020-01-01;1;café$/),
      '',
    ]);
    // As they are they stay what they were; bytes of another encoding are not guessed at.
    expect(tableSums(await rows.release())).toEqual([['observation', 2, 0]]);
    const again = await rows.send(files, (text) => text.replace(';a;b', ';a b'));
    expect(account(again, 'observation')).toEqual({
      read: 3,
      loaded: 2,
      quarantined: 1,
      reasons: { unreadable_row: 1 },
    });
    const last = await rows.send(await rows.fetch(again.delivery), (text) => text.replace('""£9""y', '£9y'));
    expect(account(last, 'observation')).toEqual({ read: 1, loaded: 1 });
    expect((await events(at)).map(({ row_id, note }) => [row_id, note])).toEqual([
      ['=cmd', 'a b'],
      ['fine', 'x'],
      ['o3', '£9y'],
      ['o5', 'café'],
      ['ok', null],
    ]);
    expect(await rows.open()).toEqual([]);
  });
});

describe('a file of mended rows', () => {
  const at = useTestBook();
  const rows = rowsAgain(at);
  let delivery: number;
  let files: Map<string, string>;
  beforeAll(async () => {
    const path = writeExtract(
      rows.folder,
      'Z90003',
      {
        patient: [patient('p1')],
        observation: [
          observation('o1', 'p1', { result_value: 'x', record_owner_organisation_code: 'Z90003' }),
          observation('o2', 'p1', { result_value: 'y', record_owner_organisation_code: 'Z90004' }),
        ],
      },
      { publisher: 'Z90003', extracted_at: '2026-10-01T03:00:00Z' },
    );
    ({ delivery } = await rows.importPaths([path]));
    files = await rows.fetch(delivery);
  });

  test.each<[string, (text: string) => string, string]>([
    ['a row without its number', (text) => text.replace(/\n\d,/, '\n,'), 'row_without_number'],
    ['a line that is no row', (text) => `${text}2,a,b\r\n`, 'unreadable_row'],
    [
      'rows of a delivery that is not here',
      (text) => text.replace(/rows \d+/, 'rows 999'),
      'no_such_delivery',
    ],
  ])('with %s is refused, and nothing of it is taken', async (_, change, code) => {
    const result = await rows.send(files, change);
    expect(result.deliveries.map(({ refusal }) => refusal?.code)).toEqual([code]);
    expect(await rows.open()).toEqual(['observation not_a_number 2']);
  });

  test('may have any name, also that of its table', async () => {
    const [text = ''] = files.values();
    const result = await rows.importPaths([
      join(writeFile(rows.folder, 'renamed/observation.csv', text.replace(',x,', ',1,')), '..'),
    ]);
    expect(account(result, 'observation')).toMatchObject({ read: 2, quarantined: 1 });
    ({ delivery } = result);
  });

  test('has only the rows of practices whose people the reader sees', async () => {
    const [own = ''] = (await rows.fetch(delivery, { practices: ['Z90004'] })).values();
    expect(own).toContain("'o2");
    expect(own).not.toContain("'o1");
    expect([...(await rows.fetch(delivery, { practices: [] })).keys()]).toEqual([]);
  });

  test('of a table that no room reads comes back whole', async () => {
    mkdirSync(join(rows.folder, 'flags'), { recursive: true });
    const path = writeExtract(
      rows.folder,
      'flags',
      { patient: [patient('p1')], flag: toCsv([{ id: 'f1', patient_id: 'p5', text: '=1+1' }]) },
      { publisher: 'Z90003', extracted_at: '2026-10-02T03:00:00Z' },
    );
    const first = await rows.importPaths([path]);
    const sent = await rows.send(await rows.fetch(first.delivery), (text) => text.replace("'p5", 'p1'));
    expect(account(sent, 'flag')).toEqual({ read: 1, loaded: 1 });
    const [kept] = await lakeRows<{ record: string }>(at, 'source_record', 'select record from live');
    expect(JSON.parse(kept?.record ?? '')).toEqual({ id: 'f1', patient_id: 'p1', text: '=1+1' });
  });
});

describe('rows of a hospital that were put aside', () => {
  const at = useTestBook();
  const rows = rowsAgain(at);

  test('are read by its layout when they come again, mended or as they were', async () => {
    const nhsNumber = numberOf(1);
    const path = writeExtract(
      rows.folder,
      'hospital',
      {
        attendance: [attendance('e1', nhsNumber), attendance('e2', nhsNumber, { arrival_date_time: 'soon' })],
      },
      { publisher: 'ZH900', extracted_at: '2026-10-01T03:00:00Z' },
    );
    const { delivery } = await rows.importPaths([path]);
    expect((await rows.states(delivery)).sort()).toEqual(['not_a_timestamp open', 'unknown_person open']);
    await rows.importPaths([
      writeExtract(
        rows.folder,
        'people',
        { patient: [patient('p1', { nhs_number: nhsNumber })], episode_of_care: [registration('p1')] },
        { publisher: 'Z90001', extracted_at: '2026-10-02T03:00:00Z' },
      ),
    ]);
    expect(tableSums(await rows.release())).toEqual([['attendance', 2, 1]]);
    const mended = await rows.send(await rows.fetch(delivery), (text) =>
      text.replace('soon', '2026-09-01T10:00'),
    );
    expect(account(mended, 'attendance')).toEqual({ read: 1, loaded: 1 });
    const taken = await lakeRows(at, 'attendance', 'select row_id from live order by row_id');
    expect(taken).toEqual([{ row_id: 'e1' }, { row_id: 'e2' }]);
    expect(await rows.open()).toEqual([]);
  });
});

describe('FHIR resources that were put aside', () => {
  const at = useTestBook();
  const rows = rowsAgain(at);

  test('go out whole, with what is wrong before each, and come back mended', async () => {
    const folder = join(rows.folder, 'fhir');
    writeFile(folder, 'delivery.json', { publisher: 'Z90005', extracted_at: '2026-10-01T03:00:00Z' });
    writeFile(
      folder,
      'patients.json',
      bundle([
        {
          fullUrl: 'urn:uuid:1',
          resource: {
            resourceType: 'Organization',
            id: 'org',
            identifier: [{ system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: 'Z90005' }],
          },
        },
        { resource: fhirPatient('p1') },
        {
          fullUrl: 'urn:uuid:2',
          resource: fhirPatient('p2', {
            birthDate: 'long ago',
            generalPractitioner: [{ reference: 'urn:uuid:1' }],
          }),
        },
        {
          fullUrl: 'urn:uuid:3',
          resource: fhirCondition('c2', 'x', { subject: { reference: 'urn:uuid:2' } }),
        },
        { request: { method: 'DELETE', url: 'Condition/never' } },
      ]),
    );
    const cut = JSON.stringify(fhirObservation('o2', 'p1', 2)).slice(0, -1);
    writeFile(
      folder,
      'more.ndjson',
      ndjson(fhirObservation('o1', 'p1', 1, { code: concept('=1+1', '£ "x"\ny') }), cut),
    );
    const first = await rows.importPaths([folder]);
    expect((await rows.states(first.delivery)).sort()).toEqual([
      'not_a_date open',
      'not_json open',
      'unknown_patient open',
      'unknown_row open',
    ]);

    const [said = ''] = (await rows.fetch(first.delivery)).values();
    const lines = said.trimEnd().split('\n');
    expect(lines.length).toBe(8);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      neighbourhold: {
        delivery: first.delivery,
        row: expect.any(Number),
        because: expect.any(String),
        remedy: expect.any(String),
      },
    });
    expect(lines).toContain(cut);
    expect(lines.map((line) => line.includes('urn:uuid')).filter((urn) => urn).length).toBe(0);

    // As they are: nothing is accepted, nothing is lost.
    expect((await rows.release()).deliveries[0]?.tables.every(({ loaded }) => loaded === 0)).toBe(true);
    expect((await rows.open()).length).toBe(4);

    const mend = (text: string) => text.replace('long ago', '1950-05-06').replace(cut, `${cut}}`);
    const mended = await rows.send(new Map([['mended.ndjson', said]]), mend);
    expect(account(mended, 'Patient')).toEqual({ read: 1, loaded: 1 });
    expect(account(mended, 'Observation')).toEqual({ read: 1, loaded: 1 });
    expect(account(mended, 'Condition')).toEqual({
      read: 2,
      loaded: 1,
      quarantined: 1,
      reasons: { unknown_row: 1 },
    });
    expect(await rows.open()).toEqual(['Condition unknown_row 1']);
    // The patient is on the list that the organisation of its first delivery is.
    expect((await everybody(at)).filter(({ registered }) => registered).length).toBe(1);
    expect((await events(at)).map(({ row_id }) => row_id)).toEqual([
      'Condition/c2',
      'Observation/o1',
      'Observation/o2',
    ]);
  });

  test('are given back as they came, wherever they stood, with their file and line', async () => {
    const folder = join(rows.folder, 'regular');
    writeFile(folder, 'delivery.json', { publisher: 'Z90007', extracted_at: '2026-10-01T03:00:00Z' });
    const entry = (resource: Drawn) => ({ fullUrl: `urn:uuid:${resource.id}`, resource });
    const badPatient = fhirPatient('p3', { birthDate: 'long ago' });
    const entries = [
      entry(badPatient),
      entry(fhirCondition('c3', 'x', { subject: { reference: 'urn:uuid:p3' } })),
      entry(fhirObservation('o3', 'p3', 3, { encounter: { reference: 'urn:uuid:e3' } })),
      { fullUrl: 'urn:uuid:e3', resource: { resourceType: 'Basic', id: 'b3' } },
    ];
    const pretty = JSON.stringify(bundle(entries), null, 1);
    const begin = pretty.split('\n').flatMap((line, at) => (line === '  {' ? [at + 1] : []));
    writeFile(folder, 'a.json', pretty);
    const line = JSON.stringify(fhirObservation('o4', 'p4', 1)).replace('"status"', ' "status"');
    writeFile(folder, 'b.ndjson', `\n${JSON.stringify(fhirPatient('p5'))}\n\n${line}\n`);
    const first = await rows.importPaths([folder]);
    expect(await rows.places(first.delivery)).toEqual([
      { file: 'a.json', line: begin[0], reason: 'not_a_date' },
      { file: 'a.json', line: begin[1], reason: 'unknown_patient' },
      { file: 'a.json', line: begin[2], reason: 'unknown_patient' },
      { file: 'b.ndjson', line: 4, reason: 'unknown_patient' },
    ]);
    const [said = ''] = (await rows.fetch(first.delivery)).values();
    const [condition = '', inBundle = '', inLines, person = ''] = said
      .trimEnd()
      .split('\n')
      .filter((_, at) => at % 2 === 1);
    expect(inLines).toBe(line);
    expect([condition, inBundle, person].map((each) => JSON.parse(each))).toEqual([
      fhirCondition('c3', 'x', { subject: { reference: 'Patient/p3' } }),
      fhirObservation('o3', 'p3', 3, { encounter: { reference: 'Basic/b3' } }),
      badPatient,
    ]);
    const mended = await rows.send(new Map([['mended.ndjson', said]]), (text) =>
      text.replace('long ago', '1950-05-06'),
    );
    expect(account(mended, 'Patient')).toEqual({ read: 1, loaded: 1 });
    expect(account(mended, 'Condition')).toEqual({ read: 1, loaded: 1 });
    expect(account(mended, 'Observation')).toEqual({
      read: 2,
      loaded: 1,
      quarantined: 1,
      reasons: { unknown_patient: 1 },
    });
  });

  test('are tried again when the patient has come, and do not take the place of newer versions', async () => {
    const folder = join(rows.folder, 'late');
    writeFile(folder, 'delivery.json', { publisher: 'Z90006', extracted_at: '2026-10-01T03:00:00Z' });
    writeFile(
      folder,
      'a.ndjson',
      ndjson(fhirObservation('o1', 'p1', 1, asOf('2026-09-01T00:00:00Z')), fhirObservation('o2', 'p2', 2)),
    );
    const first = await rows.importPaths([folder]);
    const later = join(rows.folder, 'later-fhir');
    writeFile(later, 'delivery.json', { publisher: 'Z90006', extracted_at: '2026-10-09T03:00:00Z' });
    writeFile(
      later,
      'a.ndjson',
      ndjson(fhirPatient('p1'), fhirObservation('o1', 'p1', 9, asOf('2026-10-05T00:00:00Z'))),
    );
    await rows.importPaths([later]);
    const result = await rows.release({ run: first.runId });
    expect(account(result, 'Observation')).toEqual({
      read: 2,
      duplicate: 1,
      quarantined: 1,
      reasons: { unknown_patient: 1 },
    });
    expect(await rows.states(first.delivery)).toEqual(['unknown_patient mended', 'unknown_patient open']);
    const values = await lakeRows(
      at,
      'event',
      "select value from live where patient_id = 'p1' and row_id = 'Observation/o1' and value > 5",
    );
    expect(values).toEqual([{ value: 9 }]);
  });
});
