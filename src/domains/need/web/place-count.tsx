import { Count, type Opens } from '../../../platform/web/index.ts';
import { type PeopleFilter, peopleHref } from '../facts/people-filter.ts';
import type { PlaceNumber } from '../facts/place-numbers.ts';

const HIDDEN = 'hidden';

/** An exact number opens exactly the people that it counts; a published one opens nothing. */
export function opensPeople(number: PlaceNumber, filter: Partial<PeopleFilter>): Opens {
  if (!number.exact || number.people === null) return { closed: 'published' };
  return number.people === 0 ? { closed: 'nobody' } : { href: peopleHref(filter) };
}

/** A number of a place as its reader may see it: with its list, rounded without one, or hidden. */
export function PlaceCount({ number, opens }: { number: PlaceNumber; opens: Opens }) {
  if (number.people === null) return <span class="app-hidden-number">{HIDDEN}</span>;
  return <Count n={number.people} opens={opens} />;
}
