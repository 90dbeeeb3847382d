import { formatDay, londonDay, type PlainDate } from '../../../../kernel/index.ts';
import type { KeptText } from '../../../../platform/auth/index.ts';
import {
  Button,
  ButtonGroup,
  CsrfField,
  Details,
  Heading,
  Hint,
  KeptForm,
  NotificationBanner,
  Page,
  PageHeading,
  Refused,
  Select,
  Table,
  Textarea,
  TextInput,
  type Typed,
  UnsavedTexts,
  type Visit,
  WarningCallout,
} from '../../../../platform/web/index.ts';
import { listName, personHref } from '../../../register/index.ts';
import { DayBoxes } from '../../../work/index.ts';
import { type InReachPathway, settingOf } from '../in-reach-pathway.ts';
import type { Resident } from '../read-in-reach.ts';
import { cadenceWords, lastVisitWords, NextVisit, routeHref, siteHref, siteName } from './in-reach-words.tsx';

/** A line of a form that was not saved, and why. */
export interface NotSaved {
  readonly person: string;
  readonly because: string;
}

interface RoundProps {
  readonly visit: Visit;
  readonly pathway: InReachPathway;
  readonly site: { readonly site: number; readonly address: string | null; readonly postcode: string | null };
  readonly residents: readonly Resident[];
  /** The day of the round. */
  readonly day: PlainDate;
  readonly typed: Typed;
  readonly saved: number | null;
  readonly moved: number | null;
  readonly notSaved: readonly NotSaved[];
  /** What this reader typed here and did not save. */
  readonly kept: readonly KeptText[];
}

/** A round in one building: everybody who is to be visited, in one form, and below them everybody else who lives there. */
export function RoundPage(props: RoundProps) {
  const { visit, pathway, site, residents, day, typed, saved, moved, notSaved, kept } = props;
  const today = londonDay(visit.now);
  const isDue = ({ nextDay }: Resident) =>
    nextDay !== null && (day === today ? nextDay <= today : nextDay === day);
  // Whoever was typed of stays in the form, also when somebody else has been quicker.
  const isTyped = ({ publicId }: Resident) => Boolean(typed.fields[`outcome-${publicId}`]);
  const due = residents.filter((who) => isDue(who) || isTyped(who));
  const others = residents.filter((who) => !due.includes(who));
  return (
    <Page
      title="Round"
      chrome={visit.chrome}
      breadcrumbs={[{ text: 'Visits', href: routeHref(day === today ? {} : { day }) }]}
      errors={typed.errors}
    >
      {saved !== null && saved > 0 && notSaved.length === 0 && (
        <NotificationBanner
          variant="success"
          text={saved === 1 ? '1 visit saved' : `${saved} visits saved`}
        />
      )}
      {moved !== null && (
        <NotificationBanner
          variant="success"
          text={`The round was moved for ${moved === 1 ? '1 person' : `${moved} people`}`}
        />
      )}
      <PageHeading caption={[site.postcode, formatDay(day)].filter((part) => part).join(', ')}>
        {siteName(site)}
      </PageHeading>
      <Refused typed={typed} />
      <UnsavedTexts kept={kept} chrome={visit.chrome} />
      <NotSavedLines {...{ notSaved, residents, saved }} />
      {due.length === 0 ? (
        <p>{`Nobody here is to be visited on ${formatDay(day)}.`}</p>
      ) : (
        <RoundForm {...props} due={due} today={today} />
      )}
      {due.length > 0 && <MoveRound {...props} />}
      {others.length > 0 && <Others pathway={pathway} others={others} today={today} />}
    </Page>
  );
}

function NotSavedLines({
  notSaved,
  residents,
  saved,
}: {
  notSaved: readonly NotSaved[];
  residents: readonly Resident[];
  saved: number | null;
}) {
  if (notSaved.length === 0) return null;
  const nameOf = (person: string) => {
    const who = residents.find(({ publicId }) => publicId === person);
    return who ? listName(who) : 'Somebody who is no longer on this list';
  };
  return (
    <WarningCallout
      heading={notSaved.length === 1 ? 'One visit was not saved' : `${notSaved.length} visits were not saved`}
    >
      <ul>
        {notSaved.map(({ person, because }) => (
          <li key={person}>{`${nameOf(person)}: ${because}`}</li>
        ))}
      </ul>
      <p>
        {saved !== null && saved > 0 ? `${saved} ${saved === 1 ? 'other was' : 'others were'} saved. ` : ''}
        What you typed is below. Save it again if it is still right.
      </p>
    </WarningCallout>
  );
}

