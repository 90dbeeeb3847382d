import { formatDay, formatInstant, londonDay, type PlainDate } from '../../../../kernel/index.ts';
import {
  Button,
  ButtonGroup,
  ButtonLink,
  CsrfField,
  Details,
  EmptyState,
  Heading,
  InsetText,
  Page,
  PageHeading,
  PostButton,
  Refused,
  SummaryList,
  Table,
  Tag,
  TextInput,
  type Typed,
  type Visit,
} from '../../../../platform/web/index.ts';
import type { Measures } from '../../../need/index.ts';
import { listName, personHref } from '../../../register/index.ts';
import { caseloadHref } from '../../web/caseload-href.ts';
import { type Over, overInWords } from '../accept-list.ts';
import { sumOfMinutes } from '../choose-list.ts';
import type { Selected } from '../read-selected.ts';
import type { Head } from '../selection.ts';
import { disciplineTitle, type SelectionContent } from '../selection-content.ts';
import { lastDayToTakeBack } from '../take-back-list.ts';
import type { TeamHours } from '../weigh-people.ts';
import { mayTakeBack } from '../who-may.ts';
import { HowItIsWorkedOut } from './how-it-is-worked-out.tsx';
import { StateTag } from './start-page.tsx';
import { hoursAWeek, hoursText, minutesAWeek, peopleText, pointsText, selectionHref } from './words.ts';

export interface ListPageProps {
  readonly visit: Visit;
  readonly content: SelectionContent;
  readonly measures: Measures;
  readonly head: Head;
  readonly people: readonly Selected[];
  /** The hours as they are now; those that it was worked out from are the head's. */
  readonly hours: TeamHours;
  readonly over: readonly Over[];
  readonly asOf: PlainDate | null;
  readonly typed: Typed;
}

/** One list that fits: who is on it and why, what it takes, who is near, and what one more hour would buy. */
export function ListPage(props: ListPageProps) {
  const { visit, content, head, people, over, typed } = props;
  const on = people.filter(({ chosen }) => chosen);
  const out = people.filter(({ chosen, move }) => !chosen && move?.way === 'out');
  const near = people.filter(({ chosen, near: side, move }) => !chosen && side === 'outside' && !move);
  const draft = head.state === 'draft';
  return (
    <Page
      title="A list that fits"
      chrome={visit.chrome}
      errors={typed.errors}
      breadcrumbs={[
        { text: 'Caseload', href: '/caseload' },
        { text: 'Lists that fit', href: '/selections' },
      ]}
    >
      <PageHeading caption={head.inputs.inWords}>A list that fits</PageHeading>
      <Refused typed={typed} />
      {over.length > 0 && draft && !typed.refusal && (
        <InsetText>
          <p>
            <Tag colour="red">Over the hours</Tag>{' '}
            {`It takes more than there is: ${over.map((each) => overInWords(content, each)).join('; ')}. Move somebody out, work it out again around your moves, or let the INT lead accept it with a reason.`}
          </p>
        </InsetText>
      )}
      <Standing {...props} on={on} />
      {draft && <Acts {...props} on={on} />}
      {!draft && on.length > 0 && (
        <ButtonGroup>
          <Download head={head} />
        </ButtonGroup>
      )}
      <TakeBack {...props} />
      <HoursTable {...props} on={on} />
      <NotCounted {...props} on={on} />
      {draft && <OneMoreHour {...props} />}
      <Heading level={2}>{`On the list (${on.length})`}</Heading>
      <p>
        Points say what helping somebody is worth: where they stand by need, and what can be done for them
        now.
      </p>
      {head.chosen > on.length && (
        <InsetText>
          <p>{`${peopleText(head.chosen - on.length)} of this list ${head.chosen - on.length === 1 ? 'is' : 'are'} not yours to see any more${draft ? ' and will not be taken on' : ''}.`}</p>
        </InsetText>
      )}
      {on.length === 0 ? (
        <EmptyState title="Nobody is on this list">
          <p>
            No hours are left for anybody, or nobody of those it was to choose from can be chosen. The hours
            are above; move somebody in below, or choose from more people.
          </p>
        </EmptyState>
      ) : (
        <PeopleTable {...props} rows={on} caption="On the list, those worth most first" />
      )}
      {near.length > 0 && (
        <>
          <Heading level={2}>Just outside</Heading>
          <p>Those nearest to being on it: the most points for the time that they take.</p>
          <PeopleTable {...props} rows={near} caption="Just outside, the nearest first" />
        </>
      )}
      {out.length > 0 && (
        <>
          <Heading level={2}>Moved out</Heading>
          <PeopleTable {...props} rows={out} caption="Moved out by hand" />
        </>
      )}
      {draft && <AddSomebody {...props} />}
      <HowItIsWorkedOut content={content} measures={props.measures} />
    </Page>
  );
}

