import type { ComponentChildren, VNode } from 'preact';
import { formatDay, formatInstant, londonDay } from '../../../../kernel/index.ts';
import { type Look, readLooksAt, writeAudit } from '../../../../platform/audit/index.ts';
import { isRole, roles } from '../../../../platform/auth/index.ts';
import {
  ButtonLink,
  Details,
  Heading,
  InsetText,
  NotificationBanner,
  Page,
  PageHeading,
  SummaryList,
  Table,
  Tag,
  type Visit,
} from '../../../../platform/web/index.ts';
import { readPlaces } from '../../../directory/index.ts';
import {
  actionInWords,
  type Carer,
  numbersOfPerson,
  type OwnPerson,
  readCarers,
  readOwnPerson,
} from '../../../register/index.ts';
import { readOutcomes } from '../../mdt/read-case.ts';
import { OutcomesForPerson } from '../../mdt/web/mdt-routes.tsx';
import { type NamedPeople, type NamedProfessional, readNamedPeople } from '../../named/read-named.ts';
import { type CaseloadRow, readEntryOfPerson } from '../../read-caseload.ts';
import { readKept } from '../kept-text.ts';
import type { PlanContent } from '../plan-content.ts';
import { entriesOf, only, type Plan, type PlanEntry, stepStatus } from '../plan-document.ts';
import { type PlanState, stateOn } from '../plan-states.ts';
import { readPlan, readPlansOfPerson } from '../read-plan.ts';
import { nameOf, planHref } from './plan-visit.ts';
import { sharedWith } from './shared-with.ts';

/** Everything that the page of a person is made of. */
interface Own {
  readonly visit: Visit;
  readonly rules: PlanContent;
  readonly own: OwnPerson;
  readonly plan: Plan | null;
  readonly entry: CaseloadRow | null;
  /** Their named GP, and who coordinates their care, with how to reach them. */
  readonly named: NamedPeople;
  readonly practice: string | null;
  readonly carers: readonly Carer[];
  may(part: string): boolean;
}

/**
 * The page of a patient: my team, my plan, what comes next, what to do when something goes wrong, who may see it and
 * who looked. A carer sees of it what the person granted, and never who else looked.
 */
export async function ownPage(visit: Visit, rules: PlanContent): Promise<VNode> {
  const own = await readOwnPerson(visit.tx, visit.by);
  if (own === null) return <NobodyPage visit={visit} />;
  const page = await readOwn(visit, rules, own);
  const title = own.isSelf ? 'Your care' : 'The care of somebody you look after';
  const kept = await readKept(visit.tx, visit.by);
  return (
    <Page title={title} chrome={visit.chrome} width="reading">
      {kept.length > 0 && (
        <NotificationBanner heading="You typed something that is not saved" titleId="kept-text">
          {kept.map(({ id, at }) => (
            <p key={id}>
              <a href={`/kept/${id}`}>{`What you typed on ${formatInstant(at)}`}</a>
            </p>
          ))}
        </NotificationBanner>
      )}
      <PageHeading>{own.isSelf ? 'Your care' : `${nameOf(own.person)}’s care`}</PageHeading>
      <Asked {...page} />
      <Matters {...page} />
      <Team {...page} />
      <Steps {...page} />
      {page.may('next_step') && (
        <OutcomesForPerson outcomes={await readOutcomes(visit.tx, own.person.person_no)} />
      )}
      <Trouble {...page} />
      <PlanWays {...page} />
      {own.isSelf && <Sharing {...page} />}
      {own.isSelf && <WhoLooked rows={await readLooks(visit, own.person.person_no)} />}
    </Page>
  );
}

async function readOwn(visit: Visit, rules: PlanContent, own: OwnPerson): Promise<Own> {
  const { tx } = visit;
  const { person } = own;
  await writeAudit(tx, {
    action: 'self.opened',
    subject: { kind: 'person', id: person.person_no },
    purpose: own.purpose,
  });
  const [head] = (await readPlansOfPerson(tx, person.person_no)).filter(
    ({ state }) => state !== 'ended' && state !== 'superseded',
  );
  const places = await readPlaces(tx);
  const may = (part: string) => own.isSelf || own.grants.includes(part);
  return {
    visit,
    rules,
    own,
    plan: head ? await readPlan(tx, head.publicId) : null,
    entry: await readEntryOfPerson(tx, person.person_no),
    named: await readNamedPeople(tx, person.person_no, visit.now),
    practice: person.practice_id === null ? null : (places.place(person.practice_id)?.name ?? null),
    carers: own.isSelf ? await readCarers(tx, person.person_no) : [],
    may,
  };
}

