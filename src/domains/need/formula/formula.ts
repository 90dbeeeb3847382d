// Arithmetic as the author of a score writes it: `(age / 10)^-2 - 0.0533`. What is read here is worked out in memory
// by `formulaValue` and in DuckDB by `formulaSql`; a property test holds the two together.

/** What a name stands for: a number, a yes or no (1 or 0 where it is counted), or one of a few texts. */
export type NameKind = 'number' | 'yes_no' | { readonly choices: readonly string[] };

export const FUNCTIONS = {
  exp: { least: 1, most: 1 },
  ln: { least: 1, most: 1 },
  sqrt: { least: 1, most: 1 },
  min: { least: 2, most: Number.POSITIVE_INFINITY },
  max: { least: 2, most: Number.POSITIVE_INFINITY },
  /** The first that is known: a BMI that was measured, else one that is given. */
  first_known: { least: 2, most: Number.POSITIVE_INFINITY },
} as const;

export type FunctionName = keyof typeof FUNCTIONS;
export type ArithmeticSign = '+' | '-' | '*' | '/' | '^';
export type ComparisonSign = '=' | '<>' | '<' | '<=' | '>' | '>=';

/** A formula that gives a number. */
export type NumberFormula =
  | { readonly is: 'number'; readonly value: number }
  | { readonly is: 'name'; readonly name: string }
  | { readonly is: 'minus'; readonly of: NumberFormula }
  | {
      readonly is: 'arithmetic';
      readonly sign: ArithmeticSign;
      readonly left: NumberFormula;
      readonly right: NumberFormula;
    }
  | { readonly is: 'call'; readonly name: FunctionName; readonly of: readonly NumberFormula[] }
  | {
      readonly is: 'if';
      readonly when: TruthFormula;
      readonly yes: NumberFormula;
      readonly no: NumberFormula;
    };

/** A formula that is true, false or unknown. */
export type TruthFormula =
  | {
      readonly is: 'comparison';
      readonly sign: ComparisonSign;
      readonly left: NumberFormula;
      readonly right: NumberFormula;
    }
  | { readonly is: 'same_text'; readonly name: string; readonly text: string; readonly not: boolean }
  | { readonly is: 'and' | 'or'; readonly of: readonly TruthFormula[] }
  | { readonly is: 'not'; readonly of: TruthFormula };

export type Formula = NumberFormula | TruthFormula;

/** Every name that a formula uses. */
export function namesIn(formula: Formula): string[] {
  switch (formula.is) {
    case 'number':
      return [];
    case 'name':
    case 'same_text':
      return [formula.name];
    case 'minus':
    case 'not':
      return namesIn(formula.of);
    case 'arithmetic':
    case 'comparison':
      return [formula.left, formula.right].flatMap(namesIn);
    case 'call':
    case 'and':
    case 'or':
      return formula.of.flatMap(namesIn);
    case 'if':
      return [formula.when, formula.yes, formula.no].flatMap(namesIn);
  }
}

/** What is wrong with a formula, and at which character, counted from 1. */
export class FormulaError extends Error {
  readonly at: number;

  constructor(at: number, because: string) {
    super(`at character ${at}: ${because}`);
    this.name = 'FormulaError';
    this.at = at;
  }
}

/** The kind of each name that a formula may use; undefined for a name that there is not. */
export type KnownNames = (name: string) => NameKind | undefined;

/** Reads a formula that gives a number. Throws FormulaError. */
export function readNumberFormula(text: string, known: KnownNames): NumberFormula {
  const reader = new Reader(text, known);
  const read = reader.whole();
  return reader.asNumber(read);
}

/** Reads a condition: comparisons with `and`, `or`, `not`. Throws FormulaError. */
export function readCondition(text: string, known: KnownNames): TruthFormula {
  const reader = new Reader(text, known);
  const read = reader.whole();
  return reader.asTruth(read);
}

interface Token {
  readonly kind: 'number' | 'name' | 'text' | 'sign' | 'end';
  readonly text: string;
  readonly at: number;
}

const TOKEN =
  /\s*(?:(?<number>\d+(?:\.\d+)?(?:e[+-]?\d+)?)|(?<name>[a-z][a-z0-9_]*)|'(?<text>[^']*)'|(?<sign><=|>=|<>|[-+*/^(),=<>]))/y;

