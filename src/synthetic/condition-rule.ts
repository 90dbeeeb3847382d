import type { ConceptNumber } from './concepts.ts';
import type { Heritage } from './ethnicity.ts';

/** How often each condition is on record, in whom, and under which codes. */
export interface ConditionRule {
  /** Of 10,000 people of ordinary risk in each age band: 0, 5, 15, 25, 35, 45, 55, 65, 75, 85 and over. */
  readonly rate: readonly number[];
  /** Percent of that rate in women, in men. */
  readonly women?: number;
  readonly men?: number;
  /** Percent of that rate by heritage; the rest have 100. */
  readonly heritage?: Partial<Record<Heritage, number>>;
  /** Percent more for each decile below the fifth, less for each above. */
  readonly deprivation?: number;
  /** How much of the shared frailty of a person bears on it, in percent. */
  readonly frailty: number;
  /** Earlier conditions that make it likelier: percent of the rate. */
  readonly after?: Readonly<Record<string, number>>;
  /** Youngest age at which it begins, and for how many years at most it has been on record. */
  readonly from: number;
  readonly years: number;
  /** Codes with their weights. None: the condition shows in measurements or medicines only. */
  readonly codes: readonly (readonly [ConceptNumber, number])[];
  /** Resolved again, of 100 diagnosed, and the code for that. */
  readonly resolved?: { readonly concept: ConceptNumber; readonly percent: number };
  /** Of 100 people who have it, nobody has coded it: what case finding looks for. */
  readonly uncoded?: number;
  /** Coded again in later years, of 100. */
  readonly again?: number;
}
