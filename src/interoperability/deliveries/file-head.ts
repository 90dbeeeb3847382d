import { unpackedBytes } from '../tabular/csv-records.ts';

/** What the first bytes of a file, unpacked, are. */
export interface FileHead {
  readonly kind: 'nothing' | 'text' | 'utf-16' | 'bytes' | 'unpackable';
  readonly bytes: Buffer;
  /** The first line, without its end; empty unless it is text. */
  readonly firstLine: string;
  /** The text as far as it was read. */
  readonly text: string;
}

const HEAD = 65_536;

/** Looks at the beginning of a file. Never throws for what is in it. */
export async function readFileHead(file: string): Promise<FileHead> {
  const bytes = await firstBytes(file);
  if (bytes === null) return { kind: 'unpackable', bytes: Buffer.alloc(0), firstLine: '', text: '' };
  if (bytes.length === 0) return { kind: 'nothing', bytes, firstLine: '', text: '' };
  const marked = bytes.length > 1 && [0xfffe, 0xfeff].includes(bytes.readUInt16BE(0));
  if (marked) return { kind: 'utf-16', bytes, firstLine: '', text: '' };
  if (bytes.includes(0)) return { kind: 'bytes', bytes, firstLine: '', text: '' };
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  return { kind: 'text', bytes, firstLine: text.split(/[\r\n]/, 1)[0] ?? '', text };
}

async function firstBytes(file: string): Promise<Buffer | null> {
  try {
    for await (const chunk of unpackedBytes(file)) return chunk.subarray(0, HEAD);
    return Buffer.alloc(0);
  } catch {
    return null;
  }
}