function tokens(text: string): Token[] {
  const found: Token[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match?.groups) {
      const at = from + (text.slice(from).match(/^\s*/)?.[0].length ?? 0);
      throw new FormulaError(at + 1, `${text[at]} is no sign of a formula`);
    }
    for (const kind of ['number', 'name', 'text', 'sign'] as const) {
      const part = match.groups[kind];
      if (part === undefined) continue;
      const length = part.length + (kind === 'text' ? 2 : 0);
      found.push({ kind, text: part, at: TOKEN.lastIndex - length + 1 });
    }
  }
  return [...found, { kind: 'end', text: 'the end', at: end + 1 }];
}

/** What was read and where it began. Which of the kinds it is shows only where it is used. */
interface Read {
  readonly at: number;
  readonly kind: 'number' | 'yes_no' | 'choice' | 'truth' | 'literal';
  readonly number?: NumberFormula;
  readonly truth?: TruthFormula;
  readonly text?: string;
  readonly choices?: readonly string[];
}

const COMPARISONS: readonly string[] = ['=', '<>', '<', '<=', '>', '>='];

/** Reads by descent; what binds least is read first: or, and, not, comparison, + -, * /, minus, ^. */
class Reader {
  private readonly tokens: readonly Token[];
  private readonly known: KnownNames;
  private next = 0;

  constructor(text: string, known: KnownNames) {
    this.tokens = tokens(text);
    this.known = known;
  }

  whole(): Read {
    const read = this.either();
    if (this.token.kind !== 'end') throw this.unexpected('a sign of arithmetic or the end');
    return read;
  }

  asNumber(read: Read): NumberFormula {
    if (read.number) return read.number;
    const what = read.kind === 'truth' ? 'this is a condition' : `${read.text} is a text`;
    throw new FormulaError(read.at, `${what}, and a number is expected`);
  }

  asTruth(read: Read): TruthFormula {
    if (read.truth) return read.truth;
    if (read.kind === 'yes_no' && read.number) {
      return { is: 'comparison', sign: '<>', left: read.number, right: { is: 'number', value: 0 } };
    }
    const what = read.text === undefined ? 'this is a number' : `${read.text} is a text`;
    throw new FormulaError(read.at, `${what}, and a condition is expected: compare it with something`);
  }

  private either(): Read {
    return this.joined('or', () => this.joined('and', () => this.negated()));
  }

  private joined(word: 'and' | 'or', part: () => Read): Read {
    const first = part();
    if (!this.isWord(word)) return first;
    const of = [this.asTruth(first)];
    while (this.isWord(word)) {
      this.next++;
      of.push(this.asTruth(part()));
    }
    return { at: first.at, kind: 'truth', truth: { is: word, of } };
  }

  private negated(): Read {
    if (!this.isWord('not')) return this.compared();
    const { at } = this.take();
    return { at, kind: 'truth', truth: { is: 'not', of: this.asTruth(this.negated()) } };
  }

  private compared(): Read {
    const left = this.sum();
    const { kind, text } = this.token;
    if (kind !== 'sign' || !COMPARISONS.includes(text)) return left;
    const sign = this.take().text as ComparisonSign;
    const right = this.sum();
    if ([left.kind, right.kind].some((each) => each === 'choice' || each === 'literal')) {
      return { at: left.at, kind: 'truth', truth: this.textCompared(left, sign, right) };
    }
    const truth = {
      is: 'comparison',
      sign,
      left: this.asNumber(left),
      right: this.asNumber(right),
    } as const;
    return { at: left.at, kind: 'truth', truth };
  }

  private textCompared(left: Read, sign: ComparisonSign, right: Read): TruthFormula {
    if (left.kind !== 'choice' || right.kind !== 'literal' || (sign !== '=' && sign !== '<>')) {
      throw new FormulaError(left.at, "a choice is compared as in sex = 'female' or sex <> 'female'");
    }
    const { text = '' } = right;
    // A misspelt choice would be a condition that never holds.
    if (!left.choices?.includes(text)) {
      throw new FormulaError(right.at, `${text} is no choice of ${left.text}: ${left.choices?.join(', ')}`);
    }
    return { is: 'same_text', name: left.text ?? '', text, not: sign === '<>' };
  }

