import type { ModelInput } from './model.ts';

// The columns and cells of a file, as the inputs of a model take them.

/** The column that names a row, in what is read and in what is written. */
export const ROW_NAME = 'id';

/** A column's name as it is compared: cases are one, and so are spaces, points, hyphens and underscores. */
export function plainName(column: string): string {
  return column
    .trim()
    .toLowerCase()
    .replace(/[\s.-]+/g, '_');
}

/** A cell as the model takes it, or null when it cannot be that. */
export function readCell(input: ModelInput, cell: string): number | string | readonly string[] | null {
  switch (input.kind) {
    case 'number':
      return readNumber(input, cell);
    case 'yes_no': {
      const word = withoutPlaces(cell).toLowerCase();
      if (['1', 'yes', 'y', 'true', 't'].includes(word)) return 1;
      return ['0', 'no', 'n', 'false', 'f'].includes(word) ? 0 : null;
    }
    case 'choice': {
      const word = withoutPlaces(cell).toLowerCase();
      const said = input.choices.find((choice) =>
        [choice.code, choice.title, ...choice.also].some((each) => each.toLowerCase() === word),
      );
      return said?.code ?? null;
    }
    case 'icd10':
      return readCodes(cell);
  }
}

function readNumber(input: Extract<ModelInput, { kind: 'number' }>, cell: string): number | null {
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(cell)) return null;
  const value = Number(cell);
  if (value < input.from || value > input.to) return null;
  if (input.decimals === undefined) return value;
  return Number(value.toFixed(input.decimals)) === value ? value : null;
}

/** The first three characters of each code, each once; `none` is an empty list, which a blank cell is not. */
function readCodes(cell: string): readonly string[] | null {
  if (cell.toLowerCase() === 'none') return [];
  const codes = cell
    .toUpperCase()
    .split(/[\s;,|]+/)
    .filter((code) => code !== '')
    .map((code) => code.replaceAll('.', ''));
  // A dagger or an asterisk, and the letters by which files write them, come after the code.
  if (!codes.every((code) => /^[A-Z]\d[0-9A-Z]{1,4}[†*+]?$/.test(code))) return null;
  return [...new Set(codes.map((code) => code.slice(0, 3)))];
}

/** What a column may hold, as a phrase: "a whole number from 0 to 130". */
export function expectedOf(input: ModelInput): string {
  switch (input.kind) {
    case 'number': {
      const { decimals, from, to, unit } = input;
      const kind =
        decimals === undefined
          ? 'a number'
          : decimals === 0
            ? 'a whole number'
            : `a number with ${decimals} decimal${decimals === 1 ? '' : 's'} at most`;
      return `${kind} from ${from} to ${to} (${unit})`;
    }
    case 'yes_no':
      return 'yes or no (1 or 0)';
    case 'choice':
      return `one of ${input.choices.map(choiceInWords).join(', ')}`;
    case 'icd10':
      return 'ICD-10 codes, with ; or spaces between them, or none';
  }
}

/** A choice as it may be written and what it means: "non or 0 (Non-smoker)". */
function choiceInWords({
  code,
  title,
  also,
}: {
  code: string;
  title: string;
  also: readonly string[];
}): string {
  const words = [code, ...also].join(' or ');
  return code.toLowerCase() === title.toLowerCase() ? words : `${words} (${title})`;
}

/** A number that a program wrote with places although it has none: 1.0 is 1. */
export function withoutPlaces(cell: string): string {
  return cell.replace(/^(-?\d+)\.0+$/, '$1');
}
