import { type Columns, findColumns, type Problem, readAnswers } from './columns.ts';
import type { Model } from './prepare-model.ts';
import { type Scored, scoreOf } from './score-of.ts';

/** What became of one row of a file. */
export interface ScoredRow extends Scored {
  /** Cells that cannot be used. With one of them the row has no score, whatever else it says. */
  readonly problems: readonly Problem[];
}

/** Runs a model on one row whose columns are found. */
export function scoreCells(model: Model, columns: Columns, cells: readonly string[]): ScoredRow {
  const { answers, assumed, problems } = readAnswers(model, columns, cells);
  const scored = scoreOf(model, answers);
  const all = [...scored.assumed, ...assumed];
  if (problems.length === 0) return { ...scored, assumed: all, problems };
  return unusableRow(problems, scored.missing);
}

/** A row that cannot be scored for what is written in it. */
export function unusableRow(problems: readonly Problem[], missing: readonly string[] = []): ScoredRow {
  return {
    outcome: 'unknown',
    reason: problems.map(({ column, message }) => `${column}: ${message}`).join('; '),
    value: null,
    rounded: null,
    sum: null,
    band: null,
    missing,
    assumed: [],
    contributions: [],
    problems,
  };
}

/** Runs a model on a row by itself: its columns and its cells. */
export function scoreRow(model: Model, header: readonly string[], cells: readonly string[]): ScoredRow {
  return scoreCells(model, findColumns(model, header), cells);
}
