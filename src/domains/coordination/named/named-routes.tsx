import type { VNode } from 'preact';
import { z } from 'zod';
import { formatDay, formatInstant, londonDay, NotFound } from '../../../kernel/index.ts';
import {
  Button,
  CsrfField,
  EmptyState,
  Heading,
  nothingTyped,
  Page,
  PageHeading,
  PostButton,
  Radios,
  Refused,
  rowNumber,
  SummaryList,
  statusOf,
  Table,
  TextInput,
  type Typed,
  type Visit,
  type Web,
} from '../../../platform/web/index.ts';
import { readGps } from '../../directory/index.ts';
import {
  listName,
  openPerson,
  type PersonVisit,
  personHref,
  visiblePractices,
} from '../../register/index.ts';
import { changeNamedGp, reassignOnDeparture, undoNamedGpChange } from './change-named-gp.ts';
import {
  type GpList,
  type NamedGpChange,
  type NamedProfessional,
  readGpLists,
  readNamedGpChanges,
  readNamedPeople,
} from './read-named.ts';
import { mayChangeNamedGps } from './who-may.ts';

const reason = z.string().trim().min(1, 'Say why').max(1000, 'Keep this to 1,000 characters');

/** On a person's page: their named GP, and who coordinates their care, with how to reach them. */
export async function namedPanel(on: PersonVisit): Promise<VNode | null> {
  const { visit, person } = on;
  const { gp, professional } = await readNamedPeople(visit.tx, person.person_no, visit.now);
  const may = mayChangeNamedGps(visit.by).allowed && person.practice_id !== null;
  return (
    <section aria-labelledby="named">
      <Heading level={2} id="named">
        Named people
      </Heading>
      <SummaryList
        rows={[
          {
            key: 'Named GP',
            value: gp && `${gp.name}, since ${formatDay(londonDay(gp.since))}`,
            unknown: person.registered ? 'Nobody yet' : 'Not registered here',
            ...(may
              ? {
                  actions: [
                    { text: 'Change', href: `${personHref(person.public_id)}/named-gp`, context: 'named GP' },
                  ],
                }
              : {}),
          },
          {
            key: 'Named professional',
            value: professional && <Professional of={professional} />,
            unknown: 'Nobody coordinates this person’s care here now',
          },
        ]}
      />
    </section>
  );
}

/** Who coordinates somebody's care, what they are, how to reach them, and who does while they are away. */
export function Professional({ of }: { of: NamedProfessional }) {
  const { name, profession, contact, team, cover } = of;
  return (
    <>
      {name === null ? team : [name, profession].filter(Boolean).join(', ')}
      <span class="app-secondary app-block">
        {[name === null ? null : team, contact].filter(Boolean).join(' · ')}
      </span>
      {cover && (
        <span class="app-block">
          {`Away until ${formatDay(londonDay(new Date(cover.until.getTime() - 1)))}. ${cover.name} is there for them${cover.contact === null ? '' : ` on ${cover.contact}`}.`}
        </span>
      )}
    </>
  );
}

/** Named GPs of a practice: how many people each has, what changed, and a GP who leaves. */
export function namedGpRoutes(web: Web): void {
  web.route({
    method: 'GET',
    url: '/named-gps',
    may: mayChangeNamedGps,
    handle: async (visit) => {
      const practice = await ownPractice(visit);
      const lists = await readGpLists(visit.tx, practice);
      const changes = await readNamedGpChanges(visit.tx, practice);
      return { page: <NamedGpsPage visit={visit} {...lists} changes={changes} /> };
    },
  });
  const leaving = async (visit: Visit<{ gp: number }>, typed: Typed) => {
    const { gps } = await readGpLists(visit.tx, await ownPractice(visit));
    const gp = gps.find((each) => each.gp === visit.params.gp);
    if (!gp) throw new NotFound('There is no such GP at your practice.');
    return { page: <LeavingPage visit={visit} gp={gp} gps={gps} typed={typed} />, ...statusOf(typed) };
  };
  web.route({
    method: 'GET',
    url: '/named-gps/:gp/leaves',
    may: mayChangeNamedGps,
    params: z.object({ gp: rowNumber }),
    handle: (visit) => leaving(visit, nothingTyped),
  });
  web.route({
    method: 'POST',
    url: '/named-gps/:gp/leaves',
    may: mayChangeNamedGps,
    params: z.object({ gp: rowNumber }),
    body: z.object({
      reason,
      to: z
        .string({ error: 'Choose who takes over' })
        .regex(/^(\d{1,9}|all)$/, 'Choose who takes over')
        .transform((to) => (to === 'all' ? null : Number(to))),
    }),
    handle: async ({ tx, by, now, params, body }) => {
      await reassignOnDeparture(tx, { by, now, gp: params.gp, ...body });
      return { redirect: '/named-gps' };
    },
    again: (visit, refused) => leaving(visit, { fields: visit.body, ...refused }),
  });
  web.route({
    method: 'POST',
    url: '/named-gps/changes/:change/undo',
    may: mayChangeNamedGps,
    params: z.object({ change: rowNumber }),
    handle: async ({ tx, by, now, params }) => {
      await undoNamedGpChange(tx, { by, now, change: params.change });
      return { redirect: '/named-gps' };
    },
  });
  personRoutes(web);
}