function RoundForm(props: RoundProps & { due: readonly Resident[]; today: PlainDate }) {
  const { visit, pathway, site, due, day, today, typed } = props;
  const visited = day < today ? day : today;
  return (
    <KeptForm
      action={siteHref(site.site, day === today ? undefined : day)}
      csrfToken={visit.chrome.csrfToken}
      form={typed.fields.form}
      buttons={
        <>
          <ButtonGroup>
            <Button preventDoubleClick>Save</Button>
          </ButtonGroup>
          <Hint>Leave out whom you have not visited yet. Others can save the rest.</Hint>
        </>
      }
    >
      <DayBoxes name="day" label="Day of the visits" typed={typed} suggested={visited} />
      {due.map((who) => (
        <Line key={who.publicId} {...{ who, pathway, today, typed }} />
      ))}
    </KeptForm>
  );
}

function Line({
  who,
  pathway,
  today,
  typed,
}: {
  who: Resident;
  pathway: InReachPathway;
  today: PlainDate;
  typed: Typed;
}) {
  const id = who.publicId;
  const name = listName(who);
  const last = lastVisitWords(pathway, who);
  return (
    <div class="app-round__person">
      <fieldset class="nhsuk-fieldset">
        <legend class="nhsuk-fieldset__legend nhsuk-fieldset__legend--s">
          <a href={personHref(id)}>{name}</a>
        </legend>
        <input type="hidden" name={`seen-${id}`} value={who.version} />
        <p class="app-round__about">
          {who.birthDate === null ? 'Date of birth not recorded' : `Born ${formatDay(who.birthDate)}`}
          {who.address !== null && `. ${who.address}`}
          {'. Planned: '}
          <NextVisit who={who} today={today} />
          {last !== null && ` Last: ${last}.`}
        </p>
        <div class="app-round__answers">
          <Select
            name={`outcome-${id}`}
            label={
              <>
                What came of it<span class="nhsuk-u-visually-hidden">{`, ${name}`}</span>
              </>
            }
            errors={typed.errors}
            value={typed.fields[`outcome-${id}`] ?? ''}
            options={[
              { value: '', text: 'Not visited yet' },
              ...pathway.outcomes.map((each) => ({ value: each.id, text: each.title })),
            ]}
          />
          <TextInput
            name={`note-${id}`}
            label={
              <>
                Note (optional)<span class="nhsuk-u-visually-hidden">{`, ${name}`}</span>
              </>
            }
            errors={typed.errors}
            value={typed.fields[`note-${id}`]}
          />
        </div>
      </fieldset>
    </div>
  );
}

function MoveRound({ visit, site, day, typed }: RoundProps) {
  const isTyped = typed.fields.reason !== undefined;
  return (
    <Details summary="Move this round to another day" open={isTyped}>
      <form method="post" action={`/in-reach/sites/${site.site}/move`} novalidate>
        <CsrfField token={visit.chrome.csrfToken} />
        <input type="hidden" name="from" value={day} />
        <DayBoxes
          name="to"
          label="To which day?"
          hint="Of everybody above. In a care home the next rounds follow on that weekday."
          typed={typed}
        />
        <Textarea
          name="reason"
          label="Why?"
          labelSize="s"
          rows={2}
          errors={typed.errors}
          value={typed.fields.reason}
        />
        <Button variant="secondary" preventDoubleClick>
          Move the round
        </Button>
      </form>
    </Details>
  );
}

function Others({
  pathway,
  others,
  today,
}: {
  pathway: InReachPathway;
  others: readonly Resident[];
  today: PlainDate;
}) {
  return (
    <>
      <Heading level={2}>Others who are visited here</Heading>
      <Table
        caption="People who are visited here on other days"
        hideCaption
        compact
        responsive
        rows={others}
        columns={[
          {
            heading: 'Name',
            rowHeader: true,
            cell: (who) => <a href={personHref(who.publicId)}>{listName(who)}</a>,
          },
          { heading: 'Next visit', cell: (who) => <NextVisit who={who} today={today} /> },
          {
            heading: 'How often',
            cell: (who) => `${settingOf(pathway, who.setting).title}, ${cadenceWords(pathway, who)}`,
          },
          { heading: 'Last visit', unknown: 'None yet', cell: (who) => lastVisitWords(pathway, who) },
        ]}
      />
    </>
  );
}
