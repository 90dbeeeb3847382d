import type { SourceTable, StagedColumn, UnreadableRow } from '../../domains/register/index.ts';
import { identifier } from '../../platform/lake/index.ts';
import type { Lookups } from './lookups.ts';
import type { Piles } from './piles.ts';
import type { ResourceReader } from './read-resources.ts';
import { pile, type Sorted } from './sort-resources.ts';
import { ENCOUNTER, eventTypes, MEDICINE, PATIENT, usedTypes } from './used-types.ts';

/** The name under which is counted what does not even say which type of resource it is. */
const NO_TYPE = 'unknown';

export interface Delivered {
  readonly piles: Piles;
  readonly sorted: Sorted;
  readonly lookups: Lookups;
  readonly reader: ResourceReader;
  /** SQL of the ids of used resources that are kept whole, here or in the lake; null when none is. */
  readonly keptIds: string | null;
  /** SQL of the number under which the row `source` was put aside before; only where rows come again. */
  readonly origin?: string;
}

/**
 * The piles of a delivery as tables for the register. Each resource is one row of one table that is counted under its
 * type; what comes along with it (readings of a panel, deletions of what it was kept as before) is in riders.
 */
export function fhirTables(delivered: Delivered): SourceTable[] {
  const types = [...delivered.sorted.read.keys()].sort();
  const used = usedTypes.filter((type) => types.includes(type));
  const others = types.filter((type) => !usedTypes.includes(type));
  return [
    ...used.flatMap((type) => usedTables(delivered, type)),
    ...others.map((type) => keptTable(delivered, type, unusableOf(delivered, type))),
    ...riders(delivered),
    ...withoutType(delivered),
  ];
}

function usedTables(delivered: Delivered, type: string): SourceTable[] {
  const rows = rowTable(delivered, type, unusableOf(delivered, type));
  const hasKept = delivered.piles.count(pile.kept(type)) > 0;
  const numbered = type === ENCOUNTER ? numberedVisits(delivered) : [];
  return [rows, ...numbered, ...(hasKept ? [keptTable(delivered, type, [])] : [])];
}

function rowTable(delivered: Delivered, type: string, unusable: Unusables): SourceTable {
  const { piles, lookups } = delivered;
  const rows = piles.count(pile.rows(type));
  const event = eventTypes[type];
  if (event) {
    const relation = lookups.patients(piles.sql(pile.rows(type), 'event'));
    const about = { eventKind: event.kind, feed: event.feed };
    return table(delivered, {
      name: type,
      stage: 'event',
      ...about,
      relation,
      rows,
      unusable,
      columns: eventColumns(type),
    });
  }
  if (type === MEDICINE) {
    const relation = lookups.patients(lookups.medicines(piles.sql(pile.rows(type), 'medication')));
    return table(delivered, {
      name: type,
      stage: 'medication',
      relation,
      rows,
      unusable,
      columns: medicineColumns,
    });
  }
  const relation = lookups.organisations(piles.sql(pile.rows(type), 'patient'));
  const atLeastOne = [['birth_date', 'birth_year']];
  return table(delivered, {
    name: PATIENT,
    stage: 'patient',
    relation,
    rows,
    unusable,
    columns: patientColumns,
    atLeastOne,
  });
}

function keptTable(delivered: Delivered, type: string, unusable: Unusables): SourceTable {
  const { piles, lookups } = delivered;
  const rows = piles.count(pile.kept(type));
  const relation = lookups.patients(piles.sql(pile.kept(type), 'kept'));
  return table(delivered, {
    name: type,
    stage: 'source_record',
    relation,
    rows,
    unusable,
    columns: keptColumns,
  });
}

function withoutType(delivered: Delivered): SourceTable[] {
  const unusable = unusableOf(delivered, null);
  return unusable.length === 0 ? [] : [keptTable(delivered, NO_TYPE, unusable)];
}