function Standing({ content, head, people, asOf, on }: ListPageProps & { on: readonly Selected[] }) {
  const { asked, onCaseload, setAside, died, left: gone } = head.inputs.people;
  const worth = on.reduce((sum, each) => sum + each.worth, 0);
  const left = [
    [onCaseload, 'on a caseload already'],
    [setAside, 'are declined or put off by the team'],
    [died, 'have died'],
    [gone, 'have left the list of their practice since, or have a protected record'],
  ] as const;
  const leftOut = left.filter(([count]) => count > 0).map(([count, why]) => `${peopleText(count)} ${why}`);
  const taken = on.filter(({ item }) => item !== null).length;
  const kept = on.filter(({ keptBecause }) => keptBecause !== null).length;
  return (
    <SummaryList
      rows={[
        { key: 'State', value: <StateTag head={head} /> },
        ...(head.settledAt === null
          ? []
          : [
              {
                key: head.state === 'discarded' ? 'Discarded' : 'Accepted',
                value: `${formatInstant(head.settledAt)} by ${head.settledBy}${head.state === 'discarded' ? '' : `: ${peopleText(taken)} taken on`}`,
              },
            ]),
        ...(head.takenBackAt === null
          ? []
          : [
              {
                key: 'Taken back',
                value: `${formatInstant(head.takenBackAt)} by ${head.takenBackBy}. ${peopleText(kept)} stayed on the caseload, because somebody had done something for them; why is beside each name`,
              },
            ]),
        ...(head.overBecause === null ? [] : [{ key: 'Over the hours because', value: head.overBecause }]),
        { key: 'On it', value: `${peopleText(on.length)}, worth ${pointsText(worth)}` },
        { key: 'Is it the best?', value: <Proof head={head} people={people} /> },
        {
          key: 'Chosen from',
          value: `${peopleText(asked)}${leftOut.length > 0 ? `; not proposed: ${leftOut.join(', ')}` : ''}`,
        },
        {
          key: 'Worked out',
          value: `${formatInstant(head.madeAt)} by ${head.madeBy}, from data as at ${asOf === null ? 'an earlier day' : formatDay(asOf)}; points and visits of version ${head.contentVersion}${head.contentVersion === content.version ? '' : ` (now ${content.version})`}`,
        },
      ]}
    />
  );
}

function Proof({ head, people }: Pick<ListPageProps, 'head' | 'people'>) {
  const { proved, atMost, worth } = head.result;
  if (people.every(({ proposed, chosen }) => proposed === chosen))
    return (
      <>
        {proved
          ? 'Yes, proved: no list that fits these hours is worth more.'
          : `Not proved. Nothing better was found in the time; no list is worth more than ${pointsText(atMost)}.`}
      </>
    );
  return (
    <>
      {`People have been moved by hand. As it was worked out it was worth ${pointsText(worth)}${proved ? ', and no list that fitted was worth more' : ''}. Work it out again for the best list around these moves.`}
    </>
  );
}