function personRoutes(web: Web): void {
  const params = z.object({ id: z.uuid() });
  const page = async (visit: Visit<{ id: string }>, typed: Typed) => {
    const { person } = await openPerson(visit, visit.params.id, 'person.opened');
    const gps =
      person.practice_id === null
        ? []
        : (await readGps(visit.tx, person.practice_id)).filter(({ ends }) => ends === null);
    const { gp } = await readNamedPeople(visit.tx, person.person_no, visit.now);
    const made = (
      <Page
        title="Change the named GP"
        chrome={visit.chrome}
        width="reading"
        errors={typed.errors}
        back={{ text: 'Back to the person', href: personHref(person.public_id) }}
      >
        <PageHeading caption={listName({ familyName: person.family_name, givenNames: person.given_names })}>
          Change the named GP
        </PageHeading>
        <form method="post" action={`${personHref(person.public_id)}/named-gp`} novalidate>
          <CsrfField token={visit.chrome.csrfToken} />
          <Radios
            name="to"
            label="Who is their named GP from now on?"
            labelSize="s"
            errors={typed.errors}
            value={typed.fields.to ?? (gp ? String(gp.gp) : undefined)}
            choices={gps.map((each) => ({ value: String(each.gp), text: each.name }))}
          />
          <TextInput
            name="reason"
            label="Why?"
            hint="For example: they asked for her"
            errors={typed.errors}
            value={typed.fields.reason}
          />
          <Button preventDoubleClick>Save</Button>
        </form>
      </Page>
    );
    return { page: made, ...statusOf(typed) };
  };
  web.route({
    method: 'GET',
    url: '/people/:id/named-gp',
    may: mayChangeNamedGps,
    params,
    handle: (visit) => page(visit, nothingTyped),
  });
  web.route({
    method: 'POST',
    url: '/people/:id/named-gp',
    may: mayChangeNamedGps,
    params,
    body: z.object({ reason, to: rowNumber.catch(() => 0).refine((gp) => gp > 0, 'Choose a GP') }),
    handle: async (visit) => {
      const { tx, by, now, body } = visit;
      const { person } = await openPerson(visit, visit.params.id, 'person.opened');
      await changeNamedGp(tx, { by, now, person: person.person_no, ...body });
      return { redirect: personHref(person.public_id) };
    },
    again: (visit, refused) => page(visit, { fields: visit.body, ...refused }),
  });
}

async function ownPractice(visit: Visit): Promise<number> {
  const [practice] = await visiblePractices(visit.tx, visit.by);
  if (practice === undefined) throw new NotFound('You work at no practice that has a list here.');
  return practice;
}

const KINDS: Record<NamedGpChange['kind'], (gp: string | null) => string> = {
  by_rule: () => 'Given by rule',
  departure: (gp) => `${gp} left`,
  by_hand: (gp) => `Given to ${gp} by hand`,
  undo: (gp) => `The departure of ${gp} undone`,
};

