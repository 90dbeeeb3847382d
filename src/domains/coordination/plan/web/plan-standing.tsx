import { formatDay, londonDay } from '../../../../kernel/index.ts';
import {
  ButtonLink,
  InsetText,
  PostButton,
  SummaryList,
  Tag,
  type TagColour,
} from '../../../../platform/web/index.ts';
import { daysOverdue, isOpen, type PlanState, planMove, stateOn } from '../plan-states.ts';
import { type PlanLook, planHref } from './plan-visit.ts';
import { sharedWith } from './shared-with.ts';

const STATE_TAGS: Record<PlanState, readonly [string, TagColour]> = {
  draft: ['Being written', 'grey'],
  awaiting_agreement: ['Waiting for agreement', 'blue'],
  active: ['In use', 'green'],
  review_due: ['Review due', 'orange'],
  superseded: ['Replaced', 'grey'],
  ended: ['Ended', 'grey'],
};

/** Where a plan stands on a day; a late review says by how much. */
export function PlanStateTag({
  plan,
  today,
}: {
  plan: Pick<PlanLook['plan'], 'state' | 'reviewOn'>;
  today: ReturnType<typeof londonDay>;
}) {
  const late = daysOverdue(plan, today);
  if (late > 0) return <Tag colour="red">{`Review overdue ${late} ${late === 1 ? 'day' : 'days'}`}</Tag>;
  const [text, colour] = STATE_TAGS[stateOn(plan, today)];
  return <Tag colour={colour}>{text}</Tag>;
}

/** What holds of the plan as a whole, and what can be done with it. */
export function Standing({ look }: { look: PlanLook }) {
  const { visit, plan, voice } = look;
  const today = londonDay(visit.now);
  const state = stateOn(plan, today);
  const can = (act: 'propose' | 'agree' | 'end') => 'to' in planMove(state, act);
  const waits = state === 'awaiting_agreement';
  return (
    <>
      <SummaryList
        rows={[
          { key: 'State', value: <PlanStateTag plan={plan} today={today} /> },
          {
            key: 'Agreed',
            value: plan.agreedOn && formatDay(plan.agreedOn),
            unknown: 'Not yet',
          },
          {
            key: voice === 'person' ? 'We look at it again by' : 'Review due',
            value: plan.reviewOn && formatDay(plan.reviewOn),
            unknown: 'A year after it is agreed',
          },
          ...(voice === 'staff'
            ? [
                {
                  key: 'Version',
                  value: (
                    <>
                      {plan.version} <a href={planHref(plan.publicId, 'versions')}>All versions</a>
                    </>
                  ),
                },
                {
                  key: 'Shared with',
                  value: (
                    <>
                      {sharedWith(look)} <a href={planHref(plan.publicId, 'sharing')}>Change</a>
                    </>
                  ),
                },
              ]
            : []),
        ]}
      />
      {waits && voice === 'person' && (
        <InsetText>
          <p>Your team asks you: is this plan right for you?</p>
        </InsetText>
      )}
      <div class="nhsuk-button-group">
        {voice !== 'carer' && can('agree') && (
          <ButtonLink href={planHref(plan.publicId, 'agreement')}>
            {agreeWords(voice === 'person', waits)}
          </ButtonLink>
        )}
        {voice === 'staff' && can('propose') && (
          <PostButton action={planHref(plan.publicId, 'propose')} csrfToken={visit.chrome.csrfToken}>
            Ask the person to agree
          </PostButton>
        )}
        {voice === 'person' && isOpen(state) && (
          <ButtonLink href={planHref(plan.publicId, 'change')} variant="secondary">
            Ask for a change
          </ButtonLink>
        )}
        <ButtonLink href={planHref(plan.publicId, 'pdf')} variant="secondary">
          Print (PDF)
        </ButtonLink>
        {voice !== 'carer' && (
          <ButtonLink href={planHref(plan.publicId, 'fhir')} variant="secondary">
            Download (FHIR)
          </ButtonLink>
        )}
        {voice === 'staff' && can('end') && (
          <ButtonLink href={planHref(plan.publicId, 'end')} variant="secondary">
            End the plan
          </ButtonLink>
        )}
      </div>
    </>
  );
}

function agreeWords(isPerson: boolean, waits: boolean): string {
  if (isPerson) return waits ? 'Yes, I agree' : 'Agree again';
  return waits ? 'Note that the person agreed' : 'Review: agree again';
}