function NobodyPage({ visit }: { visit: Visit }) {
  const carer = visit.by.role === 'carer';
  const title = carer ? 'The care of somebody you look after' : 'Your care';
  return (
    <Page title={title} chrome={visit.chrome} width="reading">
      <PageHeading>{title}</PageHeading>
      <InsetText>
        {carer
          ? 'Nobody has shared their care with you yet.'
          : 'Your account is not linked to your record yet. Ask your practice.'}
      </InsetText>
    </Page>
  );
}

function Part({ id, title, children }: { id: string; title: string; children: ComponentChildren }) {
  return (
    <section aria-labelledby={id}>
      <Heading level={2} id={id}>
        {title}
      </Heading>
      {children}
    </section>
  );
}

function stateOf({ plan, visit }: Own): PlanState | null {
  return plan && stateOn(plan, londonDay(visit.now));
}

/** What the team waits for. */
function Asked(page: Own) {
  const { plan, own } = page;
  if (!plan || !own.isSelf || stateOf(page) !== 'awaiting_agreement') return null;
  return (
    <NotificationBanner heading="Is your plan right for you?" titleId="asked">
      <p>Your team wrote your plan with you. Please read it and say if it is right.</p>
      <p>
        <a href={planHref(plan.publicId)}>Read my plan</a>
      </p>
      <p>
        <a href={planHref(plan.publicId, 'agreement')}>Say yes</a> or{' '}
        <a href={planHref(plan.publicId, 'change')}>ask for a change</a>
      </p>
    </NotificationBanner>
  );
}

/** First of all: what matters to the person, and what they want. */
function Matters(page: Own) {
  const { plan, own, may } = page;
  if (!may('plan_about') && !may('plan_goals')) return null;
  const matters = plan && only(plan, 'about_me').what_matters;
  const goals = plan ? entriesOf(plan, 'goal').filter(({ content }) => content.status !== 'set_aside') : [];
  if (!own.isSelf && !matters && goals.length === 0) return null;
  return (
    <Part id="matters" title={own.isSelf ? 'What matters to me' : 'What matters to them'}>
      {matters ? <p class="app-said">{matters}</p> : <p>Nobody has written this down yet.</p>}
      {plan && own.isSelf && (
        <p>
          <a href={planHref(plan.publicId, 'parts', 'about_me', 'only')}>
            {matters ? 'Change what matters to me' : 'Write what matters to me'}
          </a>
        </p>
      )}
      {goals.length > 0 && (
        <>
          <Heading level={3}>{own.isSelf ? 'My goals' : 'Their goals'}</Heading>
          <ul>
            {goals.map(({ entry, content }) => (
              <li key={entry}>
                {content.words}{' '}
                {content.whose === 'professional' && <Tag colour="grey">Words of your team</Tag>}
                {content.status === 'reached' && <Tag colour="green">I got there</Tag>}
              </li>
            ))}
          </ul>
        </>
      )}
      {plan && own.isSelf && (
        <p>
          <a href={planHref(plan.publicId, 'parts', 'goal', 'new')}>Add a goal</a>
        </p>
      )}
    </Part>
  );
}

/** Who looks after the person, and how to reach them. */
function Team({ plan, own, entry, named, practice, may }: Own) {
  if (!may('team')) return null;
  const helpers = plan
    ? entriesOf(plan, 'contact').filter(({ content }) => content.circle === 'professional')
    : [];
  const lead = entry?.leadName ?? null;
  const known = helpers.find(({ content }) => content.name === lead);
  const rows = [
    ...(lead
      ? [
          {
            key: lead,
            value: (
              <>
                {helperWords(known, own.isSelf ? 'Plans your care with you' : 'Plans their care')}
                {named.professional && <Reach of={named.professional} />}
              </>
            ),
          },
        ]
      : [{ key: 'Nobody plans your care at the moment', value: 'Your practice is there as always.' }]),
    ...(named.gp ? [{ key: named.gp.name, value: own.isSelf ? 'Your named GP' : 'Their named GP' }] : []),
    ...(practice ? [{ key: practice, value: own.isSelf ? 'Your GP practice' : 'Their GP practice' }] : []),
    ...helpers
      .filter((each) => each !== known)
      .map((each) => ({ key: each.content.name ?? 'Somebody', value: helperWords(each, null) })),
  ];
  return (
    <Part id="team" title={own.isSelf ? 'My team' : 'Their team'}>
      <SummaryList rows={rows} />
    </Part>
  );
}

