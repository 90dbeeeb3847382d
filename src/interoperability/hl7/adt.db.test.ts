import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { anActor } from '../../../test/support/actors.ts';
import { adt, type DrawnAdt } from '../../../test/support/adt.ts';
import { numberOf } from '../../../test/support/drawn-matches.ts';
import { patient, registration, writeExtract } from '../../../test/support/extracts.ts';
import { account, importPaths, lakeRows, quarantine, unevenTables } from '../../../test/support/imports.ts';
import { useTestBook } from '../../../test/support/test-book.ts';
import { importDeliveries, readMatchingMethod, writeRowsToTry } from '../../domains/register/index.ts';
import { openDeliveries } from '../index.ts';

const [ANN, BEA, CARL, NOBODY] = [1, 2, 3, 9].map(numberOf) as [string, string, string, string];

describe('messages of hospitals (HL7 version 2, ADT)', () => {
  const at = useTestBook();
  let folder: string;
  let written = 0;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nh-hl7-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  beforeAll(async () => {
    const first = mkdtempSync(join(tmpdir(), 'nh-hl7-'));
    await importPaths(at, practice(first, { a: ANN, b: BEA }));
    rmSync(first, { recursive: true });
  });

  const practice = (to: string, people: Record<string, string>) =>
    writeExtract(
      to,
      `Z9001-${++written}`,
      {
        patient: Object.entries(people).map(([id, nhs_number]) => patient(id, { nhs_number })),
        episode_of_care: Object.keys(people).map((id) => registration(id)),
      },
      { publisher: 'Z9001', extracted_at: '2026-11-01T03:00:00Z' },
    );
  const file = (...texts: (string | Buffer)[]) => {
    const path = join(folder, `feed-${++written}.hl7`);
    writeFileSync(path, Buffer.concat(texts.map((text) => Buffer.from(text as string))));
    return path;
  };
  /** Tries the rows that are open again, as the verb `release` does. */
  const releaseRows = () =>
    importDeliveries({
      book: at.book,
      home: at.home,
      by: anActor('operator'),
      now: new Date('2026-11-02T09:00:00Z'),
      settings: { threads: 1 },
      matching: readMatchingMethod('content'),
      isRelease: true,
      open: async (duck, opening) => {
        const to = { book: at.book, home: at.home, to: opening.scratch, which: {} };
        return await openDeliveries(duck, await writeRowsToTry(duck, to), 'content', opening);
      },
      onProgress: () => {},
    });
  let visits = 0;
  const aVisit = () => `V${++visits}00`;
  const stays = async (like: string, table: 'admission' | 'attendance' = 'admission') =>
    await lakeRows(
      at,
      table,
      `select row_id, patient_id, org, (date '1970-01-01' + day)::varchar as day, start_minute
              ${table === 'admission' ? ", (date '1970-01-01' + discharge_day)::varchar as discharge, method, destination" : ', department'}
         from live where row_id like '${like}' order by row_id`,
    );

  test('a stay from its admission to its discharge is one row, that of the latest message', async () => {
    const visit = aVisit();
    const result = await importPaths(
      at,
      file(
        adt({ event: 'A01', visit, nhsNumber: ANN, at: '20261101101500' }),
        adt({ event: 'A02', visit, nhsNumber: ANN, at: '20261101180000' }),
        adt({ event: 'A03', visit, nhsNumber: ANN, at: '20261103093000', discharge: '202611030915' }),
        adt({ event: 'A31', visit, nhsNumber: ANN, at: '20261104100000' }),
      ),
    );
    expect(account(result, 'admission')).toEqual({ read: 3, loaded: 1, duplicate: 2 });
    expect(account(result, 'ADT^A31')).toEqual({ read: 1, loaded: 1 });
    expect(unevenTables(result)).toEqual([]);
    expect(await stays(visit)).toEqual([
      {
        row_id: visit,
        patient_id: `n:${ANN}`,
        org: 'ZH900',
        day: '2026-11-01',
        start_minute: 600,
        discharge: '2026-11-03',
        method: 'emergency',
        destination: null,
      },
    ]);
  });

  test('an attendance that becomes an admission is both', async () => {
    const visit = aVisit();
    const common = { visit, nhsNumber: BEA };
    await importPaths(
      at,
      file(
        adt({ event: 'A04', patientClass: 'E', service: 'ED', at: '20261101100500', ...common }),
        adt({ event: 'A01', patientClass: 'I', at: '20261101141500', start: '202611011410', ...common }),
      ),
    );
    expect(await stays(visit, 'attendance')).toMatchObject([{ start_minute: 600, department: 1 }]);
    expect(await stays(visit)).toMatchObject([{ start_minute: 850, discharge: null }]);
  });

  test('a cancelled admission goes, a cancelled discharge opens the stay again', async () => {
    const [cancelled, reopened] = [aVisit(), aVisit()];
    await importPaths(
      at,
      file(
        adt({ event: 'A01', visit: cancelled, nhsNumber: ANN, at: '20261101101500' }),
        adt({ event: 'A01', visit: reopened, nhsNumber: BEA, at: '20261101101500' }),
        adt({ event: 'A03', visit: reopened, nhsNumber: BEA, at: '20261102101500', discharge: '20261102' }),
      ),
    );
    expect(await stays('V%')).toEqual(
      expect.arrayContaining([expect.objectContaining({ row_id: cancelled })]),
    );
    await importPaths(
      at,
      file(
        adt({ event: 'A11', visit: cancelled, nhsNumber: ANN, at: '20261101111500' }),
        adt({ event: 'A13', visit: reopened, nhsNumber: BEA, at: '20261102111500', discharge: '20261102' }),
      ),
    );
    expect(await stays(cancelled)).toEqual([]);
    expect(await stays(reopened)).toMatchObject([{ discharge: null }]);
  });

  test('what cannot be used is put aside with its message, its segment and its field; nothing is lost', async () => {
    const good = adt({ event: 'A01', visit: aVisit(), nhsNumber: ANN, control: 'C1' });
    const result = await importPaths(
      at,
      file(
        'BHS|^~\\&\rnoise before\r',
        good,
        adt({ event: 'A01', visit: '', nhsNumber: ANN, control: 'C2' }),
        adt({ event: 'A01', visit: aVisit(), nhsNumber: '9990000019', control: 'C3' }),
        adt({ event: 'A01', visit: aVisit(), nhsNumber: ANN, start: 'yesterday', control: 'C4' }),
        adt({ event: 'A03', visit: aVisit(), nhsNumber: ANN, control: 'C5' }),
        adt({ event: 'A01', visit: aVisit(), nhsNumber: NOBODY, control: 'C6' }),
        adt({ event: 'A01', visit: aVisit(), nhsNumber: ANN, patientClass: '', control: 'C7' }),
        adt({ event: 'A01', visit: aVisit(), nhsNumber: ANN, control: 'C8', more: ['no segment'] }),
        adt({ event: 'A01', visit: aVisit(), nhsNumber: ANN, control: 'C10' }),
        Buffer.from([0xff, 0xfe, 0x81].concat([...Buffer.from(' caf\u00e9\r', 'utf8')])),
        adt({ event: 'A01', visit: aVisit(), nhsNumber: ANN, sender: 'SOMEWHERE', control: 'C9' }),
        good,
      ),
    );
    expect(unevenTables(result)).toEqual([]);
    expect(account(result, 'admission')).toMatchObject({ read: 8, loaded: 1, duplicate: 1, quarantined: 6 });
    expect(account(result, 'message')).toMatchObject({ read: 4, quarantined: 4 });
    const put = await quarantine(at, 'admission');
    expect(
      put.map(({ file, reason, field }) => [String(file).replace(/^.*, /, ''), reason, field]).sort(),
    ).toEqual([
      ['message C2', 'required', 'PV1-19'],
      ['message C3', 'nhs_number_invalid', 'PID-3'],
      ['message C4', 'not_a_timestamp', 'PV1-44'],
      ['message C5', 'not_a_timestamp', 'PV1-45'],
      ['message C6', 'unknown_person', 'PID-3'],
      ['message C9', 'unknown_practice', 'MSH-4'],
    ]);
    expect((await quarantine(at, 'message')).map(({ reason, field }) => [reason, field])).toEqual([
      ['not_a_message', 'Line 2'],
      ['required', 'PV1-2'],
      ['not_a_message', 'Line 35'],
      ['wrong_encoding', null],
    ]);
  });

  test('who was not known then is loaded when their practice has come and the rows come again', async () => {
    const visit = aVisit();
    await importPaths(at, file(adt({ event: 'A01', visit, nhsNumber: CARL, control: 'K1' })));
    expect(await stays(visit)).toEqual([]);
    await importPaths(at, practice(folder, { a: ANN, b: BEA, c: CARL }));
    const result = await releaseRows();
    expect(unevenTables(result)).toEqual([]);
    expect(await stays(visit)).toMatchObject([
      { patient_id: `n:${CARL}`, org: 'ZH900', day: '2026-11-01', start_minute: 600, method: 'emergency' },
    ]);
    // A discharge without its time stays aside, however often it comes: nobody is taken to be still there.
    expect(account(result, 'admission')).toMatchObject({ reasons: { not_a_timestamp: 2 } });
  });

  test('a visit that turns out to be somebody else’s is theirs alone, whichever message comes first', async () => {
    const [one, other] = [aVisit(), aVisit()];
    const wrong = (visit: string) => adt({ event: 'A01', visit, nhsNumber: ANN, at: '20261101101500' });
    const right = (visit: string) => adt({ event: 'A08', visit, nhsNumber: BEA, at: '20261101121500' });
    await importPaths(at, file(wrong(one)));
    await importPaths(at, file(right(one)));
    await importPaths(at, file(right(other)));
    await importPaths(at, file(wrong(other)));
    const cancelled = aVisit();
    await importPaths(
      at,
      file(adt({ event: 'A11', visit: cancelled, nhsNumber: BEA, at: '20261101121500' })),
    );
    await importPaths(at, file(wrong(cancelled)));
    expect(await stays(cancelled)).toEqual([]);
    for (const visit of [one, other])
      expect(await stays(visit)).toMatchObject([{ row_id: visit, patient_id: `n:${BEA}` }]);
  });

  test('files as engines write them: batches, the wire, Windows text, a folder with a note', async () => {
    const messages = [1, 2].map((n) =>
      adt({ event: 'A01', visit: `W${n}`, nhsNumber: ANN, control: `W${n}` }),
    );
    const to = join(folder, 'engine');
    mkdirSync(to);
    writeFileSync(join(to, 'batch.hl7'), `FHS|^~\\&\rBHS|^~\\&\r${messages[0]}BTS|1\rFTS|1\r`);
    writeFileSync(join(to, 'wire.txt'), `\u000B${messages[1]}\u001C\r`);
    const latin = Buffer.from(
      adt({ event: 'A01', visit: 'W3', nhsNumber: ANN, sender: 'Zo\u00eb', control: 'W3' }),
      'latin1',
    );
    writeFileSync(join(to, 'windows.hl7'), latin);
    writeFileSync(join(to, 'delivery.json'), JSON.stringify({ publisher: 'ZH900' }));
    const result = await importPaths(at, to);
    expect(account(result, 'admission')).toEqual({ read: 3, loaded: 3 });
    expect((await stays('W%')).map(({ org }) => org)).toEqual(['ZH900', 'ZH900', 'ZH900']);
    const short = await importPaths(at, file(`BHS|^~\\&\r${messages[0]}BTS|2\r`));
    expect(short.deliveries[0]?.refusal).toMatchObject({ code: 'wrong_row_count' });
  });

  test('in any order, in any pieces and however often, the same visits are there at the end', async () => {
    const life = (visit: string, nhsNumber: string): DrawnAdt[] => [
      { event: 'A04', visit, nhsNumber, patientClass: 'E', at: '20261101090000' },
      { event: 'A01', visit, nhsNumber, at: '20261101120000' },
      // In the same second.
      { event: 'A08', visit, nhsNumber, at: '20261101120000', start: '202611011130' },
      { event: 'A03', visit, nhsNumber, at: '20261103120000', discharge: '20261103' },
      { event: 'A13', visit, nhsNumber, at: '20261103130000' },
    ];
    let run = 0;
    let expected: unknown;
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(
          Array.from({ length: 20 }, (_, n) => n),
          { minLength: 20 },
        ),
        fc.array(fc.nat(19), { maxLength: 10 }),
        fc.integer({ min: 1, max: 19 }),
        async (order, again, cut) => {
          const prefix = `R${++run}x`;
          const all = ['a', 'b', 'c', 'd'].flatMap((name, n) => life(`${prefix}${name}`, n % 2 ? BEA : ANN));
          const messages = all.map((drawn, n) => adt({ ...drawn, control: `${prefix}${n}` }));
          const sent = [...order, ...again].map((n) => messages[n] ?? '');
          await importPaths(at, file(sent.slice(0, cut).join('')));
          await importPaths(at, file(sent.slice(cut).join('')));
          const there = [...(await stays(`${prefix}%`)), ...(await stays(`${prefix}%`, 'attendance'))].map(
            (row) => ({ ...row, row_id: String(row.row_id).slice(prefix.length) }),
          );
          expect(there).toHaveLength(8);
          expected ??= there;
          expect(there).toEqual(expected);
        },
      ),
      { numRuns: 5 },
    );
  });
});
