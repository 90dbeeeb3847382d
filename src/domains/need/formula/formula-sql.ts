import { literal } from '../../../platform/lake/index.ts';
import type { NumberFormula, TruthFormula } from './formula.ts';

/**
 * The SQL of each name: an expression that gives a double, a text for a choice, or null. The double is finite, unless it
 * need not be (`unchecked`).
 */
export type NameSql = (name: string, unchecked?: boolean) => string;

/** A formula for DuckDB: a double, and null wherever `formulaValue` gives null. */
export function formulaSql(formula: NumberFormula, names: NameSql): string {
  return isSurelyFinite(formula)
    ? uncheckedSql(formula, (name) => names(name))
    : finiteSql(uncheckedSql(formula, names));
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
      return `(${names(formula.name, true)})`;
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
      return callSql(formula, names);
    case 'if': {
      const when = conditionSql(formula.when, names);
      const yes = uncheckedSql(formula.yes, names);
      const no = uncheckedSql(formula.no, names);
      return `(case ${when} when true then ${yes} when false then ${no} end)`;
    }
  }
}

/** Whether what comes out is finite, or null, where names are. */
function isSurelyFinite(formula: NumberFormula): boolean {
  switch (formula.is) {
    case 'name':
    case 'number':
      return true;
    case 'minus':
      return isSurelyFinite(formula.of);
    case 'arithmetic': {
      const { sign, left, right } = formula;
      return sign === '/' && right.is === 'number' && Math.abs(right.value) >= 1 && isSurelyFinite(left);
    }
    default:
      return false;
  }
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

function callSql({ name, of }: Extract<NumberFormula, { is: 'call' }>, names: NameSql): string {
  const parts = () => of.map((part) => formulaSql(part, names));
  const [first] = of;
  if (first === undefined) return 'null';
  switch (name) {
    case 'exp':
      return `exp(${formulaSql(first, names)})`;
    case 'ln':
      // DuckDB refuses what has no logarithm.
      return `ln(${boundedSql(first, 'v > 0', names)})`;
    case 'sqrt':
      return `sqrt(${boundedSql(first, 'v >= 0', names)})`;
    case 'first_known':
      return `coalesce(${parts().join(', ')})`;
    case 'min':
      return `(-${greatestSql(parts().map((part) => `-${part}`))})`;
    case 'max':
      return greatestSql(parts());
  }
}

/** A finite number for which a condition on it, `v`, holds, else null. */
function boundedSql(formula: NumberFormula, condition: string, names: NameSql): string {
  return isSurelyFinite(formula)
    ? onlySql(formulaSql(formula, names), condition)
    : onlySql(uncheckedSql(formula, names), `${IS_FINITE} and ${condition}`);
}

/** The greatest, and null when one is null. NaN is greater than every number in DuckDB. */
function greatestSql(of: readonly string[]): string {
  return finiteSql(`greatest(${of.map((part) => `coalesce(${part}, 'nan'::double)`).join(', ')})`);
}

const IS_FINITE = 'isfinite(v)';

function finiteSql(sql: string): string {
  return onlySql(sql, IS_FINITE);
}

/** A value where a condition on it, `v`, holds, else null. */
function onlySql(sql: string, condition: string): string {
  return `list_filter([${sql}], lambda v: ${condition})[1]`;
}
