import { sql } from 'kysely';
import { z } from 'zod';
import { formatInstant, formatNhsNumber } from '../../../kernel/index.ts';
import { type AuditTables, readLooksAt, writeAudit } from '../../../platform/audit/index.ts';
import { isRole, roles } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import {
  Button,
  CsrfField,
  EmptyState,
  Page,
  PageHeading,
  PreviousAndNext,
  Table,
  Tag,
  TextInput,
  type Visit,
  type Web,
} from '../../../platform/web/index.ts';
import { nhsNumberField } from '../person/nhs-number-field.ts';
import { numbersOfPerson } from '../person/read-person.ts';
import { mayReadAudit } from '../who-may.ts';

const ENTRIES_A_PAGE = 100;

const ACTION_WORDS: Record<string, string> = {
  'session.begun': 'Signed in',
  'person.opened': 'Opened the record',
  'person.why_opened': 'Opened the reasons behind a definition',
  'person.explained': 'Asked why, on the command line',
  'people.listed': 'Listed people',
  'people.exported': 'Downloaded a list of people',
  'caseload.taken_on': 'Took on',
  'caseload.handed_over': 'Handed over',
  'caseload.next_step_set': 'Set the next step',
  'caseload.discharged': 'Discharged',
  'caseload.taken_back': 'Took off the caseload again, with the list that they were on',
  'caseload.opened': 'Opened an entry of a caseload',
  'caseload.listed': 'Saw a caseload',
  'caseload.exported': 'Downloaded a caseload',
  'need.deferred': 'Put somebody off who could be taken on',
  'need.declined': 'Declined to take somebody on',
  'need.decision_undone': 'Took back a decision not to take somebody on',
  'need.decision_restored': 'Let a decision not to take somebody on stand again',
  'plan.listed': 'Saw a list of care plans',
  'quarantine.exported': 'Downloaded quarantined rows',
  'quarantine.looked': 'Read quarantined rows',
  'quarantine.released': 'Tried quarantined rows again',
  'match.opened': 'Looked whether this is one person or two',
  'match.merge': 'Merged with another person',
  'match.apart': 'Kept apart from another person',
  'match.unmerge': 'Undid a merge',
  'match.ask': 'Asked a practice whether this is one person or two',
  'match.answer': 'Answered whether this is one person or two',
  'quality.exported': 'Downloaded the list of defects',
  'quality.taken': 'Took a defect of the data',
  'quality.given_back': 'Gave a defect of the data back',
  'quality.noted': 'Noted on a defect of the data',
  'quality.closed_as_right': 'Closed a defect of the data as right',
  'work.listed': 'Saw a list of work',
  'work.exported': 'Downloaded a list of work',
  'work.opened_page': 'Opened a piece of work',
  'work.opened': 'Asked for something',
  'work.take': 'Took a piece of work',
  'work.put_back': 'Put a piece of work back',
  'work.hand_over': 'Handed a piece of work over',
  'work.offer': 'Offered work to another team',
  'work.accept': 'Accepted work of another team',
  'work.decline': 'Declined work of another team',
  'work.withdraw': 'Took back work that was offered',
  'work.defer': 'Put a piece of work off',
  'work.finish': 'Finished a piece of work',
  'work.stop': 'Stopped a piece of work',
  'work.assigned_many': 'Assigned many pieces of work',
  'work.assignment_undone': 'Undid what they assigned',
  'work.deferred_many': 'Put many pieces of work off',
  'work.stopped_many': 'Stopped many pieces of work',
  'work.many_undone': 'Undid what they did to many pieces of work',
  'work.away_set': 'Said that somebody is away',
  'work.away_ended': 'Said that somebody is back',
  'mdt.looked': 'Looked at the people of a meeting',
  'mdt.opened': 'Opened the record in a meeting',
  'mdt.agenda_built': 'Brought the agenda of a meeting up to date',
  'mdt.added': 'Put on the agenda of a meeting',
  'mdt.removed': 'Took off the agenda of a meeting',
  'mdt.moved': 'Moved on the agenda of a meeting',
  'mdt.wrote': 'Wrote into a meeting',
  'mdt.decided': 'Decided in a meeting',
  'mdt.carried_over': 'Put on the next agenda',
  'mdt.begun': 'Began a meeting',
  'mdt.closed': 'Closed a meeting',
  'mdt.set_up': 'Set up meetings',
  'mdt.member_added': 'Invited somebody to meetings',
  'mdt.member_removed': 'Removed somebody from meetings',
  'named_gp.departure': 'Gave everybody of a GP who left another one',
  'named_gp.departure_undone': 'Undid the departure of a GP',
  'named_gp.whom_they_see': 'Gave people the GP whom they see as named GP',
  'named_gp.whom_they_see_undone': 'Undid giving people the GP whom they see',
  'continuity.listed': 'Listed which GPs people see',
  'continuity.exported': 'Downloaded which GPs people see',
  'named_gp.changed': 'Changed the named GP',
  'arrival.arrived': 'Received them in urgent care',
  'arrival.again': 'Received them in urgent care, where they were already',
  'arrival.left': 'Noted that they left urgent care',
  'arrival.listed': 'Saw who is in urgent care',
  'arrival.found_nobody': 'Looked for somebody who came to urgent care, and found nobody',
  'break_glass.opened': 'Opened the record in an emergency',
  'break_glass.closed': 'Closed the record after an emergency',
  'break_glass.found_nobody': 'Tried to open a record in an emergency and found nobody',
  'break_glass.listed': 'Saw what they opened in an emergency',
  'break_glass.review_opened': 'Opened the review of an emergency access',
  'break_glass.reviews_listed': 'Listed emergency accesses',
  'break_glass.reviewed': 'Reviewed an emergency access',
  'national_check.asked': 'Wrote a question about national opt-outs',
  'opt_outs.read': 'Read what opt-outs leave out',
  'national_check.kept': 'Kept an answer about national opt-outs',
  'protection.listed': 'Listed protected records',
  'protection.begun': 'Protected a record',
  'protection.reviewed': 'Reviewed a protected record',
  'protection.ended': 'Ended the protection of a record',
  'audit.read': 'Read the audit',
  'audit.patterns_read': 'Read which looks are worth asking about',
  'audit.pattern_settled': 'Said what a look was that was worth asking about',
  'audit.searched': 'Searched the audit for a person',
  'route.refused': 'Was refused a page',
  'import.begun': 'Began an import',
  'self.opened': 'Opened their own page',
  'self.granted': 'Decided what a carer sees',
  'self.carer_ended': 'Ended what a carer sees',
  'plan.opened': 'Read the care plan',
  'plan.versions_opened': 'Read earlier versions of the care plan',
  'plan.printed': 'Printed the care plan',
  'plan.exported': 'Downloaded the care plan',
  'plan.started': 'Began a care plan',
  'plan.part_saved': 'Wrote in the care plan',
  'plan.part_removed': 'Took a part off the care plan',
  'plan.brought_back': 'Brought an earlier version of the care plan back',
  'plan.proposed': 'Asked whether the care plan is right',
  'plan.taken_back': 'Took the care plan back to change it',
  'plan.agreed': 'Noted that the care plan is agreed',
  'plan.ended': 'Ended the care plan',
  'plan.sharing_decided': 'Decided who may see the care plan',
  'plan.review_take': 'Took it on to see to the care plan',
  'plan.review_defer': 'Put seeing to the care plan off',
  'plan.review_decline': 'Declined to see to the care plan',
  'plan.change_asked': 'Asked for a change of the care plan',
  'plan.change_answered': 'Answered what was asked about the care plan',
  'in_reach.route_opened': 'Saw where visits are made',
  'in_reach.people_listed': 'Listed people who are visited',
  'in_reach.round_opened': 'Saw who is visited in a building',
  'in_reach.printed': 'Printed who is to be visited',
  'in_reach.opened': 'Saw how the person is visited',
  'in_reach.recorded': 'Recorded a visit',
  'in_reach.changed': 'Changed how the person is visited',
  'in_reach.moved': 'Moved visits to another day',
  'smi.listed': 'Saw a list of physical health checks',
  'smi.exported': 'Downloaded a list of physical health checks',
  'smi.chase_defer': 'Put off seeing that health checks are done',
  'smi.chase_decline': 'Declined to see that health checks are done',
  'smi.chase_started': 'Took it on to see that health checks are done',
  'directory.offered': 'Said what happened to an organisation',
  'directory.applied': 'Applied changes of the directory',
  'directory.discarded': 'Laid changes of the directory aside',
  'directory.undone': 'Undid changes of the directory',
  'definition.begun': 'Began a definition',
  'definition.asked': 'Asked for a check of a definition',
  'definition.withdrawn': 'Took a definition back from its check',
  'definition.sent_back': 'Sent a definition back',
  'definition.published': 'Published a definition',
  'definition.retired': 'Retired a definition',
  'definition.discarded': 'Laid a draft of a definition aside',
  'definition.resumed': 'Took a draft of a definition up again',
};

