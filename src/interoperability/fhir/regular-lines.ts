import { literal } from '../../platform/lake/index.ts';
import { SNOMED } from './coding.ts';
import { isPeriod } from './fhir-date.ts';
import { VISIT_CLASSES } from './hospital-visit.ts';
import { MODIFIER } from './modified.ts';
import {
  BETWEEN,
  chosenSql,
  codedSql,
  componentsSql,
  dateSql,
  isDaySql,
  isOddMeasureSql,
  isOddNumberSql,
  measuredNoteSql,
  numberSql,
  readable,
  unitSql,
  wordsSql,
} from './regular-elements.ts';
import { ALSO_ABOUT, type LineKind, lineShape } from './regular-shape.ts';
import {
  daysOf,
  ENCOUNTER,
  type EventType,
  eventTypes,
  MEDICINE,
  medicineFields as medicine,
  type NotePart,
  PATIENT,
  type Unless,
} from './used-types.ts';

// Most resources of a delivery are alike: plain texts, whole dates, one patient, no surprises. DuckDB reads those many
// times faster than a program that takes each apart. Whatever is not certain to mean here what it means to the sorter
// is left to the sorter: a line is regular only if every question below has the plain answer.

export interface LinesAbout {
  readonly kind: LineKind;
  readonly publisher: string;
  /** Whether the delivery is dated, so that counted versions are not looked at; see ResourceSorter. */
  readonly isDated: boolean;
  /** SQL of whether a line is irregular for a reason that it does not know itself; null when there is none. */
  readonly isIrregular: string | null;
}

/** Types that the sorter looks into even where they are kept whole: people, and what others are looked up in. */
const FOR_THE_SORTER = [PATIENT, 'Bundle', 'Organization', 'Medication'];
const MEDICINE_TYPE = literal(MEDICINE);

/**
 * SQL of what each line says. `lines` is SQL of lines, with the column `json`, null where a line is no JSON.
 *
 * The column `way` is `row` for an entry or a medicine; `kept` for what is kept whole, in `record`; `sorter` for what is
 * not regular, whole in `whole`, with the resource itself in `record`; `broken` for what is no JSON.
 */
export function regularSql(lines: string, { kind, publisher, isDated, isIrregular }: LinesAbout): string {
  const elements = `
    select *, r.meta.lastUpdated as version,
           case when r.patient is null then r.subject.reference else r.patient->>'$.reference' end as said,
           case when r.patient is null then r.subject."type" else r.patient->>'$.type' end as said_type,
           ${byType(({ code: [first] }) => elementSql(first), elementSql(medicine.code))} as concept,
           ${byType(({ part }) => part && extensionSql(part))} as further,
           ${byType(({ day }) => firstSaid(day), firstSaid(medicine.day))} as day_said,
           ${byType(({ note = [] }) => untilSaid(note))} as until_said,
           ${byType(({ isMeasured }) => (isMeasured ? 'r.valueQuantity' : undefined), elementSql(medicine.quantity))} as amount,
           ${byType(() => undefined, elementSql(medicine.duration))} as supply
      from (${linesSql(lines, kind)}) as r`;
  const chosen = `
    select *, ${patientSql()} as patient_id, ${chosenSql('concept')} as coding,
           ${dateSql('day_said')} as entry_date, ${dateSql('until_said')} as until_date,
           ${numberSql('amount')} as value, ${unitSql('amount')} as unit,
           ${byType(partsSql)} as parts,
           case when r.resourceType = ${MEDICINE_TYPE} then ${doseSql()} end as dose,
           ${numberSql('supply')} as supply_number, ${unitSql('supply')} as supply_unit
      from (${elements}) as r`;
  const rows = `
    select *, ${codedSql('concept', 'coding')} as coded, ${byType(noteSql)} as note,
           case when r.resourceType = ${MEDICINE_TYPE} then ${bnfSql()} end as bnf, ${durationSql()} as duration_days
      from (${chosen}) as r`;
  const ways = `
    select *, ${waySql(isDated, isIrregular)} as way
      from (${rows}) as r`;
  const record = kind === 'entry' ? "(json->'$.entry.resource')::varchar" : 'json(json)::varchar';
  const whole = kind === 'entry' ? "(json->'$.entry')::varchar" : 'json::varchar';
  return `
    select way, place, resourceType as type, id, full_url, said, patient_id, version,
           case when way = 'kept' and patient_id is null then ${literal(`${publisher}:`)} else '' end || resourceType || '/' || id as row_id,
           case when way in ('kept', 'sorter') then ${record} end as record,
           case when way = 'sorter' then ${whole} end as whole,
           case when ${hasCodeSql('meta.security', ['R', 'V'])} then 'true' end as confidential,
           coded.code as code, coded.system as system, coded.display as display, coded.source_term as source_term,
           entry_date as date, case strlen(day_said) when 7 then 'month' when 4 then 'year' end as precision, value, unit,
           ${readable('note')} as text, parts, dose, bnf, duration_days
      from (${ways})`;
}

