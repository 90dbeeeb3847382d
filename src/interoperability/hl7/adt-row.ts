import { parseOdsCode } from '../../kernel/index.ts';
import type { AdtFormat } from './adt-format.ts';
import type { Message } from './er7.ts';

/** A message as a row: columns as the layout of hospital activity calls them, so that it can come again as one. */
export type AdtRow = Readonly<Record<(typeof adtColumns)[number], string | null>>;

export const adtColumns = [
  ...(['id', 'nhs_number', 'provider_name', 'admission_date_time', 'arrival_date_time'] as const),
  ...(['admission_method', 'discharge_date_time', 'discharge_destination', 'department_type'] as const),
  ...(['diagnoses', 'primary_diagnosis_display', 'chief_complaint_code', 'chief_complaint_display'] as const),
  ...(['specialty', 'is_confidential'] as const),
  ...(['lds_start_date_time', 'lds_is_deleted', 'record_owner_organisation_code'] as const),
  ...(['message_type', 'message_control_id', 'message'] as const),
] as const;

/** What becomes of a message: a row of a table, or it is kept whole, or lacks what would say which of the two. */
export type Adt =
  | { readonly to: 'admission' | 'attendance' | 'kept'; readonly type: string; readonly row: AdtRow }
  | { readonly to: 'nowhere'; readonly lacks: string };

/**
 * What a message says of a visit, by the rules of a format. Pure; values stay text, and what is no time or no NHS number
 * is handed on as it is, so that the register puts the row aside and names the field. `text` is the message as it came.
 */
export function adtRow(message: Message, text: string, format: AdtFormat): Adt {
  const { get } = message;
  const kind = get('MSH', 9);
  const trigger = get('MSH', 9, 2) ?? get('EVN', 1);
  if (kind === null) return { to: 'nowhere', lacks: 'MSH-9' };
  const type = trigger === null ? kind : `${kind}^${trigger}`;
  const place = format.events.findIndex(({ id }) => id === trigger);
  const event = kind === 'ADT' ? format.events[place] : undefined;
  const common = {
    ...NOTHING,
    lds_start_date_time: versionOf(message, place),
    record_owner_organisation_code: senderOf(message),
    message_type: type,
    message_control_id: get('MSH', 10),
    message: text,
  };
  const patientClass = get('PV1', 2);
  if (event && patientClass === null) return { to: 'nowhere', lacks: 'PV1-2' };
  const to = event && patientClass !== null ? format.classes[patientClass.toUpperCase()] : undefined;
  if (!event || to === undefined) return { to: 'kept', type, row: common };
  const happened = hl7Time(get('EVN', 6));
  const visit = {
    ...common,
    id: get('PV1', 19),
    nhs_number: nhsNumberOf(message, format),
    provider_name: get('EVN', 7) ?? (parseOdsCode(get('MSH', 4) ?? '') === null ? get('MSH', 4) : null),
    lds_is_deleted: event.means === 'withdrawn' ? 'true' : null,
    is_confidential: isConfidential(message, format) ? 'true' : null,
    ...saidOfIllness(message, format),
  };
  const began = ['A01', 'A04', 'A06'].includes(event.id) ? happened : null;
  const start = hl7Time(get('PV1', 44)) ?? began;
  if (to === 'attendance') {
    const service = get('PV1', 10)?.toUpperCase() ?? '';
    const department_type = format.departments[service]?.toString() ?? null;
    return { to, type, row: { ...visit, arrival_date_time: start, department_type } };
  }
  const ended = hl7Time(get('PV1', 45)) ?? (event.means === 'discharged' ? (happened ?? NO_TIME) : null);
  const row = {
    ...visit,
    admission_date_time: start,
    admission_method: methodOf(get('PV1', 4), format),
    // A message that takes a discharge back may still say when it was.
    discharge_date_time: event.id === 'A13' ? null : ended,
    discharge_destination: ended === null ? null : destinationOf(message, format),
    specialty: get('PV1', 10),
  };
  return { to, type, row };
}

const NOTHING = Object.fromEntries(adtColumns.map((name) => [name, null])) as unknown as AdtRow;

