import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  namedBySql,
  type Opening,
  type Position,
  type SourceDelivery,
  type SourceTable,
  type StagedColumn,
  type UnreadableRow,
} from '../../domains/register/index.ts';
import { type PlainDate, parseOdsCode, Refusal } from '../../kernel/index.ts';
import { type Duck, identifier, literal } from '../../platform/lake/index.ts';
import { type ScratchFile, ScratchRows } from '../fhir/scratch-rows.ts';
import { type DeliveryNote, readDeliveryNote } from '../practice-extract/delivery-note.ts';
import { unpackedBytes } from '../tabular/csv-records.ts';
import { moveVisits } from '../visits/moved-visits.ts';
import type { AdtFormat } from './adt-format.ts';
import { type Adt, type AdtRow, adtColumns, adtRow } from './adt-row.ts';
import { readMessage } from './er7.ts';
import { type BatchEnd, type FramedMessage, framed, linesOf } from './framing.ts';

/** The name of the table of messages that do not say what they are. */
const UNCLEAR = 'message';

let opened = 0;

/**
 * Opens the files of HL7 version 2 messages of one folder, or one file, as one delivery. Each message is one row of one
 * table: of admissions, of attendances, or kept whole under its type. Everything is read here, into scratch space.
 *
 * Throws Refusal when a trailer of a batch promises another number of messages, a file has none, or delivery.json does
 * not fit.
 */
export async function readAdt(
  duck: Duck,
  path: string,
  files: readonly string[],
  format: AdtFormat,
  opening: Opening,
): Promise<SourceDelivery> {
  const note = noteOf(path, opening.say);
  const publisher = note?.publisher === undefined ? null : note.publisher.toUpperCase();
  const read = new ReadMessages(join(opening.scratch, `hl7-${++opened}`), format);
  for (const file of files) await read.file(file);
  refuseEmpty(path, read);
  const whose = (to: 'admission' | 'attendance') => {
    const pile = pileSql(read.scratch.written(to));
    const org = `coalesce(record_owner_organisation_code, ${publisher === null ? 'null' : literal(publisher)})`;
    const named = namedBySql('nhs_number', 'null::varchar');
    const columns = `${org} as org, id as row_id, ${named} as patient_id, lds_start_date_time as version, lds_is_deleted as deleted`;
    return pile && `select ${columns} from ${pile}`;
  };
  const rows = { admission: whose('admission'), attendance: whose('attendance') };
  const moved = await moveVisits(duck, { rows, base: opening.base });
  return {
    name: basename(path),
    format: format.id,
    publisher,
    extractedAt: note?.extracted_at === undefined ? null : new Date(note.extracted_at),
    full: false,
    covers: new Map<string, PlainDate>(),
    tables: [...tablesOf(duck, read), ...moved],
  };
}

function noteOf(path: string, say: (what: string) => void): DeliveryNote | null {
  if (!statSync(path).isDirectory()) return null;
  const note = readDeliveryNote(path, say);
  if (note.full)
    throw new Refusal({
      code: 'full_not_possible',
      because:
        'delivery.json says that this delivery of HL7 messages is full, and messages delete by saying so.',
      remedy: 'Leave "full" out, and send messages that cancel what did not happen.',
    });
  if (note.publisher !== undefined && parseOdsCode(note.publisher) === null)
    throw new Refusal({
      code: 'bad_delivery_note',
      because: `delivery.json names the publisher ${note.publisher}, which is no code.`,
      remedy: 'Use three to ten letters and digits: the ODS code of the sender, or a code of your own.',
    });
  return note;
}

function refuseEmpty(path: string, { scratch, unreadable }: ReadMessages): void {
  if (scratch.names().length > 0 || unreadable.length > 0) return;
  throw new Refusal({
    code: 'empty_file',
    because: `${basename(path)} has no messages in it.`,
    remedy: 'Export it again, or leave it out.',
  });
}

