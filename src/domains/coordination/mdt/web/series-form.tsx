import {
  Button,
  CsrfField,
  Page,
  PageHeading,
  Radios,
  Refused,
  Select,
  TextInput,
  type Typed,
  type Visit,
} from '../../../../platform/web/index.ts';
import { DayBoxes, type TeamMember } from '../../../work/index.ts';
import { dayAndTime, type SeriesText } from '../change-series.ts';
import type { MdtPathway } from '../mdt-pathway.ts';
import { cadences } from '../recurrence.ts';

/** What the form of a series asks, when it is set up and when it is changed. */
export function SeriesQuestions(props: {
  pathway: MdtPathway;
  members: readonly TeamMember[];
  typed: Typed;
  when: { readonly label: string; readonly hint: string };
  stands: Partial<SeriesText>;
}) {
  const { pathway, members, typed, when, stands } = props;
  const { fields, errors } = typed;
  const starts = dayAndTime(stands.starts ?? '');
  const text = (name: Exclude<keyof SeriesText, 'starts'>) => fields[name] ?? stands[name];
  return (
    <>
      <TextInput name="name" label="What is it called?" labelSize="s" errors={errors} value={text('name')} />
      <Radios
        name="cadence"
        label="How often?"
        labelSize="s"
        errors={errors}
        value={text('cadence')}
        choices={Object.entries(cadences).map(([value, title]) => ({ value, text: title }))}
      />
      <DayBoxes
        name="starts"
        label={when.label}
        hint={when.hint}
        typed={typed}
        {...(starts ? { suggested: starts.day } : {})}
      />
      <TextInput
        name="time"
        label="At what time?"
        hint="For example: 13:30"
        width={5}
        errors={errors}
        value={fields.time ?? starts?.time}
      />
      <TextInput
        name="minutes"
        label="For how many minutes?"
        hint={`${pathway.people_an_hour} people an hour is the guide`}
        width={4}
        inputmode="numeric"
        errors={errors}
        value={text('minutes')}
      />
      <TextInput name="place" label="Where, or which link?" errors={errors} value={text('place')} />
      <Select
        name="chair"
        label="Who chairs?"
        errors={errors}
        value={text('chair')}
        options={members.map(({ account, name }) => ({ value: account, text: name }))}
      />
      <Discipline
        name="chairDiscipline"
        label="Which discipline are they?"
        pathway={pathway}
        typed={typed}
        stands={stands.chairDiscipline}
      />
    </>
  );
}

/** One of the disciplines that a meeting may need. */
export function Discipline(props: {
  name: string;
  label: string;
  pathway: MdtPathway;
  typed: Typed;
  stands?: string | undefined;
}) {
  const { name, label, pathway, typed, stands = '' } = props;
  return (
    <Select
      name={name}
      label={label}
      errors={typed.errors}
      value={typed.fields[name] ?? stands}
      options={[
        { value: '', text: 'Choose' },
        ...pathway.disciplines.map(({ id, title }) => ({ value: id, text: title })),
      ]}
    />
  );
}

/** What a day means for meetings of every month. */
export const MONTHLY_HINT =
  'Every month: the same weekday of the same week. From the 29th on it is the last one of each month';

export function SetUpPage(props: {
  visit: Visit;
  pathway: MdtPathway;
  members: readonly TeamMember[];
  typed: Typed;
}) {
  const { visit, pathway, members, typed } = props;
  return (
    <Page
      title="Set up meetings"
      chrome={visit.chrome}
      width="reading"
      errors={typed.errors}
      back={{ text: 'Back to meetings', href: '/mdt' }}
    >
      <PageHeading>Set up a meeting that recurs</PageHeading>
      <Refused typed={typed} />
      <form method="post" action="/mdt/new" novalidate>
        <CsrfField token={visit.chrome.csrfToken} />
        <SeriesQuestions
          pathway={pathway}
          members={members}
          typed={typed}
          when={{ label: 'When is the first?', hint: MONTHLY_HINT }}
          stands={{ minutes: '60', chair: visit.by.account }}
        />
        <Button preventDoubleClick>Set up</Button>
      </form>
    </Page>
  );
}
