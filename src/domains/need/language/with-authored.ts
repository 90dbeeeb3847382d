import { parseContent } from '../../../platform/content/index.ts';
import { caseFileSchema, type Definition, definitionSchema } from './definition.ts';
import { type Library, makeLibrary } from './library.ts';
import { compareVersions } from './versions.ts';

/** A definition that was written in the product and published: its text, and that of its cases. */
export interface AuthoredText {
  readonly id: string;
  readonly version: string;
  readonly definition: string;
  readonly cases: string;
}

/** A definition of the book that is not in effect, and why. */
export interface LeftOut {
  readonly id: string;
  readonly version: string;
  readonly because: string;
}

export interface WholeLibrary {
  readonly library: Library;
  /** Those of the book that are in it. */
  readonly authored: readonly AuthoredText[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * The definitions of content and those of the book together. Of one id the highest version counts, wherever it is from;
 * which one lost is said. One of the book that cannot be used any more, because content has changed since it was
 * published, is left out and said, with those that refer to it: it must not stop all others.
 */
export function withAuthored(content: Library, published: readonly AuthoredText[]): WholeLibrary {
  const { highest, leftOut } = highestOfEach(content, published);
  const parsed = highest.flatMap((text) => {
    try {
      return [{ text, ...parseAuthored(text) }];
    } catch (error) {
      leftOut.push(unusable(text, error));
      return [];
    }
  });
  for (;;) {
    const whole = parsed.map(({ definition, cases }) => ({ definition, cases }));
    try {
      const library = joined(content, whole);
      return { library, authored: parsed.map(({ text }) => text), leftOut };
    } catch (error) {
      // One after the other: the first that does not go with all before it is the one that is wrong.
      const at = parsed.findIndex((_, place) => !goesWith(content, whole.slice(0, place + 1)));
      const wrong = parsed.splice(at < 0 ? parsed.length - 1 : at, 1)[0];
      if (!wrong) throw error;
      leftOut.push(unusable(wrong.text, error));
    }
  }
}

/** A library with one definition more, or another in the place of that of its id. Throws ContentError as makeLibrary. */
export function withDefinition(library: Library, definition: Definition): Library {
  return joined(library, [{ definition, cases: null }]);
}

type Authored = { definition: Definition; cases: ReturnType<typeof parseAuthored>['cases'] | null };

function joined(content: Library, more: readonly Authored[]): Library {
  const ids = new Set(more.map(({ definition }) => definition.id));
  const cases = more.flatMap((each) => each.cases ?? []);
  return makeLibrary(
    content.codelists,
    [...content.definitions.filter(({ id }) => !ids.has(id)), ...more.map(({ definition }) => definition)],
    [...[...content.cases.values()].filter(({ definition }) => !ids.has(definition)), ...cases],
    content.models,
  );
}

function goesWith(content: Library, more: readonly Authored[]): boolean {
  try {
    joined(content, more);
    return true;
  } catch {
    return false;
  }
}

function parseAuthored({ id, version, definition, cases }: AuthoredText) {
  const name = `${id} ${version} of the book`;
  return {
    definition: parseContent(definition, definitionSchema, name),
    cases: parseContent(cases, caseFileSchema, `cases of ${name}`),
  };
}

function highestOfEach(content: Library, published: readonly AuthoredText[]) {
  const leftOut: LeftOut[] = [];
  const highest = new Map<string, AuthoredText>();
  for (const text of [...published].sort((a, b) => compareVersions(a.version, b.version))) {
    const lower = highest.get(text.id);
    if (lower) leftOut.push({ ...nameOf(lower), because: `${text.version} takes its place` });
    highest.set(text.id, text);
  }
  for (const { id, version } of content.definitions) {
    const text = highest.get(id);
    if (text === undefined || compareVersions(text.version, version) > 0) continue;
    leftOut.push({ ...nameOf(text), because: `content has ${version}, which is not lower` });
    highest.delete(id);
  }
  return { highest: [...highest.values()], leftOut };
}

function unusable(text: AuthoredText, error: unknown): LeftOut {
  return { ...nameOf(text), because: error instanceof Error ? error.message : String(error) };
}

function nameOf({ id, version }: AuthoredText): { id: string; version: string } {
  return { id, version };
}
