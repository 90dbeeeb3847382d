import { formatDay, formatInstant } from '../../../../kernel/index.ts';
import {
  Button,
  CsrfField,
  Details,
  EmptyState,
  Heading,
  InsetText,
  Page,
  PageHeading,
  Refused,
  Select,
  SummaryList,
  Table,
  Tag,
  TextInput,
  type Typed,
  type Visit,
} from '../../../../platform/web/index.ts';
import type { Colleague } from '../../../directory/index.ts';
import { type IntStandard, readinessOf } from '../int-standard.ts';
import { disciplineTitle, type SelectionContent } from '../selection-content.ts';
import { type MemberHours, minutesByDiscipline } from '../team-hours.ts';
import { HOURS_HREF, hoursText } from './words.ts';

interface HoursPageProps {
  readonly visit: Visit;
  readonly content: SelectionContent;
  readonly hours: readonly MemberHours[];
  readonly history: readonly MemberHours[];
  readonly colleagues: readonly Colleague[];
  readonly standard: IntStandard;
  /** How many practices have agreed to be cared for by this team. */
  readonly practices: number;
  readonly sets: boolean;
  readonly typed: Typed;
}

const NOT_COUNTED = 'Not counted';
const hoursOf = ({ minutes }: MemberHours) => (minutes === null ? null : minutes / 60);

/** How many hours a week each person of the team has for people on its caseload, and what was said before. */
export function HoursPage(props: HoursPageProps) {
  const { visit, content, hours, history, sets, typed } = props;
  return (
    <Page
      title="Hours of the team"
      chrome={visit.chrome}
      errors={typed.errors}
      breadcrumbs={[
        { text: 'Caseload', href: '/caseload' },
        { text: 'Lists that fit', href: '/selections' },
      ]}
    >
      <PageHeading>Hours of the team</PageHeading>
      <p>
        Hours a week for visits and calls to people on the caseload, with the way there and the writing. Not
        the hours that somebody works: those for meetings and everything else are not among them.
      </p>
      <Refused typed={typed} />
      {hours.length === 0 ? (
        <EmptyState title="Nobody’s hours have been said yet">
          <p>
            {sets
              ? 'Add the people of the team below, one after another. Somebody without an account here, such as the district nurse, is added by name.'
              : 'The INT lead says them.'}
          </p>
        </EmptyState>
      ) : (
        <>
          <SummaryList
            rows={[...minutesByDiscipline(hours)].map(([id, minutes]) => ({
              key: disciplineTitle(content, id),
              value: `${hoursText(minutes / 60)} a week`,
            }))}
          />
          <Members {...props} />
        </>
      )}
      <Standard {...props} />
      {sets ? (
        <AddMember {...props} />
      ) : (
        <InsetText>The INT lead says how many hours the team has.</InsetText>
      )}
      {history.length > 0 && (
        <Details summary="What was said before">
          <Table
            caption="Hours as they were said, the latest first"
            hideCaption
            compact
            responsive
            rows={history}
            columns={[
              { heading: 'When', nowrap: true, cell: (row) => formatInstant(row.at) },
              { heading: 'Of whom', rowHeader: true, cell: (row) => row.name },
              { heading: 'Hours a week', numeric: true, unknown: NOT_COUNTED, cell: hoursOf },
              { heading: 'By', cell: (row) => row.by },
              { heading: 'Why', unknown: 'Not said', cell: (row) => row.because },
            ]}
          />
        </Details>
      )}
    </Page>
  );
}

const STANDS = {
  in_place: { text: 'In place', colour: 'green' },
  too_few_hours: { text: 'Too few hours', colour: 'yellow' },
  gap: { text: 'Gap', colour: 'red' },
  unknown: { text: 'Not said yet', colour: 'grey' },
} as const;

