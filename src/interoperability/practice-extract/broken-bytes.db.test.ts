import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { observation, patient, registration, toCsv } from '../../../test/support/extracts.ts';
import { writeFile } from '../../../test/support/fhir.ts';
import { importPaths, unevenTables } from '../../../test/support/imports.ts';
import { useTestBook } from '../../../test/support/test-book.ts';

/** What can happen to a file on its way: at so many thousandths of it, bytes are gone and others are there instead. */
interface Damage {
  readonly place: number;
  readonly gone: number;
  readonly instead: string;
}

const damage: fc.Arbitrary<Damage> = fc.record({
  place: fc.nat(999),
  gone: fc.constantFrom(0, 0, 1, 2, 40, 1_000_000),
  instead: fc.constantFrom(
    '',
    '"',
    '""',
    '\n',
    '\r',
    '\r\n',
    ',',
    '",',
    '"\n"',
    '\0',
    '\xe9',
    '\xef\xbb\xbf',
    '\\',
    ' "',
  ),
});

const TEXT = ['quoted, "so"', 'over two\nlines', 'plain', 'with £'];

const FILES: Record<string, string> = {
  'patient.csv': toCsv(['p1', 'p2', 'p3'].map((id) => patient(id, { address: `${TEXT[0]} ${id}` }))),
  'episode_of_care.csv': toCsv(['p1', 'p2', 'p3'].map((id) => registration(id))),
  'observation.csv': toCsv(
    TEXT.map((text, at) => observation(`o${at}`, 'p1', { result_text: text, is_confidential: false })),
  ),
  'flag.csv': toCsv(TEXT.map((text, at) => ({ id: `f${at}`, patient_id: 'p2', flag_text: text }))),
};

describe('a delivery of which bytes were lost or changed on the way', () => {
  const at = useTestBook();
  let folder: string;
  let practices = 0;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nh-bytes-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Writes a delivery of a new practice with damage to one of its files. */
  const damaged = (name: string, damages: readonly Damage[]): string => {
    const path = join(folder, `Z${String(++practices).padStart(5, '0')}`);
    for (const [file, text] of Object.entries(FILES)) writeFile(path, file, Buffer.from(text));
    let bytes = Buffer.from(FILES[name] ?? '').toString('latin1');
    for (const { place, gone, instead } of damages) {
      const from = Math.floor((place * bytes.length) / 1000);
      bytes = bytes.slice(0, from) + instead + bytes.slice(from + gone);
    }
    writeFileSync(join(path, name), Buffer.from(bytes, 'latin1'));
    return path;
  };

  test('is refused with a remedy, or taken in with every row accounted for; the import never fails', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(fc.constantFrom(...Object.keys(FILES)), fc.array(damage, { minLength: 1, maxLength: 2 })),
          { minLength: 10, maxLength: 20 },
        ),
        async (cases) => {
          const result = await importPaths(at, ...cases.map(([name, damages]) => damaged(name, damages)));
          expect(result.deliveries.length).toBe(cases.length);
          expect(unevenTables(result)).toEqual([]);
          for (const { refusal } of result.deliveries) {
            if (refusal) expect(refusal.remedy).toMatch(/\w.*\.$/);
          }
        },
      ),
      { numRuns: 2, endOnFailure: true },
    );
  });
});
