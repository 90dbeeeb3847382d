import { NotFound } from '../../../kernel/index.ts';
import type { PeopleFilter } from '../facts/people-filter.ts';
import { bandsOf, type Definition, type Library, partsOfReference } from '../language/library.ts';
import { type Compared, comparedOf } from './compared.ts';

/** A figure that can be compared between groups, as pages name it: `diabetes`, or `flu-status/completed`. */
export interface Figure extends Compared {
  readonly reference: string;
  readonly definition: Definition;
  /** "Diabetes", or "Flu: Vaccinated this season". */
  readonly name: string;
}

export function figuresOf(library: Library): Figure[] {
  return library.definitions.flatMap((definition) =>
    comparedOf(definition).map((compared) => ({
      ...compared,
      definition,
      reference: definition.kind === 'register' ? definition.id : `${definition.id}/${compared.band}`,
      name: nameOf(definition, compared.band),
    })),
  );
}

function nameOf(definition: Definition, band: string): string {
  const name = definition.short ?? definition.title;
  if (definition.kind === 'register') return name;
  const bands = definition.kind === 'ranking' ? definition.bands : bandsOf(definition);
  const title = bands.find(({ id }) => id === band)?.title ?? 'Not ranked';
  return `${name}: ${title}`;
}

/** The figure of a reference; of a definition alone its first. Throws NotFound. */
export function figureNamed(library: Library, reference: string): Figure {
  const { id, band } = partsOfReference(reference);
  const figures = figuresOf(library).filter(({ definition }) => definition.id === id);
  const found = band === null ? figures[0] : figures.find((figure) => figure.band === band);
  if (found) return found;
  throw new NotFound('There is no such figure to compare.', 'Choose one of the list.');
}

/** Whom the figure counts, of a group, as a list of people. */
export function peopleOf(figure: Figure, place: string, group: string): Partial<PeopleFilter> {
  if (figure.definition.kind === 'ranking') return { place, need: figure.band, condition: [group] };
  return { place, condition: [figure.reference, group] };
}

/** What somebody is who is counted, in the middle of a sentence: on a register, or in a band. */
export function countedAs({ definition, name }: Figure): string {
  return definition.kind === 'register' ? `on “${name}”` : `in “${name}”`;
}
