import { formatDay, formatInstant, londonDay } from '../../../kernel/index.ts';
import { isRole, roles } from '../../../platform/auth/index.ts';
import {
  Button,
  CsrfField,
  DateInput,
  EmptyState,
  Heading,
  InsetText,
  Page,
  PageHeading,
  PostButton,
  Radios,
  Refused,
  SummaryList,
  Table,
  Tag,
  Textarea,
  TextInput,
  type Typed,
  type Visit,
} from '../../../platform/web/index.ts';
import { actionInWords, personHref } from '../../register/index.ts';
import type { BreakGlassPathway } from '../break-glass-pathway.ts';
import type { AccessToReview, OpenAccess } from '../read-break-glass.ts';

export const EMERGENCY = '/emergency-access';
export const REVIEWS = '/emergency-access/reviews';

function hoursText(hours: number): string {
  return hours === 1 ? 'one hour' : `${hours} hours`;
}

function OwnAccesses({ visit, open }: { visit: Visit; open: readonly OpenAccess[] }) {
  if (open.length === 0) return null;
  return (
    <section>
      <Heading level={2}>Open now</Heading>
      <Table
        caption="Records that you have open in an emergency"
        hideCaption
        compact
        responsive
        rows={open}
        columns={[
          {
            heading: 'Person',
            rowHeader: true,
            cell: (access) => <a href={personHref(access.publicId)}>{access.name}</a>,
          },
          { heading: 'Closes', nowrap: true, cell: (access) => formatInstant(access.closes) },
          {
            heading: 'Close now',
            hideHeading: true,
            cell: (access) => (
              <PostButton
                action={`${EMERGENCY}/${access.id}/close`}
                csrfToken={visit.chrome.csrfToken}
                variant="secondary"
                small
              >
                Close now<span class="nhsuk-u-visually-hidden"> the record of {access.name}</span>
              </PostButton>
            ),
          },
        ]}
      />
    </section>
  );
}

export function EmergencyPage(props: {
  visit: Visit;
  pathway: BreakGlassPathway;
  open: readonly OpenAccess[];
  typed: Typed;
}) {
  const { visit, pathway, open, typed } = props;
  const { fields, errors } = typed;
  return (
    <Page title="Emergency access" chrome={visit.chrome} width="reading" errors={errors}>
      <PageHeading>Emergency access</PageHeading>
      <OwnAccesses visit={visit} open={open} />
      <Refused typed={typed} />
      {open.length > 0 && <Heading level={2}>Open another record</Heading>}
      <p>
        For somebody who needs care now and is not among the people you may see. You need their NHS number and
        their day of birth.
      </p>
      <InsetText>
        {`The record opens for ${hoursText(pathway.open_hours)}. Your information governance lead is told at once and looks at it within ${pathway.review_due_days} days. The person sees on their own page that you looked, and why.`}
      </InsetText>
      <form method="post" action={EMERGENCY} novalidate>
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
        <Radios
          name="reason"
          label="Why do you need to see this record now?"
          labelSize="s"
          errors={errors}
          value={fields.reason}
          choices={pathway.reasons.map(({ id, title }) => ({ value: id, text: title }))}
        />
        <Textarea
          name="said"
          label="What do you need it for?"
          labelSize="s"
          hint="One sentence. Only the information governance lead reads it."
          rows={3}
          errors={errors}
          value={fields.said}
        />
        <Button preventDoubleClick variant="warning">
          Open the record
        </Button>
      </form>
    </Page>
  );
}

function stateTag(access: AccessToReview, pathway: BreakGlassPathway, now: Date) {
  if (access.outcome !== null)
    return (
      <Tag colour="green">
        {pathway.outcomes.find(({ id }) => id === access.outcome)?.title ?? 'Reviewed'}
      </Tag>
    );
  if (access.escalated) return <Tag colour="red">Escalated</Tag>;
  return access.due < now ? <Tag colour="orange">Overdue</Tag> : <Tag colour="yellow">To review</Tag>;
}

function reasonTitle(access: AccessToReview, pathway: BreakGlassPathway): string {
  return pathway.reasons.find(({ id }) => id === access.reason)?.title ?? access.reason;
}

