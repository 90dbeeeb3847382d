import { formatDay, fromEpochDay } from '../../../kernel/index.ts';
import { type BodyOf, type Comparison, type Condition, TOP_PERCENTILE } from '../language/definition.ts';
import { bandsOf, type Library, partsOfReference } from '../language/library.ts';
import type { Course, LookBack } from '../language/windows.ts';
import type { FoundStanding } from './finding.ts';
import type { Finding } from './reference-evaluator.ts';

// Conditions and what became of them, in sentences that a clinician can check against the record.

/** What a condition asks, as a phrase: "Heart failure recorded at any time". */
export function askedInWords(library: Library, condition: Condition): string {
  const named = (codes: readonly string[]) => namedInWords(library, codes);
  if ('all' in condition) return 'All of these';
  if ('any' in condition) return 'At least one of these';
  if ('not' in condition) return 'Not this';
  if ('age' in condition) return ageInWords(condition.age);
  if ('born' in condition) return `Born ${datesInWords(condition.born)}`;
  if ('sex' in condition) return condition.sex === 'female' ? 'Female' : 'Male';
  if ('deprivation' in condition) return deprivationInWords(condition.deprivation);
  if ('registered_for' in condition)
    return `Registered with the practice for at least ${spanInWords(condition.registered_for)}`;
  if ('ever' in condition) return `${named(condition.ever)}: recorded at any time`;
  if ('within' in condition)
    return `${named(condition.within.codes)}: recorded${backInWords(condition.within)}`;
  if ('since' in condition)
    return `${named(condition.since.codes)}: recorded on or after ${formatDay(condition.since.date)}`;
  if ('first_within' in condition)
    return `${named(condition.first_within.codes)}: first recorded${backInWords(condition.first_within)}`;
  if ('age_at' in condition) {
    const { codes, entry, from, to } = condition.age_at;
    return `${named(codes)}: ${ageInWords({ from, to, unit: 'years' }).toLowerCase()} when ${entry === 'first' ? 'first' : 'last'} recorded`;
  }
  if ('nth_within' in condition) {
    const { codes, nth } = condition.nth_within;
    return `${named(codes)}: recorded for the ${ordinal(nth)} time${backInWords(condition.nth_within)}`;
  }
  if ('active' in condition) return `${named(condition.active.codes)}: recorded, and not resolved since`;
  if ('between' in condition)
    return `${named(condition.between.codes)}: recorded ${datesInWords(condition.between)}`;
  if ('latest_is' in condition)
    return `${named(condition.latest_is.codes)}: the latest recorded of these and ${named(condition.latest_is.of)}${someBack(condition.latest_is)}`;
  if ('followed' in condition)
    return `${named(condition.followed.by)}: recorded on or after the latest ${named(condition.followed.codes)}`;
  if ('count' in condition) {
    const { codes, at_least, on_different_days } = condition.count;
    return `${named(codes)}: at least ${at_least} entries${on_different_days ? ' on different days' : ''}${backInWords(condition.count)}`;
  }
  if ('appointments' in condition) {
    const { status, at_least } = condition.appointments;
    return `${named(status)}: at least ${at_least}${backInWords(condition.appointments)}`;
  }
  if ('admitted' in condition) return admittedInWords(library, condition.admitted);
  if ('attended' in condition)
    return `Attendances of an emergency department: at least ${condition.attended.at_least}${backInWords(condition.attended)}`;
  if ('current' in condition) return `${named(condition.current.codes)}: ${courseInWords(condition.current)}`;
  if ('lives_in' in condition) return `Lives in ${named(condition.lives_in)}`;
  if ('registered_with' in condition) return `Registered with ${named(condition.registered_with)}`;
  if ('distinct_paragraphs' in condition) {
    const { at_least, current } = condition.distinct_paragraphs;
    const when = current ? `, ${courseInWords(current)}` : backInWords(condition.distinct_paragraphs);
    return `Medicines of at least ${at_least} different kinds (BNF paragraphs)${when}`;
  }
  if ('measured' in condition) return measuredInWords(condition.measured, named(condition.measured.codes));
  if ('sustained' in condition) {
    const { codes, for_days } = condition.sustained;
    return `${named(codes)}: all the latest results ${boundsInWords(condition.sustained)}, over at least ${for_days} days${someBack(condition.sustained)}`;
  }
  if ('near' in condition) {
    const { codes, to, from_days, to_days } = condition.near;
    return `${named(codes)}: recorded${backInWords(condition.near)}, ${apartInWords(from_days, to_days)} ${named(to)}`;
  }
  if ('scored' in condition) {
    const { definition, ...bounds } = condition.scored;
    return `${definitionInWords(library, definition)}: ${boundsInWords(bounds)}`;
  }
  if ('percentile' in condition)
    return `${definitionInWords(library, condition.percentile.of)}: ${percentileInWords(condition.percentile)} ${amongInWords(library, condition.percentile)}`;
  if ('rank' in condition)
    return `${definitionInWords(library, condition.rank.of)}: ${rankInWords(condition.rank)} ${amongInWords(library, condition.rank)}`;
  return definitionInWords(library, condition.definition);
}

