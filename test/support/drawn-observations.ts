import fc from 'fast-check';

/** An observation as a practice might send it, good or bad: every field is the text that stands in the file. */
export interface DrawnObservation {
  readonly id: string;
  readonly patient: string;
  readonly date: string;
  readonly value: string;
  readonly version: string;
  readonly deleted: string;
  /** Whose it says to be: the practice's that sends it, nobody's in words, which is the same, or another practice's. */
  readonly owner: 'own' | 'unsaid' | 'other';
  /** How the line is written: as it should be, with a field too few or too many, or in another encoding. */
  readonly written: 'whole' | 'short' | 'long' | 'foreign';
}

/** The patients that a drawn delivery brings. Whoever else is named is unknown. */
export const KNOWN_PATIENTS = ['p1', 'p2'] as const;
export const EXTRACTED_AT = '2026-11-01T03:00:00Z';

const mostly = <Value>(good: readonly Value[], bad: readonly Value[]): fc.Arbitrary<Value> =>
  fc.oneof(
    { arbitrary: fc.constantFrom(...good), weight: 12 },
    { arbitrary: fc.constantFrom(...bad), weight: 1 },
  );

const BAD_DATES = ['2020-13-01', '30FEB2021'];
const VERSIONS = ['', '2026-10-01T00:00:00Z', '2026-10-02T00:00:00Z', '2026-12-01T00:00:00Z'];

/** Rows of every kind, many of them about the same few things. */
export const anyObservation: fc.Arbitrary<DrawnObservation> = fc.record({
  id: mostly(['o1', 'o2', 'o3'], ['']),
  patient: mostly<string>(KNOWN_PATIENTS, ['nobody', '']),
  date: mostly(['2020-01-02', '02/01/2020', '02JAN2020', ''], BAD_DATES),
  value: mostly(['1', '2', ''], ['lots']),
  version: mostly(VERSIONS, ['yesterday']),
  deleted: mostly(['false', 'false', '', 'true'], ['perhaps']),
  owner: mostly<DrawnObservation['owner']>(['own', 'unsaid'], ['other']),
  written: mostly<DrawnObservation['written']>(['whole'], ['short', 'long', 'foreign']),
});

/** Rows of which no two contradict each other: what a good row says follows from its key and version. */
export const consistentObservation: fc.Arbitrary<DrawnObservation> = anyObservation.map((row) => {
  const bad = BAD_DATES.includes(row.date) || row.value === 'lots';
  const said = String((row.id.charCodeAt(1) + VERSIONS.indexOf(row.version)) % 2);
  const deleted = row.version === VERSIONS[2] && row.id === 'o2' ? 'true' : 'false';
  return { ...row, deleted, ...(bad ? {} : { date: '2020-01-02', value: said }) };
});

const COLUMNS =
  'id,patient_id,clinical_effective_date,result_value,lds_start_date_time,lds_is_deleted,record_owner_organisation_code,mapped_concept_code,source_display';

/** The rows of a practice as a CSV file, in bytes, because not every line is text. */
export function observationsFile(practice: string, rows: readonly DrawnObservation[]): Buffer {
  const owners = { own: practice, unsaid: '', other: 'Y99999' };
  const lines = rows.map(({ id, patient, date, value, version, deleted, owner, written }) => {
    const fields = [id, patient, date, value, version, deleted, owners[owner], '44054006'];
    if (written === 'short') return fields.slice(0, -1).join(',');
    return [
      ...fields,
      written === 'foreign' ? 'caf\xe9' : 'Diabetes',
      ...(written === 'long' ? ['more'] : []),
    ].join(',');
  });
  return Buffer.from(`${[COLUMNS, ...lines].join('\n')}\n`, 'latin1');
}

/** What is to become of rows that arrive where nothing is yet: worked out one by one, slowly and obviously. */
export interface Expected {
  readonly account: Record<string, unknown>;
  /** `patient id value` of each row that is live afterwards. */
  readonly live: readonly string[];
}

export function expectedOf(rows: readonly DrawnObservation[]): Expected {
  const reasons: Record<string, number> = {};
  const putAside = (reason: string) => {
    reasons[reason] = (reasons[reason] ?? 0) + 1;
  };
  const usable: DrawnObservation[] = [];
  for (const row of rows) {
    const fault = faultOf(row);
    if (fault === null) usable.push(row);
    else putAside(fault);
  }
  const live: string[] = [];
  let loaded = 0;
  let duplicate = 0;
  for (const same of byKey(usable)) {
    const latest = Math.max(...same.map(versionOf));
    const candidates = same.filter((row) => versionOf(row) === latest);
    duplicate += same.length - candidates.length;
    const [first] = candidates;
    if (new Set(candidates.map(saysOf)).size > 1) {
      for (const _ of candidates) putAside('conflicting_version');
    } else if (first) {
      loaded++;
      duplicate += candidates.length - 1;
      if (first.deleted !== 'true') live.push(`${first.patient} ${first.id} ${first.value}`);
    }
  }
  const quarantined = Object.values(reasons).reduce((sum, count) => sum + count, 0);
  const numbers = Object.entries({ read: rows.length, loaded, quarantined, duplicate });
  return {
    account: {
      ...Object.fromEntries(numbers.filter(([, count]) => count > 0)),
      ...(quarantined > 0 ? { reasons } : {}),
    },
    live: live.sort(),
  };
}

function faultOf(row: DrawnObservation): string | null {
  if (row.written === 'foreign') return 'wrong_encoding';
  if (row.written !== 'whole') return 'unreadable_row';
  if (row.id === '' || row.patient === '') return 'required';
  // A deletion needs no more than the key of what it deletes, and when.
  if (row.deleted !== 'true') {
    if (BAD_DATES.includes(row.date)) return 'not_a_date';
    if (row.value === 'lots') return 'not_a_number';
  }
  if (row.version === 'yesterday') return 'not_a_timestamp';
  if (row.deleted === 'perhaps') return 'not_a_boolean';
  const known = (KNOWN_PATIENTS as readonly string[]).includes(row.patient) && row.owner !== 'other';
  return known ? null : 'unknown_patient';
}

function byKey(rows: readonly DrawnObservation[]): DrawnObservation[][] {
  const keys = new Set(rows.map(({ patient, id }) => `${patient} ${id}`));
  return [...keys].map((key) => rows.filter(({ patient, id }) => `${patient} ${id}` === key));
}

function versionOf(row: DrawnObservation): number {
  return Date.parse(row.version === '' ? EXTRACTED_AT : row.version);
}

function saysOf({ deleted, date, value }: DrawnObservation): string {
  if (deleted === 'true') return 'deleted';
  return `${date === '' ? '' : 'the day'} ${value}`;
}
