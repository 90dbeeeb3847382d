import type { ComponentChildren } from 'preact';
import { formatDay, londonDay } from '../../../../kernel/index.ts';
import { Heading, SummaryList, Tag, type Visit } from '../../../../platform/web/index.ts';
import type { Carer, OwnPerson } from '../../../register/index.ts';
import type { NamedPeople, NamedProfessional } from '../../named/read-named.ts';
import type { CaseloadRow } from '../../read-caseload.ts';
import type { PlanContent } from '../plan-content.ts';
import { entriesOf, only, type Plan, type PlanEntry, stepStatus } from '../plan-document.ts';
import { type PlanState, stateOn } from '../plan-states.ts';
import { planHref } from './plan-visit.ts';

/** Everything that the page of a person is made of. */
export interface Own {
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

/** One part of the page, which a screen reader can go to by its heading. */
export function Part({ id, title, children }: { id: string; title: string; children: ComponentChildren }) {
  return (
    <section aria-labelledby={id}>
      <Heading level={2} id={id}>
        {title}
      </Heading>
      {children}
    </section>
  );
}

/** Where the plan stands today; null without one. */
export function stateOf({ plan, visit }: Own): PlanState | null {
  return plan && stateOn(plan, londonDay(visit.now));
}

/** First of all: what matters to the person, and what they want. */
export function Matters(page: Own) {
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
export function Team({ plan, own, entry, named, practice, may }: Own) {
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
export function Steps({ plan, own, entry, visit, may }: Own) {
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
export function Trouble({ plan, own, may }: Own) {
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
