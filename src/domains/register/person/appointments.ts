import { fromEpochDay, type PlainDate } from '../../../kernel/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import type { Row } from '../../../platform/lake/index.ts';
import type { LakeAccess, Whose } from '../lake/lake-access.ts';

/** An appointment at a practice, as the practice sent it. */
export interface Appointment {
  readonly day: PlainDate;
  /** Minutes since midnight; null where the practice did not say. */
  readonly minute: number | null;
  /** How it is held, and what became of it, in the practice's words. */
  readonly mode: string | null;
  readonly status: string | null;
  /** The code of the practice. */
  readonly practice: string;
}

/** Somebody's appointments, the earliest first, and the day for which what practices sent speaks. */
export interface Appointments {
  readonly asOf: PlainDate;
  readonly all: readonly Appointment[];
}

interface AppointmentRow extends Row {
  org: string;
  day: number;
  start_minute: number | null;
  status: string | null;
  mode: string | null;
}

/** Reads the appointments of a person, also those that are still to come. Null while nothing has been imported. */
export async function readAppointments(
  access: LakeAccess,
  tx: Tx,
  whose: Whose,
): Promise<Appointments | null> {
  const current = await access.openCurrent(tx);
  if (current === null) return null;
  const columns = 'org, day, start_minute, status, mode';
  const rows = await access.rowsOf<AppointmentRow>(current.lake, 'appointment', whose, columns);
  const all = rows
    .sort((one, other) => one.day - other.day || (one.start_minute ?? 0) - (other.start_minute ?? 0))
    .map(({ org, day, start_minute, status, mode }) => ({
      day: fromEpochDay(day),
      minute: start_minute,
      mode,
      status,
      practice: org,
    }));
  return { asOf: current.asOf, all };
}
