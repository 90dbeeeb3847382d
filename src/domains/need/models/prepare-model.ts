import {
  FormulaError,
  type KnownNames,
  type NameKind,
  type NumberFormula,
  readCondition,
  readNumberFormula,
  type TruthFormula,
} from '../formula/formula.ts';
import { expectedOf, plainName, ROW_NAME, readCell } from './cells.ts';
import type { ModelBand, ModelContent, ModelInput, ModelTable, ModelTerm } from './model.ts';

/** What a name in a formula stands for. */
export type Meaning =
  | { readonly is: 'input'; readonly input: ModelInput }
  | { readonly is: 'coefficient'; readonly by: string | null; readonly values: ReadonlyMap<string, number> }
  | { readonly is: 'table'; readonly table: Table }
  | { readonly is: 'step'; readonly formula: NumberFormula }
  | { readonly is: 'sum' };

/** A table as it is looked up in: for each row what it is about, and a number for each value of `by`. */
export interface Table {
  readonly of: string;
  readonly by: string | null;
  readonly rows: readonly {
    readonly is: string | null;
    /** Numbers from here on, and below there. */
    readonly from: number;
    readonly below: number;
    readonly values: ReadonlyMap<string, number>;
  }[];
}

export type Term =
  | { readonly id: string; readonly title: string; readonly add: NumberFormula }
  | { readonly each: Table };

/** A model whose formulas are read and whose names are known. */
export interface Model {
  readonly content: ModelContent;
  readonly meanings: ReadonlyMap<string, Meaning>;
  readonly appliesTo: readonly {
    readonly must: TruthFormula;
    readonly else: string;
    readonly assume?: string;
  }[];
  readonly terms: readonly Term[];
  readonly value: NumberFormula;
  readonly bands: readonly (ModelBand & {
    readonly begins: number;
    readonly condition: TruthFormula | null;
  })[];
}

/** Told of each thing that is wrong: where in the content, and what was expected. */
export type Complain = (path: readonly (string | number)[], message: string) => void;

/** The key under which a number stands that does not depend on a choice. */
export const WHATEVER = '';

/** Reads the formulas of a model and checks its parts against each other. The result counts only without complaints. */
export function prepareModel(content: ModelContent, complain: Complain): Model {
  return new Preparation(content, complain).model();
}

class Preparation {
  private readonly content: ModelContent;
  private readonly complain: Complain;
  private readonly meanings = new Map<string, Meaning>();

  constructor(content: ModelContent, complain: Complain) {
    this.content = content;
    this.complain = complain;
  }

  model(): Model {
    const { content } = this;
    content.inputs.forEach((input, at) => {
      this.name(input.id, { is: 'input', input }, ['inputs', at, 'id']);
      const { if_missing } = input;
      if (if_missing !== undefined && readCell(input, if_missing) === null)
        this.complain(['inputs', at, 'if_missing'], `${if_missing} is not ${expectedOf(input)}`);
    });
    this.columnNames();
    this.layouts();
    this.coefficients();
    this.tablesOf(content.inputs.map(({ id }) => id));
    for (const [id, text] of Object.entries(content.steps)) {
      const formula = this.number(text, ['steps', id]);
      if (this.name(id, { is: 'step', formula }, ['steps', id])) this.tablesOf([id]);
    }
    content.tables.forEach(({ id, of }, at) => {
      if (!this.meanings.has(id)) this.complain(['tables', at, 'of'], `there is no ${of} to look up`);
    });
    const terms = content.terms.map((term, at) => this.term(term, at));
    if (terms.length > 0) this.name('sum', { is: 'sum' }, ['terms']);
    return {
      content,
      meanings: this.meanings,
      appliesTo: content.applies_to.map(({ must, else: otherwise, assume }, at) => ({
        must: this.condition(must, ['applies_to', at, 'must']),
        else: otherwise,
        ...(assume === undefined ? {} : { assume }),
      })),
      terms,
      value: this.number(content.value.formula, ['value', 'formula']),
      bands: content.bands.map((band, at) => ({
        ...band,
        begins: this.beginning(band.from, at),
        condition: band.when === undefined ? null : this.condition(band.when, ['bands', at, 'when']),
      })),
    };
  }

  /** Gives a name its meaning; false when it has another one. */
  private name(id: string, meaning: Meaning, path: readonly (string | number)[]): boolean {
    const free = !this.meanings.has(id);
    if (free) this.meanings.set(id, meaning);
    else this.complain(path, `${id} is the name of something else here already`);
    return free;
  }

  private readonly known: KnownNames = (id): NameKind | undefined => {
    const meaning = this.meanings.get(id);
    if (meaning?.is !== 'input') return meaning === undefined ? undefined : 'number';
    const { input } = meaning;
    if (input.kind === 'icd10') return undefined;
    return input.kind === 'choice' ? { choices: input.choices.map(({ code }) => code) } : input.kind;
  };

  private number(text: string, path: readonly (string | number)[]): NumberFormula {
    return this.orComplain(path, { is: 'number', value: 0 }, () => readNumberFormula(text, this.known));
  }

  private condition(text: string, path: readonly (string | number)[]): TruthFormula {
    return this.orComplain(path, { is: 'and', of: [] }, () => readCondition(text, this.known));
  }

