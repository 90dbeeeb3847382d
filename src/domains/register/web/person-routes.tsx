import type { VNode } from 'preact';
import { z } from 'zod';
import { formatDay, formatNhsNumber, londonDay } from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import {
  Details,
  Heading,
  InsetText,
  Page,
  PageHeading,
  Pagination,
  SummaryList,
  Table,
  Tag,
  type Visit,
  type Web,
} from '../../../platform/web/index.ts';
import { type PlaceTree, placeHref, readPlaces } from '../../directory/index.ts';
import { listName, type Person, readPerson, relationshipTo } from '../person/read-person.ts';
import type { TimelineEntry } from '../person/timeline.ts';
import { mayOpenPerson } from '../who-may.ts';

/** A person's page while it is made: what panels of other rooms need to add to it. */
export interface PersonVisit {
  readonly visit: Visit;
  readonly person: Person;
  /** The code of the practice whose list they are on. */
  readonly practice: string | null;
  readonly places: PlaceTree;
}

/** What another room shows on a person's page. Null: it has nothing to say. */
export type PersonPanel = (on: PersonVisit) => Promise<VNode | null>;

export interface PersonPageParts {
  /** Shown before the timeline, in this order. */
  readonly panels: readonly PersonPanel[];
  /** The record, the latest first, as this reader may see it. Null when nothing has been published yet. */
  timeline(on: PersonVisit): Promise<{ entries: readonly TimelineEntry[]; asOf: string } | null>;
}

const ENTRIES_A_PAGE = 50;

export function personHref(publicId: string): string {
  return `/people/${publicId}`;
}

/** One person: who they are, what they need and why, who leads their care, and their record as it was recorded. */
export function personRoutes(web: Web, parts: PersonPageParts): void {
  web.route({
    method: 'GET',
    url: '/people/:id',
    may: mayOpenPerson,
    params: z.object({ id: z.uuid() }),
    query: z.object({
      entries: z.coerce.number().int().min(1).max(10_000).default(1),
      show: z.enum(['all', 'entries', 'medicines', 'appointments', 'hospital']).default('all'),
    }),
    handle: async (visit) => {
      const on = await openPerson(visit, visit.params.id, 'person.opened');
      const panels: (VNode | null)[] = [];
      for (const panel of parts.panels) panels.push(await panel(on));
      const record = await parts.timeline(on);
      const { places } = on;
      const practice = on.person.practice_id === null ? null : places.place(on.person.practice_id);
      const page = (
        <Page
          title="Person"
          chrome={visit.chrome}
          breadcrumbs={[
            { text: 'People', href: '/people' },
            ...(practice && !isSensitive(on.person)
              ? [{ text: practice.name, href: placeHref(practice) }]
              : []),
          ]}
        >
          <PageHeading caption={<Identity person={on.person} />}>{listName(namesOf(on.person))}</PageHeading>
          <WhoTheyAre person={on.person} practice={practice} today={londonDay(visit.now)} />
          {panels}
          <Record
            on={on}
            record={record}
            page={visit.query.entries}
            show={visit.query.show}
            places={places}
          />
        </Page>
      );
      return { page };
    },
  });
}

/** Opens a person for one look: permission by scope, and the look in the audit with the relationship as its purpose. */
export async function openPerson(visit: Visit, publicId: string, action: string): Promise<PersonVisit> {
  const person = await readPerson(visit.tx, publicId);
  const purpose = await relationshipTo(visit.tx, person);
  await writeAudit(visit.tx, { action, subject: { kind: 'person', id: person.person_no }, purpose });
  const places = await readPlaces(visit.tx);
  const practice = person.practice_id === null ? null : (places.place(person.practice_id)?.code ?? null);
  return { visit, person, practice, places };
}

function namesOf(person: Person) {
  return { familyName: person.family_name, givenNames: person.given_names };
}

/** Records of which it is not shown where the person lives and where they are registered. */
function isSensitive(person: Person): boolean {
  return person.sensitive || person.confidential || person.safeguarding;
}

function Identity({ person }: { person: Person }) {
  return (
    <>{person.nhs_number === null ? 'No NHS number' : `NHS number ${formatNhsNumber(person.nhs_number)}`}</>
  );
}

function WhoTheyAre(props: {
  person: Person;
  practice: { name: string; code: string } | null;
  today: string;
}) {
  const { person, practice, today } = props;
  const hidden = isSensitive(person);
  return (
    <>
      {person.safeguarding && (
        <InsetText>
          There is a safeguarding concern. Where the person lives and where they are registered is not shown.
          Before you share anything about them, also with family, ask the practice’s safeguarding lead.
        </InsetText>
      )}
      {hidden && !person.safeguarding && (
        <InsetText>
          This record is marked sensitive. Where the person lives and where they are registered is not shown.
        </InsetText>
      )}
      {person.death_date !== null && (
        <InsetText>{`Recorded as having died on ${formatDay(person.death_date)}.`}</InsetText>
      )}
      <SummaryList
        rows={[
          { key: 'Born', value: bornText(person, today) },
          {
            key: 'Sex',
            value: person.sex === 'unknown' ? null : <span class="app-capitalised">{person.sex}</span>,
          },
          {
            key: 'Address',
            value: hidden
              ? 'Not shown'
              : [person.address, person.postcode].filter((part) => part).join(', ') || null,
          },
          {
            key: 'Registered practice',
            value: hidden ? 'Not shown' : practice && <a href={placeHref(practice)}>{practice.name}</a>,
            unknown: 'On no list here',
          },
          {
            key: 'Registered since',
            value: person.registered_from === null ? null : formatDay(person.registered_from),
            unknown: person.registered ? 'Not recorded' : 'Not registered',
          },
        ]}
      />
      {person.open_registrations > 1 && (
        <InsetText>{`${person.open_registrations} registrations of this person are open at once. The latest counts; the practices should close the others.`}</InsetText>
      )}
    </>
  );
}

