import { addDays, formatDay, formatInstant, londonDay } from '../../../../kernel/index.ts';
import {
  Button,
  ButtonLink,
  Details,
  Heading,
  InsetText,
  KeptForm,
  Page,
  PageHeading,
  Refused,
  SummaryList,
  Table,
  Textarea,
  TextInput,
  type Typed,
  type Visit,
} from '../../../../platform/web/index.ts';
import { listName, type PersonVisit, personHref } from '../../../register/index.ts';
import { DayBoxes } from '../../../work/index.ts';
import { type InReachPathway, settingOf } from '../in-reach-pathway.ts';
import { type InReachEvent, type Resident, readInReachEvents, readResident } from '../read-in-reach.ts';
import { maySetCadence, mayVisit } from '../who-may.ts';
import {
  cadenceWords,
  endingWords,
  lastVisitWords,
  NextVisit,
  outcomeWords,
  siteHref,
} from './in-reach-words.tsx';

export function cadenceHref(publicId: string): string {
  return `${personHref(publicId)}/visits`;
}

/** How often one person is visited, and when next; with the reason. */
export function CadencePage(props: {
  visit: Visit;
  pathway: InReachPathway;
  who: Resident;
  events: readonly InReachEvent[];
  typed: Typed;
}) {
  const { visit, pathway, who, events, typed } = props;
  const setting = settingOf(pathway, who.setting);
  const next = who.nextDay ?? addDays(londonDay(visit.now), 1);
  return (
    <Page
      title="Change visits"
      chrome={visit.chrome}
      width="reading"
      errors={typed.errors}
      back={{ text: 'Back to the person', href: personHref(who.publicId) }}
    >
      <PageHeading caption={listName(who)}>Change visits</PageHeading>
      <Refused typed={typed} />
      {who.endedAt !== null && (
        <InsetText>
          {`Visits ended on ${formatInstant(who.endedAt)}: ${endingWords(pathway, who.endedBecause)}. Saving this form begins them again.`}
        </InsetText>
      )}
      <KeptForm
        action={cadenceHref(who.publicId)}
        csrfToken={visit.chrome.csrfToken}
        form={typed.fields.form}
        buttons={<Button preventDoubleClick>Save</Button>}
      >
        <input type="hidden" name="seen" value={who.version} />
        <TextInput
          name="every"
          label="Days from one visit to the next"
          labelSize="s"
          hint={`Leave this empty for every ${setting.every_days} days, as for everybody ${setting.title.toLowerCase()}.`}
          inputmode="numeric"
          width={3}
          errors={typed.errors}
          value={typed.fields.every ?? (who.everyDays === null ? '' : String(who.everyDays))}
        />
        <DayBoxes name="next" label="Next visit" typed={typed} suggested={next} />
        <Textarea
          name="reason"
          label="Why?"
          labelSize="s"
          hint="Kept with the change. Everybody who visits reads it."
          rows={3}
          errors={typed.errors}
          value={typed.fields.reason}
        />
      </KeptForm>
      <Events pathway={pathway} events={events} />
    </Page>
  );
}

function Events({ pathway, events }: { pathway: InReachPathway; events: readonly InReachEvent[] }) {
  if (events.length === 0) return null;
  return (
    <Table
      caption="What happened, the latest first"
      captionSize="s"
      compact
      responsive
      rows={events}
      columns={[
        {
          heading: 'What',
          rowHeader: true,
          cell: (event) =>
            event.outcome === null
              ? `Visits changed: next on ${formatDay(event.day)}${event.everyDays === null ? '' : `, every ${event.everyDays} days`}`
              : `${outcomeWords(pathway, event.outcome)}, ${formatDay(event.day)}`,
        },
        { heading: 'Note', unknown: 'None', cell: (event) => event.note },
        { heading: 'By', cell: (event) => event.who },
        { heading: 'Written', nowrap: true, cell: (event) => formatInstant(event.at) },
      ]}
    />
  );
}

const SHOWN = 10;

/** On a person's page: how they are visited, when next, and what came of the last visits. Nothing for whom nobody visits. */
export function inReachPanel(pathway: InReachPathway) {
  return async ({ visit, person }: PersonVisit) => {
    if (!mayVisit(visit.by).allowed) return null;
    const who = await readResident(visit.tx, person.person_no);
    if (who === null) return null;
    const events = await readInReachEvents(visit.tx, person.person_no, SHOWN);
    return (
      <section aria-labelledby="visits">
        <Heading level={2} id="visits">
          Regular visits
        </Heading>
        <SummaryList
          rows={[
            {
              key: 'Visited',
              value:
                who.endedAt === null
                  ? `${settingOf(pathway, who.setting).title}, ${cadenceWords(pathway, who)}, by ${who.team}`
                  : `Not any more since ${formatInstant(who.endedAt)}: ${endingWords(pathway, who.endedBecause)}`,
            },
            { key: 'Next visit', value: <NextVisit who={who} today={londonDay(visit.now)} /> },
            { key: 'Last visit', value: lastVisitWords(pathway, who), unknown: 'None yet' },
          ]}
        />
        {who.endedAt === null && (
          <ButtonLink href={siteHref(who.site, who.nextDay ?? undefined)} small>
            Record a visit
          </ButtonLink>
        )}{' '}
        {maySetCadence(visit.by).allowed && person.death_date === null && (
          <ButtonLink href={cadenceHref(who.publicId)} variant="secondary" small>
            Change visits
          </ButtonLink>
        )}
        {events.length > 0 && (
          <Details summary="Visits so far">
            <Events pathway={pathway} events={events} />
          </Details>
        )}
      </section>
    );
  };
}