function riders(delivered: Delivered): SourceTable[] {
  const { piles, lookups, sorted } = delivered;
  const parts = Object.entries(eventTypes).flatMap(([type, { kind }]) => {
    // Also without parts in this delivery: a whole that lost its last part has to be noticed.
    if (!sorted.read.has(type)) return [];
    const relation = lookups.patients(piles.sql(pile.parts(type), 'event'));
    const about = { eventKind: kind, feed: null, rider: 'parts' } as const;
    return table(delivered, {
      name: `${type} parts`,
      stage: 'event',
      ...about,
      relation,
      columns: eventColumns(type),
    });
  });
  const withdrawn = (['event', 'medication'] as const).flatMap((stage) => {
    if (piles.count(pile.withdrawn(stage)) === 0) return [];
    const relation = lookups.patients(piles.sql(pile.withdrawn(stage), 'key'));
    return table(delivered, {
      name: `${stage} withdrawn`,
      stage,
      feed: null,
      rider: 'withdrawals',
      relation,
      columns: keyColumns,
    });
  });
  return [...parts, ...withdrawn, ...noLongerKept(delivered), ...visits(delivered)];
}

/** Encounters of hospitals of people whom their sender names by NHS number. */
function numberedVisits(delivered: Delivered): SourceTable[] {
  const { piles, lookups } = delivered;
  return (['admission', 'attendance'] as const).flatMap((stage) => {
    const rows = piles.count(pile.numbered(stage));
    if (rows === 0) return [];
    const relation = lookups.numbers(piles.sql(pile.numbered(stage), 'visit'));
    const about = { name: ENCOUNTER, stage, feed: null, relation, rows } as const;
    return table(delivered, { ...about, columns: visitColumns[stage] });
  });
}

/** Stays and attendances, of people who have an NHS number: that is what these are known by. */
function visits(delivered: Delivered): SourceTable[] {
  return (['admission', 'attendance'] as const).flatMap((stage) => {
    const relation = visitRows(delivered, stage);
    if (relation === null) return [];
    const about = { stage, feed: null, rider: 'also', relation } as const;
    return table(delivered, { name: `${stage} of encounters`, ...about, columns: visitColumns[stage] });
  });
}

/** SQL of what encounters say of stays or attendances, by NHS number; null where nobody says anything. */
export function visitRows(
  { piles, lookups }: Pick<Delivered, 'piles' | 'lookups'>,
  stage: 'admission' | 'attendance',
): string | null {
  if (piles.count(pile.visits(stage)) === 0) return null;
  return lookups.numbers(lookups.patients(piles.sql(pile.visits(stage), 'visit')));
}

/** What was kept whole before and is a row now, or deleted: the source record goes. */
function noLongerKept(delivered: Delivered): SourceTable[] {
  const { piles, lookups, keptIds } = delivered;
  if (keptIds === null) return [];
  const rows = usedTypes.flatMap((type) => {
    const isHere = type !== PATIENT && piles.count(pile.rows(type)) > 0;
    return isHere ? [`select * replace ('true' as deleted) from ${piles.sql(pile.rows(type), 'key')}`] : [];
  });
  if (rows.length === 0) return [];
  const relation = lookups.patients(
    `(select * from (${rows.join(' union all ')}) where row_id in (${keptIds}))`,
  );
  return [
    table(delivered, {
      name: 'no longer kept',
      stage: 'source_record',
      rider: 'withdrawals',
      relation,
      columns: keyColumns,
    }),
  ];
}

type Unusables = Sorted['unusable'];

function unusableOf({ sorted }: Delivered, type: string | null): Unusables {
  return sorted.unusable.filter((each) => each.type === type);
}

interface TableAbout
  extends Pick<SourceTable, 'name' | 'stage' | 'eventKind' | 'feed' | 'rider' | 'relation'> {
  /** How many there are; not said of riders. */
  readonly rows?: number;
  readonly unusable?: Unusables;
  readonly columns: ReadonlyMap<string, StagedColumn>;
  readonly atLeastOne?: readonly (readonly string[])[];
}

function table({ reader, origin }: Delivered, about: TableAbout): SourceTable {
  const {
    rows = 0,
    unusable = [],
    relation,
    columns,
    atLeastOne = [],
    eventKind,
    feed,
    rider,
    name,
    stage,
  } = about;
  const counted = rider === undefined ? rows + unusable.length : null;
  return {
    name,
    stage,
    ...(eventKind === undefined ? {} : { eventKind }),
    ...(feed === undefined ? {} : { feed }),
    ...(rider === undefined ? {} : { rider }),
    ...(origin === undefined || rider !== undefined ? {} : { origin }),
    relation,
    again: relation,
    columns,
    atLeastOne,
    count: async () => counted,
    unreadable: () => unreadableRows(reader, unusable),
    rowNumber: 'n',
    // What is kept of a resource is the resource; its row here is what was made of it.
    record: 'null',
    asSent: (rows) => reader.asSent(rows),
    positions: (rows) => reader.positions(rows),
  };
}

