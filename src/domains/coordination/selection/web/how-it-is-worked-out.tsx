import { formatDay, type PlainDate } from '../../../../kernel/index.ts';
import { Details } from '../../../../platform/web/index.ts';
import { filterName, type Measures } from '../../../need/index.ts';
import { disciplineTitle, type SelectionContent } from '../selection-content.ts';
import { pointsText } from './words.ts';

/** What a list is worth and what it takes, in plain words, and who stands behind that. */
export function HowItIsWorkedOut({ content, measures }: { content: SelectionContent; measures: Measures }) {
  const { visits, needs, worth, period_weeks: weeks } = content;
  const forWhom = (visit: string) =>
    needs.by_need
      .filter((need) => need.visit === visit)
      .flatMap((need) => need.in.map((group) => filterName(measures, group)))
      .join('; ');
  return (
    <Details summary="How a list is worked out">
      <p>
        Each person is worth points: some for where they stand by need, and some for each thing that can be
        done for them now. Of all lists whose visits fit the hours, the one with the most points is proposed.
        That none has more is proved; where there was no time to prove it, the list says so.
      </p>
      <p>Points for need, by how much of the borough ranks before them:</p>
      <ul>
        {worth.need.map(({ top_percent, points }) => (
          <li key={top_percent}>{`Top ${top_percent}%: ${pointsText(points)}`}</li>
        ))}
      </ul>
      <p>Points for what can be done now, added to those:</p>
      <ul>
        {worth.gaps.map(({ title, points }) => (
          <li key={title}>{`${title}: ${pointsText(points)}`}</li>
        ))}
      </ul>
      <p>
        {`Points for continuity, for who was on the team’s caseload within ${worth.continuity.within_weeks} weeks: `}
        {`${pointsText(worth.continuity.points)}. They go back to the lead they had, if that lead takes people.`}
      </p>
      <p>{`Visits and their minutes, with the way there and the writing. Hours are weighed over ${weeks} weeks.`}</p>
      <ul>
        {visits.map(({ id, title, minutes, every_weeks, discipline }) => (
          <li key={id}>
            {`${title} (${disciplineTitle(content, discipline)}): ${minutes} minutes every ${every_weeks === 1 ? 'week' : `${every_weeks} weeks`}; `}
            {needs.everybody.includes(id) ? 'for everybody' : `for people with ${forWhom(id)}`}
          </li>
        ))}
      </ul>
      <p>
        Visits of a discipline in which nobody of the team has hours do not count: they have to be asked of
        somebody else. People on the caseload keep their place, and their visits come off the hours first.
      </p>
      <p>
        Not proposed are people who have died, are on a caseload, or whom the team has declined or put off.
        They can be moved in by hand, with a reason. Who objects to other uses of their record is proposed
        like everybody: this is their own care.
      </p>
      <p>{`Owned by: ${content.owner}. Status: ${content.status}. To be looked at again on ${formatDay(content.review as PlainDate)}. Version ${content.version}.`}</p>
    </Details>
  );
}