/** Stands where a discharge has no time, so that the row is put aside and the person does not count as still there. */
const NO_TIME = 'no time';

const TIME = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:\.(\d{1,4}))?)?)?)?(?:([+-]\d\d)(\d\d))?$/;

/**
 * A time of HL7 (`YYYYMMDD[HH[MM[SS[.S]]]][+/-ZZZZ]`) in the form that the register reads; without a zone it is London's.
 * What is no time is handed on as it is, null stays null.
 */
export function hl7Time(text: string | null): string | null {
  if (text === null) return null;
  const found = TIME.exec(text);
  if (!found) return text;
  const [, year, month, day, hour = '00', minute = '00', second = '00', part = '0', zone, zoneMinutes] =
    found;
  const offset = zone === undefined ? '' : `${zone}:${zoneMinutes}`;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}.${part.slice(0, 3).padEnd(3, '0')}${offset}`;
}

/**
 * What orders the messages of a visit: when the event was recorded (EVN-2), else when the message was made (MSH-7). A
 * time without parts of a second gets some by the kind of event.
 */
function versionOf({ get }: Message, place: number): string | null {
  const said = get('EVN', 2) ?? get('MSH', 7);
  const time = hl7Time(said);
  if (said === null || time === null || said.includes('.') || place < 0) return time;
  return time.replace(/\.000(?=$|[+-])/, `.${String(place + 1).padStart(3, '0')}`);
}

/** Who sends: the component of MSH-4 that is a code of an organisation. */
function senderOf({ get }: Message): string | null {
  for (const component of [1, 2]) {
    const code = parseOdsCode(get('MSH', 4, component) ?? '');
    if (code !== null && /\d/.test(code)) return code;
  }
  return null;
}

function nhsNumberOf({ all }: Message, { nhs_number: { authorities, types } }: AdtFormat): string | null {
  const among = (text: string | null, words: readonly string[]) =>
    text !== null && words.includes(text.toUpperCase());
  const found = all('PID', 3).find(
    (occurrence) => among(occurrence(4), authorities) || among(occurrence(5), types),
  );
  return found?.(1) ?? null;
}

function isConfidential({ get }: Message, { confidential }: AdtFormat): boolean {
  const marks = [get('MSH', 8), get('ARV', 3)].map((mark) => mark?.toUpperCase() ?? '');
  return get('PD1', 12) === 'Y' || marks.some((mark) => confidential.includes(mark));
}

function methodOf(type: string | null, { admission_types }: AdtFormat): string | null {
  return type === null ? null : (admission_types[type.toUpperCase()] ?? type);
}

/** The discharge destination, or the code for somebody who died. */
function destinationOf({ get }: Message, { died }: AdtFormat): string | null {
  return died.includes(get('PV1', 36)?.toUpperCase() ?? '') ? '79' : get('PV1', 37);
}

/** Diagnoses (DG1, the one of priority 1 first) and why the person came (PV2-3), as far as they are coded. */
function saidOfIllness(message: Message, { coding }: AdtFormat) {
  const diagnoses = Array.from({ length: message.count('DG1') }, (_, which) => ({
    first: message.all('DG1', 15, which)[0]?.(1) === '1' ? 0 : 1,
    code: message.all('DG1', 3, which)[0],
    words: message.all('DG1', 4, which)[0]?.(1) ?? null,
  })).sort((one, other) => one.first - other.first);
  const inSystem =
    (systems: readonly string[]) => (code: ((component: number) => string | null) | undefined) =>
      code && systems.includes(code(3)?.toUpperCase() ?? '') ? code(1) : null;
  const codes = diagnoses.flatMap(({ code }) => inSystem(coding.icd10)(code) ?? []);
  const reason = message.all('PV2', 3)[0];
  const main = diagnoses[0];
  return {
    diagnoses: codes.length === 0 ? null : codes.join(';'),
    primary_diagnosis_display: main?.words ?? main?.code?.(2) ?? null,
    chief_complaint_code: inSystem(coding.snomed)(reason) ?? inSystem(coding.snomed)(main?.code),
    chief_complaint_display: reason?.(2) ?? null,
  };
}
