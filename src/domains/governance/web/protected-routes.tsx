import { z } from 'zod';
import { addMonths, formatDay, londonDay, NotFound, type PlainDate } from '../../../kernel/index.ts';
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
  Radios,
  Refused,
  rowNumber,
  SummaryList,
  statusOf,
  Table,
  Tag,
  Textarea,
  TextInput,
  type Typed,
  type Visit,
  type Web,
} from '../../../platform/web/index.ts';
import {
  endProtection,
  mayProtectRecords,
  nhsNumberField,
  type Protection,
  protectRecord,
  readProtections,
  reviewProtection,
} from '../../register/index.ts';
import { DayBoxes, withDays } from '../../work/index.ts';
import type { ProtectedRules } from '../protected-rules.ts';

const PROTECTED = '/protected-records';

const reason = z.string().trim().min(1, 'Say why').max(1000, 'Keep this to 1,000 characters');
const protectForm = withDays(
  {
    nhs_number: nhsNumberField,
    kind: z.enum(['staff', 'vip', 'safeguarding'], 'Choose why the record needs protection'),
    reason,
  },
  { review_on: 'Say when you will look at this again' },
);
const reviewForm = withDays({}, { review_on: 'Say when you will look at this again' });

/** Records that need more to be seen, or show less: who they are of, why, and until when. */
export function protectedRoutes(web: Web, rules: ProtectedRules): void {
  listRoutes(web, rules);
  oneRoutes(web, rules);
}

function listRoutes(web: Web, rules: ProtectedRules): void {
  const page = async (visit: Visit, typed: Typed) => {
    const protections = await readProtections(visit.tx);
    await writeAudit(visit.tx, {
      action: 'protection.listed',
      purpose: visit.because,
      detail: { protections: protections.map(({ id }) => id) },
    });
    return {
      page: <ProtectedPage visit={visit} rules={rules} protections={protections} typed={typed} />,
      ...statusOf(typed),
    };
  };
  formRoutes(web, {
    url: PROTECTED,
    may: mayProtectRecords,
    page,
    body: protectForm,
    handle: async ({ tx, by, now, body }) => {
      const id = await protectRecord(tx, {
        by,
        today: londonDay(now),
        nhsNumber: body.nhs_number,
        kind: body.kind,
        reason: body.reason,
        reviewOn: body.review_on as PlainDate,
      });
      return { redirect: `${PROTECTED}/${id}` };
    },
  });
}

function oneRoutes(web: Web, rules: ProtectedRules): void {
  const params = z.object({ protection: rowNumber });
  const url = `${PROTECTED}/:protection`;
  const page = async (visit: Visit<{ protection: number }>, typed: Typed) => {
    const [protection] = await readProtections(visit.tx, { only: visit.params.protection });
    if (!protection) throw new NotFound('There is no such protected record.');
    await writeAudit(visit.tx, {
      action: 'protection.listed',
      subject: { kind: 'protection', id: protection.id },
      purpose: visit.because,
    });
    return {
      page: <ProtectionPage visit={visit} rules={rules} protection={protection} typed={typed} />,
      ...statusOf(typed),
    };
  };
  web.route({
    method: 'GET',
    url,
    may: mayProtectRecords,
    params,
    handle: (visit) => page(visit, nothingTyped),
  });
  web.route({
    method: 'POST',
    url: `${url}/review`,
    may: mayProtectRecords,
    params,
    body: reviewForm,
    handle: async ({ tx, by, now, params: { protection }, body }) => {
      await reviewProtection(tx, {
        by,
        today: londonDay(now),
        protection,
        reviewOn: body.review_on as PlainDate,
      });
      return { redirect: PROTECTED };
    },
    again: (visit, refused) => page(visit, { fields: visit.body, ...refused }),
  });
  web.route({
    method: 'POST',
    url: `${url}/end`,
    may: mayProtectRecords,
    params,
    body: z.object({ because: reason }),
    handle: async ({ tx, by, now, params: { protection }, body }) => {
      await endProtection(tx, { by, now, protection, because: body.because });
      return { redirect: PROTECTED };
    },
    again: (visit, refused) => page(visit, { fields: visit.body, ...refused }),
  });
}

function titleOf(rules: ProtectedRules, { kind }: Protection): string {
  return rules.kinds.find(({ id }) => id === kind)?.title ?? kind;
}

function StateTag({ protection, today }: { protection: Protection; today: PlainDate }) {
  if (protection.endedAt !== null) return <Tag colour="grey">Ended</Tag>;
  return protection.reviewOn <= today ? <Tag colour="orange">Look again</Tag> : <Tag>Protected</Tag>;
}

