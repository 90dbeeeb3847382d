import { day as dayOf, EXTRACT_DAY, monthOf, WINDOW_START, weekdayOf } from './calendar.ts';
import type { Booking } from './chart.ts';
import { type Condition, longTermConditions } from './conditions.ts';
import type { Dice } from './dice.ts';
import type { Health } from './health.ts';
import { bandOf } from './people.ts';
import type { Subject } from './subject.ts';

/** Percent of an ordinary day, Sunday to Saturday: shut on Sundays, a few hubs on Saturdays. Invented. */
const BY_WEEKDAY = [0, 121, 108, 103, 99, 93, 11];

/** Percent of an ordinary month, January to December. Invented, in the shape of national appointment counts. */
const BY_MONTH = [106, 104, 103, 96, 96, 98, 95, 86, 102, 113, 108, 86];

/** Bank holidays of England inside the window: shut. */
const HOLIDAYS = new Set(
  '2024-12-25 2024-12-26 2025-01-01 2025-04-18 2025-04-21 2025-05-05 2025-05-26 2025-08-25 2025-12-25 2025-12-26 2026-01-01 2026-04-03 2026-04-06 2026-05-04 2026-05-25 2026-08-31'
    .split(' ')
    .map(dayOf),
);

/** Every day of the window, as often as its weight: a throw into this table is a day. */
const openDays = weighDays();

/** Appointments in ten years of an ordinary person, by age band. Invented, about five a year over all ages. */
const PER_TEN_YEARS = [52, 23, 27, 31, 36, 45, 57, 71, 88, 98];

/** Sixteen equal parts of the population, in percent: some never come, some come every week. */
const HABIT = [5, 15, 28, 42, 55, 66, 76, 87, 98, 110, 122, 136, 152, 174, 206, 268];

interface SlotKind {
  readonly category: string;
  readonly weight: number;
  readonly by: 'doctor' | 'nurse' | 'pharmacist' | 'assistant' | 'link-worker';
  readonly minutes: number;
  /** Booked for the same day, of 100. The others are booked up to `ahead` days before. */
  readonly sameDay: number;
  readonly ahead: number;
  /** Held by telephone, of 100. */
  readonly phone: number;
  readonly only?: 'housebound' | 'careHome' | 'several';
}

/** National slot categories (NHS England); shares invented. */
const KINDS: readonly SlotKind[] = [
  {
    category: 'General Consultation Acute',
    weight: 270,
    by: 'doctor',
    minutes: 10,
    sameDay: 88,
    ahead: 2,
    phone: 42,
  },
  {
    category: 'General Consultation Routine',
    weight: 330,
    by: 'doctor',
    minutes: 15,
    sameDay: 8,
    ahead: 26,
    phone: 34,
  },
  { category: 'Planned Clinics', weight: 170, by: 'nurse', minutes: 20, sameDay: 4, ahead: 34, phone: 8 },
  {
    category: 'Planned Clinical Procedure',
    weight: 110,
    by: 'assistant',
    minutes: 10,
    sameDay: 6,
    ahead: 21,
    phone: 0,
  },
  { category: 'Clinical Triage', weight: 60, by: 'doctor', minutes: 10, sameDay: 96, ahead: 1, phone: 88 },
  {
    category: 'Unplanned Clinical Activity',
    weight: 22,
    by: 'doctor',
    minutes: 10,
    sameDay: 100,
    ahead: 0,
    phone: 60,
  },
  {
    category: 'Structured Medication Review',
    weight: 14,
    by: 'pharmacist',
    minutes: 30,
    sameDay: 2,
    ahead: 30,
    phone: 70,
    only: 'several',
  },
  {
    category: 'Social Prescribing Service',
    weight: 8,
    by: 'link-worker',
    minutes: 30,
    sameDay: 1,
    ahead: 28,
    phone: 55,
  },
  {
    category: 'Home Visit',
    weight: 160,
    by: 'doctor',
    minutes: 30,
    sameDay: 64,
    ahead: 4,
    phone: 0,
    only: 'housebound',
  },
  {
    category: 'Patient contact during Care Home Round',
    weight: 420,
    by: 'doctor',
    minutes: 15,
    sameDay: 5,
    ahead: 7,
    phone: 0,
    only: 'careHome',
  },
];

const ON_SEVERAL_MEDICINES: readonly Condition[] = [
  'type2Diabetes',
  'heartFailure',
  'atrialFibrillation',
  'copd',
  'pain',
];