/** SQL of the parsed lines: their place among entries, what surrounds the resource, and the resource as `r`. */
function linesSql(lines: string, kind: LineKind): string {
  const parsed = `select json, from_json(json, ${literal(JSON.stringify(lineShape(kind)))}) as line from ${lines}`;
  if (kind === 'resource') {
    return `select json, unnest(line), null::bigint as place, null::varchar as full_url, false as has_odd_entry from (${parsed})`;
  }
  return `
    select json, unnest(line.entry.resource), line.place as place, line.entry.fullUrl as full_url,
           coalesce(line.entry.request.method = 'DELETE', false)
             or (line.entry.resource.meta.lastUpdated is null and line.entry.response.lastModified is not null) as has_odd_entry
      from (${parsed})`;
}

/** SQL of something that each type of entry has in its own place, and medicines in theirs; null where it has none. */
function byType(sql: (type: EventType, name: string) => string | undefined, ofMedicine?: string): string {
  const branches = Object.entries(eventTypes).flatMap(([name, type]) => {
    const value = sql(type, name);
    return value === undefined ? [] : [`when ${literal(name)} then ${value}`];
  });
  if (ofMedicine !== undefined) branches.push(`when ${MEDICINE_TYPE} then ${ofMedicine}`);
  return `case r.resourceType ${branches.join(' ')} end`;
}

/** SQL of the element at a path, as `elementAt` finds it. */
function elementSql(path: string): string {
  return path.split('.').reduce((sql, step) => {
    const name = step.replace('[0]', '');
    return `${sql}."${name}"${name === step ? '' : '[1]'}`;
  }, 'r');
}

function extensionSql(url: string): string {
  return `list_filter(r.extension, lambda each: each.url = ${literal(url)})[1].valueCodeableConcept`;
}

/** SQL of the parts of an entry: what stands in its extension, or its components. */
function partsSql({ part, isMeasured }: EventType): string | undefined {
  if (isMeasured) return `case when r.component is not null then ${componentsSql('r.component')} end`;
  if (part === undefined) return undefined;
  const chosen = `[struct_pack(concept := further, coding := ${chosenSql('further')})]`;
  return `case when further is not null then list_transform(${chosen}, lambda one: struct_pack(
            coded := ${codedSql('one.concept', 'one.coding')}, value := null::varchar, unit := null::varchar,
            note := null::varchar, words := null::varchar)) end`;
}

/** The text of the first of several dates and Periods that is filled. Those in lists are not read here. */
function firstSaid(paths: readonly string[]): string {
  const said = paths
    .filter((path) => !path.includes('[0]'))
    .map((path) => {
      const element = elementSql(path);
      return isPeriod(path) ? `${element}."start", ${element}."end"` : element;
    });
  return `coalesce(${said.join(', ')})`;
}

function untilSaid(note: readonly NotePart[]): string | undefined {
  const until = note.flatMap((piece) => ('until' in piece ? piece.until : []));
  return until.length === 0 ? undefined : firstSaid(until);
}

/** SQL of the pieces of a note. */
function noteSql({ note = [], isMeasured }: EventType): string | undefined {
  const pieces = note.map(noteOf);
  if (isMeasured) {
    const words = `array_to_string(list_transform(parts, lambda part: part.words), ${BETWEEN})`;
    pieces.push(measuredNoteSql('r'), `case when parts is not null then nullif(${words}, '') end`);
  }
  return pieces.length === 0 ? undefined : `nullif(concat_ws(${BETWEEN}, ${pieces.join(', ')}), '')`;
}