function Acts({ visit, head, on }: ListPageProps & { on: readonly Selected[] }) {
  const href = selectionHref(head.selection);
  const act = { csrfToken: visit.chrome.csrfToken, fields: { seen: String(head.version) } };
  return (
    <ButtonGroup>
      {on.length > 0 && <ButtonLink href={`${href}/accept`}>Accept the list</ButtonLink>}
      <PostButton action={`${href}/again`} variant="secondary" {...act}>
        Work it out again
      </PostButton>
      <PostButton action={`${href}/discard`} variant="secondary" {...act}>
        Discard
      </PostButton>
      {on.length > 0 && <Download head={head} />}
    </ButtonGroup>
  );
}

/** The way back from accepting, for the lead and for as long as content says. */
function TakeBack({ visit, head, content }: ListPageProps) {
  const last = lastDayToTakeBack(head, content);
  if (head.state !== 'accepted' || last === null || londonDay(visit.now) > last) return null;
  if (!mayTakeBack(visit.by).allowed)
    return <p>{`The INT lead can take this list back until ${formatDay(last)}.`}</p>;
  return (
    <Details summary="Take this list back">
      <p>
        {`Until ${formatDay(last)}. Whoever nobody has done anything for since leaves the caseload, and is to be decided on again. The others stay, and the list says who and why.`}
      </p>
      <PostButton
        action={`${selectionHref(head.selection)}/take-back`}
        csrfToken={visit.chrome.csrfToken}
        variant="warning"
      >
        Take the list back
      </PostButton>
    </Details>
  );
}

function Download({ head }: { head: Head }) {
  return (
    <ButtonLink href={`${selectionHref(head.selection)}/list.csv`} variant="secondary">
      Download as CSV
    </ButtonLink>
  );
}

function HoursTable({ content, head, hours, on }: ListPageProps & { on: readonly Selected[] }) {
  const weeks = head.inputs.period;
  // A list that was accepted is on the caseload now: what it fitted is what there was then.
  const shown = head.state === 'draft' ? hours : head.inputs.hours;
  const used = (discipline: string) => sumOfMinutes(on, discipline);
  return (
    <>
      <Heading level={2}>Hours a week</Heading>
      <Table
        caption="Hours a week by discipline"
        hideCaption
        compact
        responsive
        rows={shown}
        columns={[
          {
            heading: 'Discipline',
            rowHeader: true,
            cell: (row) => disciplineTitle(content, row.discipline),
          },
          { heading: 'Team has', numeric: true, cell: (row) => hoursAWeek(row.has, weeks) },
          {
            heading: 'Caseload takes',
            numeric: true,
            cell: (row) => hoursAWeek(row.taken, weeks),
          },
          {
            heading: 'This list takes',
            numeric: true,
            cell: (row) => hoursAWeek(used(row.discipline), weeks),
          },
          {
            heading: 'Left',
            numeric: true,
            cell: (row) => {
              const left = row.has - row.taken - used(row.discipline);
              return left < 0 ? (
                <Tag colour="red">{`${hoursAWeek(-left, weeks)} over`}</Tag>
              ) : (
                hoursAWeek(left, weeks)
              );
            },
          },
        ]}
      />
    </>
  );
}

/** The visits that limit nothing, because nobody of the team has hours for them. */
function NotCounted({ content, head, on }: ListPageProps & { on: readonly Selected[] }) {
  const counted = new Set(head.inputs.hours.map(({ discipline }) => discipline));
  const others = content.disciplines.flatMap(({ id, title }) => {
    const people = on.filter(({ minutes }) => (minutes[id] ?? 0) > 0).length;
    return counted.has(id) || people === 0 ? [] : [`${title} (${peopleText(people)})`];
  });
  if (others.length === 0) return null;
  return (
    <p>{`Nobody of the team has hours for these visits that people on the list need, so they are not counted and have to be asked of others: ${others.join(', ')}.`}</p>
  );
}

