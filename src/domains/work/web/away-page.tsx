import { formatDay, londonDay } from '../../../kernel/index.ts';
import {
  Button,
  CsrfField,
  EmptyState,
  Heading,
  Page,
  PageHeading,
  PostButton,
  Refused,
  Select,
  Table,
  type Typed,
  type Visit,
} from '../../../platform/web/index.ts';
import type { Away } from '../cover.ts';
import type { TeamMember } from '../desk.ts';
import { leadsTeam } from '../who-may.ts';
import { DayBoxes } from './item-page.tsx';

/** Who is away and who covers, and saying so. */
export function AwayPage(props: {
  visit: Visit;
  away: readonly Away[];
  members: readonly TeamMember[];
  typed: Typed;
}) {
  const { visit, away, members, typed } = props;
  const { fields, errors } = typed;
  const self = { account: visit.by.account, name: visit.by.name };
  const absent = leadsTeam(visit.by) ? members : [self];
  return (
    <Page
      title="Who is away"
      chrome={visit.chrome}
      width="reading"
      errors={errors}
      breadcrumbs={[{ text: 'Work', href: '/work' }]}
    >
      <PageHeading>Who is away</PageHeading>
      {away.length === 0 ? (
        <EmptyState title="Nobody has said that they are away">
          <p>
            Say when you are away and who covers. Your work stays yours: whoever covers sees it among their
            own until you are back.
          </p>
        </EmptyState>
      ) : (
        <Table
          caption="Who is away, the first first"
          hideCaption
          compact
          responsive
          rows={away}
          columns={[
            { heading: 'Who', rowHeader: true, cell: (row) => row.name },
            { heading: 'From', nowrap: true, cell: (row) => formatDay(londonDay(row.starts)) },
            {
              heading: 'To',
              nowrap: true,
              cell: (row) => formatDay(londonDay(new Date(row.ends.getTime() - 1))),
            },
            { heading: 'Covered by', cell: (row) => row.coveredBy },
            {
              heading: 'End',
              hideHeading: true,
              cell: (row) =>
                row.account === visit.by.account || leadsTeam(visit.by) ? (
                  <PostButton
                    action={`/work/away/${row.away}/end`}
                    csrfToken={visit.chrome.csrfToken}
                    variant="secondary"
                    small
                  >
                    {row.account === visit.by.account ? 'I am back' : 'They are back'}
                  </PostButton>
                ) : (
                  'Not yours to end'
                ),
            },
          ]}
        />
      )}
      <Heading level={2}>Say that somebody is away</Heading>
      <Refused typed={typed} />
      <form method="post" action="/work/away" novalidate>
        <CsrfField token={visit.chrome.csrfToken} />
        <Select
          name="account"
          label="Who is away?"
          errors={errors}
          value={fields.account ?? self.account}
          options={absent.map(({ account, name }) => ({ value: account, text: name }))}
        />
        <DayBoxes name="from" label="First day away" typed={typed} suggested={londonDay(visit.now)} />
        <DayBoxes name="until" label="Last day away" typed={typed} />
        <Select
          name="coveredBy"
          label="Who covers?"
          errors={errors}
          value={fields.coveredBy ?? ''}
          options={[
            { value: '', text: 'Choose' },
            ...members.map(({ account, name }) => ({ value: account, text: name })),
          ]}
        />
        <Button preventDoubleClick>Save</Button>
      </form>
    </Page>
  );
}
