import { Refusal } from '../../../kernel/index.ts';
import { expectedOf, plainName, ROW_NAME, readCell, withoutPlaces } from './cells.ts';
import type { ModelInput } from './model.ts';
import type { Model } from './prepare-model.ts';
import type { Answers, Assumed } from './score-of.ts';

interface UsedColumn {
  readonly column: string;
  readonly at: number;
  readonly input: ModelInput;
  /** The codes of a known source, by how they stand in the file. */
  readonly codes: Readonly<Record<string, string>> | null;
}

/** Which column of a file is which input of a model. */
export interface Columns {
  readonly used: readonly UsedColumn[];
  /** The known source whose codes the file has, where it is one. */
  readonly layout: string | null;
  /** Columns of the file that the model does not read. A misspelt one is among them. */
  readonly unused: readonly string[];
  /** Inputs that the score needs and that the file has no column for. */
  readonly absent: readonly string[];
  /** Where the names of the rows stand. */
  readonly nameAt: number | null;
}

/** What is wrong with one cell: its column, and what was expected. */
export interface Problem {
  readonly column: string;
  readonly message: string;
}

/**
 * Finds the inputs of a model among the columns of a file, without regard to case, and to spaces, points and hyphens
 * for underscores. Throws Refusal when two columns are one input, or none is any.
 */
export function findColumns(model: Model, header: readonly string[]): Columns {
  const names = header.map(plainName);
  const layout = model.content.layouts.find((each) =>
    Object.keys(each.columns).every((column) => names.includes(plainName(column))),
  );
  const used: UsedColumn[] = [];
  const unused: string[] = [];
  const coded = new Map(
    Object.entries(layout?.columns ?? {}).map(([column, about]) => [plainName(column), about]),
  );
  const inputs = new Map(model.content.inputs.map((input) => [input.id, input]));
  const byName = new Map(
    model.content.inputs.flatMap((input) =>
      [input.id, ...input.also].map((each) => [plainName(each), input]),
    ),
  );
  names.forEach((name, at) => {
    const about = coded.get(name);
    const input = about ? inputs.get(about.input) : byName.get(name);
    const column = header[at] ?? '';
    if (input) used.push({ column, at, input, codes: about?.codes ?? null });
    else if (name !== ROW_NAME) unused.push(column);
  });
  refuseTwoOfOne(used);
  if (used.length === 0) throw noColumns(model);
  const absent = model.content.inputs.filter(
    (input) => isNeeded(input) && !used.some((column) => column.input.id === input.id),
  );
  const nameAt = names.indexOf(ROW_NAME);
  return {
    used,
    layout: layout?.title ?? null,
    unused,
    absent: absent.map(({ id }) => id),
    nameAt: nameAt === -1 ? null : nameAt,
  };
}

/** Whether a score is unknown without this input. */
export function isNeeded(input: ModelInput): boolean {
  return input.required && input.if_missing === undefined;
}

/** What becomes of the score when an input is not given, as a phrase. */
export function missingMeans(input: ModelInput): string {
  if (input.if_missing !== undefined) return `taken as ${input.if_missing}, and shown as assumed`;
  return input.required ? 'the score is unknown' : 'not always needed';
}

function refuseTwoOfOne(used: readonly UsedColumn[]): void {
  for (const { input, column, at } of used) {
    const other = used.find((each) => each.input.id === input.id && each.at !== at);
    if (!other) continue;
    throw new Refusal({
      code: 'column_twice',
      because: `The columns ${column} and ${other.column} are both ${input.id}.`,
      remedy: 'Take one of them out of the file and try again.',
    });
  }
}

function noColumns({ content }: Model): Refusal {
  return new Refusal({
    code: 'no_columns',
    because: `The file has no column of ${content.id}.`,
    remedy: `Its columns are: ${content.inputs.map(({ id }) => id).join(', ')}. neighbourhold score ${content.id} says what each holds.`,
  });
}

/** What one row of a file says, and what in it cannot be used. A cell that cannot be used counts as not given. */
export function readAnswers(
  model: Model,
  columns: Columns,
  cells: readonly string[],
): { answers: Answers; assumed: Assumed[]; problems: Problem[] } {
  const answers = new Map<string, number | string | readonly string[]>();
  const assumed: Assumed[] = [];
  const problems: Problem[] = [];
  for (const { column, at, input, codes } of columns.used) {
    const cell = (cells[at] ?? '').trim();
    if (isBlank(cell)) continue;
    const own = codes ? new Map(Object.entries(codes)).get(withoutPlaces(cell)) : cell;
    const said = own === undefined ? null : readCell(input, own);
    if (said !== null) answers.set(input.id, said);
    else {
      const wanted = codes ? `one of ${Object.keys(codes).join(', ')}` : expectedOf(input);
      problems.push({ column, message: `${shortened(cell)} is not ${wanted}` });
    }
  }
  const spoilt = new Set(
    problems.map(({ column }) => columns.used.find((each) => each.column === column)?.input.id),
  );
  for (const input of model.content.inputs) {
    if (input.if_missing === undefined || answers.has(input.id) || spoilt.has(input.id)) continue;
    const value = readCell(input, input.if_missing);
    if (value !== null) answers.set(input.id, value);
    assumed.push({ inputs: [input.id], as: `${input.title}: ${input.if_missing}` });
  }
  return { answers, assumed, problems };
}

/** How files say that nothing is known. */
function isBlank(cell: string): boolean {
  return cell === '' || /^(na|n\/a|nan|null)$/i.test(cell);
}

function shortened(cell: string): string {
  return cell.length <= 40 ? cell : `${cell.slice(0, 40)}…`;
}
