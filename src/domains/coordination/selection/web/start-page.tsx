import { formatInstant } from '../../../../kernel/index.ts';
import {
  Button,
  CsrfField,
  Details,
  EmptyState,
  Heading,
  Page,
  PageHeading,
  Refused,
  Select,
  Table,
  Tag,
  Textarea,
  TextInput,
  type Typed,
  type Visit,
} from '../../../../platform/web/index.ts';
import type { PlaceTree } from '../../../directory/index.ts';
import { filterChoices, type Measures } from '../../../need/index.ts';
import type { Head } from '../selection.ts';
import { disciplineTitle, type SelectionContent } from '../selection-content.ts';
import { type MemberHours, minutesByDiscipline } from '../team-hours.ts';
import { HowItIsWorkedOut } from './how-it-is-worked-out.tsx';
import { HOURS_HREF, peopleText, pointsText, selectionHref, stateWords } from './words.ts';

interface StartPageProps {
  readonly visit: Visit;
  readonly content: SelectionContent;
  readonly measures: Measures;
  readonly places: PlaceTree;
  readonly hours: readonly MemberHours[];
  readonly heads: readonly Head[];
  readonly setsHours: boolean;
  readonly typed: Typed;
}

/** Where a list that fits begins: the hours there are, whom to choose from, and the lists there were. */
export function StartPage(props: StartPageProps) {
  const { visit, content, measures, hours, heads, setsHours, typed } = props;
  const has = minutesByDiscipline(hours);
  return (
    <Page
      title="Lists that fit"
      chrome={visit.chrome}
      errors={typed.errors}
      breadcrumbs={[{ text: 'Caseload', href: '/caseload' }]}
    >
      <PageHeading>Lists that fit</PageHeading>
      <p>
        A ranking is longer than any team’s week. This chooses from it the people whom the team has time for,
        so that their visits fit the team’s hours and as much as possible is gained. You look at the list,
        move people in and out, and accept it.
      </p>
      <Refused typed={typed} />
      {has.size === 0 ? (
        <EmptyState
          title="Nobody has said how many hours the team has"
          actions={setsHours ? [{ text: 'Say the hours of the team', href: HOURS_HREF }] : []}
        >
          <p>
            {setsHours
              ? 'Say for each person of the team how many hours a week they have for visits to people on the caseload. Then a list can fit them.'
              : 'The INT lead says for each person of the team how many hours a week they have for visits. Then a list can fit them.'}
          </p>
        </EmptyState>
      ) : (
        <>
          <p>
            {`Hours a week: ${[...has].map(([id, minutes]) => `${disciplineTitle(content, id)} ${minutes / 60}`).join(', ')}. `}
            <a href={HOURS_HREF}>
              {setsHours ? 'Change the hours of the team' : 'See the hours of the team'}
            </a>
          </p>
          <ProposeForm {...props} />
        </>
      )}
      <HowItIsWorkedOut content={content} measures={measures} />
      {heads.length > 0 && <Earlier heads={heads} />}
    </Page>
  );
}

function ProposeForm({ visit, measures, places, typed }: StartPageProps) {
  const { fields, errors } = typed;
  const conditions = [{ value: '', text: 'Any' }, ...filterChoices(measures)];
  const narrower = ['frailty', 'from', 'to', 'and'];
  const named = ['must', 'mustBecause'];
  const opens = (names: readonly string[]) =>
    names.some((name) => fields[name]) || errors.some(({ field }) => names.includes(field));
  return (
    <form method="post" action="/selections" novalidate>
      <CsrfField token={visit.chrome.csrfToken} />
      <Heading level={2}>Whom to choose from</Heading>
      <Select
        name="place"
        label="Place"
        errors={errors}
        value={fields.place ?? ''}
        options={[
          { value: '', text: 'Everywhere that the team may see' },
          ...places.all
            .filter(({ kind }) => ['borough', 'neighbourhood', 'pcn', 'practice'].includes(kind))
            .map(({ code, name }) => ({ value: code, text: name })),
        ]}
      />
      <TextInput
        name="top"
        label="Top % of need"
        hint="Leave it empty to choose from everybody"
        width={3}
        inputmode="decimal"
        errors={errors}
        value={fields.top}
      />
      <Select
        name="condition"
        label="Condition or group"
        errors={errors}
        value={fields.condition ?? ''}
        options={conditions}
      />
      <Details summary="Choose more closely" open={opens(narrower)}>
        <Select
          name="and"
          label="And condition or group"
          errors={errors}
          value={fields.and ?? ''}
          options={conditions}
        />
        <Select
          name="frailty"
          label="Frailty"
          errors={errors}
          value={fields.frailty ?? ''}
          options={[
            { value: '', text: 'Any' },
            ...measures.frailty.bands.map(({ id, title }) => ({ value: id, text: title })),
          ]}
        />
        <TextInput
          name="from"
          label="Age from"
          width={3}
          inputmode="numeric"
          errors={errors}
          value={fields.from}
        />
        <TextInput name="to" label="Age to" width={3} inputmode="numeric" errors={errors} value={fields.to} />
      </Details>
      <Details summary="People who have to be on it" open={opens(named)}>
        <Textarea
          name="must"
          label="Their NHS numbers, one on each line"
          rows={3}
          errors={errors}
          value={fields.must}
        />
        <TextInput
          name="mustBecause"
          label="Why do they have to be on it?"
          errors={errors}
          value={fields.mustBecause}
        />
      </Details>
      <Button preventDoubleClick>Work out the list</Button>
    </form>
  );
}

function Earlier({ heads }: { heads: readonly Head[] }) {
  return (
    <>
      <Heading level={2}>Lists of the team</Heading>
      <Table
        caption="Lists that fit, the latest first"
        hideCaption
        compact
        responsive
        rows={heads}
        columns={[
          {
            heading: 'Made',
            rowHeader: true,
            cell: (head) => (
              <a href={selectionHref(head.selection)}>{`${formatInstant(head.madeAt)} by ${head.madeBy}`}</a>
            ),
          },
          { heading: 'Chosen from', cell: (head) => head.inputs.inWords },
          { heading: 'On it', cell: (head) => peopleText(head.chosen) },
          { heading: 'Worth', cell: (head) => pointsText(head.result.worth) },
          { heading: 'State', cell: (head) => <StateTag head={head} /> },
        ]}
      />
    </>
  );
}

const COLOURS = { draft: 'yellow', accepted: 'green', discarded: 'grey', taken_back: 'orange' } as const;

export function StateTag({ head }: { head: Head }) {
  return <Tag colour={COLOURS[head.state]}>{stateWords[head.state]}</Tag>;
}