export function actionInWords(action: string): string {
  return ACTION_WORDS[action] ?? action;
}

interface AuditRow {
  readonly id: number;
  readonly at: Date;
  readonly account_name: string;
  readonly role: string;
  readonly organisation: string;
  readonly action: string;
  readonly purpose: string;
  readonly outcome: string;
  /** Of whom it is, and what they are called; null where it is of nobody alone. */
  readonly personNo: number | null;
  readonly person: string | null;
}

/** The audit for the information governance lead: who looked at whom, when and why. Reading it is audited too. */
export function auditRoutes(web: Web): void {
  web.route({
    method: 'GET',
    url: '/audit',
    may: mayReadAudit,
    query: z.object({ page: z.coerce.number().int().min(1).max(10_000).default(1) }),
    handle: async (visit) => {
      const rows = await openAudit(visit, visit.query.page);
      return { page: <AuditPage visit={visit} rows={rows} page={visit.query.page} searched={null} /> };
    },
  });
  web.route({
    method: 'POST',
    url: '/audit',
    may: mayReadAudit,
    body: z.object({ nhs_number: nhsNumberField }),
    handle: async (visit) => {
      const person = await personOfNumber(visit.tx, visit.body.nhs_number);
      const subject = person === null ? {} : { subject: { kind: 'person', id: person } };
      await writeAudit(visit.tx, { action: 'audit.searched', purpose: visit.because, ...subject });
      const rows = person === null ? [] : await readAudit(visit.tx, { page: 1, person });
      return {
        page: (
          <AuditPage visit={visit} rows={rows} page={1} searched={formatNhsNumber(visit.body.nhs_number)} />
        ),
      };
    },
    again: async (visit, { errors }) => {
      const rows = await openAudit(visit, 1);
      return {
        page: (
          <AuditPage
            visit={visit}
            rows={rows}
            page={1}
            searched={null}
            errors={errors}
            typed={visit.body.nhs_number}
          />
        ),
        status: 422,
      };
    },
  });
}

