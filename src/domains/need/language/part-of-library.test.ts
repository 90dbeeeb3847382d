import { expect, test } from 'vitest';
import { readLibrary, references } from './library.ts';
import { partOfLibrary } from './part-of-library.ts';

const library = readLibrary('content');

test.each(library.definitions.map(({ id }) => id))('%s stands alone with all that it refers to', (id) => {
  const part = partOfLibrary(library, [id]);
  expect(part.contentHash(id)).toBe(library.contentHash(id));
  const named = new Set([id, ...part.definitions.flatMap(references)]);
  expect(part.definitions.map((each) => each.id).filter((each) => !named.has(each))).toEqual([]);
});
