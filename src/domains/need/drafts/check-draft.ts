import { plainDate } from '../../../kernel/index.ts';
import { ContentError, parseContent } from '../../../platform/content/index.ts';
import { drawnPopulation, drawnRecord } from '../evaluate/drawn-record.ts';
import { fromSteps, toSteps } from '../evaluate/exact.ts';
import { bandIn, evaluate, type Outcome } from '../evaluate/reference-evaluator.ts';
import { type CaseFile, caseFileSchema, type Definition, definitionSchema } from '../language/definition.ts';
import type { Library } from '../language/library.ts';
import { withDefinition } from '../language/with-authored.ts';

/** Something wrong with a text, and the line it is on where one can be named. */
export interface Problem {
  readonly line: number | null;
  readonly message: string;
}

/** What became of one drawn person. */
export interface CaseResult {
  readonly person: CaseFile['people'][number];
  readonly outcome: Outcome;
  /** What a score or a segmentation says beside its outcome. */
  readonly said: string;
  readonly passes: boolean;
}

/** A draft's text, read: what it means, and all that is wrong with it. */
export interface CheckedDraft {
  /** Null where the text is no definition, or names what there is not. */
  readonly definition: Definition | null;
  readonly problems: readonly Problem[];
  readonly cases: readonly CaseResult[];
  readonly caseProblems: readonly Problem[];
}

/** Reads a draft against the definitions that it may refer to, and tries its cases. Never throws for what somebody wrote. */
export function checkDraft(library: Library, text: string, casesText: string): CheckedDraft {
  const read = readDraft(library, text);
  const { definition, whole } = read;
  const nothing = { definition, problems: read.problems, cases: [], caseProblems: [] };
  if (casesText.trim() === '') return nothing;
  try {
    const file = parseContent(casesText, caseFileSchema, 'the cases');
    if (definition === null || whole === null) return nothing;
    const caseProblems =
      file.definition === definition.id
        ? []
        : [{ line: null, message: `these are cases of ${file.definition}, and this is ${definition.id}` }];
    return { ...nothing, cases: tryCases(whole, definition, file), caseProblems };
  } catch (error) {
    return { ...nothing, caseProblems: problemsOf(error, casesText) };
  }
}

function readDraft(
  library: Library,
  text: string,
): { definition: Definition | null; whole: Library | null; problems: readonly Problem[] } {
  try {
    const definition = parseContent(text, definitionSchema, 'the definition');
    if (definition.kind === 'ranking')
      return {
        definition: null,
        whole: null,
        problems: [{ line: 1, message: 'there is room for one ranking' }],
      };
    return { definition, whole: withDefinition(library, definition), problems: [] };
  } catch (error) {
    return { definition: null, whole: null, problems: problemsOf(error, text) };
  }
}

/** The problems that a reading found, each with its line; one about a name has the first line that says it. */
function problemsOf(error: unknown, text: string): Problem[] {
  if (!(error instanceof ContentError)) throw error;
  const lines = text.split('\n');
  return error.problems.map((problem) => {
    const [, line, message] = /^line (\d+): (.*)$/s.exec(problem) ?? [];
    if (line !== undefined && message !== undefined) return { line: Number(line), message };
    const names = problem.match(/[A-Z][A-Z0-9_]+|[a-z][a-z0-9]*(?:-[a-z0-9]+)*(?:\/[a-z-]+)?/g) ?? [];
    const named = [...names].sort((a, b) => b.length - a.length).map((name) => lineOf(lines, name));
    return { line: named.find((at) => at !== null) ?? null, message: problem };
  });
}

function lineOf(lines: readonly string[], name: string): number | null {
  const at = lines.findIndex((line) => line.includes(name) && !/^(id|title|short|why):/.test(line));
  return at < 0 ? null : at + 1;
}

/** What becomes of each drawn person of a case file. */
export function tryCases(library: Library, definition: Definition, file: CaseFile): CaseResult[] {
  return file.people.map((person) => {
    const found = evaluate(
      library,
      definition.id,
      drawnRecord(person),
      plainDate(file.reference_date),
      drawnPopulation(library, person),
    );
    const { outcome, value, band } = person.expect;
    const steps = 'steps' in found ? found.steps : null;
    const said = [
      ...('steps' in found && steps !== null ? [fromSteps(steps, found.places)] : []),
      ...(found.kind === 'register' ? [] : [bandIn(found) ?? 'no band']),
    ].join(', ');
    const passes =
      found.outcome === outcome &&
      (value === undefined || ('steps' in found && steps === toSteps(value, found.places))) &&
      (band === undefined || bandIn(found) === band);
    return { person, outcome: found.outcome, said, passes };
  });
}

/** What keeps a draft from being asked for, in sentences; empty where nothing does. */
export function whyNotReady(checked: CheckedDraft): string[] {
  const { definition, problems, cases, caseProblems } = checked;
  if (definition === null || problems.length > 0)
    return ['The definition has problems, which have to be mended.'];
  const failing = cases.filter(({ passes }) => !passes);
  const has = (outcome: Outcome) =>
    cases.some((each) => each.passes && each.person.expect.outcome === outcome);
  return [
    ...(caseProblems.length > 0 ? ['The cases have problems, which have to be mended.'] : []),
    ...(failing.length > 0
      ? [`${failing.length} of ${cases.length} cases come out otherwise than they expect.`]
      : []),
    ...(has('in') ? [] : ['There is no case of somebody who is in.']),
    // Everybody is in a segmentation.
    ...(definition.kind === 'segmentation' || has('out') ? [] : ['There is no case of somebody who is out.']),
  ];
}
