import { literal } from '../../../platform/lake/index.ts';
import { MOST_STEPS } from '../evaluate/calculation-inputs.ts';
import { toSteps } from '../evaluate/exact.ts';
import { type Formula, namesIn } from '../formula/formula.ts';
import { conditionSql as formulaConditionSql, type NameSql, uncheckedSql } from '../formula/formula-sql.ts';
import type { Amount, Calculation, InputSource, Reading } from '../language/calculation.ts';
import { type Library, restsOnNothing } from '../language/library.ts';
import { lookBackWindow } from '../language/windows.ts';
import { readCell } from '../models/cells.ts';
import type { ModelInput } from '../models/model.ts';
import { type Model, type Table, type Term, WHATEVER } from '../models/prepare-model.ts';
import { coveredSql } from './absent-sql.ts';
import {
  admittedSlot,
  appointmentsSlot,
  attendedSlot,
  type ConditionContext,
  conditionSql,
} from './condition-sql.ts';
import { latestColumn } from './mentioned.ts';
import { undatedValueSql } from './slot-bits.ts';

// A calculation in SQL: on the one row that a person has, never on entries. What several formulas use is a column of its
// own, in a layer around the one before.

/** The columns of a calculation, layer by layer; those of the last are its answers. */
export function calculationLayers(
  definition: Calculation,
  library: Library,
  at: number,
  context: ConditionContext,
): string[][] {
  return new CalculationSql(definition, library, at, context).layers();
}

class CalculationSql {
  private readonly definition: Calculation;
  private readonly model: Model;
  private readonly codelists: Library['codelists'];
  private readonly at: number;
  private readonly context: ConditionContext;

  constructor(definition: Calculation, library: Library, at: number, context: ConditionContext) {
    this.definition = definition;
    this.model = library.modelOf(definition);
    this.codelists = library.codelists;
    this.at = at;
    this.context = context;
  }

  layers(): string[][] {
    const { at, model, definition } = this;
    const layers: string[][] = [
      [
        ...model.content.inputs.map((input) => `${this.inputSql(input)} as ${this.column(input.id)}`),
        `${definition.applies_to === undefined ? 'true' : conditionSql(definition.applies_to, this.context)} as applies_${at}`,
      ],
    ];
    const put = (depth: number, column: string) => {
      while (layers.length <= depth) layers.push([]);
      layers[depth]?.push(column);
    };
    for (const [name, meaning] of model.meanings)
      if (meaning.is === 'step')
        put(
          this.depthOf(name),
          `${this.forEachChoice(() => uncheckedSql(meaning.formula, this.names))} as ${this.column(name)}`,
        );
    model.appliesTo.forEach(({ must }, index) => {
      put(1 + this.deepest(must), `${formulaConditionSql(must, this.names)} as must_${at}_${index}`);
    });
    const none = model.appliesTo.map((_, index) => `must_${at}_${index} is not false`);
    const asked = [`applies_${at} is not false`, ...none].join(' and ');
    // Nothing is worked out for those whom it is not for.
    if (model.terms.length > 0)
      layers.push([
        `case when ${asked} then ${this.forEachChoice(() => this.sumSql(model.terms))} end as ${this.column('sum')}`,
      ]);
    layers.push([
      `case when ${asked} then ${uncheckedSql(model.value, this.names)} end as ${this.column('value of it')}`,
    ]);
    layers.push(this.answers());
    return layers;
  }

  private answers(): string[] {
    const { at, model, definition } = this;
    const places = model.content.value.decimals;
    const value = this.column('value of it');
    const steps = `floor(${value} * ${10 ** places}::double + 0.5)`;
    const known = `case when isfinite(${value}) and abs(${steps}) <= ${MOST_STEPS} then ${steps}::integer end`;
    const out = [`applies_${at}`, ...model.appliesTo.map((_, index) => `must_${at}_${index}`)];
    const needed = model.appliesTo.flatMap(({ assume }, index) =>
      assume === undefined ? [`must_${at}_${index}`] : [],
    );
    const unknown = [`applies_${at}`, ...needed].map((column) => `${column} is null`);
    const truth = `case ${out.map((column) => `when not ${column} then false`).join(' ')}
                        when ${unknown.join(' or ')} then null
                        when (${known}) is not null then true end`;
    const bands = definition.bands.map(
      (band, index) => `when (${known}) >= ${toSteps(band.from, places)} then ${index}`,
    );
    return [
      `${truth} as outcome_${at}`,
      `case when (${truth}) then ${known} end as steps_${at}`,
      ...(bands.length === 0
        ? []
        : [
            `(case when (${truth}) then case ${[...bands].reverse().join(' ')} end end)::utinyint as band_${at}`,
          ]),
    ];
  }

  /** The choice for which SQL is being written, where the numbers of the model are by one. */
  private choice: string | null = null;