/** The last day of a clock that ends at midnight. */
function dueText(due: Date): string {
  return formatDay(londonDay(new Date(due.getTime() - 1)));
}

export function ReviewsPage(props: {
  visit: Visit;
  pathway: BreakGlassPathway;
  accesses: readonly AccessToReview[];
}) {
  const { visit, pathway, accesses } = props;
  return (
    <Page title="Emergency access to review" chrome={visit.chrome}>
      <PageHeading>Emergency access to review</PageHeading>
      <p>
        Records that were opened without a care relationship. Each was given a reason and closed by itself
        after {hoursText(pathway.open_hours)}. Those that wait for you come first.
      </p>
      {accesses.length === 0 ? (
        <EmptyState title="Nobody has opened a record in an emergency">
          <p>When somebody does, it stands here at once, with who, whom and why.</p>
        </EmptyState>
      ) : (
        <Table
          caption="Emergency accesses"
          hideCaption
          compact
          responsive
          rows={accesses}
          columns={[
            {
              heading: 'When',
              rowHeader: true,
              cell: (access) => <a href={`${REVIEWS}/${access.id}`}>{formatInstant(access.at)}</a>,
            },
            { heading: 'Who', cell: (access) => access.who },
            { heading: 'Whose record', unknown: 'Nobody now', cell: (access) => access.whom },
            { heading: 'Why', cell: (access) => reasonTitle(access, pathway) },
            { heading: 'Review by', nowrap: true, cell: (access) => dueText(access.due) },
            { heading: 'State', cell: (access) => stateTag(access, pathway, visit.now) },
          ]}
        />
      )}
    </Page>
  );
}

export function ReviewPage(props: {
  visit: Visit;
  pathway: BreakGlassPathway;
  access: AccessToReview & { readonly done: readonly { at: Date; action: string }[] };
  typed: Typed;
}) {
  const { visit, pathway, access, typed } = props;
  const { fields, errors } = typed;
  const role = isRole(access.role) ? roles[access.role] : access.role;
  return (
    <Page
      title="Review of an emergency access"
      chrome={visit.chrome}
      width="reading"
      errors={errors}
      back={{ text: 'All emergency accesses', href: REVIEWS }}
    >
      <PageHeading caption={formatInstant(access.at)}>
        {`${access.who} opened a record in an emergency`}
      </PageHeading>
      <Refused typed={typed} />
      <SummaryList
        rows={[
          { key: 'State', value: stateTag(access, pathway, visit.now) },
          { key: 'Signed in as', value: role },
          { key: 'Whose record', value: access.whom, unknown: 'Nobody now' },
          { key: 'Why', value: reasonTitle(access, pathway) },
          { key: 'In their words', value: access.said },
          {
            key: 'Open until',
            value:
              access.closedAt === null
                ? formatInstant(access.closesAt)
                : `${formatInstant(access.closedAt)}, closed by ${access.who}`,
          },
        ]}
      />
      <Heading level={2}>What was done while it was open</Heading>
      <Table
        caption="Looks and changes"
        hideCaption
        compact
        responsive
        rows={access.done}
        columns={[
          { heading: 'When', nowrap: true, rowHeader: true, cell: (entry) => formatInstant(entry.at) },
          { heading: 'What', cell: (entry) => actionInWords(entry.action) },
        ]}
      />
      {access.outcome === null ? (
        <>
          <Heading level={2}>Review</Heading>
          <form method="post" action={`${REVIEWS}/${access.id}`} novalidate>
            <CsrfField token={visit.chrome.csrfToken} />
            <Radios
              name="outcome"
              label="What was it?"
              labelSize="s"
              errors={errors}
              value={fields.outcome}
              choices={pathway.outcomes.map(({ id, title }) => ({ value: id, text: title }))}
            />
            <Textarea
              name="note"
              label="What did you find?"
              labelSize="s"
              rows={3}
              errors={errors}
              value={fields.note}
            />
            <Button preventDoubleClick>Save the review</Button>
          </form>
        </>
      ) : (
        <InsetText>
          {`Reviewed ${access.reviewedAt === null ? '' : formatInstant(access.reviewedAt)}: ${access.note ?? 'no note'}`}
        </InsetText>
      )}
    </Page>
  );
}