/** "in the top 9%". The percentile is 99 less the whole percents of the people who come before. */
function percentileInWords({ at_least, at_most }: BodyOf<'percentile'>): string {
  const below = at_most === undefined ? null : `below the top ${TOP_PERCENTILE - at_most}%`;
  const top = at_least === undefined ? null : `in the top ${TOP_PERCENTILE + 1 - at_least}%`;
  return [top, below].filter((part) => part !== null).join(' and ');
}

function rankInWords({ at_least, at_most }: BodyOf<'rank'>): string {
  const from = at_least === undefined ? null : `rank ${at_least} or after`;
  const to = at_most === undefined ? null : `among the first ${at_most}`;
  return [to, from].filter((part) => part !== null).join(' and ');
}

/** "of the neighbourhood", "of those of the borough who are in Diabetes register". */
export function amongInWords(library: Library, { over, among }: Comparison): string {
  if (among === undefined) return `of the ${over}`;
  return `of those of the ${over} in ${definitionInWords(library, among)}`;
}

/** "1 to 14 days after", "up to 7 days before or 30 days after". */
function apartInWords(from: number, to: number): string {
  const days = (number: number) => `${number} ${number === 1 ? 'day' : 'days'}`;
  if (from === 0 && to === 0) return 'on the same day as';
  if (from >= 0) return `${from === to ? '' : `${from} to `}${days(to)} after`;
  if (to <= 0) return `${from === to ? '' : `${-to} to `}${days(-from)} before`;
  return `from ${days(-from)} before to ${days(to)} after`;
}

/** "taken now (an issue lasts 28 days where it does not say, and 14 more)". */
function courseInWords({ usual_days, grace_days }: Course): string {
  const grace = grace_days === 0 ? '' : `, and ${grace_days} more`;
  return `taken now (an issue lasts ${usual_days} days where it does not say${grace})`;
}

function admittedInWords(library: Library, admitted: BodyOf<'admitted'>): string {
  const { method, diagnoses, at_least } = admitted;
  const stays = `${method === undefined ? 'Hospital' : ADMITTED_AS[method]} admissions`;
  const of = diagnoses === undefined ? '' : ` with ${namedInWords(library, diagnoses)}`;
  return `${stays}${of}: at least ${at_least}${backInWords(admitted)}`;
}

const ADMITTED_AS = {
  emergency: 'Emergency',
  elective: 'Planned',
  maternity: 'Maternity',
  other: 'Other',
} as const;

/** Codelists by their titles. */
export function namedInWords(library: Library, codes: readonly string[]): string {
  return codes.map((id) => library.codelists.get(id)?.title ?? id).join(' or ');
}

function definitionInWords(library: Library, reference: string): string {
  const { id, band } = partsOfReference(reference);
  const definition = library.definition(id);
  const of = bandsOf(definition).find((each) => each.id === band);
  return of === undefined ? definition.title : `${definition.title}: ${of.title}`;
}

function deprivationInWords({ from, to }: BodyOf<'deprivation'>): string {
  const tenths = (from ?? 1) === (to ?? 10) ? `tenth ${to}` : `tenths ${from ?? 1} to ${to ?? 10}`;
  return `Lives in an area in ${tenths} of deprivation, of which 1 is the most deprived`;
}

function datesInWords({ from, to }: { from?: string | undefined; to?: string | undefined }): string {
  if (from === undefined) return `on or before ${formatDay(to ?? '')}`;
  return to === undefined ? `on or after ${formatDay(from)}` : `from ${formatDay(from)} to ${formatDay(to)}`;
}

