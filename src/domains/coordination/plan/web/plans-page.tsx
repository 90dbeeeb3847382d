import type { VNode } from 'preact';
import { formatDay, londonDay } from '../../../../kernel/index.ts';
import {
  CountList,
  EmptyState,
  Heading,
  Page,
  PageHeading,
  Pagination,
  PostButton,
  Refused,
  Table,
  type Visit,
} from '../../../../platform/web/index.ts';
import { GoneTag, listName, type PersonVisit, personHref } from '../../../register/index.ts';
import {
  belowBegin,
  type LatestWork,
  type OpenedBegin,
  type RowAddresses,
  WhoHasIt,
  type WorkInList,
} from '../../../work/index.ts';
import { maySeeCaseload } from '../../who-may.ts';
import { type BoardPlan, type PlanColumn, planColumns, plansHref, readPlansDue } from '../plan-board.ts';
import type { PlanContent } from '../plan-content.ts';
import { readPlansOfPerson } from '../read-plan.ts';
import { mayOpenPlans, mayWorkOnPlans } from '../who-may.ts';
import { PlanStateTag } from './plan-standing.tsx';
import { planHref } from './plan-visit.ts';

const PLANS_A_PAGE = 50;

/** The rows of one page of the plans that wait for something. */
export function plansOfPage(plans: readonly BoardPlan[], waits: PlanColumn | undefined, asked: number) {
  const meant = plans.filter(({ column }) => waits === undefined || column === waits);
  const pageCount = Math.max(1, Math.ceil(meant.length / PLANS_A_PAGE));
  const page = Math.min(asked, pageCount);
  return { meant, shown: meant.slice((page - 1) * PLANS_A_PAGE, page * PLANS_A_PAGE), page, pageCount };
}

/** The plans of those whom the reader looks after: reviews that are due first. */
export function PlansPage(props: {
  visit: Visit;
  rules: PlanContent;
  plans: readonly BoardPlan[];
  waits: PlanColumn | undefined;
  page: number;
  seen: ReadonlyMap<number, LatestWork>;
  work: WorkInList;
  opened: OpenedBegin | null;
  at: RowAddresses;
}) {
  const { visit, rules, plans, waits, seen, work, opened, at } = props;
  const today = londonDay(visit.now);
  const many = (column: PlanColumn) => plans.filter((plan) => plan.column === column).length;
  const { meant, shown, page, pageCount } = plansOfPage(plans, waits, props.page);
  const inRow = opened !== null && shown.some(({ id }) => id === opened.row);
  const rowOf = (plan: BoardPlan) => ({
    visit,
    at,
    row: plan.id,
    about: `the plan of ${listName(plan)}`,
    href: (act: string) => planHref(plan.publicId, 'see-to', act),
  });
  return (
    <Page title="Care plans" chrome={visit.chrome} errors={opened?.typed.errors}>
      {opened !== null && !inRow && <Refused typed={opened.typed} />}
      {work.done}
      <PageHeading>Care plans</PageHeading>
      {plans.length === 0 ? (
        <EmptyState
          title="No plan is shared with you yet"
          actions={
            maySeeCaseload(visit.by).allowed
              ? [{ text: 'Your caseload', href: '/caseload' }]
              : [{ text: 'People', href: '/people' }]
          }
        >
          <p>A plan is begun on the page of somebody whom you look after.</p>
        </EmptyState>
      ) : (
        <>
          <p>{`${many('overdue')} due for review, ${many('soon')} more in the next ${rules.review_soon_days} days.`}</p>
          <CountList
            label="What plans wait for"
            counts={[
              { n: plans.length, text: 'in all', href: plansHref(undefined) },
              ...planColumns.map(({ id, title }) => ({
                n: many(id),
                text: `${title.charAt(0).toLowerCase()}${title.slice(1)}`,
                href: plansHref(id),
              })),
            ]}
          />
          <p>
            <a href={plansHref(waits, 1, '/plans.csv')}>Download this list as CSV</a>
          </p>
          {meant.length === 0 && (
            <EmptyState
              title="No plan waits for this now"
              actions={[{ text: 'Show all plans', href: '/plans' }]}
            />
          )}
          {meant.length > 0 && (
            <Table
              caption="Care plans, the review that is due first at the top"
              hideCaption
              compact
              responsive
              rows={shown}
              total={meant.length}
              below={(plan) => belowBegin(rowOf(plan), opened, seen.get(plan.personNo) ?? null, work)}
              columns={[
                {
                  heading: 'Person',
                  rowHeader: true,
                  cell: (plan) => (
                    <>
                      <a href={planHref(plan.publicId)}>{listName(plan)}</a>
                      <GoneTag of={plan} />
                    </>
                  ),
                },
                { heading: 'State', cell: (plan) => <PlanStateTag plan={plan} today={today} /> },
                {
                  heading: 'Review due',
                  nowrap: true,
                  unknown: 'Not agreed yet',
                  cell: ({ reviewOn }) => reviewOn && formatDay(reviewOn),
                },
                {
                  heading: 'Who sees to it',
                  cell: (plan) => (
                    <WhoHasIt
                      {...rowOf(plan)}
                      latest={seen.get(plan.personNo) ?? null}
                      work={work}
                      may={plan.column !== 'in_use'}
                    />
                  ),
                },
                {
                  heading: 'Record',
                  cell: ({ personId }) => <a href={personHref(personId)}>Open the record</a>,
                },
              ]}
            />
          )}
          <Pagination page={page} pageCount={pageCount} href={(to) => plansHref(waits, to)} />
        </>
      )}
    </Page>
  );
}