/** Messages as they are read: rows in scratch space by where they go, and what can be no row. */
class ReadMessages {
  readonly scratch: ScratchRows;
  readonly unreadable: UnreadableRow[] = [];
  /** The types of messages that are kept whole, with where they were written. */
  readonly kept = new Map<string, string>();
  private readonly format: AdtFormat;
  private n = 0;

  constructor(folder: string, format: AdtFormat) {
    this.scratch = new ScratchRows(folder);
    this.format = format;
  }

  async file(path: string): Promise<void> {
    const name = basename(path);
    for await (const found of framed(linesOf(decoded(path)))) {
      if (found.kind === 'batch') refuseShortBatch(name, found);
      else if (found.kind === 'message') this.message(name, found);
      else this.putAside(name, found.line, 'not_a_message', `Line ${found.line}`, found.text);
    }
  }

  private message(file: string, { line, segments, stray }: FramedMessage): void {
    const text = segments.join('\r');
    // What is no character stands for bytes that are not UTF-8.
    if (text.includes('\uFFFD')) this.putAside(file, line, 'wrong_encoding', null, text);
    else if (stray !== null) this.putAside(file, line, 'not_a_message', `Line ${stray}`, text);
    else this.sort(file, line, text, adtRow(readMessage(segments), text, this.format));
  }

  private sort(file: string, line: number, text: string, said: Adt): void {
    if (said.to === 'nowhere') {
      this.putAside(file, line, 'required', said.lacks, text);
      return;
    }
    const pile = said.to === 'kept' ? this.pileOfKept(said.type) : said.to;
    this.scratch.write(pile, { n: ++this.n, ...said.row, file: `${file}${ofMessage(said.row)}`, line });
  }

  private pileOfKept(type: string): string {
    const pile = `kept ${type}`;
    this.kept.set(type, pile);
    return pile;
  }

  private putAside(
    file: string,
    line: number,
    reason: UnreadableRow['reason'],
    field: string | null,
    text: string,
  ): void {
    this.unreadable.push({ file, line, field, reason, text });
  }
}

/** Names the message in what is said of where a row stands. */
function ofMessage({ message_control_id: id }: AdtRow): string {
  return id === null ? '' : `, message ${id}`;
}

