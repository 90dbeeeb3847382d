import type { Codelist } from '../language/codelist.ts';

/**
 * Finds the entries of a record that lists of codes have, in the record's order, each once. A record has far fewer concepts
 * than entries and definitions name the same lists over and over: each list is held against each concept once.
 */
export function entryFinder<Entry>(
  entries: readonly Entry[],
  conceptOf: (entry: Entry) => string,
  isIn: (list: Codelist, entry: Entry) => boolean,
): (lists: readonly Codelist[]) => readonly Entry[] {
  const concepts = new Map<string, { one: Entry; places: number[] }>();
  entries.forEach((entry, place) => {
    const concept = conceptOf(entry);
    const known = concepts.get(concept);
    if (known) known.places.push(place);
    else concepts.set(concept, { one: entry, places: [place] });
  });
  const found = new Map<Codelist, readonly number[]>();
  const placesOf = (list: Codelist): readonly number[] => {
    const known = found.get(list);
    if (known) return known;
    const places = [...concepts.values()].flatMap((each) => (isIn(list, each.one) ? each.places : []));
    found.set(list, places);
    return places;
  };
  return (lists) =>
    [...new Set(lists.flatMap(placesOf))]
      .sort((one, other) => one - other)
      .map((place) => entries[place] as Entry);
}