function OneMoreHour({ content, head, people }: ListPageProps) {
  const lines = head.result.oneMoreHour;
  const names = (numbers: readonly number[]) => {
    const found = numbers.flatMap((number) => people.find(({ person }) => person === number) ?? []);
    return found.map((person, at) => (
      <span key={person.person}>
        {at > 0 && '; '}
        <a href={personHref(person.publicId)}>{listName(person)}</a>
      </span>
    ));
  };
  return (
    <>
      <Heading level={2}>What one more hour a week would buy</Heading>
      <Table
        caption="What one more hour a week of each discipline would buy"
        hideCaption
        compact
        responsive
        rows={lines}
        columns={[
          {
            heading: 'One more hour of',
            rowHeader: true,
            cell: (line) => disciplineTitle(content, line.discipline),
          },
          {
            heading: 'More points',
            numeric: true,
            unknown: 'No time to work it out',
            cell: (line) => line.gain,
          },
          {
            heading: 'Would come in',
            unknown: 'Nobody',
            cell: (line) => (line.comeIn.length > 0 ? names(line.comeIn) : null),
          },
          {
            heading: 'Would go out',
            unknown: 'Nobody',
            cell: (line) => (line.goOut.length > 0 ? names(line.goOut) : null),
          },
        ]}
      />
    </>
  );
}

function PeopleTable(props: ListPageProps & { rows: readonly Selected[]; caption: string }) {
  const { content, head, hours, rows, caption } = props;
  const weeks = head.inputs.period;
  const draft = head.state === 'draft';
  return (
    <Table
      caption={caption}
      hideCaption
      compact
      responsive
      rows={rows}
      columns={[
        {
          heading: 'Person',
          rowHeader: true,
          cell: (row) => (
            <>
              <a href={personHref(row.publicId)}>{listName(row)}</a> <Mark row={row} />
            </>
          ),
        },
        { heading: 'Points', numeric: true, cell: (row) => row.worth },
        {
          heading: 'Why',
          unknown: 'No points',
          cell: (row) => <Why row={row} />,
        },
        {
          // Everybody gets the same first visits: what tells people apart is what they need beside them.
          heading: 'Further visits',
          deskOnly: true,
          unknown: 'As everybody',
          cell: (row) => furtherVisits(content, row).join(', ') || null,
        },
        {
          heading: 'Minutes a week',
          numeric: true,
          cell: (row) => minutesAWeek(row.minutes, head.inputs.hours, weeks),
        },
        ...(head.state === 'accepted' || head.state === 'taken_back'
          ? [
              {
                heading: 'Became',
                unknown: 'Not taken on',
                cell: (row: Selected) => <Became head={head} row={row} />,
              },
            ]
          : []),
        ...(draft && rows.some(({ chosen }) => !chosen)
          ? [
              {
                heading: 'Would be over',
                unknown: 'Fits',
                cell: (row: Selected) => WouldBeOver({ ...props, row, hours }),
              },
            ]
          : []),
        ...(draft
          ? [
              {
                heading: 'Move',
                hideHeading: true,
                nowrap: true,
                cell: (row: Selected) => (
                  <a href={moveHref(head, row, row.chosen ? 'out' : 'in')}>
                    {row.chosen ? 'Move out' : 'Move in'}
                    <span class="nhsuk-u-visually-hidden"> {listName(row)}</span>
                  </a>
                ),
              },
            ]
          : []),
      ]}
    />
  );
}

/** What became of somebody when the list was accepted, and when it was taken back. */
function Became({ head, row }: { head: Head; row: Selected }) {
  if (row.item === null) return <>{row.leftOut ?? 'Not taken on'}</>;
  const entry = (text: string) => <a href={caseloadHref(row.item ?? 0)}>{text}</a>;
  if (head.state !== 'taken_back') return entry('On the caseload');
  return row.keptBecause === null ? (
    <>To be decided on again</>
  ) : (
    <>
      {entry('Stayed on the caseload')}
      <span class="app-secondary app-block">{row.keptBecause}</span>
    </>
  );
}

function furtherVisits({ visits, needs }: SelectionContent, row: Selected): string[] {
  return row.visits
    .filter((id) => !needs.everybody.includes(id))
    .map((id) => visits.find((visit) => visit.id === id)?.title ?? id);
}