  private sum(): Read {
    return this.leftToRight(['+', '-'], () => this.leftToRight(['*', '/'], () => this.signed()));
  }

  private leftToRight(signs: readonly ArithmeticSign[], part: () => Read): Read {
    let read = part();
    for (;;) {
      const sign = signs.find((each) => this.isSign(each));
      if (sign === undefined) return read;
      this.next++;
      const number = {
        is: 'arithmetic',
        sign,
        left: this.asNumber(read),
        right: this.asNumber(part()),
      } as const;
      read = { at: read.at, kind: 'number', number };
    }
  }

  private signed(): Read {
    if (!this.isSign('-')) return this.power();
    const { at } = this.take();
    return { at, kind: 'number', number: { is: 'minus', of: this.asNumber(this.signed()) } };
  }

  /** The exponent may have a minus of its own, and powers of powers are read from the right, as on paper. */
  private power(): Read {
    const base = this.atom();
    if (!this.isSign('^')) return base;
    this.next++;
    const right = this.asNumber(this.signed());
    return {
      at: base.at,
      kind: 'number',
      number: { is: 'arithmetic', sign: '^', left: this.asNumber(base), right },
    };
  }

  private atom(): Read {
    const token = this.take();
    const { at } = token;
    if (token.kind === 'number') {
      return { at, kind: 'number', number: { is: 'number', value: Number(token.text) } };
    }
    if (token.kind === 'text') return { at, kind: 'literal', text: token.text };
    if (token.kind === 'sign' && token.text === '(') {
      const inside = this.either();
      this.expect(')');
      return { ...inside, at };
    }
    if (token.kind === 'name') return this.isSign('(') ? this.call(token) : this.named(token);
    this.next--;
    throw this.unexpected('a number, a name or an opening bracket');
  }

  private named({ text, at }: Token): Read {
    const kind = this.known(text);
    if (kind === undefined) throw new FormulaError(at, `there is no ${text} here`);
    if (typeof kind === 'object') return { at, kind: 'choice', text, choices: kind.choices };
    return { at, kind, number: { is: 'name', name: text } };
  }

  private call({ text, at }: Token): Read {
    this.expect('(');
    const parts = [this.either()];
    while (this.isSign(',')) {
      this.next++;
      parts.push(this.either());
    }
    this.expect(')');
    if (text === 'if') return { at, kind: 'number', number: this.choice(parts, at) };
    const limits = Object.hasOwn(FUNCTIONS, text) ? FUNCTIONS[text as FunctionName] : undefined;
    if (!limits) {
      const names = ['if', ...Object.keys(FUNCTIONS)].join(', ');
      throw new FormulaError(at, `there is no function ${text}; there are ${names}`);
    }
    if (parts.length < limits.least || parts.length > limits.most) {
      const wanted = limits.most === 1 ? 'one value' : `${limits.least} values or more`;
      throw new FormulaError(at, `${text} takes ${wanted}, not ${parts.length}`);
    }
    const of = parts.map((part) => this.asNumber(part));
    return { at, kind: 'number', number: { is: 'call', name: text as FunctionName, of } };
  }

  private choice(parts: readonly Read[], at: number): NumberFormula {
    const [when, yes, no, ...more] = parts;
    if (!when || !yes || !no || more.length > 0) {
      throw new FormulaError(at, 'if takes a condition, a number and another number');
    }
    return {
      is: 'if',
      when: this.asTruth(when),
      yes: this.asNumber(yes),
      no: this.asNumber(no),
    };
  }

  private get token(): Token {
    // The last token is the end, and nothing reads beyond it.
    return this.tokens[Math.min(this.next, this.tokens.length - 1)] as Token;
  }

  private take(): Token {
    const { token } = this;
    this.next++;
    return token;
  }

  private isSign(sign: string): boolean {
    return this.token.kind === 'sign' && this.token.text === sign;
  }

  private isWord(word: string): boolean {
    return this.token.kind === 'name' && this.token.text === word;
  }

  private expect(sign: string): void {
    if (!this.isSign(sign)) throw this.unexpected(sign);
    this.next++;
  }

  private unexpected(expected: string): FormulaError {
    const { at, text, kind } = this.token;
    return new FormulaError(at, `expected ${expected}, found ${kind === 'text' ? `'${text}'` : text}`);
  }
}