/** A page of the audit, read once: whom it names, the entry of this look names too. */
async function openAudit(visit: Visit, page: number): Promise<AuditRow[]> {
  const rows = await readAudit(visit.tx, { page, person: null });
  const people = [...new Set(rows.flatMap(({ personNo }) => personNo ?? []))];
  await writeAudit(visit.tx, { action: 'audit.read', purpose: visit.because, detail: { people } });
  return rows;
}

/**
 * Entries with the names of the people they are about. Names come from a function of the database that answers only
 * an information governance lead: this role has no scope over people, and gets none.
 */
async function readAudit(tx: Tx, which: { page: number; person: number | null }): Promise<AuditRow[]> {
  if (which.person !== null) {
    const looks = await readLooksAt(tx, await numbersOfPerson(tx, which.person), ENTRIES_A_PAGE);
    const name = await labels(tx, [which.person]);
    return looks.map((look) => ({
      ...look,
      personNo: which.person,
      person: name.get(which.person ?? 0) ?? null,
    }));
  }
  const rows = await tx
    .withTables<AuditTables>()
    .selectFrom('audit.entry')
    .select([
      'id',
      'at',
      'account_name',
      'role',
      'organisation',
      'action',
      'purpose',
      'outcome',
      'subject_kind',
      'subject_id',
    ])
    .orderBy('id', 'desc')
    .limit(ENTRIES_A_PAGE)
    .offset((which.page - 1) * ENTRIES_A_PAGE)
    .execute();
  const nameOf = await labels(
    tx,
    rows.flatMap((row) => (row.subject_kind === 'person' ? [Number(row.subject_id)] : [])),
  );
  return rows.map(({ subject_id, subject_kind, ...row }) => ({
    ...row,
    personNo: subject_kind !== 'person' ? null : Number(subject_id),
    person: subject_kind !== 'person' ? null : (nameOf.get(Number(subject_id)) ?? null),
  }));
}

