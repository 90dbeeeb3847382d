import { readBorough } from './calibration-reading.ts';
import { type Target, targets } from './calibration-targets.ts';
import { FULL_BOROUGH, type LongTermReading } from './plan.ts';

/** A target beside what the written borough says. */
export interface Calibrated {
  readonly oracle: string;
  readonly what: string;
  readonly unit: string;
  readonly target: number;
  /** How far off it may be at full size; null where the target is a least value. */
  readonly tolerance: number | null;
  /** Null where this borough cannot say: too small, or not of all places. */
  readonly measured: number | null;
  /** What it may be off at this size: more than the tolerance in a sample. */
  readonly allowed: number | null;
  readonly met: boolean | null;
  readonly source: Target['source'];
}

/** How many standard errors a smaller borough may lie further off: one in two hundred does by chance. */
const STANDARD_ERRORS = 2.8;

/**
 * Measures a borough in `folder` against every figure of the strategies that describes the population or its care.
 * `content`: the folder of the code lists. Only Lewisham is measured, whatever else was written with it.
 */
export async function calibrate(
  folder: string,
  content: string,
  reading: LongTermReading = 'at-least',
): Promise<readonly Calibrated[]> {
  const borough = await readBorough(folder, content);
  try {
    const { people } = await borough.one<{ people: number }>(
      'select count(*)::integer as people from person',
    );
    const { boroughs } = await borough.one<{ boroughs: number }>(
      `select count(*)::integer as boroughs from place where kind = 'borough'`,
    );
    const rows: Calibrated[] = [];
    for (const target of targets) {
      if (target.reading !== undefined && target.reading !== reading) continue;
      const fits = people >= (target.from ?? 0) && (target.place !== 'sel' || boroughs > 1);
      const found = fits
        ? await borough.one<{ value: number; n: number | null }>(
            `select value::double as value, n::double as n from (${target.sql})`,
          )
        : null;
      rows.push(judge(target, found, people));
    }
    return rows;
  } finally {
    borough.done();
  }
}

/** Whether what was measured in a borough of so many people is as near the target as it should be. */
export function judge(
  target: Target,
  found: { value: number; n: number | null } | null,
  people: number,
): Calibrated {
  const { oracle, what, unit, target: wanted, tolerance, source } = target;
  const shown = { oracle, what, unit, target: wanted, tolerance, source };
  if (found === null) return { ...shown, measured: null, allowed: null, met: null };
  const chance = people < FULL_BOROUGH && unit === '%' ? samplingError(wanted, found.n) : 0;
  if (tolerance === null)
    return { ...shown, measured: found.value, allowed: null, met: found.value >= wanted };
  const allowed = tolerance + STANDARD_ERRORS * chance;
  return { ...shown, measured: found.value, allowed, met: Math.abs(found.value - wanted) <= allowed + 1e-9 };
}

/** Standard error of a percentage in so many people, in points. Nothing where the number is not of people. */
function samplingError(percent: number, people: number | null): number {
  return people === null || people === 0 ? 0 : Math.sqrt((percent * (100 - percent)) / people);
}

/** The calibration as a table of text: one line for each target. */
export function calibrationTable(rows: readonly Calibrated[]): string {
  const lines = rows.map((row) => [
    row.oracle,
    row.what,
    `${row.target}${row.unit}${row.tolerance === null ? ' or more' : ''}`,
    row.tolerance === null ? '' : `±${row.tolerance}`,
    row.measured === null ? '-' : `${Math.round(row.measured * 100) / 100}${row.unit}`,
    row.met === null ? 'not measured' : row.met ? 'met' : 'NOT MET',
    row.source,
  ]);
  const heads = ['Oracle', 'What', 'Target', 'Tolerance', 'Measured', '', 'Target from'];
  const widths = heads.map((head, at) =>
    Math.max(...[head, ...lines.map((line) => line[at] ?? '')].map(({ length }) => length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(heads), ...lines.map(line)].join('\n');
}
