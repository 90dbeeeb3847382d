import type { ConceptNumber } from './concepts.ts';
import type { MedicineNumber } from './medicines.ts';

/** More rows than any life here has. */
const ROOM = 4096;

/** Stands for the day of a row that a practice entered without one. */
export const UNDATED = -2_000_000;

/** Stands for the value of a row that has none. */
export const NO_VALUE = -2_000_000;

/** The underlying cause of a death as the certificate of registration has it. */
export interface Cause {
  readonly group: CauseGroup;
  /** ICD-10, three characters. */
  readonly icd10: string;
}

export type CauseGroup = 'cancer' | 'circulatory' | 'respiratory' | 'dementia' | 'other';

/** One line of truth: what was put where. */
export interface Planted {
  readonly what: string;
  readonly detail: string;
}

export interface Booking {
  /** Day and minute of the day. */
  readonly start: number;
  readonly minute: number;
  readonly minutes: number;
  readonly status: string;
  readonly category: string;
  readonly mode: string;
  readonly bookedDay: number;
  readonly bookedMinute: number;
  /** Role and number within the practice. */
  readonly practitioner: string;
}

/** A stay in hospital. It stands in no record of a practice. */
export interface Stay {
  readonly day: number;
  readonly minute: number;
  /** A code of the NHS Data Dictionary, and so is the destination; that is blank while they are there. */
  readonly method: string;
  /** Null: still there on the day of the extract. */
  readonly discharge: number | null;
  readonly destination: string;
  /** ICD-10, the primary one first, separated by a semicolon. */
  readonly diagnoses: string;
  readonly words: string;
  readonly specialty: string;
  /** Which of the hospitals. */
  readonly hospital: number;
}

/** An attendance of an emergency department. It stands in no record of a practice. */
export interface Attendance {
  readonly day: number;
  readonly minute: number;
  readonly department: number;
  readonly ambulance: boolean;
  readonly outcome: string;
  readonly diagnosis: string;
  readonly words: string;
  readonly hospital: number;
}

/**
 * What is on record about one person while it is drawn: columns of small numbers, used again for the next person.
 * Rows outside its days are not taken, so that no rule has to think of birth, death or the day of the extract.
 */
export class Chart {
  private from = 0;
  private until = 0;

  observations = 0;
  readonly day = new Int32Array(ROOM);
  readonly concept = new Uint16Array(ROOM);
  readonly value = new Int32Array(ROOM);

  prescriptions = 0;
  readonly issued = new Int32Array(ROOM);
  readonly medicine = new Uint16Array(ROOM);
  readonly periods = new Uint8Array(ROOM);

  bookings: Booking[] = [];
  stays: Stay[] = [];
  attendances: Attendance[] = [];

  /** What the practice's own words are for a row, where they say more than its concept. */
  readonly wordings = new Map<number, string>();

  /** Of somebody who died: what the register of deaths says. It stands in no record of a practice. */
  cause: Cause | null = null;
  /** They live in a care home, and that is on record. */
  inCareHome = false;

  /** What is known to be wrong, or waits to be found, in this life. It stands in no record of a practice. */
  readonly planted: Planted[] = [];

  private readonly keys = new Float64Array(ROOM);

  /** Begins an empty chart; only rows from the day `from` to the day before `until` are taken. */
  open(from: number, until: number): this {
    this.from = from;
    this.until = until;
    this.observations = 0;
    this.prescriptions = 0;
    this.bookings = [];
    this.stays = [];
    this.attendances = [];
    this.wordings.clear();
    this.cause = null;
    this.inCareHome = false;
    this.planted.length = 0;
    return this;
  }

  /** Writes down that something was so, or was done, on a day. */
  note(day: number, concept: ConceptNumber): void {
    this.add(day, concept, NO_VALUE);
  }

  /** Writes down that something was so, in words of the practice's own. */
  noteInWords(day: number, concept: ConceptNumber, words: string): void {
    const place = this.observations;
    this.note(day, concept);
    if (this.observations > place) this.wordings.set(place, words);
  }

  /** Writes down a measured value, whole or in the tenths or hundredths that its concept says. */
  measure(day: number, concept: ConceptNumber, value: number): void {
    this.add(day, concept, value);
  }

  /** Writes down a diagnosis whose day nobody entered. */
  noteUndated(concept: ConceptNumber): void {
    this.put(UNDATED, concept, NO_VALUE);
  }

  /** Writes down something on a day on which it cannot have been: a defect that is there on purpose. */
  misfile(day: number, concept: ConceptNumber, value: number | null): void {
    this.put(day, concept, value ?? NO_VALUE);
  }

  /** Writes down one issue of a medicine, for so many periods of its usual length. */
  prescribe(day: number, medicine: MedicineNumber, periods: number): void {
    if (day < this.from || day >= this.until) return;
    if (this.prescriptions === ROOM) throw new Error('a chart is full');
    this.issued[this.prescriptions] = day;
    this.medicine[this.prescriptions] = medicine;
    this.periods[this.prescriptions] = periods;
    this.prescriptions += 1;
  }

  /** The first day, of those from `since` on, on which something is written down so far; null where it is not. */
  firstDay(concept: ConceptNumber, since = 0): number | null {
    let first: number | null = null;
    for (let row = 0; row < this.observations; row++) {
      const day = this.day[row] ?? UNDATED;
      if (this.concept[row] === concept && day >= since && (first === null || day < first)) first = day;
    }
    return first;
  }

  book(booking: Booking): void {
    if (this.covers(booking.start)) this.bookings.push(booking);
  }

  /** Whether a day can be on this chart. */
  covers(day: number): boolean {
    return day >= this.from && day < this.until;
  }

  private add(day: number, concept: ConceptNumber, value: number): void {
    if (this.covers(day)) this.put(day, concept, value);
  }

  private put(day: number, concept: ConceptNumber, value: number): void {
    if (this.observations === ROOM) throw new Error('a chart is full');
    this.day[this.observations] = day;
    this.concept[this.observations] = concept;
    this.value[this.observations] = value;
    this.observations += 1;
  }

  /** Places of the observations from the oldest day on; undated ones first, equal days as they were written.
   * The same array is handed out each time. */
  inOrder(): Float64Array {
    const keys = this.keys.subarray(0, this.observations);
    for (let at = 0; at < this.observations; at++) keys[at] = (this.day[at] ?? 0) * ROOM + at;
    keys.sort();
    for (let at = 0; at < keys.length; at++) keys[at] = placeOf(keys[at] ?? 0);
    return keys;
  }
}

function placeOf(key: number): number {
  return ((key % ROOM) + ROOM) % ROOM;
}
