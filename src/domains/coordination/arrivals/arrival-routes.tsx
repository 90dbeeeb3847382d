import type { VNode } from 'preact';
import { z } from 'zod';
import { formatDay, formatInstant, Refusal } from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import {
  Button,
  ButtonLink,
  CountList,
  CsrfField,
  DateInput,
  EmptyState,
  formRoutes,
  Heading,
  InsetText,
  Page,
  PageHeading,
  PostButton,
  Refused,
  rowNumber,
  statusOf,
  Table,
  TextInput,
  type Typed,
  type Visit,
  type Web,
} from '../../../platform/web/index.ts';
import {
  bornBoxes,
  listName,
  nhsNumberField,
  type PersonVisit,
  personHref,
  withBorn,
} from '../../register/index.ts';
import { mayReceive } from '../who-may.ts';
import type { UrgentCare } from './arrivals-content.ts';
import { arrive, leave, ownTeam, urgentCareTeam } from './arrive.ts';
import { type Here, readHere } from './read-arrivals.ts';

const ADDRESS = '/urgent-care';

const nobodyFound = new Refusal({
  code: 'nobody_found',
  because: 'Nobody here has this NHS number and this day of birth.',
  remedy:
    'Check both. If they are right, the person is registered with a practice that sends us no data. See them all the same.',
});

const arrivalForm = z
  .object({
    nhs_number: nhsNumberField,
    ...bornBoxes,
    came_with: z
      .string()
      .trim()
      .min(1, 'Say in a few words what brought them')
      .max(500, 'Keep this to 500 characters'),
  })
  .transform(withBorn);

/** Who is in urgent care now, whoever comes, and whoever leaves. */
export function arrivalRoutes(web: Web, content: UrgentCare): void {
  const page = async (visit: Visit, typed: Typed) => {
    const team = await ownTeam(visit.tx, visit.by, content);
    const here = await readHere(visit.tx, { team, now: visit.now });
    if (here.length > 0)
      await writeAudit(visit.tx, {
        action: 'arrival.listed',
        purpose: visit.because,
        detail: { people: here.map(({ personNo }) => personNo) },
      });
    return {
      page: <UrgentCarePage visit={visit} content={content} here={here} typed={typed} />,
      ...statusOf(typed),
    };
  };
  formRoutes(web, {
    url: ADDRESS,
    may: mayReceive,
    page,
    body: arrivalForm,
    handle: async (visit) => {
      const { nhs_number, born, came_with } = visit.body;
      const arrived = await arrive(visit.tx, {
        by: visit.by,
        now: visit.now,
        content,
        nhsNumber: nhs_number,
        born,
        cameWith: came_with,
      });
      if ('publicId' in arrived) return { redirect: personHref(arrived.publicId) };
      // What was typed comes back as it was; the try stays in the audit, so nothing is thrown.
      const { born: _, ...typed } = visit.body;
      const fields = Object.fromEntries(
        Object.entries(typed).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
      );
      return await page(visit, { fields, errors: [], refusal: nobodyFound });
    },
  });
  web.route({
    method: 'POST',
    url: `${ADDRESS}/:arrival/left`,
    may: mayReceive,
    params: z.object({ arrival: rowNumber }),
    handle: async ({ tx, by, now, params }) => {
      await leave(tx, { by, now, content, arrival: params.arrival });
      return { redirect: ADDRESS };
    },
  });
}

/** On the home page of a clinician of urgent care: how many are here, and the way to receive somebody. Null for others. */
export async function urgentCareSection(visit: Visit, content: UrgentCare): Promise<VNode | null> {
  const team = await urgentCareTeam(visit.tx, visit.by, content);
  if (team === null) return null;
  const here = (await readHere(visit.tx, { team, now: visit.now })).length;
  return (
    <section>
      <Heading level={2}>Urgent care</Heading>
      <CountList
        label="People in urgent care"
        counts={[{ n: here, text: here === 1 ? 'is here now' : 'are here now', href: ADDRESS }]}
      />
      <ButtonLink href={ADDRESS}>Receive somebody</ButtonLink>
    </section>
  );
}

