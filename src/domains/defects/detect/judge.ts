import { addDays, formatDay, type PlainDate } from '../../../kernel/index.ts';
import type { FeedRule } from '../../register/index.ts';
import type { DefectKinds, KindId } from '../defect-kinds.ts';
import { type Example, type Measured, type Part, rowKinds } from './measured.ts';

/** A defect: something that is wrong with what one practice sent, or did not send. */
export interface Finding {
  readonly kind: KindId;
  readonly practice: string;
  /** So many of so many: rows, people, feeds, codes, as the kind says. */
  readonly rows: number;
  readonly of: number;
  /** What is wrong, in one sentence, without anybody in it. */
  readonly says: string;
  /** The facts that it rests on, short: while they stay the same, what was decided about it holds. */
  readonly facts: string;
  readonly examples: readonly Example[];
}

/** A practice that should have sent something and has not. */
export interface Absent {
  readonly practice: string;
  /** When anything of it last came; null: never. */
  readonly lastCame: PlainDate | null;
  /** The day of the last delivery that brought most of the others. */
  readonly round: PlainDate | null;
}

export interface JudgeRequest {
  readonly measured: readonly Measured[];
  readonly absent: readonly Absent[];
  /** The size of each list that was last accepted, by practice code. */
  readonly accepted: ReadonlyMap<string, number>;
  readonly kinds: DefectKinds;
  readonly feeds: readonly FeedRule[];
  readonly today: PlainDate;
}

const COUNT = new Intl.NumberFormat('en-GB');

/** Decides what of the measured is a defect, by the thresholds of content. Pure. */
export function judge(request: JudgeRequest): Finding[] {
  const missing = new Set(request.absent.map(({ practice }) => practice));
  return [
    ...request.absent.map(missingPractice),
    ...request.measured.flatMap((practice) =>
      [
        // Who has sent nothing is missing, not late as well.
        missing.has(practice.practice) ? null : lateFeed(practice, request),
        listSizeJump(practice, request),
        ...wrongRows(practice, request),
        duplicateList(practice, request),
        unmapped(practice, 'unmapped-codes', practice.codes, 'entries of the last year', request),
        unmapped(practice, 'unmapped-slot-types', practice.slots, 'appointments of the last year', request),
        codesMissing(practice, request),
      ].filter((finding) => finding !== null),
    ),
  ];
}

function missingPractice({ practice, lastCame, round }: Absent): Finding {
  const others =
    round === null ? '' : `, although the delivery of ${formatDay(round)} brought most of the others`;
  return {
    kind: 'missing-practice',
    practice,
    rows: 1,
    of: 1,
    says:
      lastCame === null
        ? `Nothing has ever come${others}.`
        : `Nothing has come since ${formatDay(lastCame)}${others}. Its figures are kept as they were.`,
    facts: `${lastCame ?? 'never'} ${lastCame === null ? '' : (round ?? '')}`.trim(),
    examples: [],
  };
}

function lateFeed({ practice, feeds }: Measured, request: JudgeRequest): Finding | null {
  const late = feeds.flatMap(({ feed, lastCame }) => {
    const rule = request.feeds.find(({ id }) => id === feed);
    const isLate = rule && lastCame !== null && addDays(lastCame, rule.late_after_days) < request.today;
    return isLate ? [{ title: rule.title, lastCame }] : [];
  });
  if (late.length < request.kinds.thresholds['late-feed'].least) return null;
  return {
    kind: 'late-feed',
    practice,
    rows: late.length,
    of: feeds.length,
    says: `${late.map(({ title, lastCame }) => `${title} last came on ${formatDay(lastCame)}`).join('; ')}.`,
    facts: late.map(({ title, lastCame }) => `${title} ${lastCame}`).join(' '),
    examples: [],
  };
}

function listSizeJump({ practice, list }: Measured, { accepted, kinds }: JudgeRequest): Finding | null {
  const before = accepted.get(practice);
  if (before === undefined) return null;
  const { share, least } = kinds.thresholds['list-size-jump'];
  const moved = Math.abs(list - before);
  if (moved < least || moved < share * before) return null;
  const percent = before === 0 ? '' : ` (${Math.round((moved / before) * 100)}%)`;
  return {
    kind: 'list-size-jump',
    practice,
    rows: moved,
    of: before,
    says: `From ${COUNT.format(before)} people to ${COUNT.format(list)}: ${COUNT.format(moved)} ${list < before ? 'fewer' : 'more'}${percent}.`,
    facts: `${before} ${list}`,
    examples: [],
  };
}

function wrongRows({ practice, rows: of, faults, examples }: Measured, { kinds }: JudgeRequest): Finding[] {
  return rowKinds.flatMap((kind) => {
    const found = faults[kind];
    if (!found || !reaches({ rows: found.rows, of }, kinds.thresholds[kind])) return [];
    const says = `${COUNT.format(found.rows)} of ${COUNT.format(of)} entries and prescriptions.`;
    const facts = `${found.rows} ${found.mark}`;
    return [{ kind, practice, rows: found.rows, of, says, facts, examples: examples[kind] ?? [] }];
  });
}

function duplicateList({ practice, twice }: Measured, { kinds }: JudgeRequest): Finding | null {
  if (!reaches(twice, kinds.thresholds['duplicate-list'])) return null;
  const where =
    twice.with === practice ? 'registered twice with the practice' : `also registered with ${twice.with}`;
  return {
    kind: 'duplicate-list',
    practice,
    rows: twice.rows,
    of: twice.of,
    says: `${COUNT.format(twice.rows)} of ${COUNT.format(twice.of)} people have two open registrations; most are ${where}.`,
    facts: `${twice.with} ${band(twice)}`,
    examples: [],
  };
}

function unmapped(
  { practice, examples }: Measured,
  kind: 'unmapped-codes' | 'unmapped-slot-types',
  part: Part,
  what: string,
  { kinds }: JudgeRequest,
): Finding | null {
  if (!reaches(part, kinds.thresholds[kind])) return null;
  const says = `${COUNT.format(part.rows)} of ${COUNT.format(part.of)} ${what} (${percentOf(part)}).`;
  return { kind, practice, ...part, says, facts: band(part), examples: examples[kind] ?? [] };
}

function codesMissing({ practice, pairs }: Measured, { kinds }: JudgeRequest): Finding | null {
  const thresholds = kinds.thresholds['codes-missing-for-medication'];
  const { least } = thresholds;
  const found = thresholds.pairs.flatMap(({ condition, share }, at) => {
    const part = pairs[at];
    return part && reaches(part, { least, share }) ? [{ condition, ...part }] : [];
  });
  if (found.length === 0) return null;
  const sum = (name: 'rows' | 'of') => found.reduce((total, part) => total + part[name], 0);
  return {
    kind: 'codes-missing-for-medication',
    practice,
    rows: sum('rows'),
    of: sum('of'),
    says: `${found
      .map(
        (part) =>
          `${part.rows} of ${part.of} people with a medicine for ${part.condition} have no code for it`,
      )
      .join('; ')}.`,
    facts: found.map((part) => `${part.condition} ${band(part)}`).join(', '),
    examples: [],
  };
}

function reaches({ rows, of }: Part, { least, share }: { least: number; share: number }): boolean {
  return rows >= least && rows >= share * of;
}

/** Of shares the facts stay the same within five points of a hundred: a list changes a little each day. */
function band({ rows, of }: Part): string {
  return `${Math.floor((rows / of) * 20) * 5}%`;
}

function percentOf({ rows, of }: Part): string {
  return `${Math.round((rows / of) * 100)}%`;
}