function noteOf(piece: NotePart): string {
  if ('text' in piece) return elementSql(piece.text);
  if ('until' in piece) return `'until ' || until_date`;
  const concept = elementSql(piece.words);
  const words = wordsSql(concept);
  return piece.except
    ? `case when not ${hasCodeSql(`${concept}.coding`, piece.except)} then ${words} end`
    : words;
}

/** SQL of whether one of the codings has one of the codes. */
function hasCodeSql(codings: string, codes: readonly string[]): string {
  return `coalesce(list_has_any(list_transform(${codings}, lambda each: each.code), [${codes.map(literal).join(', ')}]), false)`;
}

function doseSql(): string {
  return `coalesce(${medicine.dose.map(elementSql).join(', ')})`;
}

function bnfSql(): string {
  const isBnf = (system: string) => `regexp_matches(${system}, '(?i)\\bbnf\\b')`;
  return `case when len(concept.coding) > 1 or ${isBnf('coding.system')}
               then list_filter(concept.coding, lambda each: ${isBnf('each.system')})[1].code end`;
}

function durationSql(): string {
  const branches = Object.entries(daysOf).map(([unit, days]) => {
    const inDays = days === 1 ? 'supply_number' : `(try_cast(supply_number as bigint) * ${days})::varchar`;
    return `when ${literal(unit)} then ${inDays}`;
  });
  return `case supply_unit ${branches.join(' ')} end`;
}

/** SQL of the id of the patient in a reference that says it plainly. */
function patientSql(): string {
  return `case
    when regexp_full_match(said, '${PATIENT}/[^/?#\\s]+') then substr(said, ${PATIENT.length + 2})
    when starts_with(said, 'urn:uuid:') then
      case when coalesce(said_type, ${literal(PATIENT)}) = ${literal(PATIENT)} and not contains(said, ' ') then substr(said, 10) end
    when regexp_full_match(said, '[^?#\\s]*/${PATIENT}/[^/?#\\s]+') and not contains(said, '/_history/')
    then split_part(said, '/', -1) end`;
}

/** SQL of what becomes of a line. */
function waySql(isDated: boolean, isIrregular: string | null): string {
  const used = [...Object.keys(eventTypes), MEDICINE].map(literal).join(', ');
  const somebody = literal(`"(?:${ALSO_ABOUT.join('|')})"`);
  const isKept = `regexp_full_match(r.resourceType, '[A-Z][A-Za-z]{1,63}')
    and (patient_id is not null or (r.patient is null and not regexp_matches(json, ${somebody})))
    and not regexp_matches(json, ${literal(NO_NUMBER)})`;
  return `case
    when json is null then 'broken'
    when r.resourceType in (${FOR_THE_SORTER.map(literal).join(', ')}) or ${isOddSql(isDated)} ${isIrregular === null ? '' : `or ${isIrregular}`} then 'sorter'
    when r.resourceType in (${used}) then case when patient_id is not null and ${isRegularRow()} then 'row' else 'sorter' end
    when ${isKept} then 'kept'
    else 'sorter' end`;
}

/** SQL of whether a line of any type is not regular. */
function isOddSql(isDated: boolean): string {
  const parts = `case when parts is not null
    then array_to_string(list_transform(parts, lambda part: concat_ws(${BETWEEN}, part.coded.code, part.coded.system, part.coded.display, part.unit)), ${BETWEEN}) end`;
  const texts = [
    ...['version', 'full_url', 'r.status', 'r.intent', 'r.doNotPerform'],
    ...NEGATIONS.map((name) => `r."${name}"`),
    ...[
      'coded.code',
      `case when coded.system <> ${literal(SNOMED)} then coded.system end`,
      'coded.display',
      'nullif(coded.source_term, coded.display)',
      'unit',
      'dose',
      'bnf',
      'note',
      parts,
      'supply_unit',
    ],
  ];
  return [
    'has_odd_entry',
    `not coalesce(strlen(r.id) <= 128 and regexp_full_match(r.id, ${literal(ID)}), false)`,
    `r.status = 'entered-in-error'`,
    // Wherever it stands; a text that ends so goes the long way for nothing. A capital is found faster than a small letter.
    `contains(json, ${literal(END_OF_MODIFIER)})`,
    `(r.verificationStatus is not null and (not starts_with(r.verificationStatus, '{') or contains(r.verificationStatus, 'entered-in-error')))`,
    ...(isDated ? [] : ['(version is null and r.meta.versionId is not null)']),
    isLaxSql(),
    `regexp_matches(concat_ws(${BETWEEN}, ${texts.join(', ')}), ${literal(NOT_PLAIN)})`,
  ].join(' or ');
}