function NamedGpsPage(props: {
  visit: Visit;
  gps: readonly GpList[];
  without: number;
  changes: readonly NamedGpChange[];
}) {
  const { visit, gps, without, changes } = props;
  return (
    <Page title="Named GPs" chrome={visit.chrome}>
      <PageHeading>Named GPs</PageHeading>
      <p>
        {without === 0
          ? 'Everybody on your list has a named GP.'
          : `${without} people on your list have no named GP. The next import gives them one, as far as there are GPs.`}
      </p>
      {gps.length === 0 ? (
        <EmptyState title="No GPs of your practice are known here">
          <p>They come with the place pack, under the word gps.</p>
        </EmptyState>
      ) : (
        <Table
          caption="GPs of the practice"
          hideCaption
          compact
          responsive
          rows={gps}
          columns={[
            { heading: 'GP', rowHeader: true, cell: (row) => row.name },
            { heading: 'People', numeric: true, cell: (row) => row.people },
            {
              heading: 'Works here',
              cell: (row) => (row.ends === null ? 'Yes' : `Left on ${formatDay(row.ends)}`),
            },
            {
              heading: 'Change',
              hideHeading: true,
              cell: (row) =>
                row.ends === null ? (
                  <a href={`/named-gps/${row.gp}/leaves`}>
                    Leaves<span class="nhsuk-u-visually-hidden"> {row.name}</span>
                  </a>
                ) : (
                  'Nothing to do'
                ),
            },
          ]}
        />
      )}
      <Heading level={2}>What changed</Heading>
      {changes.length === 0 ? (
        <p>Nothing has been changed by hand yet.</p>
      ) : (
        <Table
          caption="Changes of named GPs, the latest first"
          hideCaption
          compact
          responsive
          rows={changes}
          columns={[
            { heading: 'When', nowrap: true, cell: (row) => formatInstant(row.at) },
            { heading: 'What', rowHeader: true, cell: (row) => KINDS[row.kind](row.gp) },
            { heading: 'People', numeric: true, cell: (row) => row.people },
            { heading: 'By', cell: (row) => row.who },
            { heading: 'Why', cell: (row) => row.reason },
            {
              heading: 'Undo',
              hideHeading: true,
              cell: (row) =>
                row.kind === 'departure' && row.undoneAt === null ? (
                  <PostButton
                    action={`/named-gps/changes/${row.change}/undo`}
                    csrfToken={visit.chrome.csrfToken}
                    variant="secondary"
                    small
                  >
                    Undo
                  </PostButton>
                ) : row.undoneAt === null ? (
                  'Stands'
                ) : (
                  'Undone'
                ),
            },
          ]}
        />
      )}
    </Page>
  );
}

function LeavingPage(props: { visit: Visit; gp: GpList; gps: readonly GpList[]; typed: Typed }) {
  const { visit, gp, gps, typed } = props;
  const staying = gps.filter((each) => each.ends === null && each.gp !== gp.gp);
  return (
    <Page
      title="A GP leaves"
      chrome={visit.chrome}
      width="reading"
      errors={typed.errors}
      back={{ text: 'Back to named GPs', href: '/named-gps' }}
    >
      <PageHeading caption="Named GPs">{`${gp.name} leaves`}</PageHeading>
      <Refused typed={typed} />
      <p>{`${new Intl.NumberFormat('en-GB').format(gp.people)} people have ${gp.name} as named GP. All of them get another one now. It can be undone.`}</p>
      <form method="post" action={`/named-gps/${gp.gp}/leaves`} novalidate>
        <CsrfField token={visit.chrome.csrfToken} />
        <Radios
          name="to"
          label="Who takes over?"
          labelSize="s"
          errors={typed.errors}
          value={typed.fields.to}
          choices={[
            { value: 'all', text: 'Everybody who stays, in turn' },
            { divider: 'or' },
            ...staying.map((each) => ({
              value: String(each.gp),
              text: each.name,
              hint: `${new Intl.NumberFormat('en-GB').format(each.people)} people now`,
            })),
          ]}
        />
        <TextInput
          name="reason"
          label="Why?"
          hint="For example: retires"
          errors={typed.errors}
          value={typed.fields.reason}
        />
        <Button preventDoubleClick>Give them another GP</Button>
      </form>
    </Page>
  );
}
