import { parsePlainDate, plainDate, toEpochDay } from '../../../kernel/index.ts';
import type { Row } from '../../../platform/lake/index.ts';
import {
  hospitalCoverageSql,
  type LakeAccess,
  type OpenedLake,
  type Person,
  referenceTable,
} from '../../register/index.ts';
import {
  type Coverage,
  type Feed,
  feeds,
  type PersonRecord,
  type RecordedAdmission,
} from './person-record.ts';

interface EntryRow extends Row {
  org: string;
  row_id: string;
  day: number | null;
  code: number;
  confidential: boolean;
}

interface MedicineRow extends EntryRow {
  duration_days: number | null;
}

interface ValueRow extends EntryRow {
  value: number | null;
  unit: string | null;
  term: string | null;
}

interface AppointmentRow extends Row {
  org: string;
  row_id: string;
  day: number;
  status: string | null;
}

interface HospitalRow extends Row {
  provider: string;
  row_id: string;
  day: number;
  diagnoses: string | null;
  confidential: boolean;
}

interface AdmissionRow extends HospitalRow {
  discharge_day: number | null;
  method: RecordedAdmission['method'];
  destination: string | null;
  specialty: string | null;
}

interface AttendanceRow extends HospitalRow {
  department: number | null;
  ambulance: boolean | null;
  outcome: string | null;
  complaint: string | null;
}

/**
 * One person's record as definitions read it, from the files of one snapshot: the same rows that the refresh read.
 * `practice` is the code of the practice whose list they are on; its feeds decide what an absence means. `imdDecile` is
 * that of where they live.
 */
export async function readRecord(
  access: LakeAccess,
  { lake, dictionary }: OpenedLake,
  person: Pick<Person, 'records' | 'buckets' | 'birth_date' | 'sex' | 'lsoa' | 'registered_from'>,
  practice: string | null,
  imdDecile: number | null,
): Promise<PersonRecord> {
  const [events, medicines, appointments, admissions, attendances, coverage] = await Promise.all([
    access.recordOf<ValueRow>(lake, 'event', person),
    access.recordOf<MedicineRow>(lake, 'medication', person),
    access.recordOf<AppointmentRow>(lake, 'appointment', person),
    access.recordOf<AdmissionRow>(lake, 'admission', person),
    access.recordOf<AttendanceRow>(lake, 'attendance', person),
    readCoverage(access, lake, practice),
  ]);
  return {
    born: person.birth_date === null ? null : parsePlainDate(person.birth_date),
    sex: isSex(person.sex) ? person.sex : 'unknown',
    imdDecile,
    lsoa: person.lsoa,
    practice,
    registeredFrom: person.registered_from === null ? null : toEpochDay(plainDate(person.registered_from)),
    events: events.flatMap((row) => {
      const concept = dictionary.get(row.code);
      if (!concept) return [];
      const { system, display } = concept;
      return [
        {
          system,
          concept: concept.concept,
          display: row.term ?? display,
          day: row.day,
          value: row.value,
          unit: row.unit,
          org: row.org,
          row: row.row_id,
          confidential: row.confidential,
        },
      ];
    }),
    medicines: medicines.map((row) => {
      const concept = dictionary.get(row.code);
      return {
        days: row.duration_days,
        system: concept?.system ?? null,
        concept: concept?.concept ?? null,
        bnf: concept?.bnf ?? null,
        display: concept?.display ?? null,
        day: row.day,
        org: row.org,
        row: row.row_id,
        confidential: row.confidential,
      };
    }),
    appointments: appointments.map(({ org, row_id, day, status }) => ({ org, row: row_id, day, status })),
    admissions: admissions.map((row) => ({
      ...hospitalEntry(row),
      dischargeDay: row.discharge_day,
      method: row.method,
      destination: row.destination,
      specialty: row.specialty,
    })),
    attendances: attendances.map((row) => ({
      ...hospitalEntry(row),
      department: row.department,
      ambulance: row.ambulance,
      outcome: row.outcome,
      complaint: row.complaint,
    })),
    coverage,
  };
}

function hospitalEntry({ day, diagnoses, provider, row_id, confidential }: HospitalRow) {
  return { day, diagnoses: diagnoses?.split(';') ?? [], org: provider, row: row_id, confidential };
}

function isSex(text: string): text is PersonRecord['sex'] {
  return ['female', 'male', 'other', 'unknown'].includes(text);
}

async function readCoverage(
  access: LakeAccess,
  lake: OpenedLake['lake'],
  practice: string | null,
): Promise<PersonRecord['coverage']> {
  const coverage = (of: (feed: Feed) => Coverage) =>
    Object.fromEntries(feeds.map((feed) => [feed, of(feed)])) as Record<Feed, Coverage>;
  const rows = await access.readOnce<{ feed: string; from_day: number | null }>(
    lake,
    `select feed, from_day from ${referenceTable(lake, 'coverage')} where org = ?
     union all select 'hospital', from_day from ${hospitalCoverageSql(lake)}`,
    [practice],
  );
  return coverage((feed) => {
    const row = rows.find((each) => each.feed === feed);
    if (!row) return 'missing';
    return row.from_day === null ? 'all' : { from: row.from_day };
  });
}