  /**
   * SQL of arithmetic, once for each choice that the numbers of the model are by: one case around all of it, and not one
   * around each number.
   */
  private forEachChoice(write: () => string): string {
    const { by, columns } = this.model.content.coefficients ?? {};
    if (by === undefined || columns === undefined) return write();
    const cases = columns.map((choice) => {
      this.choice = choice;
      return `when ${literal(choice)} then ${write()}`;
    });
    this.choice = null;
    return `(case ${this.column(by)} ${cases.join(' ')} end)`;
  }

  /** The column of an input, a step or the sum. */
  private column(name: string): string {
    const place = [...this.model.meanings.keys(), 'value of it'].indexOf(name);
    return `part_${this.at}_${place}`;
  }

  private readonly names: NameSql = (name, unchecked = false) => {
    const meaning = this.model.meanings.get(name);
    switch (meaning?.is) {
      case undefined:
        throw new Error(`a prepared model uses ${name}, which it does not know`);
      case 'input':
        return this.column(name);
      case 'coefficient':
        return this.byColumn(meaning.by, meaning.values, numberSql);
      case 'table':
        return this.tableSql(meaning.table);
      case 'step':
      case 'sum': {
        const column = this.column(name);
        return unchecked ? column : `case when isfinite(${column}) then ${column} end`;
      }
    }
  };

  /** A number, or one for each choice of an input. */
  private byColumn<Value>(
    by: string | null,
    values: ReadonlyMap<string, Value>,
    write: (value: Value) => string,
  ): string {
    const only = values.get(WHATEVER);
    if (by === null && only !== undefined) return write(only);
    const chosen = this.choice === null ? undefined : values.get(this.choice);
    if (by === this.model.content.coefficients?.by && chosen !== undefined) return write(chosen);
    const cases = [...values].map(([choice, value]) => `when ${literal(choice)} then ${write(value)}`);
    return `(case ${this.names(by ?? '')} ${cases.join(' ')} end)`;
  }

  private tableSql({ of, by, rows }: Table): string {
    const value = this.names(of);
    const number = (row: Table['rows'][number]) => this.byColumn(by, row.values, numberSql);
    if (rows.every(({ is }) => is !== null)) {
      const cases = rows.map((row) => `when ${literal(row.is ?? '')} then ${number(row)}`);
      return `(case ${value} ${cases.join(' ')} end)`;
    }
    const cases = rows.map((row) =>
      Number.isFinite(row.below)
        ? `when (${value}) < ${numberSql(row.below)} then ${number(row)}`
        : `when (${value}) >= ${numberSql(Number.isFinite(row.from) ? row.from : -Number.MAX_VALUE)} then ${number(row)}`,
    );
    return `(case ${cases.join(' ')} end)`;
  }

  /** Decimals of one length are added as whole numbers, as in memory. */
  private sumSql(terms: readonly Term[]): string {
    const { sum_places } = this.model.content;
    const step = numberSql(10 ** (sum_places ?? 0));
    const whole = (sql: string) => (sum_places === undefined ? sql : `floor(${sql} * ${step} + 0.5)`);
    const added = terms.map((term) =>
      'add' in term ? whole(uncheckedSql(term.add, this.names)) : this.eachSql(term.each),
    );
    const sum = `(${added.join(' + ')})`;
    return sum_places === undefined ? sum : `(${sum} / ${step})`;
  }

  /** What the codes of somebody add up to, each once; they are looked up in one map, not asked about one by one. */
  private eachSql({ of, by, rows }: Table): string {
    const { sum_places } = this.model.content;
    const step = 10 ** (sum_places ?? 0);
    const choices = [...(rows[0]?.values.keys() ?? [])];
    const maps = new Map(
      choices.map((choice) => {
        const points = rows.map(({ values }) => (values.get(choice) ?? 0) * step);
        const numbers = points.map((each) => numberSql(sum_places === undefined ? each : Math.round(each)));
        return [
          choice,
          `map([${rows.map(({ is }) => literal(is ?? '')).join(', ')}], [${numbers.join(', ')}])`,
        ];
      }),
    );
    return this.byColumn(by, maps, (map) => {
      const found = `list_transform(${this.column(of)}, lambda code: ${map}[code])`;
      return `(case when ${this.column(of)} is not null then coalesce(list_sum(${found}), 0) end)::double`;
    });
  }

  private depthOf(name: string): number {
    const meaning = this.model.meanings.get(name);
    if (meaning?.is === 'step') return 1 + this.deepest(meaning.formula);
    if (meaning?.is === 'table') return Math.max(this.depthOf(meaning.table.of));
    return 0;
  }

  private deepest(formula: Formula): number {
    return Math.max(0, ...namesIn(formula).map((name) => this.depthOf(name)));
  }

  private inputSql(input: ModelInput): string {
    const source = this.definition.inputs[input.id];
    const can = source !== undefined && !restsOnNothing(this.codelists, source);
    const read = can ? this.sourceSql(source, input) : nothingSql(input);
    const taken = source?.if_missing?.is ?? input.if_missing;
    const value = taken === undefined ? null : readCell(input, taken);
    if (value === null) return read;
    return `coalesce(${read}, ${typeof value === 'number' ? numberSql(value) : literal(String(value))})`;
  }

