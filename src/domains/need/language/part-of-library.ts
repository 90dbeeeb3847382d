import { type Library, makeLibrary, references } from './library.ts';

/** Some definitions and all that they refer to, as a library of their own; their models go with them. */
export function partOfLibrary(library: Library, ids: readonly string[]): Library {
  const wanted = new Set<string>();
  const want = (id: string) => {
    if (wanted.has(id)) return;
    wanted.add(id);
    for (const other of references(library.definition(id))) want(other);
  };
  for (const id of ids) want(id);
  return makeLibrary(
    library.codelists,
    library.definitions.filter(({ id }) => wanted.has(id)),
    [],
    library.models,
  );
}
