import { toCsv } from '../../../../platform/web/index.ts';
import type { Selected } from '../read-selected.ts';
import type { Head } from '../selection.ts';
import type { SelectionContent } from '../selection-content.ts';

/** A list as CSV: everybody on it and near it, with their points, visits, minutes over the period, and moves. */
export function listCsv(content: SelectionContent, head: Head, people: readonly Selected[]): string {
  const disciplines = head.inputs.hours.map(({ discipline }) => discipline);
  const header = [
    'on_the_list',
    'nhs_number',
    'family_name',
    'given_names',
    'points',
    'why',
    'visits',
    ...disciplines.map((id) => `${id}_minutes_in_${head.inputs.period}_weeks`),
    'moved',
    'moved_by',
    'moved_because',
    'became',
  ];
  const rows = people.map((person) => [
    person.chosen ? 'yes' : 'no',
    person.nhsNumber,
    person.familyName,
    person.givenNames,
    person.worth,
    person.reasons.map(({ why, points }) => `${why} (${points})`).join('; '),
    person.visits.map((id) => content.visits.find((visit) => visit.id === id)?.title ?? id).join('; '),
    ...disciplines.map((id) => person.minutes[id] ?? 0),
    person.move?.way ?? null,
    person.move?.who ?? null,
    person.move?.reason ?? null,
    person.item === null ? person.leftOut : 'on the caseload',
  ]);
  return toCsv(header, rows);
}
