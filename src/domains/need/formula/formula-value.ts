import type { Truth } from '../evaluate/truth.ts';
import { allOf, anyOf, negate } from '../evaluate/truth.ts';
import type {
  ArithmeticSign,
  ComparisonSign,
  Formula,
  FunctionName,
  NumberFormula,
  TruthFormula,
} from './formula.ts';

/** The value of each name for one person: a number, a choice as text, or null where it is not known. */
export type Values = (name: string) => number | string | null;

/**
 * What a formula gives. Null where something that it needs is not known, and where arithmetic has no answer: division
 * by zero, the logarithm of nothing, a number beyond what can be written.
 */
export function formulaValue(formula: NumberFormula, values: Values): number | null {
  switch (formula.is) {
    case 'number':
      return formula.value;
    case 'name':
      return numberOf(values(formula.name));
    case 'minus':
      return finite(formula.of, values, (value) => -value);
    case 'arithmetic': {
      const left = formulaValue(formula.left, values);
      const right = formulaValue(formula.right, values);
      return left === null || right === null ? null : orNull(arithmetic(formula.sign, left, right));
    }
    case 'call':
      return called(
        formula.name,
        formula.of.map((part) => formulaValue(part, values)),
      );
    case 'if': {
      const when = conditionTruth(formula.when, values);
      return when === null ? null : formulaValue(when ? formula.yes : formula.no, values);
    }
  }
}

/** Whether a condition holds: true, false, or null for unknown, by Kleene's logic. */
export function conditionTruth(condition: TruthFormula, values: Values): Truth {
  switch (condition.is) {
    case 'comparison': {
      const left = formulaValue(condition.left, values);
      const right = formulaValue(condition.right, values);
      return left === null || right === null ? null : compared(condition.sign, left, right);
    }
    case 'same_text': {
      const value = values(condition.name);
      return value === null ? null : (value === condition.text) !== condition.not;
    }
    case 'and':
      return allOf(condition.of.map((part) => conditionTruth(part, values)));
    case 'or':
      return anyOf(condition.of.map((part) => conditionTruth(part, values)));
    case 'not':
      return negate(conditionTruth(condition.of, values));
  }
}

/** The names for want of which a formula has no value, each once. Empty where it has one, or only arithmetic failed. */
export function unknownNames(formula: Formula, values: Values): string[] {
  return [...new Set(wanting(formula, values))];
}

function wanting(formula: Formula, values: Values): string[] {
  const ofAll = (parts: readonly Formula[]) => parts.flatMap((part) => wanting(part, values));
  switch (formula.is) {
    case 'number':
      return [];
    case 'name':
    case 'same_text':
      return values(formula.name) === null ? [formula.name] : [];
    case 'minus':
    case 'not':
      return wanting(formula.of, values);
    case 'arithmetic':
    case 'comparison':
      return ofAll([formula.left, formula.right]);
    case 'and':
    case 'or':
      return conditionTruth(formula, values) === null ? ofAll(formula.of) : [];
    case 'call':
      // Of several ways to know something one is enough.
      return formula.name === 'first_known' && formulaValue(formula, values) !== null
        ? []
        : ofAll(formula.of);
    case 'if': {
      const when = conditionTruth(formula.when, values);
      return wanting(when === null ? formula.when : when ? formula.yes : formula.no, values);
    }
  }
}

function numberOf(value: number | string | null): number | null {
  return typeof value === 'number' ? value : null;
}

function finite(of: NumberFormula, values: Values, then: (value: number) => number): number | null {
  const value = formulaValue(of, values);
  return value === null ? null : orNull(then(value));
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function arithmetic(sign: ArithmeticSign, left: number, right: number): number {
  switch (sign) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '^':
      return left ** right;
  }
}

function called(name: FunctionName, given: readonly (number | null)[]): number | null {
  if (name === 'first_known') return given.find((value) => value !== null) ?? null;
  const known = given.filter((value) => value !== null);
  if (known.length < given.length) return null;
  const [first = Number.NaN] = known;
  switch (name) {
    case 'exp':
      return orNull(Math.exp(first));
    case 'ln':
      return orNull(Math.log(first));
    case 'sqrt':
      return orNull(Math.sqrt(first));
    case 'min':
      return Math.min(...known);
    case 'max':
      return Math.max(...known);
  }
}

function compared(sign: ComparisonSign, left: number, right: number): boolean {
  switch (sign) {
    case '=':
      return left === right;
    case '<>':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
  }
}
