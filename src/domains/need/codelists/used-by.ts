import type { Definition } from '../language/definition.ts';
import { codelistsOf, type Library, references } from '../language/library.ts';

/** The definitions that name a list themselves, in the order of the library. */
export function definitionsNaming(library: Library, list: string): Definition[] {
  return library.definitions.filter((definition) => codelistsOf(definition).includes(list));
}

/** The definitions that a list decides about: those that name it, and those that rest on them. Rankings rest on all. */
export function definitionsUsing(library: Library, list: string): Definition[] {
  const using = new Set<string>();
  // Each stands after those that it refers to.
  for (const definition of library.definitions)
    if (codelistsOf(definition).includes(list) || references(definition).some((id) => using.has(id)))
      using.add(definition.id);
  return library.definitions.filter(({ id }) => using.has(id));
}
