import type { VNode } from 'preact';
import { z } from 'zod';
import {
  formatDay,
  formatInstant,
  formatNhsNumber,
  londonDay,
  type NhsNumber,
  NotFound,
  type PlainDate,
} from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import {
  Button,
  CsrfField,
  EmptyState,
  formRoutes,
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
  toCsv,
  type Visit,
  type Web,
} from '../../../platform/web/index.ts';
import { readGps } from '../../directory/index.ts';
import { listName, openPerson, ownPractice, type PersonVisit, personHref } from '../../register/index.ts';
import { changeNamedGp, nameWhomTheySee, reassignOnDeparture, undoNamedGpChange } from './change-named-gp.ts';
import type { ContinuityContent } from './continuity.ts';
import {
  ContinuityPeoplePage,
  ContinuitySection,
  continuityLine,
  type NeedBand,
  WhomTheySeePage,
} from './continuity-pages.tsx';
import { listContinuity, readContinuity, readContinuityOf, shares } from './read-continuity.ts';
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

/** On a person's page: their named GP and how often they see them, and who coordinates their care and how to reach them. */
export const namedPanel =
  (content: ContinuityContent) =>
  async (on: PersonVisit): Promise<VNode | null> => {
    const { visit, person } = on;
    const { gp, professional } = await readNamedPeople(visit.tx, person.person_no, visit.now);
    const continuity = gp && (await readContinuityOf(visit.tx, person.person_no));
    const may =
      mayChangeNamedGps(visit.by).allowed &&
      person.practice_id !== null &&
      (await ownPractice(visit.tx, visit.by)) === person.practice_id;
    return (
      <section aria-labelledby="named">
        <Heading level={2} id="named">
          Named people
        </Heading>
        <SummaryList
          rows={[
            {
              key: 'Named GP',
              value: gp && (
                <>
                  {`${gp.name}, since ${formatDay(londonDay(gp.since))}`}
                  {continuity && (
                    <span class="app-secondary app-block">{continuityLine(continuity, content)}</span>
                  )}
                </>
              ),
              unknown: person.registered ? 'Nobody yet' : 'Not registered here',
              ...(may
                ? {
                    actions: [
                      {
                        text: 'Change',
                        href: `${personHref(person.public_id)}/named-gp`,
                        context: 'named GP',
                      },
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
  };

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

export interface NamedGpParts {
  readonly content: ContinuityContent;
  /** The bands of the need ranking, in their order. */
  bands(): readonly NeedBand[];
  /** Whether facts of a day are older than was agreed for what they come from. */
  isStale(asOf: PlainDate, today: PlainDate): boolean;
}

/** Named GPs of a practice: how many people each has, how often those see them, what changed, and a GP who leaves. */
export function namedGpRoutes(web: Web, parts: NamedGpParts): void {
  web.route({
    method: 'GET',
    url: '/named-gps',
    may: mayChangeNamedGps,
    handle: async (visit) => {
      const practice = await practiceOf(visit);
      const lists = await readGpLists(visit.tx, practice);
      const changes = await readNamedGpChanges(visit.tx, practice);
      const { content, isStale } = parts;
      const continuity = await readContinuity(visit.tx, { practice, content, now: visit.now });
      const stale = continuity.asOf !== null && isStale(continuity.asOf, londonDay(visit.now));
      const known = { gps: lists.gps, bands: parts.bands(), continuity, content, stale };
      const section = <ContinuitySection {...known} />;
      return { page: <NamedGpsPage visit={visit} {...lists} continuity={section} changes={changes} /> };
    },
  });
  continuityRoutes(web, parts);
  const leaving = async (visit: Visit<{ gp: number }>, typed: Typed) => {
    const { gps } = await readGpLists(visit.tx, await practiceOf(visit));
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

/** Which people see their named GP and which another, as a list and a file; and giving them whom they see. */
function continuityRoutes(web: Web, { content, bands }: NamedGpParts): void {
  const nothing = z.literal('').transform(() => null);
  const query = z.object({
    gp: rowNumber.or(nothing).default(null),
    need: z.string().max(40).nullable().default(null),
    share: z.enum(shares).or(nothing).default(null),
    another: z
      .enum(['yes', ''])
      .default('')
      .transform((asked) => asked === 'yes'),
    page: z.coerce.number().int().min(1).max(10_000).default(1),
  });
  const listed = async (visit: Visit<unknown, z.output<typeof query>>, all: boolean) => {
    const { page, need, ...asked } = visit.query;
    const filter = { ...asked, need: need === '' ? null : need };
    const practice = await practiceOf(visit);
    const of = { practice, content, now: visit.now };
    const found = await listContinuity(visit.tx, of, filter, all ? null : page);
    await writeAudit(visit.tx, {
      action: all ? 'continuity.exported' : 'continuity.listed',
      purpose: visit.because,
      detail: { filter, people: found.people.map(({ personNo }) => personNo) },
    });
    return { ...found, filter, page, practice };
  };
  web.route({
    method: 'GET',
    url: '/named-gps/people',
    may: mayChangeNamedGps,
    query,
    handle: async (visit) => {
      const { practice, ...found } = await listed(visit, false);
      const { gps } = await readGpLists(visit.tx, practice);
      return { page: <ContinuityPeoplePage visit={visit} gps={gps} bands={bands()} {...found} /> };
    },
  });
  web.route({
    method: 'GET',
    url: '/named-gps/people.csv',
    may: mayChangeNamedGps,
    query,
    handle: async (visit) => {
      const { people } = await listed(visit, true);
      return {
        download: 'named-gp-continuity.csv',
        type: 'text/csv; charset=utf-8',
        content: toCsv(
          [
            'nhs_number',
            'name',
            'born',
            'named_gp',
            'gp_appointments',
            'with_named_gp',
            'sees_most',
            'with_whom_seen_most',
          ],
          people.map((row) => [
            row.nhsNumber === null ? null : formatNhsNumber(row.nhsNumber as NhsNumber),
            listName(row),
            row.birthDate,
            row.gp,
            row.contacts,
            row.withOwn,
            row.sees,
            row.seen,
          ]),
        ),
      };
    },
  });
  const ask = async (visit: Visit, typed: Typed) => {
    const practice = await practiceOf(visit);
    const { another } = await readContinuity(visit.tx, { practice, content, now: visit.now });
    const page = <WhomTheySeePage visit={visit} people={another} content={content} typed={typed} />;
    return { page, ...statusOf(typed) };
  };
  web.route({
    method: 'GET',
    url: '/named-gps/whom-they-see',
    may: mayChangeNamedGps,
    handle: (visit) => ask(visit, nothingTyped),
  });
  web.route({
    method: 'POST',
    url: '/named-gps/whom-they-see',
    may: mayChangeNamedGps,
    body: z.object({ reason }),
    handle: async (visit) => {
      const { tx, by, now, body } = visit;
      await nameWhomTheySee(tx, { by, now, practice: await practiceOf(visit), content, ...body });
      return { redirect: '/named-gps#changes' };
    },
    again: (visit, refused) => ask(visit, { fields: visit.body, ...refused }),
  });
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
  formRoutes(web, {
    url: '/people/:id/named-gp',
    may: mayChangeNamedGps,
    params,
    page,
    body: z.object({ reason, to: rowNumber.catch(() => 0).refine((gp) => gp > 0, 'Choose a GP') }),
    handle: async (visit) => {
      const { tx, by, now, body } = visit;
      const { person } = await openPerson(visit, visit.params.id, 'person.opened');
      await changeNamedGp(tx, { by, now, person: person.person_no, ...body });
      return { redirect: personHref(person.public_id) };
    },
  });
}

/** The practice that somebody works in, whichever others they may see as one of a neighbourhood team. */
async function practiceOf(visit: Visit): Promise<number> {
  const practice = await ownPractice(visit.tx, visit.by);
  if (practice === null) throw new NotFound('You work at no practice that has a list here.');
  return practice;
}

const KINDS: Record<NamedGpChange['kind'], (gp: string | null) => string> = {
  by_rule: () => 'Given by rule',
  departure: (gp) => `${gp} left`,
  by_hand: (gp) => `Given to ${gp} by hand`,
  undo: (gp) => (gp === null ? 'Giving people whom they see undone' : `The departure of ${gp} undone`),
  whom_they_see: () => 'Given the GP whom they see',
};

function NamedGpsPage(props: {
  visit: Visit;
  gps: readonly GpList[];
  without: number;
  continuity: VNode;
  changes: readonly NamedGpChange[];
}) {
  const { visit, gps, without, continuity, changes } = props;
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
      {gps.length > 0 && continuity}
      <Heading level={2} id="changes">
        What changed
      </Heading>
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
                (row.kind === 'departure' || row.kind === 'whom_they_see') && row.undoneAt === null ? (
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
