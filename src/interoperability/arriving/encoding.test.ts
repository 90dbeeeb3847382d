import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeFile } from '../../../test/support/fhir.ts';
import { type Encoding, encodingOf, utf16Of, writeAsUtf8 } from './encoding.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nh-encoding-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('how a text is written is found out', () => {
  test.each<[string, Buffer, Encoding]>([
    ['plain letters', Buffer.from('a,b\n'), 'utf-8'],
    ['UTF-8', Buffer.from('£,é,漢,😀'), 'utf-8'],
    ['UTF-8 with a mark', Buffer.from('\ufeffa'), 'utf-8'],
    ['Windows-1252', Buffer.from([0x61, 0xa3, 0x35, 0x93, 0x61, 0x94]), 'windows-1252'],
    ['some of both', Buffer.concat([Buffer.from('é'), Buffer.from([0xe9, 0x61])]), 'mixed'],
    ['a byte that Windows-1252 does not have', Buffer.from([0x61, 0x81, 0x61]), 'mixed'],
    ['UTF-8 that is cut short', Buffer.from('漢').subarray(0, 2), 'windows-1252'],
  ])('%s', async (name, bytes, encoding) => {
    expect(await encodingOf(writeFile(folder, `${name}.csv`, bytes))).toBe(encoding);
  });

  test('UTF-16 by its mark or by its zeros, and nothing else', () => {
    expect(utf16Of(Buffer.from('\ufeffa', 'utf16le'))).toBe('utf-16le');
    expect(utf16Of(Buffer.from('GP_CODE,Month\n', 'utf16le'))).toBe('utf-16le');
    expect(utf16Of(Buffer.from('GP_CODE,Month\n', 'utf16le').swap16())).toBe('utf-16be');
    expect(utf16Of(Buffer.from('GP_CODE,Month\n'))).toBe(null);
    expect(utf16Of(Buffer.from([0, 0, 0, 0, 0, 0]))).toBe(null);
    expect(utf16Of(Buffer.from('PAR1\0\0\x15\0'))).toBe(null);
  });

  test('what is turned into UTF-8 says what it said', async () => {
    const lossless = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(lossless, async (said) => {
        const file = writeFile(folder, 'wide.csv', Buffer.from(`\ufeff${said}`, 'utf16le'));
        const to = join(folder, 'wide-utf8.csv');
        await writeAsUtf8(file, to, 'utf-16le');
        expect(readFileSync(to, 'utf8')).toBe(said);
        expect(await encodingOf(to)).toBe('utf-8');
      }),
      { numRuns: 50 },
    );
  });
});
