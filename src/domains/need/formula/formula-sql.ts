import { literal } from '../../../platform/lake/index.ts';
import type { FunctionName, NumberFormula, TruthFormula } from './formula.ts';

/** The SQL of each name: an expression that gives a double, a text for a choice, or null. */
export type NameSql = (name: string) => string;

/** A formula for DuckDB: a double, and null wherever `formulaValue` gives null. */
export function formulaSql(formula: NumberFormula, names: NameSql): string {
  switch (formula.is) {
    case 'number':
      return `${formula.value.toExponential()}::double`;
    case 'name':
      return `(${names(formula.name)})`;
    case 'minus':
      return `(-${formulaSql(formula.of, names)})`;
    case 'arithmetic': {
      const left = formulaSql(formula.left, names);
      const right = formulaSql(formula.right, names);
      return finiteSql(formula.sign === '^' ? `pow(${left}, ${right})` : `${left} ${formula.sign} ${right}`);
    }
    case 'call':
      return callSql(
        formula.name,
        formula.of.map((part) => formulaSql(part, names)),
      );
    case 'if': {
      const when = conditionSql(formula.when, names);
      const yes = formulaSql(formula.yes, names);
      const no = formulaSql(formula.no, names);
      return `(case ${when} when true then ${yes} when false then ${no} end)`;
    }
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

// Every part is written once: a part that stood twice would double the query at each level.

function callSql(name: FunctionName, of: readonly string[]): string {
  const [first = 'null'] = of;
  switch (name) {
    case 'exp':
      return finiteSql(`exp(${first})`);
    case 'ln':
      // DuckDB refuses what has no logarithm; its greatest passes over what is null.
      return `ln(nullif(greatest(${first}, 0::double), 0))`;
    case 'sqrt':
      // As a power, because DuckDB refuses the root of a negative number.
      return finiteSql(`pow(${first}, 0.5)`);
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
  const parts = of.map((part) => `coalesce(${part}, 'nan'::double)`);
  return `nullif(greatest(${parts.join(', ')}), 'nan'::double)`;
}

function finiteSql(sql: string): string {
  return `nullif(nullif(nullif(${sql}, 'inf'::double), '-inf'::double), 'nan'::double)`;
}