/** On the page of somebody who is in urgent care, for the team there: since when, with what, and that they have left. */
export async function arrivalPanel({ visit, person }: PersonVisit): Promise<VNode | null> {
  const { by, tx, now } = visit;
  if (!mayReceive(by).allowed || by.team === null) return null;
  const [here] = await readHere(tx, { team: by.team, now, person: person.person_no });
  if (!here) return null;
  return (
    <InsetText>
      <p>
        <strong>{`Here since ${formatInstant(here.at)}: ${here.cameWith}.`}</strong>{' '}
        {here.plan
          ? 'Their care plan is below, with what to do if they get worse and whom to ring.'
          : 'No care plan is shared with urgent care.'}
      </p>
      <LeftButton visit={visit} here={here} />
    </InsetText>
  );
}

function LeftButton({ visit, here }: { visit: Visit; here: Here }) {
  return (
    <PostButton
      action={`${ADDRESS}/${here.id}/left`}
      csrfToken={visit.chrome.csrfToken}
      variant="secondary"
      small
    >
      They have left<span class="nhsuk-u-visually-hidden">: {listName(here)}</span>
    </PostButton>
  );
}

function UrgentCarePage(props: { visit: Visit; content: UrgentCare; here: readonly Here[]; typed: Typed }) {
  const { visit, content, here, typed } = props;
  const { fields, errors } = typed;
  return (
    <Page title="Urgent care" chrome={visit.chrome} errors={errors}>
      <PageHeading>Urgent care</PageHeading>
      <Refused typed={typed} />
      <Heading level={2}>Here now</Heading>
      {here.length === 0 ? (
        <EmptyState title="Nobody is here">
          <p>Receive somebody below, and their record and care plan open for your team until they leave.</p>
        </EmptyState>
      ) : (
        <Table
          caption="People who are here now, who came first first"
          hideCaption
          compact
          responsive
          total={here.length}
          rows={here}
          columns={[
            {
              heading: 'Name',
              rowHeader: true,
              cell: (row) => <a href={personHref(row.publicId)}>{listName(row)}</a>,
            },
            {
              heading: 'Born',
              nowrap: true,
              unknown: 'Not known',
              cell: (row) => row.birthDate && formatDay(row.birthDate as never),
            },
            { heading: 'Since', nowrap: true, cell: (row) => formatInstant(row.at) },
            { heading: 'Came with', cell: (row) => row.cameWith },
            {
              heading: 'Care plan',
              unknown: 'None is shared',
              cell: (row) => row.plan && <a href={`${personHref(row.publicId)}#care-plan`}>Open</a>,
            },
            {
              heading: 'They have left',
              hideHeading: true,
              cell: (row) => <LeftButton visit={visit} here={row} />,
            },
          ]}
        />
      )}
      <Heading level={2}>Somebody has come</Heading>
      <p>
        {`Your team sees their record from now until they leave, or for ${content.open_hours} hours. They see on their own page that you looked.`}
      </p>
      <form method="post" action={ADDRESS} novalidate>
        <CsrfField token={visit.chrome.csrfToken} />
        <TextInput
          name="nhs_number"
          label="NHS number"
          labelSize="s"
          width={20}
          inputmode="numeric"
          errors={errors}
          value={fields.nhs_number}
        />
        <DateInput
          name="born"
          label="Day of birth"
          labelSize="s"
          errors={errors}
          value={{ day: fields['born-day'], month: fields['born-month'], year: fields['born-year'] }}
        />
        <TextInput
          name="came_with"
          label="What brought them?"
          labelSize="s"
          hint="For example: fell at home, pain in the wrist"
          errors={errors}
          value={fields.came_with}
        />
        <Button preventDoubleClick>Receive them</Button>
      </form>
    </Page>
  );
}