const END_OF_MODIFIER = `${MODIFIER.slice(MODIFIER.indexOf('E'))}"`;

/** An id that cannot be a number that is written in another way. */
const ID = '\\d{1,15}|[A-Za-z0-9._-]*(?:[A-DF-Za-df-z_]|\\d-)[A-Za-z0-9._-]*';

/** What DuckDB reads and JSON does not allow: a comma too many, NaN, Infinity. And what no database takes as a text. */
function isLaxSql(): string {
  return `(contains(json, 'NaN') or contains(json, 'Infinity') or regexp_matches(json, ',\\s*[}\\]]')
    or (contains(json, '\\u00') and regexp_matches(json, '\\\\u00(?:00|1[eEfF])')))`;
}

/**
 * What DuckDB reads as a number in any spelling, as programs in C write it. Of a row it is at most in an element that is
 * not read; what is kept whole must be JSON to whoever reads it later.
 */
const NO_NUMBER = '(?i)[:,\\[]\\s*-?(?:nan|inf)';

/** Elements with which other versions of FHIR say that something was not done. */
const NEGATIONS = Object.values(eventTypes).flatMap(({ unless }) =>
  Object.keys(unless).filter((name) => name !== 'status' && name !== 'verificationStatus'),
);

const SPACE = '[\\s\\x0b\\p{Z}\\x{feff}]';
const EDGE = '[\\x1e\\x1f]';

/**
 * Of texts in a row, that one is blank or has blanks at an end, was an object or a list, or may have been a number that
 * is written in another way: all that the sorter reads otherwise than as it stands there.
 */
const NOT_PLAIN = [
  `^${EDGE}|${EDGE}{2}|${EDGE}$`,
  `(?:^|${EDGE})${SPACE}|${SPACE}(?:${EDGE}|$)`,
  `(?:^|${EDGE})(?:\\{|\\[["{\\[\\]0-9tfn-])`,
  `(?:^|${EDGE})-?\\d+(?:\\.\\d*0|(?:\\.\\d+)?[eE][+-]?\\d+)(?:${EDGE}|$)`,
].join('|');

/** SQL of whether a resource of a used type says what it says in the regular way. */
function isRegularRow(): string {
  const inWholeDays = Object.entries(daysOf).flatMap(([unit, days]) => (days === 1 ? [] : [literal(unit)]));
  const ruledOut = byType(({ unless }) => ruledOutSql(unless), ruledOutSql(medicine.unless));
  return [
    `not coalesce(${ruledOut}, false)`,
    // A number is no code, and a double does not hold eighteen digits: so long a code has to stand there in quotes.
    `case when regexp_full_match(coded.code, '\\d{1,15}|[^-\\d].*') then true
          else coalesce(contains(json, '"' || coded.code || '"'), false) end`,
    isDaySql('day_said', 'entry_date'),
    isDaySql('until_said', 'until_date'),
    `case r.resourceType when 'Observation' then not ${isOddMeasureSql('r')} and r.effectiveTiming is null
            and (r.component is null or (len(r.component) = list_count(r.component)
                 and len(list_filter(r.component, lambda one: ${isOddMeasureSql('one')})) = 0))
          when ${MEDICINE_TYPE} then not ${isOddNumberSql('amount')} and not ${isOddNumberSql('supply')}
            and (supply_unit is null or supply_unit not in (${inWholeDays.join(', ')}) or regexp_full_match(supply_number, '\\d{1,9}'))
          when ${literal(ENCOUNTER)} then not coalesce(r.class.code in (${Object.keys(VISIT_CLASSES).map(literal).join(', ')}), false)
          else true end`,
  ].join(' and ');
}

/** SQL of `isRuledOut`. */
function ruledOutSql(unless: Unless): string {
  return Object.entries(unless)
    .map(([element, codes]) => {
      const list = codes.map(literal).join(', ');
      return element === 'verificationStatus'
        ? `list_has_any(r.verificationStatus->>'$.coding[*].code', [${list}])`
        : `r."${element}" in (${list})`;
    })
    .map((sql) => `coalesce(${sql}, false)`)
    .join(' or ');
}
