import { formatDay, londonDay } from '../../../../kernel/index.ts';
import { ButtonLink, NotificationBanner, Tag } from '../../../../platform/web/index.ts';
import type { PlanContent } from '../plan-content.ts';
import { type Own, Part, stateOf } from './own-parts.tsx';
import { planHref } from './plan-visit.ts';
import { sharedWith } from './shared-with.ts';

/** What the team waits for. */
export function Asked(page: Own) {
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

/** The plan as a whole: when it is looked at again, and what can be done with it. */
export function PlanWays(page: Own) {
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

/** With whom the plan is shared, and what each carer sees: the person decides both. */
export function Sharing({ plan, rules, carers }: Own) {
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