  private sourceSql(source: InputSource, input: ModelInput): string {
    const { context } = this;
    if (source.when) return `(${conditionSql(source.when, context)})::integer::double`;
    if (source.sex) return "(case when sex in ('female', 'male') then sex end)";
    if (source.choose)
      // As nested cases each condition stands once, and one that is unknown ends it.
      return source.choose.reduceRight(
        (otherwise, { is, when }) =>
          `(case ${conditionSql(when, context)} when true then ${literal(is)} when false then ${otherwise} end)`,
        'null::varchar',
      );
    if (source.diagnoses) {
      const window = lookBackWindow(context.reference, source.diagnoses);
      const slot = context.plan.diagnosed(window);
      return `(case when ${coveredSql('hospital', window.from)} then coalesce(diagnosed_${slot.number}, []) end)`;
    }
    if (source.last_stay)
      return `(${this.staysSql(`stay.day = last_stay_day and ${ofMethod(source.last_stay)}`)} > 0)::integer::double`;
    if (source.ended_before_last)
      return `(${this.beforeLastSql(source.ended_before_last, 'until')} > 0)::integer::double`;
    const number = this.numberSourceSql(source);
    if (number === null || input.kind !== 'number') return nothingSql(input);
    const between = `between ${numberSql(input.from)} and ${numberSql(input.to)}`;
    // What is taken of several results is long: it is written once.
    return source.value && source.value.take !== 'latest'
      ? `list_filter([(${number})::double], lambda v: v ${between})[1]`
      : `(case when (${number}) ${between} then (${number})::double end)`;
  }

  private numberSourceSql(source: InputSource): string | null {
    if (source.age) return 'age';
    if (source.by_tenth) {
      const cases = source.by_tenth.typical.map((number, at) => `when ${at + 1} then ${numberSql(number)}`);
      return `(case imd_decile ${cases.join(' ')} end)`;
    }
    if (source.value) return this.readingSql(source.value);
    if (source.ratio) return `${this.readingSql(source.ratio.of)} / ${this.readingSql(source.ratio.to)}`;
    if (source.stays_before_last) return this.beforeLastSql(source.stays_before_last, 'day');
    return source.number_of ? this.amountSql(source.number_of) : null;
  }

  /** How many stays are so; null for whom there is none. */
  private staysSql(meant: string): string {
    this.context.plan.asksStays = true;
    return `len(list_filter(stays, lambda stay: ${meant}))`;
  }

  private beforeLastSql(before: { method: string; days: number }, column: 'day' | 'until'): string {
    const from = `last_stay_day - ${before.days} + 1`;
    const meant = `${ofMethod(before)} and stay.day < last_stay_day and stay.${column} between ${from} and last_stay_day`;
    return `(case when ${coveredSql('hospital', from)} then ${this.staysSql(meant)} end)`;
  }

  private readingSql(reading: Reading): string {
    const { plan, reference } = this.context;
    const slot = plan.values(
      reading.codes,
      lookBackWindow(reference, reading),
      reading.last,
      reading.on_different_days,
    );
    const values = `list_transform(values_${slot.number}[1:${reading.last}], lambda pair: pair[2])`;
    const taken =
      reading.take === 'latest' ? latestColumn(slot) : `list_aggregate(${values}, '${TAKE[reading.take]}')`;
    return `(case when ${undatedValueSql(slot)} then null else ${taken} end)`;
  }

  private amountSql(amount: Amount): string {
    const { context } = this;
    if (amount.entries) {
      const slot = context.plan.entries(
        amount.entries.codes,
        lookBackWindow(context.reference, amount.entries),
        true,
      );
      const [dated, undated] = [`coalesce(n_${slot.number}, 0)`, `coalesce(u_${slot.number}, 0)`];
      const covered = coveredSql(slot.feed, slot.window.from);
      return slot.window.from === null
        ? `(case when ${covered} then ${dated} + ${undated} end)`
        : `(case when ${covered} and ${undated} = 0 then ${dated} end)`;
    }
    const slot = amount.appointments
      ? appointmentsSlot(amount.appointments, context)
      : amount.admitted
        ? admittedSlot(amount.admitted, context)
        : attendedSlot(amount.attended ?? {}, context);
    const feed = amount.appointments ? 'appointments' : 'hospital';
    return `(case when ${coveredSql(feed, slot.window.from)} then coalesce(visits_${slot.number}, 0) end)`;
  }
}

function ofMethod({ method }: { readonly method: string }): string {
  return `stay.method = ${literal(method)}`;
}

const TAKE: Record<Exclude<Reading['take'], 'latest'>, string> = {
  highest_of_last: 'max',
  lowest_of_last: 'min',
  mean_of_last: 'avg',
  deviation_of_last: 'stddev_samp',
};

function nothingSql({ kind }: ModelInput): string {
  if (kind === 'icd10') return 'null::varchar[]';
  return kind === 'choice' ? 'null::varchar' : 'null::double';
}

function numberSql(value: number): string {
  return `${value.toExponential()}::double`;
}
