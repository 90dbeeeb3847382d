import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { Refusal } from '../../kernel/index.ts';

/** A sheet: what it is called, and its rows with their numbers. Cells are text as they are stored, blank ones ''. */
export interface Sheet {
  readonly name: string;
  readonly rows: readonly { readonly line: number; readonly cells: readonly string[] }[];
}

/** National workbooks have some megabytes; one that unpacks to more than this is not one of them. */
const LARGEST_PART = 200_000_000;

/**
 * Reads the sheets of an Excel workbook (ECMA-376: a zip of XML). Values only: no formulas, formats or dates of Excel.
 * Throws Refusal when the file is no whole workbook.
 */
export function readWorkbook(file: string): Sheet[] {
  try {
    const parts = zipParts(readFileSync(file));
    const part = (name: string) => parts.get(name)?.() ?? '';
    const strings = [...part('xl/sharedStrings.xml').matchAll(/<si>(.*?)<\/si>|<si\/>/gs)].map((string) =>
      textOf(string[1] ?? ''),
    );
    const targets = new Map(
      [...part('xl/_rels/workbook.xml.rels').matchAll(/<Relationship\b[^>]*>/g)].map(([tag]) => [
        attribute(tag, 'Id'),
        attribute(tag, 'Target').replace(/^\/?(xl\/)?/, 'xl/'),
      ]),
    );
    return [...part('xl/workbook.xml').matchAll(/<sheet\b[^>]*>/g)].map(([tag]) => ({
      name: attribute(tag, 'name'),
      rows: sheetRows(part(targets.get(attribute(tag, 'r:id')) ?? ''), strings),
    }));
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal({
      code: 'unreadable_file',
      because: `${basename(file)} is not a whole Excel workbook; it may have been cut short on its way.`,
      remedy: 'Open it in a spreadsheet program, save it as .xlsx, and send it again.',
    });
  }
}

/** Whether the first bytes of a file are those of a zip, which a workbook is. */
export function isZip(bytes: Buffer): boolean {
  return bytes.length > 4 && bytes.readUInt32LE(0) === 0x04034b50;
}

/** The parts of a zip by name, each unpacked when it is asked for (PKWARE APPNOTE 4.3). */
function zipParts(bytes: Buffer): Map<string, () => string> {
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0) throw new Error('no end of central directory');
  const parts = new Map<string, () => string>();
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    if (bytes.readUInt32LE(at) !== 0x02014b50) throw new Error('broken central directory');
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset));
    const name = bytes.toString('utf8', at + 46, at + 46 + (nameLength ?? 0));
    const isPacked = bytes.readUInt16LE(at + 10) !== 0;
    const packed = bytes.readUInt32LE(at + 20);
    const local = bytes.readUInt32LE(at + 42);
    parts.set(name, () => {
      const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
      const content = bytes.subarray(start, start + packed);
      return (isPacked ? inflateRawSync(content, { maxOutputLength: LARGEST_PART }) : content).toString(
        'utf8',
      );
    });
    at += 46 + (nameLength ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
  return parts;
}

function sheetRows(xml: string, strings: readonly string[]): Sheet['rows'] {
  return [...xml.matchAll(/<row\b([^>]*)>(.*?)<\/row>/gs)].map(([, tag = '', content = ''], at) => {
    const cells: string[] = [];
    for (const [, about = '', inside = ''] of content.matchAll(
      /<c\b((?:[^>/]|\/(?!>))*)(?:\/>|>(.*?)<\/c>)/gs,
    ))
      cells[columnOf(attribute(about, 'r'), cells.length)] = cellText(attribute(about, 't'), inside, strings);
    return { line: Number(attribute(tag, 'r')) || at + 1, cells: Array.from(cells, (cell) => cell ?? '') };
  });
}

function cellText(type: string, inside: string, strings: readonly string[]): string {
  if (type === 'inlineStr') return textOf(inside);
  const value = unescapeXml(/<v[^>]*>(.*?)<\/v>/s.exec(inside)?.[1] ?? '');
  return type === 's' ? (strings[Number(value)] ?? '') : value;
}

/** `AB12` is in column 27, counted from 0. */
function columnOf(reference: string, next: number): number {
  const letters = /^[A-Z]+/.exec(reference)?.[0];
  if (!letters) return next;
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

/** The text of rich text: its runs, one after the other, without phonetic readings. */
function textOf(xml: string): string {
  const runs = xml.replace(/<rPh\b.*?<\/rPh>/gs, '').matchAll(/<t\b[^>]*>(.*?)<\/t>/gs);
  return [...runs].map(([, text = '']) => unescapeXml(text)).join('');
}

function attribute(tag: string, name: string): string {
  return unescapeXml(new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(tag)?.[1] ?? '');
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text
    .replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
      if (hex) return String.fromCodePoint(Number.parseInt(hex, 16));
      if (decimal) return String.fromCodePoint(Number(decimal));
      return ENTITIES[name] ?? whole;
    })
    .replace(/_x000D_/g, '\r');
}
