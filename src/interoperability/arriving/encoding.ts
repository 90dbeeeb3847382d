import { createWriteStream, statSync, utimesSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { unpackedBytes } from '../tabular/csv-records.ts';

/** The encodings that text arrives in. `mixed` is none: some of it is UTF-8 and some is not. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252' | 'mixed';

/** What people call the encodings, for messages. */
export const encodingName = {
  'utf-16le': 'UTF-16',
  'utf-16be': 'UTF-16 (big-endian)',
  'windows-1252': 'Windows-1252',
} as const;

/** UTF-16 by its mark, or by a zero in every other byte of what is mostly plain letters; null when it is neither. */
export function utf16Of(head: Buffer): 'utf-16le' | 'utf-16be' | null {
  if (head.length < 2) return null;
  const mark = head.readUInt16BE(0);
  if (mark === 0xfffe) return 'utf-16le';
  if (mark === 0xfeff) return 'utf-16be';
  const zeros = [0, 0];
  for (let at = 0; at < head.length; at++) if (head[at] === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  const most = head.length * 0.4;
  if (odd > most && even < odd / 20) return 'utf-16le';
  return even > most && odd < even / 20 ? 'utf-16be' : null;
}

/** The bytes that Windows-1252 leaves empty. A file with one of them is something else. */
const UNUSED = [0x81, 0x8d, 0x8f, 0x90, 0x9d];

/**
 * Finds out how a file without zeros is written, by all of its bytes. Text that is not UTF-8 and holds no character
 * that only UTF-8 would write so is Windows-1252, in which Excel saves; text that holds both is damaged.
 */
export async function encodingOf(file: string): Promise<Encoding> {
  const found = { wide: 0, broken: 0, unused: false };
  let rest = 0;
  let length = 0;
  for await (const chunk of unpackedBytes(file)) {
    for (const byte of chunk) {
      if (rest > 0 && byte >> 6 === 2) {
        rest--;
        if (rest === 0) found.wide++;
        continue;
      }
      if (rest > 0) {
        found.broken++;
        rest = 0;
      }
      if (byte < 0x80) continue;
      length =
        byte >= 0xc2 && byte < 0xe0
          ? 1
          : byte >= 0xe0 && byte < 0xf0
            ? 2
            : byte >= 0xf0 && byte < 0xf5
              ? 3
              : 0;
      if (length === 0) found.broken++;
      if (UNUSED.includes(byte)) found.unused = true;
      rest = length;
    }
  }
  if (rest > 0) found.broken++;
  if (found.broken === 0) return 'utf-8';
  return found.wide === 0 && !found.unused ? 'windows-1252' : 'mixed';
}

/** Writes a file again as UTF-8 without a mark, unpacked, with the day of the one that it was made of. */
export async function writeAsUtf8(
  from: string,
  to: string,
  encoding: keyof typeof encodingName,
): Promise<void> {
  const decoder = new TextDecoder(encoding);
  async function* decoded() {
    for await (const chunk of unpackedBytes(from)) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  }
  await pipeline(Readable.from(decoded()), createWriteStream(to));
  keepDay(from, to);
}

/** Gives a file the day of the one that it was made of: many files say of when they are in no other way. */
export function keepDay(from: string, to: string): void {
  const { atime, mtime } = statSync(from);
  utimesSync(to, atime, mtime);
}
