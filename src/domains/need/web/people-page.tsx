import type { ComponentChildren } from 'preact';
import { type FieldError, formatNhsNumber, londonDay } from '../../../kernel/index.ts';
import {
  ButtonLink,
  type Column,
  DataDate,
  EmptyState,
  FilterBar,
  InsetText,
  Page,
  PageHeading,
  Pagination,
  PeopleCounted,
  Select,
  Table,
  Tag,
  TextInput,
  type Visit,
} from '../../../platform/web/index.ts';
import type { PlaceTree } from '../../directory/index.ts';
import { listName, seesPseudonyms } from '../../register/index.ts';
import { type ListedPerson, shownValue } from '../facts/find-people.ts';
import { type PeopleFilter, peopleHref, type Sorting } from '../facts/people-filter.ts';
import type { Publication } from '../facts/publication.ts';
import {
  conditionNames,
  filterChoices,
  filterInWords,
  filterName,
  type Measures,
  namesOf,
  scoreText,
  topPercent,
  valueText,
} from './measures.ts';

export interface PeoplePageProps {
  readonly visit: Visit;
  readonly publication: Publication;
  readonly measures: Measures;
  readonly places: PlaceTree;
  readonly filter: PeopleFilter;
  /** What is wrong with the filter, and what stood in the fields that are wrong. */
  readonly errors: readonly FieldError[];
  readonly typed: Readonly<Record<string, string>>;
  readonly people: readonly ListedPerson[];
  readonly total: number;
  readonly pageCount: number;
  readonly added: readonly { heading: string; cells: ReadonlyMap<number, ComponentChildren> }[];
  /** For who decides about people: what stands in each row, and what is opened below one. */
  readonly acting: {
    readonly standings: readonly { readonly id: string; readonly title: string }[];
    readonly cells: ReadonlyMap<number, ComponentChildren>;
    readonly forms: ReadonlyMap<number, ComponentChildren>;
    readonly done: ComponentChildren;
    readonly errors: readonly FieldError[];
  } | null;
  readonly steps: readonly { readonly text: string; readonly href: string }[];
}

/** A list of people: filters above, fifty rows, one row a person on a desk and one card a person on a phone. */
export function PeoplePage(props: PeoplePageProps) {
  const { visit, publication, measures, filter, errors, total, pageCount, acting } = props;
  const pseudonymous = seesPseudonyms(visit.by.role);
  return (
    <Page title="People" chrome={visit.chrome} errors={[...errors, ...(acting?.errors ?? [])]}>
      {acting?.done}
      <PageHeading>People</PageHeading>
      {pseudonymous && (
        <InsetText>
          You see pseudonyms. People who object to the use of their record beyond their own care, or opted out
          nationally, are not in this list. <a href="/opt-outs">How many they are</a>
        </InsetText>
      )}
      <Filters {...props} />
      {errors.length === 0 && (
        <PeopleCounted total={total} page={filter.page} pageCount={pageCount}>
          {'. '}
          <DataDate
            date={publication.asOf}
            stale={measures.isStale(publication.asOf, londonDay(visit.now))}
          />
        </PeopleCounted>
      )}
      {total > 0 && <PeopleTable {...props} pseudonymous={pseudonymous} />}
      {total === 0 && errors.length === 0 && <NobodyHere {...props} />}
      <Pagination page={filter.page} pageCount={pageCount} href={(page) => peopleHref({ ...filter, page })} />
      {total > 0 && (
        <p>
          <ButtonLink href={peopleHref({ ...filter, page: 1 }, '.csv')} variant="secondary" small>
            Download this list as CSV
          </ButtonLink>{' '}
          <span class="nhsuk-hint">The download is noted in the audit.</span>
        </p>
      )}
      {total > 0 && props.steps.length > 0 && (
        <ul class="nhsuk-list">
          {props.steps.map(({ text, href }) => (
            <li key={href}>
              <a href={href}>{text}</a>
            </li>
          ))}
        </ul>
      )}
    </Page>
  );
}

function PeopleTable({
  people,
  filter,
  measures,
  publication,
  places,
  added,
  acting,
  total,
  pseudonymous,
}: PeoplePageProps & { pseudonymous: boolean }) {
  const names = conditionNames(measures, publication);
  const value = shownValue(publication, filter);
  const sort = (by: Sorting, direction: 'ascending' | 'descending') => ({
    href: peopleHref({ ...filter, sort: by, page: 1 }),
    ...(filter.sort === by ? { direction } : {}),
  });
  const columns: Column<ListedPerson>[] = [
    {
      heading: pseudonymous ? 'Pseudonym' : 'Name',
      rowHeader: true,
      sort: pseudonymous ? undefined : sort('name', 'ascending'),
      cell: (person) => {
        if (person.guarded) return 'Protected record';
        if (person.publicId === null) return <code>{person.pseudonym}</code>;
        return <a href={`/people/${person.publicId}`}>{listName(person)}</a>;
      },
    },
    ...(pseudonymous
      ? []
      : [
          {
            heading: 'NHS number',
            nowrap: true,
            deskOnly: true,
            cell: (person: ListedPerson) =>
              person.nhsNumber === null ? null : formatNhsNumber(person.nhsNumber),
          },
        ]),
    { heading: 'Age', numeric: true, sort: sort('age', 'descending'), cell: (person) => person.age },
    {
      heading: 'Practice',
      deskOnly: true,
      sort: sort('practice', 'ascending'),
      unknown: 'Not shown',
      cell: (person) => (person.practiceId === null ? null : places.place(person.practiceId)?.name),
    },
    {
      heading: 'Conditions',
      unknown: 'None recorded',
      cell: (person) => (person.guarded ? 'Not shown' : namesOf(person.inIds, names).join(', ') || null),
    },
    {
      heading: 'Frailty',
      unknown: 'Under 65',
      cell: (person) => <FrailtyTag measures={measures} band={person.frailtyBand} age={person.age} />,
    },
    {
      heading: 'Need',
      numeric: true,
      sort: sort('need', 'descending'),
      unknown: 'Not ranked',
      cell: (person) =>
        person.needBefore === null || person.multimorbidity === null ? null : (
          <>
            {topPercent(person.needBefore)}
            <span class="app-secondary">{`score ${scoreText(measures.multimorbidity, person.multimorbidity)}`}</span>
          </>
        ),
    },
    ...(value === null
      ? []
      : [
          {
            heading: filterName(measures, value.id),
            numeric: true,
            sort: sort('value', 'descending'),
            unknown: 'Not known',
            cell: (person: ListedPerson) => (person.value === null ? null : valueText(value, person.value)),
          },
        ]),
    ...added.map(({ heading, cells }) => ({
      heading,
      unknown: 'No',
      cell: (person: ListedPerson) => cells.get(person.personNo) ?? null,
    })),
    ...(acting === null
      ? []
      : [
          {
            heading: 'Decide',
            unknown: 'Nothing to decide',
            cell: (person: ListedPerson) => acting.cells.get(person.personNo) ?? null,
          },
        ]),
  ];
  return (
    <Table
      caption="People"
      hideCaption
      responsive
      compact
      columns={columns}
      rows={people}
      total={total}
      below={(person) => acting?.forms.get(person.personNo)}
    />
  );
}