function ProtectedPage(props: {
  visit: Visit;
  rules: ProtectedRules;
  protections: readonly Protection[];
  typed: Typed;
}) {
  const { visit, rules, protections, typed } = props;
  const { fields, errors } = typed;
  const today = londonDay(visit.now);
  return (
    <Page
      title="Protected records"
      chrome={visit.chrome}
      errors={errors}
      back={{ text: 'The audit', href: '/audit' }}
    >
      <PageHeading>Protected records</PageHeading>
      <p>
        Some records need more care than others. Whoever opens one all the same stands in the audit, as with
        every record. Numbers still count everybody.
      </p>
      {protections.length === 0 ? (
        <EmptyState title="No record is protected">
          <p>Protect one below. It holds at once, in every list and on every page.</p>
        </EmptyState>
      ) : (
        <Table
          caption="Those to look at again come first"
          captionSize="s"
          compact
          responsive
          rows={protections}
          columns={[
            {
              heading: 'Whose',
              rowHeader: true,
              cell: (row) => <a href={`${PROTECTED}/${row.id}`}>{row.whose}</a>,
            },
            { heading: 'Why', cell: (row) => titleOf(rules, row) },
            { heading: 'Since', nowrap: true, cell: (row) => formatDay(londonDay(row.since)) },
            { heading: 'Look again', nowrap: true, cell: (row) => formatDay(row.reviewOn) },
            { heading: 'State', cell: (row) => <StateTag protection={row} today={today} /> },
          ]}
        />
      )}
      <Heading level={2}>Protect a record</Heading>
      <Refused typed={typed} />
      <form method="post" action={PROTECTED} novalidate>
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
        <Radios
          name="kind"
          label="Why does it need protection?"
          labelSize="s"
          errors={errors}
          value={fields.kind}
          choices={rules.kinds.map(({ id, title, effect }) => ({ value: id, text: title, hint: effect }))}
        />
        <Textarea
          name="reason"
          label="What do you know, and from whom?"
          labelSize="s"
          hint="One or two sentences. Only information governance leads read them."
          rows={3}
          errors={errors}
          value={fields.reason}
        />
        <DayBoxes
          name="review_on"
          label="When will you look at this again?"
          hint="Nothing ends by itself."
          typed={typed}
          suggested={addMonths(today, rules.review_months)}
        />
        <Button preventDoubleClick>Protect the record</Button>
      </form>
    </Page>
  );
}

function ProtectionPage(props: {
  visit: Visit;
  rules: ProtectedRules;
  protection: Protection;
  typed: Typed;
}) {
  const { visit, rules, protection, typed } = props;
  const today = londonDay(visit.now);
  const { id, endedAt, endedBecause, endedBy } = protection;
  return (
    <Page
      title="Protected record"
      chrome={visit.chrome}
      width="reading"
      errors={typed.errors}
      back={{ text: 'Protected records', href: PROTECTED }}
    >
      <PageHeading caption="Protected record">{protection.whose}</PageHeading>
      <Refused typed={typed} />
      <SummaryList
        rows={[
          { key: 'State', value: <StateTag protection={protection} today={today} /> },
          { key: 'Why', value: titleOf(rules, protection) },
          {
            key: 'What follows',
            value: rules.kinds.find(({ id: kind }) => kind === protection.kind)?.effect,
          },
          { key: 'What is known', value: protection.reason },
          {
            key: 'Protected',
            value: `${formatDay(londonDay(protection.since))}, by ${protection.markedBy}`,
          },
          { key: 'Look again', value: formatDay(protection.reviewOn) },
          ...(endedAt === null
            ? []
            : [
                { key: 'Ended', value: `${formatDay(londonDay(endedAt))}, by ${endedBy}` },
                { key: 'Why it ended', value: endedBecause },
              ]),
        ]}
      />
      {endedAt === null && (
        <>
          <Heading level={2}>Keep it</Heading>
          <form method="post" action={`${PROTECTED}/${id}/review`} novalidate>
            <CsrfField token={visit.chrome.csrfToken} />
            <DayBoxes
              name="review_on"
              label="When will you look at this again?"
              typed={typed}
              suggested={addMonths(today, rules.review_months)}
            />
            <Button variant="secondary" preventDoubleClick>
              Keep it protected
            </Button>
          </form>
          <Heading level={2}>End it</Heading>
          <form method="post" action={`${PROTECTED}/${id}/end`} novalidate>
            <CsrfField token={visit.chrome.csrfToken} />
            <Textarea
              name="because"
              label="Why is it not needed any more?"
              labelSize="s"
              rows={3}
              errors={typed.errors}
              value={typed.fields.because}
            />
            <Button variant="warning" preventDoubleClick>
              End the protection
            </Button>
          </form>
        </>
      )}
    </Page>
  );
}