/** "48 or above and below 60". */
export function boundsInWords({
  below,
  at_most,
  at_least,
  above,
}: Pick<BodyOf<'measured'>, 'below' | 'at_most' | 'at_least' | 'above'>): string {
  return [
    below === undefined ? null : `below ${below}`,
    at_most === undefined ? null : `${at_most} or below`,
    at_least === undefined ? null : `${at_least} or above`,
    above === undefined ? null : `above ${above}`,
  ]
    .filter((bound) => bound !== null)
    .join(' and ');
}

function ageInWords({ from, to, unit }: BodyOf<'age'>): string {
  const of = unit === 'years' ? '' : ` ${unit}`;
  if (from === undefined) return `Aged ${to}${of} or under`;
  return to === undefined ? `Aged ${from}${of} or over` : `Aged ${from} to ${to}${of}`;
}

/** "2nd", "21st". */
function ordinal(number: number): string {
  const ending = { one: 'st', two: 'nd', few: 'rd', other: 'th', zero: 'th', many: 'th' };
  return `${number}${ending[ORDINALS.select(number)]}`;
}

const ORDINALS = new Intl.PluralRules('en-GB', { type: 'ordinal' });

function spanInWords({ days, months, years }: LookBack): string {
  if (days !== undefined) return `${days} days`;
  return months === undefined ? `${years} years` : `${months} months`;
}

function backInWords(back: LookBack): string {
  if (back.since_last !== undefined) return ` since the last ${dayOfYearInWords(back.since_last)}`;
  return someBack(back) || ' at any time';
}

/** As backInWords, and nothing where there is no window. */
export function someBack(back: LookBack): string {
  if (back.since_last !== undefined) return backInWords(back);
  return back.days === undefined && back.months === undefined && back.years === undefined
    ? ''
    : ` in the last ${spanInWords(back)}`;
}

/** "1 September". */
function dayOfYearInWords(monthAndDay: string): string {
  return formatDay(`2001-${monthAndDay}`).replace(/ 2001$/, '');
}

const TAKEN: Record<BodyOf<'measured'>['take'], string> = {
  latest: 'latest result',
  highest_of_last: 'highest',
  lowest_of_last: 'lowest',
  mean_of_last: 'mean',
};

function measuredInWords(measured: BodyOf<'measured'>, name: string): string {
  const which =
    measured.take === 'latest'
      ? TAKEN.latest
      : `${TAKEN[measured.take]} of the last ${measured.last} results${measured.on_different_days ? ' of different days' : ''}`;
  return `${name}: ${which}${someBack(measured)} ${boundsInWords(measured)}`;
}

export const UNKNOWN_BECAUSE: Record<NonNullable<Finding['unknownBecause']>, string> = {
  undated: 'an entry that would decide it has no date',
  feed_missing: 'the practice has not sent the feed that would tell',
  feed_begins_later: 'the practice’s feed begins later than the time that is asked about',
  not_recorded: 'it is not recorded',
  others_not_known: 'nothing has been published yet by which this person could be compared with others',
};

/** What decided a condition, as a phrase: "nothing recorded", "unknown, because ...". Empty where the parts say it. */
export function foundInWords(library: Library, finding: Finding): string {
  if (finding.standing) return standingInWords(library, finding.standing);
  if (finding.unknownBecause === 'others_not_known')
    return `unknown, because ${UNKNOWN_BECAUSE.others_not_known}`;
  if (finding.parts.length > 0) return '';
  if (finding.unknownBecause) return `unknown, because ${UNKNOWN_BECAUSE[finding.unknownBecause]}`;
  if (finding.evidence.length === 0 && finding.window) return `nothing recorded${windowInWords(finding)}`;
  return '';
}

/** "the value is 0.25, rank 34 of 512 of the neighbourhood, percentile 93; 0.27 would reach it". */
function standingInWords(library: Library, standing: FoundStanding): string {
  const { value, rank, people, percentile, reach, comparison } = standing;
  const where = `rank ${rank} of ${people} ${amongInWords(library, comparison)}, percentile ${percentile}`;
  return `the value is ${value}, ${where}${reach === null ? '' : `; ${reach} would reach it`}`;
}

function windowInWords({ window }: Finding): string {
  if (!window) return '';
  const to = formatDay(fromEpochDay(window.to));
  return window.from === null ? ` up to ${to}` : ` from ${formatDay(fromEpochDay(window.from))} to ${to}`;
}
