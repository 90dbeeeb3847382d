import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeFile } from '../../../test/support/fhir.ts';
import { countLines, documentText, linesOf } from './fhir-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nh-lines-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the lines of a file', () => {
  const lines = async (content: string | Buffer, name = 'file.ndjson') => {
    const found: [number, string | null][] = [];
    for await (const { number, text } of linesOf(writeFile(folder, name, content)))
      found.push([number, text]);
    return found;
  };

  test.each<[string, string | Buffer, [number, string | null][]]>([
    [
      'end in newline',
      'a\nb\n',
      [
        [1, 'a'],
        [2, 'b'],
      ],
    ],
    [
      'may lack the last end',
      'a\nb',
      [
        [1, 'a'],
        [2, 'b'],
      ],
    ],
    [
      'leave blank ones out and count them',
      'a\n\n \nb\n',
      [
        [1, 'a'],
        [4, 'b'],
      ],
    ],
    [
      'may begin with a mark',
      '\ufeffa\nb',
      [
        [1, 'a'],
        [2, 'b'],
      ],
    ],
    ['are none in an empty file', '', []],
    [
      'may not all be UTF-8',
      Buffer.from('a\nb\xe9\n\xff\nc', 'latin1'),
      [
        [1, 'a'],
        [2, null],
        [3, null],
        [4, 'c'],
      ],
    ],
  ])('%s', async (_, content, expected) => {
    expect(await lines(content)).toEqual(expected);
  });

  test('are the same when they are packed, and longer than what is read at once', async () => {
    const long = 'x'.repeat(1_500_000);
    const text = [long, 'é', long, 'y'].join('\n');
    const expected = [
      [1, long],
      [2, 'é'],
      [3, long],
      [4, 'y'],
    ];
    expect(await lines(text)).toEqual(expected);
    expect(await lines(gzipSync(text), 'file.ndjson.gz')).toEqual(expected);
  });

  test('are counted alike when they are packed, and when there are more than are read at once', async () => {
    const long = 'é'.repeat(1_500_000);
    const text = [long, '', 'x', ' \r', long, 'y'.repeat(7)].join('\n');
    const expected = { lines: 4, longest: 3_000_000 };
    expect(await countLines(writeFile(folder, 'file.ndjson', text))).toEqual(expected);
    expect(await countLines(writeFile(folder, 'file.ndjson.gz', gzipSync(text)))).toEqual(expected);
  });

  test('of a file that is not there are not counted', async () => {
    await expect(countLines(join(folder, 'none.ndjson'))).rejects.toThrow('cannot be unpacked');
  });

  test('of a packed file that is cut short are refused', async () => {
    const packed = gzipSync(Array.from({ length: 5000 }, (_, at) => `line ${at}`).join('\n'));
    await expect(lines(packed.subarray(0, packed.length - 12), 'cut.ndjson.gz')).rejects.toThrow('cut short');
  });
});

test('a document that is not UTF-8 is refused with its line', async () => {
  const file = writeFile(folder, 'a.json', Buffer.from('{\n"a": "b",\n"c": "\xe9"\n}', 'latin1'));
  await expect(documentText(file)).rejects.toThrow('line 3');
});