async function labels(tx: Tx, people: readonly number[]): Promise<Map<number, string>> {
  const { rows } = await sql<{ person_no: number; label: string }>`
    select person_no, label from register.audit_labels(${[...new Set(people)]}::int[])`.execute(tx);
  return new Map(rows.map(({ person_no, label }) => [person_no, label]));
}

async function personOfNumber(tx: Tx, nhsNumber: string): Promise<number | null> {
  const found = await sql<{
    person_no: number | null;
  }>`select register.audit_subject(${nhsNumber}) as person_no`.execute(tx);
  return found.rows[0]?.person_no ?? null;
}

function AuditPage(props: {
  visit: Visit;
  rows: readonly AuditRow[];
  page: number;
  searched: string | null;
  errors?: readonly { field: string; message: string }[];
  typed?: string | undefined;
}) {
  const { visit, rows, page, searched, errors = [], typed } = props;
  const older =
    rows.length === ENTRIES_A_PAGE ? { label: 'Older', href: `/audit?page=${page + 1}` } : undefined;
  const newer = page > 1 ? { label: 'Newer', href: `/audit?page=${page - 1}` } : undefined;
  return (
    <Page title="Audit" chrome={visit.chrome} errors={errors}>
      <PageHeading>Audit</PageHeading>
      <p>
        Every look at a person and every change, the latest first. The product itself cannot change or remove
        an entry. Entries are sealed every minute; a sealed one that is changed in the database is found by
        the check of the data.
      </p>
      <p>
        <a href="/audit/patterns">Looks worth asking about</a>
      </p>
      <p>
        <a href="/protected-records">Protected records</a>
      </p>
      <p>
        <a href="/opt-outs">Opt-outs</a>
      </p>
      <form method="post" action="/audit" novalidate>
        <CsrfField token={visit.chrome.csrfToken} />
        <TextInput
          name="nhs_number"
          label="Who looked at the person with this NHS number?"
          hint="The search is noted in the audit."
          width={20}
          inputmode="numeric"
          errors={errors}
          value={typed ?? ''}
        />
        <Button small variant="secondary">
          Search
        </Button>
      </form>
      {searched !== null && (
        <p>
          Entries about <strong>{searched}</strong>. <a href="/audit">Show all entries</a>
        </p>
      )}
      {rows.length === 0 ? (
        <EmptyState title="There are no entries">
          <p>
            {searched === null
              ? 'Nobody has done anything yet.'
              : 'Nobody has looked at this person here, or nobody here has this number.'}
          </p>
        </EmptyState>
      ) : (
        <AuditTable rows={rows} />
      )}
      {searched === null && <PreviousAndNext previous={newer} next={older} />}
    </Page>
  );
}

function AuditTable({ rows }: { rows: readonly AuditRow[] }) {
  return (
    <Table
      caption="Audit entries"
      hideCaption
      compact
      responsive
      rows={rows}
      columns={[
        { heading: 'When', nowrap: true, cell: (row) => formatInstant(row.at) },
        { heading: 'Who', rowHeader: true, cell: (row) => row.account_name },
        { heading: 'Role', cell: (row) => (isRole(row.role) ? roles[row.role] : row.role) },
        {
          heading: 'What',
          cell: (row) => (
            <>
              {actionInWords(row.action)} {row.outcome === 'refused' && <Tag colour="red">Refused</Tag>}
            </>
          ),
        },
        { heading: 'Whom', unknown: 'Nobody in particular', cell: (row) => row.person },
        { heading: 'Why', cell: (row) => row.purpose },
      ]}
    />
  );
}