/** Writes the appointments of the window, since the person registered here. */
export function bookAppointments(subject: Subject): void {
  const { chart, dice, person, health, style } = subject;
  const first = Math.max(WINDOW_START, subject.since);
  if (first >= person.until) return;
  const ownDoctor = dice.below(style.doctors);
  const weights = weightsFor(health);
  const count = howMany(subject);
  for (let at = 0; at < count; at++) {
    const day = openDays[dice.below(openDays.length)] ?? first;
    const kind = KINDS[dice.weighted(weights)];
    // The count is for the whole window: days outside a shorter stay are thrown and not taken.
    if (kind !== undefined && day >= first) chart.book(bookOne(subject, { kind, day, ownDoctor }));
  }
}

function howMany({ dice, person, health }: Subject): number {
  const ill = longTermConditions.filter((condition) => health.active(condition)).length;
  const need = 78 + ill * 48 + Math.min(60, (person.frailty - 60) >> 2);
  const tenYears =
    (PER_TEN_YEARS[bandOf(person.age)] ?? 40) * need * (HABIT[dice.below(HABIT.length)] ?? 100);
  // Two years of it, and the remainder as a chance, so that the mean is exact.
  const hundredths = Math.floor((tenYears * 2) / 1000);
  return Math.min(180, Math.floor(hundredths / 100) + (dice.chance(hundredths % 100) ? 1 : 0));
}

interface Slot {
  readonly kind: SlotKind;
  readonly day: number;
  readonly ownDoctor: number;
}

function bookOne(subject: Subject, slot: Slot): Booking {
  const { dice } = subject;
  const { kind, day } = slot;
  const minute = weekdayOf(day) === 6 ? 540 + dice.below(18) * 10 : minuteOfDay(dice);
  const sameDay = dice.chance(kind.sameDay);
  const before = Math.max(1, Math.min(dice.below(kind.ahead + 1), dice.below(kind.ahead + 1)));
  return {
    start: day,
    minute,
    minutes: kind.minutes,
    status: statusOf(subject, sameDay),
    category: kind.category,
    mode: modeOf(dice, kind),
    bookedDay: sameDay ? day : day - before,
    bookedMinute: sameDay ? 480 + dice.below(Math.max(1, minute - 480)) : 480 + dice.below(630),
    practitioner: practitionerOf(subject, slot),
  };
}

/** Mornings are fuller than afternoons; nothing over lunch. */
function minuteOfDay(dice: Dice): number {
  return dice.chance(56) ? 490 + dice.below(27) * 10 : 840 + dice.below(27) * 10;
}

function statusOf({ dice, person, style }: Subject, sameDay: boolean): string {
  if (dice.chance(sameDay ? 12 : 58, 1000)) return 'Cancelled';
  const age = person.age >= 18 && person.age < 40 ? 130 : person.age >= 65 ? 62 : 100;
  const deprived = 100 + (5 - person.area.decile) * 7;
  const missed = Math.floor((style.missedAppointments * age * deprived * (sameDay ? 40 : 150)) / 1_000_000);
  return dice.chance(missed, 1000) ? 'DNA' : 'Attended';
}

function modeOf(dice: Dice, kind: SlotKind): string {
  if (kind.only === 'housebound' || kind.only === 'careHome') return 'Home Visit';
  if (dice.chance(kind.phone)) return 'Telephone/Audio';
  if (kind.by === 'doctor' && dice.chance(3))
    return dice.chance(30) ? 'Video with Audio' : 'Written (Including Online)';
  return 'Face to Face (Surgery)';
}

function practitionerOf({ dice, style }: Subject, { kind, ownDoctor }: Slot): string {
  if (kind.by === 'doctor') return `gp-${1 + (dice.chance(48) ? ownDoctor : dice.below(style.doctors))}`;
  if (kind.by === 'nurse') return `nurse-${1 + dice.below(style.nurses)}`;
  return `${kind.by}-1`;
}

/** The kinds of slot that somebody with these conditions is booked into. */
function weightsFor(health: Health): number[] {
  const fits = {
    housebound: health.active('housebound'),
    careHome: health.active('careHome'),
    several: ON_SEVERAL_MEDICINES.some((condition) => health.active(condition)),
  };
  return KINDS.map((kind) => (kind.only === undefined || fits[kind.only] ? kind.weight : 0));
}

function weighDays(): Int32Array {
  const days: number[] = [];
  for (let day = WINDOW_START; day < EXTRACT_DAY; day++) {
    if (HOLIDAYS.has(day)) continue;
    const weight = Math.floor(((BY_WEEKDAY[weekdayOf(day)] ?? 0) * (BY_MONTH[monthOf(day) - 1] ?? 0)) / 100);
    for (let times = 0; times < weight; times++) days.push(day);
  }
  return Int32Array.from(days);
}
