import { basename } from 'node:path';
import { Refusal } from '../../kernel/index.ts';
import type { FileDescription } from '../national/description.ts';
import { describeNearest } from '../national/nearest.ts';
import { firstRecords } from '../tabular/text-table.ts';
import type { FileHead } from './file-head.ts';

/** What stands beside data and is none: notes, licences, pictures, checksums, and what Office leaves beside an open file. */
const BESIDE =
  /^\.|^~\$|^(README|LICEN[CS]E|SOURCE|NOTICE|COPYING|CHANGELOG)\b|\.(md|txt|pdf|docx?|html?|png|jpe?g|svg|log|md5|sha\d+)$/i;

/** Whether a file is one that people put beside data. It is left aside, and said to be. */
export function isBeside(file: string): boolean {
  return BESIDE.test(basename(file));
}

/** Why a file is of no kind that can be taken in: what it looks like, which kinds come near, and what differs. */
export function unknownFile(file: string, head: FileHead, formats: Kinds): Refusal {
  const name = basename(file);
  const { code, what, remedy } = describe(name, head, formats);
  return new Refusal({ code, because: `${name} ${what}`, remedy });
}

interface Kinds {
  readonly national: readonly FileDescription[];
}

interface Description {
  readonly code: string;
  readonly what: string;
  readonly remedy: string;
}

function describe(name: string, head: FileHead, formats: Kinds): Description {
  switch (head.kind) {
    case 'nothing':
      return { code: 'empty_file', what: 'is empty.', remedy: 'Export it again, or leave it out.' };
    case 'unpackable':
      return {
        code: 'unreadable_file',
        what: 'cannot be unpacked; it may have been cut short on its way.',
        remedy: 'Compare its size with the sender’s and send it again.',
      };
    case 'utf-16':
      return {
        code: 'wrong_encoding',
        what: 'is UTF-16 text.',
        remedy: 'Save it as UTF-8 (“CSV UTF-8”) and send it again.',
      };
    case 'bytes':
      return describeBytes(head.bytes);
    case 'text':
      return describeText(name, head, formats);
  }
}

function unknown(what: string, remedy: string): Description {
  return { code: 'unknown_file', what, remedy };
}

/** How files in Microsoft’s compound file format begin ([MS-CFB] 2.2): old workbooks, and workbooks that are encrypted. */
const COMPOUND = Buffer.from('d0cf11e0a1b11ae1', 'hex');

function describeBytes(bytes: Buffer): Description {
  const begins = bytes.subarray(0, 4).toString('latin1');
  if (begins.startsWith('PK')) {
    return unknown(
      'is a zip archive or a spreadsheet.',
      'Unpack the archive, or save the sheet as “CSV UTF-8”.',
    );
  }
  if (begins === 'PAR1') {
    return unknown(
      'is a Parquet table outside of a practice extract.',
      'Put it into the folder of its extract, beside patient.parquet, and give the folder.',
    );
  }
  if (bytes.subarray(0, COMPOUND.length).equals(COMPOUND)) {
    return unknown(
      'is an Excel workbook of the old form (.xls), or one with a password.',
      'Open it in Excel and save it as “Excel Workbook (.xlsx)” without a password, or the sheet as “CSV UTF-8”.',
    );
  }
  return unknown('is neither text nor Parquet.', 'docs/imports.md lists what can be taken in.');
}

function describeText(name: string, { text }: FileHead, formats: Kinds): Description {
  const begins = text.trimStart().slice(0, 1);
  if (text.startsWith('PAR1')) {
    return {
      code: 'unreadable_file',
      what: 'begins as a Parquet table and is none; it may have been changed or cut short on its way.',
      remedy: 'Compare its size with the sender’s and send it again.',
    };
  }
  if (/^\s*<(!doctype\s+html|html|head|body)\b/i.test(text)) {
    return unknown(
      'is a web page and no data: a download may have answered with a notice instead of the file.',
      'Open it in a browser to see what it says, and download the file again.',
    );
  }
  if (begins === '<')
    return unknown('is XML, but no FHIR.', 'FHIR names http://hl7.org/fhir in its first element.');
  if (begins === '[')
    return unknown('is a JSON list.', 'Send FHIR resources as a Bundle, or as NDJSON with one on each line.');
  if (name === 'delivery.json') {
    return unknown(
      'is a note about a delivery whose tables are not beside it.',
      'Send the whole folder again, with patient.csv and the other tables.',
    );
  }
  if (begins === '{' && /"transactionTime"\s*:/.test(text) && /"output"\s*:/.test(text)) {
    return unknown(
      'is the list of files of a FHIR bulk export, and not the files.',
      'Download the files that stand under “output” (NDJSON) and send those.',
    );
  }
  if (begins === '{' && /"(OrgId|Organisations?)"\s*:/.test(text.slice(0, 2000))) {
    return unknown(
      'is an answer of the ODS API about organisations, as JSON.',
      'The directory takes the files of the Organisation Data Service: export epraccur, the ePCN workbook or epcmem as CSV, and send that.',
    );
  }
  if (begins === '{') {
    return unknown(
      'is JSON, but no FHIR: its beginning has no resourceType.',
      'Send FHIR resources as a Bundle, one by one, or as NDJSON.',
    );
  }
  if (/\.ya?ml$/i.test(name)) {
    return unknown(
      'is YAML, but no place pack.',
      'A place pack says “layout: place-pack” in its first lines.',
    );
  }
  const records = firstRecords(text);
  const { what, remedy } = describeNearest(records, formats.national, name);
  const columns = records.reduce((most, fields) => Math.max(most, fields.length), 0);
  return unknown(
    `is a text of ${columns} ${columns === 1 ? 'column' : 'columns'} that is no file of a known kind${what.length === 0 ? ' and comes near to none' : `. It comes near: ${what.join('. And ')}`}.`,
    remedy ?? (what.length > 0 ? NEW_NAMES_OR_KIND : ANY_KIND),
  );
}

const NEW_NAMES_OR_KIND =
  'If it is a new vintage of such a kind, write its names of the columns into “from” in content/formats/national; if it is a kind of its own, describe it there in a file of its own. No program has to change. docs/imports.md lists the kinds.';
const ANY_KIND =
  'docs/imports.md lists the kinds; a table about places can be described in a file of its own in content/formats/national. Of a practice extract give the whole folder, with patient.csv in it.';

/** Whether a text shares needed columns with a kind that is described. */
export function comesNear(head: FileHead, national: readonly FileDescription[]): boolean {
  return head.kind === 'text' && describeNearest(firstRecords(head.text), national).what.length > 0;
}
