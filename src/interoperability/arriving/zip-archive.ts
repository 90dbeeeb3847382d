import {
  closeSync,
  createReadStream,
  createWriteStream,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  utimesSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createInflateRaw, inflateRawSync } from 'node:zlib';
import { Refusal } from '../../kernel/index.ts';

// Reads zip archives as NHS England, NHSBSA and Excel write them: stored or deflated, not encrypted, below 4 GB
// (APPNOTE.TXT 6.3.10, sections 4.3 and 4.4). Written here because Node has the packing and lacks only the directory.

/** A file in an archive. */
export interface ZipEntry {
  /** Its path in the archive, with forward slashes. */
  readonly name: string;
  readonly packed: number;
  readonly size: number;
  readonly method: number;
  readonly crc: number;
  readonly modified: Date;
  /** Where its own header begins in the archive. */
  readonly header: number;
}

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const STORED = 0;
const DEFLATED = 8;
/** What an archive may hold unpacked: more is either not meant for here or meant to fill the disk. */
const LARGEST = 8_000_000_000;

/** Lists the files of an archive; folders are none. Throws Refusal when it is cut short, encrypted or too large. */
export function listZip(archive: string, name: string): ZipEntry[] {
  const file = openSync(archive, 'r');
  try {
    return readDirectory(file, name);
  } finally {
    closeSync(file);
  }
}

function readDirectory(file: number, name: string): ZipEntry[] {
  const { size } = fstatSync(file);
  const tail = readAt(file, Math.max(0, size - 65_557), Math.min(size, 65_557));
  const end = tail.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1'));
  if (end < 0 || end + 22 > tail.length || tail.readUInt32LE(end) !== END) throw unreadable(name);
  const count = tail.readUInt16LE(end + 10);
  const from = tail.readUInt32LE(end + 16);
  if (count === 0xffff || from === 0xffffffff) throw tooLarge(name);
  const directory = readAt(file, from, tail.readUInt32LE(end + 12));
  const entries: ZipEntry[] = [];
  for (let at = 0, read = 0; read < count; read++) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== ENTRY) throw unreadable(name);
    if ((directory.readUInt16LE(at + 8) & 1) === 1) throw encrypted(name);
    const lengths = [28, 30, 32].map((offset) => directory.readUInt16LE(at + offset));
    entries.push(entryAt(directory, at, lengths[0] ?? 0));
    at += 46 + lengths.reduce((sum, length) => sum + length, 0);
  }
  if (entries.reduce((sum, entry) => sum + entry.size, 0) > LARGEST) throw tooLarge(name);
  return entries.filter((entry) => !entry.name.endsWith('/'));
}

function entryAt(directory: Buffer, at: number, nameLength: number): ZipEntry {
  const time = directory.readUInt16LE(at + 12);
  const day = directory.readUInt16LE(at + 14);
  return {
    // Names are UTF-8 if their flag says so, else in an old code page: only letters beyond ASCII differ.
    name: directory.toString('utf8', at + 46, at + 46 + nameLength).replaceAll('\\', '/'),
    method: directory.readUInt16LE(at + 10),
    crc: directory.readUInt32LE(at + 16),
    packed: directory.readUInt32LE(at + 20),
    size: directory.readUInt32LE(at + 24),
    header: directory.readUInt32LE(at + 42),
    modified: new Date(
      1980 + (day >> 9),
      ((day >> 5) & 15) - 1,
      day & 31,
      time >> 11,
      (time >> 5) & 63,
      (time & 31) * 2,
    ),
  };
}

/** Reads one file of an archive into memory. Throws Refusal when it is damaged. */
export function readZipEntry(archive: string, entry: ZipEntry): Buffer {
  const file = openSync(archive, 'r');
  try {
    const packed = readAt(file, dataBegins(file, entry), entry.packed);
    const bytes =
      entry.method === STORED ? packed : inflateRawSync(packed, { maxOutputLength: entry.size + 1 });
    if (bytes.length !== entry.size || crc32(bytes) !== entry.crc) throw unreadable(entry.name);
    return bytes;
  } catch (error) {
    throw error instanceof Refusal ? error : unreadable(entry.name);
  } finally {
    closeSync(file);
  }
}

/**
 * Unpacks an archive into a folder. A path that would lead out of the folder stays inside it. Throws Refusal when a
 * file is damaged or packed in a way that is not known.
 */
export async function unpackZip(archive: string, name: string, folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const entry of listZip(archive, name)) {
    const parts = entry.name.split('/').filter((part) => part !== '' && part !== '.' && part !== '..');
    if (parts.length === 0 || parts[0] === '__MACOSX') continue;
    const to = join(folder, ...parts);
    try {
      mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
      await writeEntry(archive, entry, to);
    } catch (error) {
      throw IMPOSSIBLE_NAMES.has((error as NodeJS.ErrnoException).code ?? '')
        ? unreadable(entry.name)
        : error;
    }
    if (!Number.isNaN(entry.modified.getTime())) utimesSync(to, entry.modified, entry.modified);
    files.push(to);
  }
  return files;
}

/** What the system says to a name that no file can have: too long, with a NUL, or below another file. */
const IMPOSSIBLE_NAMES = new Set(['ERR_INVALID_ARG_VALUE', 'ENAMETOOLONG', 'ENOTDIR', 'EISDIR', 'EEXIST']);

async function writeEntry(archive: string, entry: ZipEntry, to: string): Promise<void> {
  if (entry.method !== STORED && entry.method !== DEFLATED) throw unreadable(entry.name);
  const file = openSync(archive, 'r');
  const start = dataBegins(file, entry);
  closeSync(file);
  let crc = 0;
  let size = 0;
  const measured = new Transform({
    transform(chunk: Buffer, _, done) {
      crc = crc32(chunk, crc);
      size += chunk.length;
      done(size > entry.size ? new Error('larger than it says') : null, chunk);
    },
  });
  const packed =
    entry.packed === 0
      ? Readable.from([])
      : createReadStream(archive, { start, end: start + entry.packed - 1 });
  const into = createWriteStream(to);
  const unpacked =
    entry.method === STORED
      ? pipeline(packed, measured, into)
      : pipeline(packed, createInflateRaw(), measured, into);
  await unpacked.catch(() => {
    throw unreadable(entry.name);
  });
  if (size !== entry.size || crc !== entry.crc) throw unreadable(entry.name);
}

function dataBegins(file: number, entry: ZipEntry): number {
  const local = readAt(file, entry.header, 30);
  if (local.length < 30 || local.readUInt32LE(0) !== LOCAL) throw unreadable(entry.name);
  return entry.header + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
}

/** Bytes of a file; fewer where it ends before, however many a damaged archive asks for. */
function readAt(file: number, position: number, length: number): Buffer {
  const there = Math.max(0, fstatSync(file).size - position);
  const bytes = Buffer.alloc(Math.min(length, there));
  return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, position));
}

function unreadable(name: string): Refusal {
  return new Refusal({
    code: 'unreadable_file',
    because: `${name} cannot be unpacked; the archive may have been cut short or damaged on its way.`,
    remedy: 'Compare its size with the sender’s and send it again, or unpack it and send the files.',
  });
}

function encrypted(name: string): Refusal {
  return new Refusal({
    code: 'unreadable_file',
    because: `${name} is locked with a password.`,
    remedy: 'Unpack it with its password and send the files.',
  });
}

function tooLarge(name: string): Refusal {
  return new Refusal({
    code: 'too_large',
    because: `${name} holds more than 8 GB or 65,000 files, or is itself larger than 4 GB.`,
    remedy: 'Unpack it and send the files that are needed.',
  });
}
