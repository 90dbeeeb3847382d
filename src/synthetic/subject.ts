import type { Chart } from './chart.ts';
import type { Dice } from './dice.ts';
import type { Health } from './health.ts';
import type { Person } from './people.ts';
import type { PracticeStyle } from './practice-style.ts';

/** The values that a person's measurements scatter around: what follows from conditions, age and chance. */
export interface Body {
  readonly height: number;
  /** Tenths of kg/m2. */
  readonly bmi: number;
  readonly systolic: number;
  readonly diastolic: number;
  readonly hba1c: number;
  readonly egfr: number;
  readonly haemoglobin: number;
  /** Tenths of mmol/l. */
  readonly cholesterol: number;
  readonly smoking: 'never' | 'ex' | 'now';
  /** Units a week. */
  readonly alcohol: number;
}

/** Whose life is being drawn, and with what: handed from one idea to the next. */
export interface Subject {
  readonly person: Person;
  /** Registered at the practice since. */
  readonly since: number;
  readonly style: PracticeStyle;
  /** What the person has, and what is usual for their body. */
  readonly health: Health;
  readonly body: Body;
  /** Days on which pregnancies of the last years began. */
  readonly pregnancies: readonly number[];
  /** Where it is written down. */
  readonly chart: Chart;
  /** Begun, by whoever hands the subject on, for the idea that takes it. */
  readonly dice: Dice;
}
