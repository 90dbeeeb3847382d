import { literal } from '../../../platform/lake/index.ts';
import type { FunctionName, NumberFormula, TruthFormula } from './formula.ts';

/** The SQL of each name: an expression that gives a double, a text for a choice, or null. */
export type NameSql = (name: string) => string;

/** A formula for DuckDB: a double, and null wherever `formulaValue` gives null. `names` give finite numbers, or null. */
export function formulaSql(formula: NumberFormula, names: NameSql): string {
  const sql = uncheckedSql(formula, names);
  return isSurelyFinite(formula) ? sql : finiteSql(sql);
}

/**
 * As formulaSql, but what has no answer may also be infinite or NaN: sums, differences, products and numerators hand that
 * on as they hand on null, so that it is enough to look once at what comes out. A look costs more than the arithmetic.
 */
export function uncheckedSql(formula: NumberFormula, names: NameSql): string {
  switch (formula.is) {
    case 'number':
      return `${formula.value.toExponential()}::double`;
    case 'name':
      return `(${names(formula.name)})`;
    case 'minus':
      return `(-${uncheckedSql(formula.of, names)})`;
    case 'arithmetic': {
      const { sign, left, right } = formula;
      // A number divided by the infinite is nought, and a power of it may be anything.
      if (sign === '^') return `pow(${formulaSql(left, names)}, ${formulaSql(right, names)})`;
      const by = sign === '/' ? formulaSql(right, names) : uncheckedSql(right, names);
      return `(${uncheckedSql(left, names)} ${sign} ${by})`;
    }
    case 'call':
      return callSql(
        formula.name,
        formula.of.map((part) => formulaSql(part, names)),
      );
    case 'if': {
      const when = conditionSql(formula.when, names);
      const yes = uncheckedSql(formula.yes, names);
      const no = uncheckedSql(formula.no, names);
      return `(case ${when} when true then ${yes} when false then ${no} end)`;
    }
  }
}

function isSurelyFinite(formula: NumberFormula): boolean {
  return formula.is === 'minus'
    ? isSurelyFinite(formula.of)
    : formula.is === 'name' || formula.is === 'number';
}

/** A condition for DuckDB, whose logic is Kleene's too. */
export function conditionSql(condition: TruthFormula, names: NameSql): string {
  switch (condition.is) {
    case 'comparison':
      return `(${formulaSql(condition.left, names)} ${condition.sign} ${formulaSql(condition.right, names)})`;
    case 'same_text':
      return `((${names(condition.name)}) ${condition.not ? '<>' : '='} ${literal(condition.text)})`;
    case 'and':
    case 'or':
      return `(${condition.of.map((part) => conditionSql(part, names)).join(` ${condition.is} `)})`;
    case 'not':
      return `(not ${conditionSql(condition.of, names)})`;
  }
}

// Every part is written once: DuckDB plans a part that stands twice twice, and so doubles its work at each level. Its
// nullif writes what it is given twice, which is why a list of one is filtered instead.

function callSql(name: FunctionName, of: readonly string[]): string {
  const [first = 'null'] = of;
  switch (name) {
    case 'exp':
      return `exp(${first})`;
    case 'ln':
      // DuckDB refuses what has no logarithm.
      return `ln(${onlySql(first, 'v > 0')})`;
    case 'sqrt':
      return `sqrt(${onlySql(first, 'v >= 0')})`;
    case 'first_known':
      return `coalesce(${of.join(', ')})`;
    case 'min':
      return `(-${greatestSql(of.map((part) => `-${part}`))})`;
    case 'max':
      return greatestSql(of);
  }
}

/** The greatest, and null when one is null. NaN is greater than every number in DuckDB. */
function greatestSql(of: readonly string[]): string {
  return finiteSql(`greatest(${of.map((part) => `coalesce(${part}, 'nan'::double)`).join(', ')})`);
}

function finiteSql(sql: string): string {
  return onlySql(sql, 'isfinite(v)');
}

/** A value where a condition on it, `v`, holds, else null. */
function onlySql(sql: string, condition: string): string {
  return `list_filter([${sql}], lambda v: ${condition})[1]`;
}
