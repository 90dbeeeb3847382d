export type { Brand } from './brand.ts';
export { DATABASE_GONE, isDatabaseGone } from './database-gone.ts';
export { DISK_FULL, isDiskFull } from './disk-full.ts';
export {
  byar,
  countInterval,
  exactPoisson,
  type Interval,
  wilson,
  Z_95,
  Z_99_8,
} from './intervals.ts';
export {
  formatNhsNumber,
  isTestNhsNumber,
  type NhsNumber,
  nhsCheckDigit,
  parseNhsNumber,
} from './nhs-number.ts';
export { type OdsCode, parseOdsCode } from './ods-code.ts';
export {
  addDays,
  addMonths,
  ageInMonthsOn,
  ageOn,
  formatDay,
  formatInstant,
  fromEpochDay,
  londonDay,
  londonMidnight,
  type PlainDate,
  parsePlainDate,
  plainDate,
  toEpochDay,
} from './plain-date.ts';
export { type FieldError, InvalidInput, NotFound, NotPermitted, Refusal } from './refusal.ts';
export { hasVerhoeffDigit, isUkDrugId, type SnomedComponent, snomedComponent } from './snomed-id.ts';
export { TOOK_TOO_LONG, tookTooLong } from './took-too-long.ts';
