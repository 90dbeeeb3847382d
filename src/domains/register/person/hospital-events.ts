import { fromEpochDay, type PlainDate, toEpochDay } from '../../../kernel/index.ts';
import type { Row } from '../../../platform/lake/index.ts';
import type { LakeAccess, OpenedLake, Whose } from '../lake/lake-access.ts';
import type { Restricted } from './timeline.ts';

/** Something that happened to somebody at a hospital, known by who sent it, of which encounter it is, and what. */
export interface HospitalEvent {
  readonly sender: string;
  readonly encounter: string;
  readonly event: 'attended' | 'admitted' | 'discharged';
  readonly day: PlainDate;
  /** Of attendances: the type of department, 1 to 5 as ECDS counts them; null where nobody said. */
  readonly department?: number | null;
}

interface EncounterRow extends Row {
  org: string;
  row_id: string;
  day: number;
  diagnoses: string | null;
  confidential: boolean;
}

/**
 * Attendances, admissions of some kinds and discharges of one person on a day or after it. What a sender marked
 * confidential, and stays whose first diagnosis or complaint is restricted, are left out: that they were is not told.
 */
export async function readHospitalEvents(
  access: LakeAccess,
  { lake }: OpenedLake,
  whose: Whose,
  asked: {
    readonly since: PlainDate;
    readonly admissions: readonly string[];
    readonly restricted: Restricted;
  },
): Promise<HospitalEvent[]> {
  const since = toEpochDay(asked.since);
  const columns = 'org, row_id, day, diagnoses, confidential';
  const admissions = await access.rowsOf<EncounterRow & { method: string; discharge_day: number | null }>(
    lake,
    'admission',
    whose,
    `${columns}, method, discharge_day`,
  );
  const attendances = await access.rowsOf<
    EncounterRow & { complaint: string | null; department: number | null }
  >(lake, 'attendance', whose, `${columns}, complaint, department`);
  const mayTell = (row: EncounterRow, complaint: string | null) => {
    const first = row.diagnoses?.split(';')[0];
    const isRestricted = (system: string, concept: string) =>
      asked.restricted({ system, concept, bnf: null, display: null });
    if (row.confidential || (first !== undefined && isRestricted('icd10', first))) return false;
    return complaint === null || !isRestricted('snomed', complaint);
  };
  const of = (row: EncounterRow, event: HospitalEvent['event'], day: number): HospitalEvent[] =>
    day < since ? [] : [{ sender: row.org, encounter: row.row_id, event, day: fromEpochDay(day) }];
  return [
    ...attendances
      .filter((row) => mayTell(row, row.complaint))
      .flatMap((row) =>
        of(row, 'attended', row.day).map((event) => ({ ...event, department: row.department })),
      ),
    ...admissions
      .filter((row) => mayTell(row, null) && asked.admissions.includes(row.method))
      .flatMap((row) => [
        ...of(row, 'admitted', row.day),
        ...(row.discharge_day === null ? [] : of(row, 'discharged', row.discharge_day)),
      ]),
  ];
}