async function* decoded(path: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8');
  for await (const chunk of unpackedBytes(path)) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

function refuseShortBatch(name: string, { line, promised, found }: BatchEnd): void {
  if (promised === found) return;
  throw new Refusal({
    code: 'wrong_row_count',
    because: `${name}, line ${line}: the batch has ${found} messages, and its trailer says ${promised}: it may have been cut short.`,
    remedy: 'Send the batch again.',
  });
}

/** SQL of the rows of a pile; null where nothing was put on it. */
function pileSql(file: ScratchFile | null): string | null {
  if (file === null) return null;
  const columns = adtColumns.map((name) => `"${name}": VARCHAR`);
  const types = ['n: BIGINT', ...columns, 'file: VARCHAR', 'line: BIGINT'].join(', ');
  const longest = Math.max(16_777_216, file.longest + 1);
  return `read_json(${literal(file.file)}, format = 'newline_delimited', columns = {${types}}, maximum_object_size = ${longest})`;
}

type ColumnAbout = readonly [sql: string, type: StagedColumn['type'], called: string, required?: true];

function staged(columns: Readonly<Record<string, ColumnAbout>>): ReadonlyMap<string, StagedColumn> {
  return new Map(
    Object.entries(columns).map(([name, [sql, type, called, required = false]]) => [
      name,
      { sql, native: false, type, required, called },
    ]),
  );
}

const VERSIONED = {
  version: ['lds_start_date_time', 'timestamp', 'EVN-2 or MSH-7', true],
  deleted: ['lds_is_deleted', 'boolean', 'MSH-9'],
  owner: ['record_owner_organisation_code', 'text', 'MSH-4'],
} as const;
const VISIT = {
  row_id: ['id', 'text', 'PV1-19', true],
  nhs_number: ['nhs_number', 'nhs_number', 'PID-3'],
  patient_id: [namedBySql('nhs_number', 'null::varchar'), 'text', 'PID-3', true],
  provider_name: ['provider_name', 'text', 'EVN-7'],
  diagnoses: ['diagnoses', 'diagnoses', 'DG1-3'],
  confidential: ['is_confidential', 'boolean', 'MSH-8'],
  ...VERSIONED,
} as const;

const COLUMNS = {
  admission: staged({
    ...VISIT,
    start: ['admission_date_time', 'local_time', 'PV1-44', true],
    method: ['admission_method', 'admission_method', 'PV1-4', true],
    discharge: ['discharge_date_time', 'local_time', 'PV1-45'],
    destination: ['discharge_destination', 'text', 'PV1-37'],
    term: ['primary_diagnosis_display', 'text', 'DG1-4'],
    specialty: ['specialty', 'text', 'PV1-10'],
  }),
  attendance: staged({
    ...VISIT,
    start: ['arrival_date_time', 'local_time', 'PV1-44', true],
    department: ['department_type', 'whole_number', 'PV1-10'],
    complaint: ['chief_complaint_code', 'text', 'PV2-3'],
    term: ['coalesce(chief_complaint_display, primary_diagnosis_display)', 'text', 'PV2-3'],
  }),
  // A message that is not understood is its sender's: nothing here says what it means for whom.
  kept: staged({
    row_id: [
      "'hl7:' || coalesce(record_owner_organisation_code, '') || ':' || coalesce(message_control_id, md5(message))",
      'text',
      'MSH-10',
    ],
    record: ['message', 'text', 'the message'],
    ...VERSIONED,
  }),
} as const;

function tablesOf(duck: Duck, read: ReadMessages): SourceTable[] {
  const { scratch, kept, unreadable } = read;
  const table = (
    name: string,
    to: keyof typeof COLUMNS,
    file: ScratchFile | null,
    unusable: readonly UnreadableRow[] = [],
  ): SourceTable => {
    const relation = pileSql(file) ?? `(${NO_ROWS})`;
    return {
      name,
      stage: to === 'kept' ? 'source_record' : to,
      ...(to === 'admission' ? { inOrder: [['start', 'discharge']] as const } : {}),
      feed: null,
      relation,
      again: relation,
      columns: COLUMNS[to],
      record: RECORD,
      atLeastOne: [],
      count: async () => (file?.rows ?? 0) + unusable.length,
      unreadable: async () => unusable,
      rowNumber: 'n',
      positions: (rows) => positionsIn(duck, relation, rows),
    };
  };
  const known = (['admission', 'attendance'] as const).flatMap((to) => {
    const file = scratch.written(to);
    return file === null ? [] : [table(to, to, file)];
  });
  const others = [...kept].sort().map(([type, pile]) => table(type, 'kept', scratch.written(pile)));
  return [...known, ...others, ...(unreadable.length > 0 ? [table(UNCLEAR, 'kept', null, unreadable)] : [])];
}

const NO_ROWS = `select 0::bigint as n, ${adtColumns.map((name) => `null::varchar as ${identifier(name)}`).join(', ')}, null::varchar as file, null::bigint as line where false`;

/** A row with the columns of the layout of hospital activity that it fills, and its message. */
const RECORD = `to_json(struct_pack(${adtColumns.map((name) => `${identifier(name)} := ${identifier(name)}`).join(', ')}))::varchar`;

async function positionsIn(
  duck: Duck,
  relation: string,
  rows: readonly number[],
): Promise<Map<number, Position>> {
  if (rows.length === 0) return new Map();
  const found = await duck.rows<{ n: number; file: string; line: number }>(
    `select n, file, line from ${relation} where n in (${rows.join(', ')})`,
  );
  return new Map(found.map(({ n, file, line }) => [n, { file, line }]));
}