async function unreadableRows(reader: ResourceReader, unusable: Unusables): Promise<UnreadableRow[]> {
  const positions = await reader.positions(unusable.map(({ at }) => at));
  return unusable.map(({ at, reason, field, found }) => ({
    file: positions.get(at)?.file ?? '',
    line: positions.get(at)?.line ?? 0,
    field,
    reason,
    text: typeof found === 'string' ? found : JSON.stringify(found),
    ...originOf(reader, at),
  }));
}

function originOf(reader: ResourceReader, at: number): { origin?: number } {
  const origin = reader.originOf(at);
  return origin === undefined ? {} : { origin };
}

type ColumnAbout = readonly [type: StagedColumn['type'], called: string, required?: true];

function stagedColumns(columns: Readonly<Record<string, ColumnAbout>>): ReadonlyMap<string, StagedColumn> {
  return new Map(
    Object.entries(columns).map(([name, [type, called, required = false]]) => [
      name,
      { sql: identifier(name), native: false, type, required, called },
    ]),
  );
}

const VERSION = {
  version: ['timestamp', 'meta.lastUpdated'],
  deleted: ['boolean', 'request.method'],
} as const;
const KEY = { row_id: ['text', 'id', true], patient_id: ['text', 'subject', true], ...VERSION } as const;
const CODE = {
  system: ['text', 'system'],
  display: ['text', 'display'],
  source_term: ['text', 'text'],
} as const;

const keyColumns = stagedColumns({ ...KEY, patient_id: ['text', 'subject'] });
const keptColumns = stagedColumns({
  ...KEY,
  patient_id: ['text', 'subject or patient'],
  record: ['text', 'the resource'],
});

const patientColumns = stagedColumns({
  patient_id: ['text', 'id', true],
  ...VERSION,
  nhs_number: ['nhs_number', 'identifier'],
  title: ['text', 'name.prefix'],
  family_name: ['text', 'name.family'],
  given_names: ['text', 'name.given'],
  sex: ['sex', 'gender'],
  birth_date: ['date', 'birthDate'],
  birth_year: ['year', 'birthDate'],
  birth_month: ['month', 'birthDate'],
  death_date: ['date', 'deceasedDateTime'],
  death_year: ['year', 'deceasedDateTime'],
  death_month: ['month', 'deceasedDateTime'],
  address: ['text', 'address'],
  postcode: ['text', 'address.postalCode'],
  practice_code: ['text', 'generalPractitioner'],
  sensitive: ['boolean', 'meta.security'],
});

function eventColumns(type: string): ReadonlyMap<string, StagedColumn> {
  const { code = 'code', date = 'date' } = eventTypes[type]?.called ?? {};
  return stagedColumns({
    ...KEY,
    ...CODE,
    code: ['text', code, true],
    date: ['date', date],
    precision: ['text', date],
    value: ['number', 'value[x]'],
    unit: ['text', 'valueQuantity.unit'],
    text: ['text', 'value[x]'],
    confidential: ['boolean', 'meta.security'],
  });
}

const VISIT = {
  ...KEY,
  provider: ['text', 'serviceProvider'],
  provider_name: ['text', 'serviceProvider'],
  start: ['local_time', 'period.start', true],
  diagnoses: ['diagnoses', 'reasonCode'],
  term: ['text', 'reasonCode'],
  confidential: ['boolean', 'meta.security'],
} as const;

const visitColumns = {
  admission: stagedColumns({
    ...VISIT,
    method: ['admission_method', 'admissionMethod', true],
    discharge: ['local_time', 'period.end'],
    destination: ['text', 'hospitalization.dischargeDisposition'],
  }),
  attendance: stagedColumns({ ...VISIT, complaint: ['text', 'reasonCode'] }),
};

const medicineColumns = stagedColumns({
  ...KEY,
  ...CODE,
  code: ['text', 'medication[x]', true],
  date: ['date', 'authoredOn'],
  bnf: ['text', 'medication[x]'],
  dose: ['text', 'dosageInstruction.text'],
  quantity: ['number', 'dispenseRequest.quantity'],
  unit: ['text', 'dispenseRequest.quantity.unit'],
  duration_days: ['whole_number', 'dispenseRequest.expectedSupplyDuration'],
  confidential: ['boolean', 'meta.security'],
});