/** What a team like this has to have, and where this one stands. */
function Standard({ content, standard, hours, practices }: HoursPageProps) {
  const rows = readinessOf(standard, hours);
  const gaps = rows.filter(({ stands }) => stands === 'gap' || stands === 'too_few_hours').length;
  return (
    <section>
      <Heading level={2}>What a team like this has</Heading>
      <p>
        {hours.length === 0
          ? 'When the people of the team have been said, you see here what is missing.'
          : gaps === 0
            ? 'Every discipline of the standard is in place.'
            : `${gaps} of ${rows.length} disciplines of the standard are missing or have too few hours.`}
        {` The team is for ${practices} ${practices === 1 ? 'practice that has' : 'practices that have'} agreed. `}
        {standard.status === 'verified' ? '' : 'The standard is a proposal that nobody has verified yet.'}
      </p>
      <Table
        caption="Disciplines of the standard"
        hideCaption
        compact
        responsive
        rows={rows}
        columns={[
          {
            heading: 'Discipline',
            rowHeader: true,
            cell: ({ discipline, why }) => (
              <>
                {disciplineTitle(content, discipline)}
                <span class="app-secondary app-block">{why}</span>
              </>
            ),
          },
          { heading: 'Who', unknown: 'Nobody', cell: ({ people }) => people.join(', ') || null },
          {
            heading: 'Hours a week',
            numeric: true,
            cell: ({ hours: has, asked }) => (asked === 0 ? has : `${has} (at least ${asked})`),
          },
          {
            heading: 'Stands',
            cell: ({ stands }) => <Tag colour={STANDS[stands].colour}>{STANDS[stands].text}</Tag>,
          },
        ]}
      />
      <Details summary="What the team is for">
        <ul class="nhsuk-list nhsuk-list--bullet">
          {standard.outcomes.map((outcome) => (
            <li key={outcome}>{outcome}</li>
          ))}
        </ul>
        <p>{`${standard.title}, version ${standard.version}. Owner: ${standard.owner}. To be looked at again by ${formatDay(standard.review)}.`}</p>
      </Details>
    </section>
  );
}

function Members({ visit, content, hours, sets, typed }: HoursPageProps) {
  return (
    <Table
      caption="People of the team and their hours"
      hideCaption
      compact
      responsive
      rows={hours}
      columns={[
        { heading: 'Name', rowHeader: true, cell: (row) => row.name },
        { heading: 'Discipline', cell: (row) => disciplineTitle(content, row.discipline) },
        { heading: 'Hours a week', numeric: true, unknown: NOT_COUNTED, cell: hoursOf },
        ...(sets
          ? [
              {
                heading: 'Change',
                hideHeading: true,
                cell: (row: MemberHours) => <ChangeHours visit={visit} row={row} typed={typed} />,
              },
            ]
          : []),
      ]}
    />
  );
}

function ChangeHours({ visit, row, typed }: { visit: Visit; row: MemberHours; typed: Typed }) {
  const mine = typed.fields.member === String(row.member);
  const errors = mine ? typed.errors : [];
  const id = (name: string) => (mine ? name : `${name}-${row.member}`);
  return (
    <Details
      summary={
        <>
          Change<span class="nhsuk-u-visually-hidden"> the hours of {row.name}</span>
        </>
      }
      open={errors.length > 0}
    >
      <form method="post" action={`${HOURS_HREF}/${row.member}`} novalidate>
        <CsrfField token={visit.chrome.csrfToken} />
        <input type="hidden" name="seen" value={row.version} />
        <TextInput
          name="hours"
          id={id('hours')}
          label="Hours a week"
          hint="0 when they have none now: then nobody fits who needs them. Leave it empty when they are not of the team any more: then what they did is asked of others"
          width={4}
          inputmode="decimal"
          errors={errors}
          value={mine ? typed.fields.hours : String(hoursOf(row) ?? '')}
        />
        <TextInput
          name="because"
          id={id('because')}
          label="Why (optional)"
          errors={errors}
          value={mine ? typed.fields.because : undefined}
        />
        <Button variant="secondary" small preventDoubleClick>
          Save
        </Button>
      </form>
    </Details>
  );
}

function AddMember({ visit, content, colleagues, typed }: HoursPageProps) {
  const own: Typed = typed.fields.member === undefined ? typed : { fields: {}, errors: [], refusal: null };
  const { fields, errors } = own;
  return (
    <>
      <Heading level={2}>Add somebody</Heading>
      <form method="post" action={HOURS_HREF} novalidate>
        <CsrfField token={visit.chrome.csrfToken} />
        <Select
          name="account"
          label="Somebody of the team"
          errors={errors}
          value={fields.account ?? ''}
          options={[
            { value: '', text: 'Somebody without an account here' },
            ...colleagues.map(({ account, name }) => ({ value: account, text: name })),
          ]}
        />
        <TextInput name="name" label="Or their name" width={30} errors={errors} value={fields.name} />
        <Select
          name="discipline"
          label="Discipline"
          errors={errors}
          value={fields.discipline ?? ''}
          options={[
            { value: '', text: 'Choose' },
            ...content.disciplines.map(({ id, title }) => ({ value: id, text: title })),
          ]}
        />
        <TextInput
          name="hours"
          // The form of a member, when it comes back, has the name that the error summary leads to.
          id={own === typed ? 'hours' : 'new-hours'}
          label="Hours a week"
          hint="For example: 12, or 7.5"
          width={4}
          inputmode="decimal"
          errors={errors}
          value={fields.hours}
        />
        <Button preventDoubleClick>Add</Button>
      </form>
    </>
  );
}
