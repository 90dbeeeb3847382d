import type { Outcome, Truth } from '../evaluate/truth.ts';
import type { Formula } from '../formula/formula.ts';
import { conditionTruth, formulaValue, unknownNames, type Values } from '../formula/formula-value.ts';
import type { ModelBand } from './model.ts';
import { type Model, type Table, WHATEVER } from './prepare-model.ts';

/** What is said of one person, by input: a number (yes and no are 1 and 0), a choice, or codes of three characters. */
export type Answers = ReadonlyMap<string, number | string | readonly string[]>;

/** Something that nobody said and that the score takes to be so. */
export interface Assumed {
  readonly inputs: readonly string[];
  readonly as: string;
}

export interface Scored {
  readonly outcome: Outcome;
  /** Why there is no score, where there is none. */
  readonly reason: string | null;
  /** In full precision, in the model's unit; null unless the outcome is `in`. */
  readonly value: number | null;
  /** The value with the places of the model: what is shown. */
  readonly rounded: string | null;
  /** The sum of the contributions, where the model adds. */
  readonly sum: number | null;
  readonly band: ModelBand | null;
  /** The inputs for want of which the score is unknown. */
  readonly missing: readonly string[];
  readonly assumed: readonly Assumed[];
  /** What each term added to the sum, in the order of the model. */
  readonly contributions: readonly { readonly id: string; readonly title: string; readonly added: number }[];
}

const NO_ANSWER = 'The formula has no answer for these values.';

const NOTHING = { value: null, rounded: null, sum: null, band: null, missing: [], contributions: [] };

/**
 * Runs a model on one person's answers. Out where the model is not for them; unknown, naming what is missing, where
 * an answer is wanting; else in. What is not said is never taken for no, except where the model says what it assumes.
 */
export function scoreOf(model: Model, answers: Answers): Scored {
  return new Scoring(model, answers).scored();
}

class Scoring {
  private readonly model: Model;
  private readonly answers: Answers;
  private readonly known = new Map<string, number | string | null>();

  constructor(model: Model, answers: Answers) {
    this.model = model;
    this.answers = answers;
  }

  scored(): Scored {
    const applies = this.model.appliesTo.map((rule) => ({
      ...rule,
      truth: conditionTruth(rule.must, this.values),
    }));
    const assumed = applies.flatMap(({ must, assume, truth }) =>
      truth === null && assume !== undefined ? [{ inputs: this.inputsBehind(must), as: assume }] : [],
    );
    const barred = applies.find(({ truth }) => truth === false);
    if (barred) return { ...NOTHING, outcome: 'out', reason: barred.else, assumed };
    const value = formulaValue(this.model.value, this.values);
    const missing = [
      ...applies.flatMap(({ must, assume, truth }) =>
        truth === null && assume === undefined ? this.inputsBehind(must) : [],
      ),
      ...(value === null ? this.inputsBehind(this.model.value) : []),
    ];
    if (value === null || missing.length > 0) {
      const reason = missing.length > 0 ? 'Something that the score needs is not given.' : NO_ANSWER;
      return { ...NOTHING, outcome: 'unknown', reason, missing: [...new Set(missing)], assumed };
    }
    return {
      outcome: 'in',
      reason: null,
      value,
      rounded: value.toFixed(this.model.content.value.decimals),
      sum: this.model.terms.length > 0 ? this.sum() : null,
      band: this.band(value),
      missing: [],
      assumed,
      contributions: this.contributions().flatMap(({ id, title, added }) =>
        added === null ? [] : [{ id, title, added }],
      ),
    };
  }

  private readonly values: Values = (name) => {
    const before = this.known.get(name);
    if (before !== undefined) return before;
    const value = this.meaningOf(name);
    this.known.set(name, value);
    return value;
  };

  private meaningOf(name: string): number | string | null {
    const meaning = this.model.meanings.get(name);
    switch (meaning?.is) {
      case undefined:
        throw new Error(`a prepared model uses ${name}, which it does not know`);
      case 'input': {
        const answer = this.answers.get(name);
        return typeof answer === 'number' || typeof answer === 'string' ? answer : null;
      }
      case 'coefficient':
        return this.ofColumn(meaning.values, meaning.by);
      case 'table':
        return this.lookedUp(meaning.table);
      case 'step':
        return formulaValue(meaning.formula, this.values);
      case 'sum':
        return this.sum();
    }
  }

  private ofColumn(values: ReadonlyMap<string, number>, by: string | null): number | null {
    const column = by === null ? WHATEVER : this.values(by);
    return typeof column === 'string' ? (values.get(column) ?? null) : null;
  }

  private lookedUp({ of, by, rows }: Table): number | null {
    const value = this.values(of);
    if (value === null) return null;
    const row = rows.find(({ is, from, below }) =>
      typeof value === 'number' ? value >= from && value < below : value === is,
    );
    return row ? this.ofColumn(row.values, by) : null;
  }

  private contributions(): { id: string; title: string; added: number | null }[] {
    return this.model.terms.flatMap((term) => {
      if ('add' in term) return [{ ...term, added: formulaValue(term.add, this.values) }];
      const { of, by, rows } = term.each;
      const codes = this.answers.get(of);
      if (!Array.isArray(codes)) return [{ id: of, title: of, added: null }];
      const found = rows.filter(({ is }) => codes.includes(is));
      return found.map(({ is, values }) => ({
        id: is ?? '',
        title: is ?? '',
        added: this.ofColumn(values, by),
      }));
    });
  }

  /** Decimals of one length are added as whole numbers, so that the sum depends on no order. */
  private sum(): number | null {
    const added = this.contributions().map((contribution) => contribution.added);
    const step = 10 ** (this.model.content.sum_places ?? 0);
    const exact = this.model.content.sum_places !== undefined;
    let sum = 0;
    for (const part of added) {
      if (part === null) return null;
      sum += exact ? Math.round(part * step) : part;
    }
    return exact ? sum / step : sum;
  }

  private band(value: number): ModelBand | null {
    const holds = (condition: Model['bands'][number]['condition']): Truth =>
      condition === null ? true : conditionTruth(condition, this.values);
    return (
      this.model.bands
        .filter(({ begins, condition }) => begins <= value && holds(condition) === true)
        .at(-1) ?? null
    );
  }

  /** The inputs that are not known and for want of which a formula has no value. */
  private inputsBehind(formula: Formula): string[] {
    return [...new Set(unknownNames(formula, this.values).flatMap((name) => this.inputsBehindName(name)))];
  }

  private inputsBehindName(name: string): string[] {
    const meaning = this.model.meanings.get(name);
    switch (meaning?.is) {
      case 'input':
        return this.answers.has(name) ? [] : [name];
      case 'coefficient':
        return meaning.by === null ? [] : this.inputsBehindName(meaning.by);
      case 'table':
        return [meaning.table.of, meaning.table.by].flatMap((part) =>
          part === null || this.values(part) !== null ? [] : this.inputsBehindName(part),
        );
      case 'step':
        return this.inputsBehind(meaning.formula);
      case 'sum':
        return this.model.terms.flatMap((term) =>
          'add' in term ? this.inputsBehind(term.add) : this.inputsBehindName(term.each.of),
        );
      case undefined:
        return [];
    }
  }
}