function bornText(person: Person, today: string): string | null {
  if (person.birth_date === null) return null;
  const years = ageInYears(person.birth_date, person.death_date ?? today);
  const about = person.birth_approximate ? `about ${years}, the day of birth is not known` : `${years} years`;
  return `${formatDay(person.birth_date)} (${about})`;
}

function ageInYears(born: string, on: string): number {
  return Number(on.slice(0, 4)) - Number(born.slice(0, 4)) - (on.slice(5) < born.slice(5) ? 1 : 0);
}

const KIND_WORDS: Record<TimelineEntry['kind'], string> = {
  observation: 'Entry',
  condition: 'Condition',
  procedure: 'Procedure',
  immunisation: 'Vaccination',
  allergy: 'Allergy',
  encounter: 'Contact',
  medicine: 'Medicine',
  appointment: 'Appointment',
  admission: 'Hospital stay',
  attendance: 'A&E',
};

const CODED = ['observation', 'condition', 'procedure', 'immunisation', 'allergy', 'encounter'] as const;

/** What must not be overlooked among so much. */
const TAG_COLOURS: Partial<Record<TimelineEntry['kind'], 'orange' | 'red'>> = {
  condition: 'orange',
  admission: 'red',
};

/** The record in parts: monthly repeats of medicines would bury everything else. */
const PARTS = {
  all: new Set<TimelineEntry['kind']>([...CODED, 'medicine', 'appointment', 'admission', 'attendance']),
  entries: new Set<TimelineEntry['kind']>(CODED),
  medicines: new Set<TimelineEntry['kind']>(['medicine']),
  appointments: new Set<TimelineEntry['kind']>(['appointment']),
  hospital: new Set<TimelineEntry['kind']>(['admission', 'attendance']),
};

const PART_WORDS: Record<keyof typeof PARTS, string> = {
  all: 'Everything',
  entries: 'Entries and results',
  medicines: 'Medicines',
  appointments: 'Appointments',
  hospital: 'Hospital',
};

function Record(props: {
  on: PersonVisit;
  record: { entries: readonly TimelineEntry[]; asOf: string } | null;
  page: number;
  show: keyof typeof PARTS;
  places: PlaceTree;
}) {
  const { on, record, page, show, places } = props;
  const entries = (record?.entries ?? []).filter(({ kind }) => PARTS[show].has(kind));
  const shown = entries.slice((page - 1) * ENTRIES_A_PAGE, page * ENTRIES_A_PAGE);
  const nameOf = new Map(places.all.map((place) => [place.code, place.name]));
  const href = (to: number, part = show) =>
    `${personHref(on.person.public_id)}?show=${part}&entries=${to}#record`;
  return (
    <section aria-labelledby="record">
      <Heading level={2} id="record">
        Record
      </Heading>
      <ul class="app-parts">
        {(Object.keys(PARTS) as (keyof typeof PARTS)[]).map((part) => (
          <li key={part}>
            <a href={href(1, part)} aria-current={part === show ? 'true' : undefined}>
              {PART_WORDS[part]}
            </a>
          </li>
        ))}
      </ul>
      {record === null || entries.length === 0 ? (
        <InsetText>
          {show === 'all'
            ? 'No entries have been received for this person yet.'
            : 'There are no entries of this kind.'}
        </InsetText>
      ) : (
        <>
          <Table
            caption={`Entries received up to ${formatDay(record.asOf)}, the latest first`}
            captionSize="s"
            compact
            responsive
            rows={shown}
            columns={[
              { heading: 'Date', nowrap: true, unknown: 'No date', cell: (entry) => dateText(entry) },
              {
                heading: 'Kind',
                cell: (entry) => (
                  <Tag colour={TAG_COLOURS[entry.kind] ?? 'grey'}>{KIND_WORDS[entry.kind]}</Tag>
                ),
              },
              { heading: 'What', rowHeader: true, cell: (entry) => entry.what },
              { heading: 'Detail', unknown: 'None', cell: (entry) => entry.detail },
              {
                heading: 'Recorded by',
                unknown: 'Not shown',
                cell: (entry) => (isSensitive(on.person) ? null : (nameOf.get(entry.org) ?? entry.org)),
              },
            ]}
          />
          <Pagination page={page} pageCount={Math.ceil(entries.length / ENTRIES_A_PAGE)} href={href} />
        </>
      )}
      <Details summary="What is not shown here">
        <p>
          Entries that a practice or hospital marked confidential, and content that the law restricts, are
          shown to the person’s own GP only. Notes in free text are not part of what practices send.
        </p>
      </Details>
    </section>
  );
}

function dateText(entry: TimelineEntry): string | null {
  if (entry.date === null) return null;
  if (entry.precision === 'year' || entry.precision === 'Y') return entry.date.slice(0, 4);
  return formatDay(entry.date);
}
