import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { contentFiles, parseContent, readContent } from '../../../platform/content/index.ts';
import { type Definition, definitionSchema } from '../language/definition.ts';
import type { WholeLibrary } from '../language/with-authored.ts';

/** A definition and its cases as they were written. */
export interface DefinitionText {
  readonly id: string;
  readonly version: string;
  readonly definition: string;
  readonly cases: string;
}

/** The text of a definition of the next refresh, from the book or from content; null where there is none. */
export function definitionText(
  { library, authored }: Pick<WholeLibrary, 'library' | 'authored'>,
  content: string,
  id: string,
): DefinitionText | null {
  const written = authored.find((each) => each.id === id);
  if (written) return written;
  const found = library.definitions.find((each) => each.id === id);
  // Files are named after what they define.
  const file = contentFiles(join(content, 'definitions'), '.yaml').find(
    (name) => basename(name) === `${id}.yaml`,
  );
  if (!found || !file) return null;
  return {
    id,
    version: found.version,
    definition: readFileSync(file, 'utf8'),
    cases: readFileSync(file.replace(/\.yaml$/, '.cases.yaml'), 'utf8'),
  };
}

/** A definition in a file. Throws ContentError with every problem and its line. */
export function readDefinition(file: string): Definition {
  return readContent(file, definitionSchema);
}

/** A definition in a text, which messages call by `name`. Throws ContentError as readDefinition. */
export function parseDefinition(text: string, name: string): Definition {
  return parseContent(text, definitionSchema, name);
}