/** How to reach who coordinates the care, and who is there while they are away. */
function Reach({ of: { contact, cover } }: { of: NamedProfessional }) {
  return (
    <>
      {contact && (
        <>
          <br />
          {contact}
        </>
      )}
      {cover && (
        <>
          <br />
          {`Away until ${formatDay(londonDay(new Date(cover.until.getTime() - 1)))}. ${cover.name} is there instead${cover.contact === null ? '' : `: ${cover.contact}`}.`}
        </>
      )}
    </>
  );
}

function helperWords(helper: PlanEntry | undefined, first: string | null) {
  const { relation, phone, reach } = helper?.content ?? {};
  return (
    <>
      {[first, relation].filter((part) => part).join('. ') || null}
      {phone && (
        <>
          <br />
          {`Phone: ${phone}`}
        </>
      )}
      {reach && (
        <>
          <br />
          {reach}
        </>
      )}
    </>
  );
}

/** What is done next, by whom, and by when. */
function Steps({ plan, own, entry, visit, may }: Own) {
  const ofTeam = may('next_step') && entry ? entry : null;
  const steps = plan ? entriesOf(plan, 'action').filter((step) => stepStatus(step) === 'to_do') : [];
  if (!may('next_step') && steps.length === 0) return null;
  const today = londonDay(visit.now);
  return (
    <Part id="next" title="What happens next">
      {!ofTeam && steps.length === 0 && <p>Nothing is planned at the moment.</p>}
      <ul>
        {ofTeam && <li>{`${ofTeam.nextStep}, by ${formatDay(ofTeam.due)}. Your team does this.`}</li>}
        {steps.map((step) => (
          <li key={step.entry}>
            {`${step.content.what ?? ''}${step.content.due ? `, by ${formatDay(step.content.due)}` : ''}. ${doneBy(step, own.isSelf)}`}
            {step.content.due && step.content.due < today && <Tag colour="orange">Late</Tag>}{' '}
            {plan && own.isSelf && !step.work && (
              <a href={planHref(plan.publicId, 'parts', 'action', step.entry)}>
                Say how it went<span class="nhsuk-u-visually-hidden">{`: ${step.content.what}`}</span>
              </a>
            )}
          </li>
        ))}
      </ul>
      {plan && own.isSelf && (
        <p>
          <a href={planHref(plan.publicId, 'parts', 'action', 'new')}>Add a step of my own</a>
        </p>
      )}
    </Part>
  );
}

function doneBy({ content }: PlanEntry, isSelf: boolean): string {
  if (content.owner === 'person') return isSelf ? 'You do this.' : 'They do this.';
  if (content.owner === 'carer') return isSelf ? 'Your carer does this.' : 'You do this.';
  return content.who ? `Done by ${content.who}.` : 'Your team does this.';
}

/** What to do when something goes wrong: first what the plan says, then what holds for everybody. */
function Trouble({ plan, own, may }: Own) {
  if (!may('plan_contingency')) return null;
  const known = plan ? entriesOf(plan, 'contingency') : [];
  return (
    <Part id="trouble" title={own.isSelf ? 'If I need help soon' : 'If they need help soon'}>
      {known.length > 0 && (
        <SummaryList
          rows={known.map(({ content }) => ({
            key: content.trigger ?? 'If something goes wrong',
            value: (
              <>
                <span class="app-said">{content.response}</span>
                {(content.call || content.phone) && <br />}
                {(content.call || content.phone) &&
                  `Call ${[content.call, content.phone].filter((part) => part).join(': ')}`}
              </>
            ),
          }))}
        />
      )}
      <p>
        Is a life at risk? Call 999. Do you need help now, but it is not that bad? Call 111, day or night.
      </p>
    </Part>
  );
}

