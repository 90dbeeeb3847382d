import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isAlias, isCollection, isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { Refusal } from '../../kernel/index.ts';
import { parsedAtBuild } from './parsed-at-build.ts';

/**
 * What is wrong with a content file, in the words of its author: file, line, what was found, what was expected.
 * Content is written by clinicians and analysts, so that a mistake in it is theirs to mend without us.
 */
export class ContentError extends Refusal {
  readonly file: string;
  readonly problems: readonly string[];

  constructor(file: string, problems: readonly string[]) {
    super({
      code: 'bad_content',
      because: `${file} cannot be used:\n  ${problems.join('\n  ')}`,
      remedy: 'Correct the file at the lines named and try again.',
    });
    this.name = 'ContentError';
    this.file = file;
    this.problems = problems;
  }
}

/**
 * Reads one YAML file and checks it against its schema.
 * Throws ContentError with every problem found, each with its line.
 */
export function readContent<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> {
  return parseContent(readFileSync(file, 'utf8'), schema, relative(process.cwd(), file));
}

/** As readContent, for text that is already in memory; `name` stands for the file in messages. */
export function parseContent<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
  name: string,
): z.output<Schema> {
  const known = parsedAtBuild(text);
  if (known !== undefined) {
    const checked = schema.safeParse(known);
    if (checked.success) return checked.data;
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  if (document.errors.length > 0) {
    throw new ContentError(
      name,
      document.errors.map((error) => `line ${lines.linePos(error.pos[0]).line}: ${firstLine(error.message)}`),
    );
  }
  const result = schema.safeParse(document.toJS());
  if (result.success) return result.data;

  const lineOf = (path: readonly PropertyKey[]) => {
    // A missing key has no line of its own: the nearest thing that is there has one.
    for (let depth = path.length; depth >= 0; depth--) {
      const node = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
      if (isNode(node) && !isAlias(node) && node.range) return lines.linePos(node.range[0]).line;
      if (isCollection(node)) break;
    }
    return 1;
  };
  throw new ContentError(
    name,
    result.error.issues.map((issue) => {
      const at = issue.path.length === 0 ? 'the file' : issue.path.join('.');
      return `line ${lineOf(issue.path)}: ${at}: ${issue.message}`;
    }),
  );
}

/** Every file below a folder whose name ends so, sorted, so that the order never depends on the disk. */
export function contentFiles(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => join(folder, name));
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message;
}