  private orComplain<Result>(
    path: readonly (string | number)[],
    instead: Result,
    read: () => Result,
  ): Result {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof FormulaError)) throw error;
      this.complain(path, error.message);
      return instead;
    }
  }

  private choicesOf(id: string): string[] | null {
    const input = this.content.inputs.find((each) => each.id === id);
    return input?.kind === 'choice' ? input.choices.map(({ code }) => code) : null;
  }

  /** A name that two inputs answer to would fill one of them with the other's values. */
  private columnNames(): void {
    const taken = new Set([ROW_NAME]);
    this.content.inputs.forEach(({ id, also }, at) => {
      for (const name of [id, ...also].map(plainName)) {
        if (taken.has(name)) this.complain(['inputs', at], `the column ${name} means something else already`);
        taken.add(name);
      }
    });
  }

  private layouts(): void {
    this.content.layouts.forEach((layout, at) => {
      for (const [column, { input, codes = {} }] of Object.entries(layout.columns)) {
        const path = ['layouts', at, 'columns', column];
        if (!this.meanings.has(input)) this.complain(path, `there is no input ${input}`);
        const choices = this.choicesOf(input);
        const strange = Object.values(codes).find((code) => choices && !choices.includes(code));
        if (strange !== undefined) this.complain(path, `${strange} is no choice of ${input}`);
      }
    });
  }

  private coefficients(): void {
    const { coefficients } = this.content;
    if (!coefficients) return;
    this.checkSplit(coefficients, ['coefficients']);
    for (const [id, values] of Object.entries(coefficients.rows)) {
      const path = ['coefficients', 'rows', id];
      const byColumn = this.byColumn(coefficients, values, path);
      this.name(id, { is: 'coefficient', by: coefficients.by ?? null, values: byColumn }, path);
    }
  }

  private checkSplit(
    { by, columns }: { by?: string | undefined; columns?: string[] | undefined },
    path: readonly (string | number)[],
  ): void {
    if (by === undefined && columns === undefined) return;
    const choices = by === undefined ? null : this.choicesOf(by);
    if (!choices) this.complain(path, 'columns go with the choice that they are by');
    else if ([...choices].sort().join() !== [...(columns ?? [])].sort().join()) {
      this.complain(path, `the columns by ${by} are ${choices.join(', ')}, each once`);
    }
  }

  private byColumn(
    { columns }: { columns?: string[] | undefined },
    values: readonly string[],
    path: readonly (string | number)[],
  ): Map<string, number> {
    const names = columns ?? [WHATEVER];
    if (values.length !== names.length) {
      this.complain(
        path,
        `expected ${names.length === 1 ? 'one number' : `a number for each of ${names.join(', ')}`}`,
      );
    }
    return new Map(names.map((column, at) => [column, Number(values[at])]));
  }

  private tablesOf(names: readonly string[]): void {
    this.content.tables.forEach((table, at) => {
      if (!names.includes(table.of)) return;
      const path = ['tables', at];
      this.checkSplit(table, path);
      this.checkRows(table, path);
      const rows = table.rows.map(({ is, from, below, value }, row) => ({
        is: is ?? null,
        from: from === undefined ? Number.NEGATIVE_INFINITY : Number(from),
        below: below === undefined ? Number.POSITIVE_INFINITY : Number(below),
        values: this.byColumn(table, value, [...path, 'rows', row]),
      }));
      this.name(table.id, { is: 'table', table: { of: table.of, by: table.by ?? null, rows } }, path);
    });
  }

  /** A table says something of every value that there can be, and one thing only. */
  private checkRows({ of, rows }: ModelTable, path: readonly (string | number)[]): void {
    const about = this.meanings.get(of);
    const input = about?.is === 'input' ? about.input : null;
    if (input?.kind === 'choice') {
      const choices = this.choicesOf(of) ?? [];
      if (rows.map(({ is }) => is).join() !== choices.join()) {
        this.complain(path, `expected one row for each choice of ${of}, in its order: ${choices.join(', ')}`);
      }
      return;
    }
    if (input?.kind === 'icd10') {
      const codes = rows.map(({ is }) => is);
      const strange = codes.find((code) => !/^[A-Z]\d[0-9A-Z]$/.test(code ?? ''));
      const twice = codes.find((code, at) => codes.indexOf(code) !== at);
      if (strange !== undefined || codes.includes(undefined))
        this.complain(path, `expected ICD-10 codes of three characters, found ${strange}`);
      if (twice !== undefined) this.complain(path, `${twice} stands twice`);
      return;
    }
    rows.forEach((row, at) => {
      const before = rows[at - 1]?.below;
      const last = at === rows.length - 1;
      if (row.is !== undefined || row.from !== before || (row.below === undefined) !== last) {
        this.complain(
          [...path, 'rows', at],
          'expected rows without a gap: the first only below, the last only from, each from where the one before it ends',
        );
      }
    });
  }

  private term(term: ModelTerm, at: number): Term {
    if ('add' in term) return { ...term, add: this.number(term.add, ['terms', at, 'add']) };
    const meaning = this.meanings.get(term.each);
    const input = meaning?.is === 'table' ? this.meanings.get(meaning.table.of) : undefined;
    if (meaning?.is === 'table' && input?.is === 'input' && input.input.kind === 'icd10')
      return { each: meaning.table };
    this.complain(['terms', at, 'each'], `${term.each} is no table of codes`);
    return { each: { of: '', by: null, rows: [] } };
  }

  private beginning(from: string, at: number): number {
    const before = this.content.bands[at - 1]?.from;
    if (before !== undefined && Number(before) > Number(from))
      this.complain(['bands', at, 'from'], 'bands stand from low to high');
    return Number(from);
  }
}