/** The plan as a whole: when it is looked at again, and what can be done with it. */
function PlanWays(page: Own) {
  const { plan, own, visit } = page;
  if (!plan) {
    return own.isSelf ? (
      <Part id="plan" title="My care plan">
        <p>You do not have a care plan yet. Ask your team or your practice if you would like one.</p>
      </Part>
    ) : null;
  }
  const state = stateOf(page);
  const late = state === 'review_due' && plan.reviewOn !== null && plan.reviewOn < londonDay(visit.now);
  return (
    <Part id="plan" title={own.isSelf ? 'My care plan' : 'Their care plan'}>
      {plan.reviewOn ? (
        <p>
          {`We look at the plan again by ${formatDay(plan.reviewOn)}. `}
          {late && <Tag colour="orange">This is late</Tag>}
        </p>
      ) : (
        <p>{`${own.isSelf ? 'You have' : 'They have'} not agreed to the plan yet.`}</p>
      )}
      <div class="nhsuk-button-group">
        <ButtonLink href={planHref(plan.publicId)}>Read the plan</ButtonLink>
        {own.isSelf && (
          <ButtonLink href={planHref(plan.publicId, 'change')} variant="secondary">
            Ask for a change
          </ButtonLink>
        )}
        <ButtonLink href={planHref(plan.publicId, 'pdf')} variant="secondary">
          Print it
        </ButtonLink>
      </div>
    </Part>
  );
}

function Sharing({ plan, rules, carers }: Own) {
  return (
    <Part id="sharing" title="Who can see my plan">
      {plan && (
        <p>
          {`You share it with: ${sharedWith({ plan, rules })}. `}
          <a href={planHref(plan.publicId, 'sharing')}>Change who can see it</a>
        </p>
      )}
      {carers.length === 0 && <p>No carer of yours has an account here.</p>}
      {carers.map(({ relationship, name, grants }) => (
        <p key={relationship}>
          {grants.length === 0
            ? `${name} sees nothing now. `
            : `${name} can see: ${partWords(rules, grants)}. `}
          <a href={`/carers/${relationship}`}>
            Change<span class="nhsuk-u-visually-hidden">{` what ${name} can see`}</span>
          </a>
        </p>
      ))}
    </Part>
  );
}

function partWords(rules: PlanContent, grants: readonly string[]): string {
  return grants
    .map((part) => (rules.carer_parts as Record<string, { title: string }>)[part]?.title ?? part)
    .join('; ');
}

/** What others did, and what came of it: their own visits and refused attempts say nothing about the record. */
async function readLooks(visit: Visit, personNo: number): Promise<Look[]> {
  const numbers = await numbersOfPerson(visit.tx, personNo);
  const looks = await readLooksAt(visit.tx, numbers, 200);
  return looks
    .filter(({ account, outcome }) => account !== visit.by.account && outcome === 'done')
    .slice(0, 50);
}

/** What lists are to somebody who stood in one. */
const LIST_WORDS: Record<string, string> = {
  'people.listed': 'Saw you in a list of people',
  'mdt.looked': 'Saw you among the people of a meeting',
  'mdt.agenda_built': 'Put together the list of a meeting that you are on',
  'mdt.closed': 'Closed a meeting that talked about you',
  'work.listed': 'Saw you in a list of things to do',
  'work.exported': 'Downloaded a list of things to do that you are in',
  'people.exported': 'Downloaded a list of people that you are in',
};

const LOOKS_SHOWN = 6;

function WhoLooked({ rows }: { rows: readonly Look[] }) {
  const earlier = rows.slice(LOOKS_SHOWN);
  return (
    <Part id="looked" title="Who looked at your record">
      {rows.length === 0 ? (
        <p>Nobody has looked at your record here yet.</p>
      ) : (
        <Looks caption="Who looked, the latest first" rows={rows.slice(0, LOOKS_SHOWN)} />
      )}
      {earlier.length > 0 && (
        <Details summary="Who looked before that">
          <Looks caption="Who looked before, the latest first" rows={earlier} />
        </Details>
      )}
    </Part>
  );
}

function Looks({ caption, rows }: { caption: string; rows: readonly Look[] }) {
  return (
    <Table
      caption={caption}
      hideCaption
      responsive
      rows={rows}
      columns={[
        { heading: 'When', cell: (row) => formatInstant(row.at) },
        { heading: 'Who', rowHeader: true, cell: (row) => row.account_name },
        { heading: 'Their job', cell: (row) => (isRole(row.role) ? roles[row.role] : row.role) },
        { heading: 'What they did', cell: (row) => LIST_WORDS[row.action] ?? actionInWords(row.action) },
      ]}
    />
  );
}