const FRAILTY_COLOURS = ['green', 'yellow', 'orange', 'red'] as const;

function FrailtyTag({
  measures,
  band,
  age,
}: {
  measures: Measures;
  band: string | null;
  age: number | null;
}) {
  const at = measures.frailty.bands.findIndex(({ id }) => id === band);
  const title = measures.frailty.bands[at]?.title;
  if (title !== undefined) return <Tag colour={FRAILTY_COLOURS[at] ?? 'grey'}>{title}</Tag>;
  return <>{age === null || age >= 65 ? 'Not known' : 'Under 65'}</>;
}

function Filters({ filter, typed, errors, measures, places, acting }: PeoplePageProps) {
  return (
    <FilterBar
      open={errors.length > 0}
      action="/people"
      inUse={inUse(filter, measures, places, acting?.standings ?? [])}
      clearHref="/people"
      keep={{ sort: filter.sort, ...(filter.need === undefined ? {} : { need: filter.need }) }}
    >
      <Select
        name="place"
        label="Place"
        errors={errors}
        value={filter.place ?? ''}
        options={[
          { value: '', text: 'Everywhere that you may see' },
          ...places.all
            .filter(({ kind }) => kind !== 'icb')
            .map((place) => ({ value: place.code, text: place.name })),
        ]}
      />
      {[0, 1].map((at) => (
        <Select
          key={at}
          name="condition"
          id={`condition-${at}`}
          label={at === 0 ? 'Condition or group' : 'And condition or group'}
          errors={at === 0 ? errors : []}
          value={filter.condition[at] ?? ''}
          options={[{ value: '', text: 'Any' }, ...filterChoices(measures)]}
        />
      ))}
      <Select
        name="frailty"
        label="Frailty"
        errors={errors}
        value={filter.frailty ?? ''}
        options={[
          { value: '', text: 'Any' },
          ...measures.frailty.bands.map(({ id, title }) => ({ value: id, text: title })),
        ]}
      />
      {acting && (
        <Select
          name="care"
          label="With your team"
          errors={errors}
          value={filter.care ?? ''}
          options={[
            { value: '', text: 'Anybody' },
            ...acting.standings.map(({ id, title }) => ({ value: id, text: title })),
          ]}
        />
      )}
      <TextInput
        name="top"
        label="Top % of need"
        width={3}
        inputmode="decimal"
        errors={errors}
        value={typed.top ?? filter.top?.toString()}
      />
      <TextInput
        name="from"
        label="Age from"
        width={3}
        inputmode="numeric"
        errors={errors}
        value={typed.from ?? filter.from?.toString()}
      />
      <TextInput
        name="to"
        label="Age to"
        width={3}
        inputmode="numeric"
        errors={errors}
        value={typed.to ?? filter.to?.toString()}
      />
    </FilterBar>
  );
}

function inUse(
  filter: PeopleFilter,
  measures: Measures,
  places: PlaceTree,
  standings: readonly { readonly id: string; readonly title: string }[],
) {
  const without = (change: Partial<PeopleFilter>) => peopleHref({ ...filter, ...change, page: 1 });
  const standing = standings.find(({ id }) => id === filter.care)?.title ?? filter.care;
  return [
    ...filterInWords(measures, places, filter).map(({ part, value, text }) => ({
      text,
      removeHref: without(
        part === 'condition'
          ? { condition: filter.condition.filter((other) => other !== value) }
          : { [part]: undefined },
      ),
    })),
    ...(standing === undefined ? [] : [{ text: standing, removeHref: without({ care: undefined }) }]),
  ];
}

function NobodyHere({ filter }: PeoplePageProps) {
  const filtered = peopleHref({ ...filter, page: 1, sort: 'need' }) !== '/people';
  return (
    <EmptyState
      title="Nobody is on this list"
      actions={filtered ? [{ text: 'Remove all filters', href: '/people' }] : []}
    >
      <p>
        {filtered
          ? 'No person whom you may see fits all of these filters together.'
          : 'You see people of practices that you work in, or that have agreed with your team, and people on your caseload. There are none now.'}
      </p>
    </EmptyState>
  );
}