/** On the home page of those who look after people: plans whose review is due today or late. Null when there are none. */
export async function duePlansSection(visit: Visit): Promise<VNode | null> {
  if (!mayWorkOnPlans(visit.by).allowed) return null;
  const today = londonDay(visit.now);
  const due = await readPlansDue(visit.tx, today);
  if (due.length === 0) return null;
  return (
    <section aria-labelledby="plans-due">
      <Heading level={2} id="plans-due">
        Care plans due for review
      </Heading>
      <ul class="nhsuk-list">
        {due.slice(0, 5).map((plan) => (
          <li key={plan.id}>
            <a href={planHref(plan.publicId)}>{listName(plan)}</a> <PlanStateTag plan={plan} today={today} />
          </li>
        ))}
      </ul>
      <p>
        <a href="/plans">
          {due.length > 5 ? `See all ${due.length} among your care plans` : 'See your care plans'}
        </a>
      </p>
    </section>
  );
}

/** On a person's page: their plan, or the way to begin one. */
export async function planPanel(on: PersonVisit): Promise<VNode | null> {
  const { visit, person } = on;
  if (!mayOpenPlans(visit.by).allowed) return null;
  const plans = await readPlansOfPerson(visit.tx, person.person_no);
  const today = londonDay(visit.now);
  const open = plans.filter(({ state }) => state !== 'superseded' && state !== 'ended');
  const preparing = open.some(({ state }) => state !== 'active');
  const may = mayWorkOnPlans(visit.by).allowed && person.death_date === null && !preparing;
  return (
    <section aria-labelledby="care-plan">
      <Heading level={2} id="care-plan">
        Care plan
      </Heading>
      {plans.length === 0 && <p>No care plan is shared with you.</p>}
      <ul class="nhsuk-list">
        {plans.map((plan) => (
          <li key={plan.id}>
            <a href={planHref(plan.publicId)}>
              {plan.agreedOn ? `Plan agreed on ${formatDay(plan.agreedOn)}` : 'Plan, not agreed yet'}
            </a>{' '}
            <PlanStateTag plan={plan} today={today} />
          </li>
        ))}
      </ul>
      {may && (
        <PostButton
          action={`${personHref(person.public_id)}/plan`}
          csrfToken={visit.chrome.csrfToken}
          variant="secondary"
          small
        >
          {open.length > 0 ? 'Begin a new plan from this one' : 'Begin a care plan'}
        </PostButton>
      )}
    </section>
  );
}
