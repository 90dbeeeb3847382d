import { z } from 'zod';
import { formatDay, formatInstant, NotFound } from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import { isRole, roles } from '../../../platform/auth/index.ts';
import {
  Button,
  CsrfField,
  EmptyState,
  nothingTyped,
  Page,
  PageHeading,
  Radios,
  Refused,
  rowNumber,
  SummaryList,
  statusOf,
  Table,
  Textarea,
  type Typed,
  type Visit,
  type Web,
} from '../../../platform/web/index.ts';
import { type FoundPattern, findPatterns } from '../find-patterns.ts';
import type { LookPatterns } from '../look-patterns.ts';
import { settlePattern } from '../settle-pattern.ts';
import { mayReviewAccess } from '../who-may.ts';

const PATTERNS = '/audit/patterns';
const SHOWN = 200;

const which = z.object({
  pattern: z.enum(['own_name', 'own_household', 'colleague', 'volume']),
  account: z.uuid(),
  person: rowNumber.optional(),
  day: z.iso.date().optional(),
});

const settleForm = z.object({
  ...which.shape,
  verdict: z.string('Choose what it was').min(1, 'Choose what it was'),
  note: z.string().trim().min(1, 'Say what you found').max(1000, 'Keep this to 1,000 characters'),
});

/** Patterns of looking that are worth a look, for the information governance lead. */
export function patternRoutes(web: Web, rules: LookPatterns): void {
  web.route({
    method: 'GET',
    url: PATTERNS,
    may: mayReviewAccess,
    handle: async (visit) => {
      const found = await findPatterns(visit.tx, rules, SHOWN);
      await writeAudit(visit.tx, {
        action: 'audit.patterns_read',
        purpose: visit.because,
        detail: { people: [...new Set(found.flatMap(({ personNo }) => personNo ?? []))] },
      });
      return { page: <PatternsPage visit={visit} rules={rules} found={found} /> };
    },
  });
  const page = async (visit: Visit<unknown, unknown>, asked: z.output<typeof which>, typed: Typed) => {
    const found = (await findPatterns(visit.tx, rules, 10_000)).find((each) => isAsked(each, asked));
    if (!found) throw new NotFound('This has been looked at already, or there is no such pattern now.');
    await writeAudit(visit.tx, {
      action: 'audit.patterns_read',
      purpose: visit.because,
      detail: { people: found.personNo === null ? [] : [found.personNo] },
    });
    return {
      page: <PatternPage visit={visit} rules={rules} found={found} typed={typed} />,
      ...statusOf(typed),
    };
  };
  web.route({
    method: 'GET',
    url: `${PATTERNS}/one`,
    may: mayReviewAccess,
    query: which,
    handle: (visit) => page(visit, visit.query, nothingTyped),
  });
  web.route({
    method: 'POST',
    url: `${PATTERNS}/one`,
    may: mayReviewAccess,
    body: settleForm,
    handle: async ({ tx, by, now, body }) => {
      const { pattern, account, person = null, day = null, verdict, note } = body;
      await settlePattern(tx, { by, now, rules, pattern, account, personNo: person, day, verdict, note });
      return { redirect: PATTERNS };
    },
    again: async (visit, refused) => {
      const asked = which.safeParse(visit.body);
      if (!asked.success) throw new NotFound('There is no such pattern.');
      return await page(visit, asked.data, { fields: visit.body, ...refused });
    },
  });
}

function isAsked(found: FoundPattern, asked: z.output<typeof which>): boolean {
  return (
    found.pattern === asked.pattern &&
    found.account === asked.account &&
    found.personNo === (asked.person ?? null) &&
    found.day === (asked.day ?? null)
  );
}

function hrefOf({ pattern, account, personNo, day }: FoundPattern): string {
  const query = new URLSearchParams({ pattern, account });
  if (personNo !== null) query.set('person', String(personNo));
  if (day !== null) query.set('day', day);
  return `${PATTERNS}/one?${query}`;
}

function whatText(found: FoundPattern): string {
  if (found.personNo !== null)
    return found.looks === 1 ? 'One look or change' : `${found.looks} looks or changes`;
  return `${found.looks} people in a day; ${found.usual === null ? 'no other day to compare with' : `usually ${found.usual}`}`;
}

function PatternsPage(props: { visit: Visit; rules: LookPatterns; found: readonly FoundPattern[] }) {
  const { visit, rules, found } = props;
  return (
    <Page title="Looks worth asking about" chrome={visit.chrome} back={{ text: 'The audit', href: '/audit' }}>
      <PageHeading>Looks worth asking about</PageHeading>
      <p>
        {`The audit of the last ${rules.days} days, searched for four patterns. Each is a question to ask somebody, never a finding: names are compared, and people share names.`}
      </p>
      {found.length === 0 ? (
        <EmptyState title="Nothing waits for you">
          <p>When a look follows one of the patterns, it stands here until you say what it was.</p>
        </EmptyState>
      ) : (
        <Table
          caption="Looks by pattern, the latest first"
          hideCaption
          compact
          responsive
          rows={found}
          columns={[
            {
              heading: 'Who',
              rowHeader: true,
              cell: (row) => <a href={hrefOf(row)}>{row.who}</a>,
            },
            { heading: 'Pattern', cell: (row) => rules.patterns.find(({ id }) => id === row.pattern)?.title },
            { heading: 'Whom', unknown: 'Many', cell: (row) => row.whom },
            { heading: 'What', cell: whatText },
            { heading: 'Last', nowrap: true, cell: (row) => formatInstant(row.last) },
          ]}
        />
      )}
      {found.length === SHOWN && <p>{`The latest ${SHOWN} are shown.`}</p>}
    </Page>
  );
}

function PatternPage(props: { visit: Visit; rules: LookPatterns; found: FoundPattern; typed: Typed }) {
  const { visit, rules, found, typed } = props;
  const { fields, errors } = typed;
  const pattern = rules.patterns.find(({ id }) => id === found.pattern);
  return (
    <Page
      title="A look worth asking about"
      chrome={visit.chrome}
      width="reading"
      errors={errors}
      back={{ text: 'All of them', href: PATTERNS }}
    >
      <PageHeading caption={found.who}>{pattern?.title}</PageHeading>
      <Refused typed={typed} />
      <p>{pattern?.why}</p>
      <SummaryList
        rows={[
          { key: 'Who', value: found.who },
          { key: 'Signed in as', value: isRole(found.role) ? roles[found.role] : found.role },
          { key: 'Whom', value: found.whom, unknown: 'Many people' },
          { key: 'What', value: whatText(found) },
          { key: 'On', value: found.day === null ? formatInstant(found.last) : formatDay(found.day) },
        ]}
      />
      <form method="post" action={`${PATTERNS}/one`} novalidate>
        <CsrfField token={visit.chrome.csrfToken} />
        <input type="hidden" name="pattern" value={found.pattern} />
        <input type="hidden" name="account" value={found.account} />
        {found.personNo !== null && <input type="hidden" name="person" value={found.personNo} />}
        {found.day !== null && <input type="hidden" name="day" value={found.day} />}
        <Radios
          name="verdict"
          label="What was it?"
          labelSize="s"
          errors={errors}
          value={fields.verdict}
          choices={rules.verdicts.map(({ id, title }) => ({ value: id, text: title }))}
        />
        <Textarea
          name="note"
          label="What did you find?"
          labelSize="s"
          hint="Do not write names or numbers of patients here."
          rows={3}
          errors={errors}
          value={fields.note}
        />
        <Button preventDoubleClick>Save</Button>
      </form>
    </Page>
  );
}