function Mark({ row }: { row: Selected }) {
  if (row.move?.way === 'in' && row.chosen) return <Tag colour="purple">Moved in</Tag>;
  return row.near === 'inside' && row.chosen ? <Tag colour="aqua-green">Just inside</Tag> : null;
}

function Why({ row }: { row: Selected }) {
  return (
    <>
      {row.reasons.map(({ why, points }) => (
        <span key={why} class="app-block">{`${why} (${points})`}</span>
      ))}
      {row.move && (
        <span class="app-secondary app-block">
          {`Moved ${row.move.way} by ${row.move.who}: ${row.move.reason}`}
        </span>
      )}
    </>
  );
}

/** By how much moving somebody in would exceed the hours; null where they would fit. */
function WouldBeOver({ content, head, hours, people, row }: ListPageProps & { row: Selected }) {
  const on = people.filter(({ chosen }) => chosen);
  const weeks = head.inputs.period;
  const over = hours.flatMap(({ discipline, has, taken }) => {
    const left = Math.max(0, has - taken) - sumOfMinutes(on, discipline) - (row.minutes[discipline] ?? 0);
    return left < 0 && (row.minutes[discipline] ?? 0) > 0
      ? [`${disciplineTitle(content, discipline)} by ${Math.ceil(-left / weeks)} minutes a week`]
      : [];
  });
  return over.length > 0 ? over.join('; ') : null;
}

export function moveHref(head: Pick<Head, 'selection'>, row: Pick<Selected, 'publicId'>, way: 'in' | 'out') {
  return `${selectionHref(head.selection)}/people/${row.publicId}/move?way=${way}`;
}

function AddSomebody({ visit, head, typed }: ListPageProps) {
  const { fields, errors } = typed;
  return (
    <Details summary="Move in somebody else" open={errors.length > 0 || fields.nhsNumber !== undefined}>
      <form method="post" action={`${selectionHref(head.selection)}/people`} novalidate>
        <CsrfField token={visit.chrome.csrfToken} />
        <input type="hidden" name="seen" value={head.version} />
        <TextInput
          name="nhsNumber"
          label="Their NHS number"
          width={10}
          inputmode="numeric"
          code
          errors={errors}
          value={fields.nhsNumber}
        />
        <TextInput name="reason" label="Why do they belong on it?" errors={errors} value={fields.reason} />
        <Button variant="secondary" preventDoubleClick>
          Move in
        </Button>
      </form>
    </Details>
  );
}

/** Why somebody comes in or goes out: one question, on a page of its own. */
export function MovePage(props: {
  visit: Visit;
  head: Head;
  row: Selected;
  way: 'in' | 'out';
  typed: Typed;
}) {
  const { visit, head, row, way, typed } = props;
  const title = way === 'in' ? 'Move in' : 'Move out';
  return (
    <Page
      title={title}
      chrome={visit.chrome}
      width="reading"
      errors={typed.errors}
      back={{ text: 'Back to the list', href: selectionHref(head.selection) }}
    >
      <PageHeading caption={listName(row)}>{title}</PageHeading>
      <Refused typed={typed} />
      <p>{`${pointsText(row.worth)}; their visits take ${hoursText(Math.round((minutesAWeek(row.minutes, head.inputs.hours, head.inputs.period) / 60) * 10) / 10)} a week.`}</p>
      <form method="post" action={`${selectionHref(head.selection)}/people/${row.publicId}/move`} novalidate>
        <CsrfField token={visit.chrome.csrfToken} />
        <input type="hidden" name="seen" value={head.version} />
        <input type="hidden" name="way" value={way} />
        <TextInput
          name="reason"
          label={way === 'in' ? 'Why do they belong on the list?' : 'Why should they not be on the list?'}
          hint={`Kept with the list, with your name and the day: ${formatDay(londonDay(visit.now))}`}
          errors={typed.errors}
          value={typed.fields.reason}
        />
        <Button preventDoubleClick>{title}</Button>
      </form>
    </Page>
  );
}
