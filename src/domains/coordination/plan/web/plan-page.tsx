import { formatInstant, formatNhsNumber } from '../../../../kernel/index.ts';
import type { KeptText } from '../../../../platform/auth/index.ts';
import {
  Button,
  Card,
  CsrfField,
  Details,
  Heading,
  NotificationBanner,
  Page,
  PageHeading,
  Refused,
  SummaryList,
  Tag,
  Textarea,
  type Typed,
  UnsavedTexts,
  WarningCallout,
} from '../../../../platform/web/index.ts';
import { listName, personHref } from '../../../register/index.ts';
import type { PlanRequest } from '../ask-for-change.ts';
import { type SectionId, sectionIds } from '../plan-parts.ts';
import { isOpen } from '../plan-states.ts';
import { judgePlan } from '../quality-criteria.ts';
import { whatIsMissing } from '../what-is-missing.ts';
import type { OwnerNames, Words } from './part-view.tsx';
import { Standing } from './plan-standing.tsx';
import { nameOf, type PlanLook, planHref } from './plan-visit.ts';
import { SectionView } from './section-view.tsx';

export interface PlanPageParts {
  readonly look: PlanLook;
  readonly owners: OwnerNames;
  readonly kept: readonly KeptText[];
  readonly requests: readonly PlanRequest[];
  /** The section that has just been saved. */
  readonly saved: SectionId | null;
  /** The answer to a request that came back, and why. */
  readonly answering: { readonly item: number; readonly typed: Typed } | null;
  /** Where the product is reached, for paper. */
  readonly address: string;
}

/** The whole plan, part by part, as the reader may see it: for work wide and with what it lacks, for the person plainly. */
export function PlanPage(parts: PlanPageParts) {
  const { look, owners, kept, saved, answering } = parts;
  const { visit, plan, person, voice, rules } = look;
  const atWork = voice === 'staff';
  const words: Words = { rules, plan, owners };
  const title = voice === 'person' ? 'My care plan' : 'Care plan';
  return (
    <Page
      title={title}
      chrome={visit.chrome}
      width={atWork ? 'wide' : 'reading'}
      errors={answering?.typed.errors}
      breadcrumbs={
        atWork
          ? [
              { text: 'Care plans', href: '/plans' },
              { text: 'Person', href: personHref(person.public_id) },
            ]
          : [{ text: 'Home', href: '/' }]
      }
    >
      {saved && <NotificationBanner variant="success" text={`Saved: ${rules.sections[saved].title}.`} />}
      {answering && <Refused typed={answering.typed} />}
      <UnsavedTexts kept={kept} chrome={visit.chrome} />
      <PageHeading
        caption={
          atWork
            ? `Care plan${person.nhs_number ? `, NHS number ${formatNhsNumber(person.nhs_number)}` : ''}`
            : undefined
        }
      >
        {atWork
          ? listName({ familyName: person.family_name, givenNames: person.given_names })
          : voice === 'person'
            ? title
            : `${nameOf(person)}: care plan`}
      </PageHeading>
      <p class="app-print-only">
        {`Copy, printed on ${formatInstant(visit.now)}. The live plan: ${parts.address}${planHref(plan.publicId)}`}
      </p>
      <Standing look={look} />
      {atWork && isOpen(plan.state) && <Missing look={look} />}
      <Requests {...parts} />
      {sectionIds.map((section) => (
        <SectionView key={section} section={section} look={look} words={words} />
      ))}
      {atWork && <Criteria look={look} />}
      <p class="app-secondary">{rules.credit}</p>
    </Page>
  );
}

function Missing({ look }: { look: PlanLook }) {
  const missing = whatIsMissing(look.plan);
  if (missing.length === 0) return null;
  return (
    <WarningCallout heading="The plan is not whole yet">
      <p>The person can be asked to agree when it has:</p>
      <ul>
        {missing.map(({ rule, section, message }) => (
          <li key={rule}>
            <a href={`#${section}`}>{message}</a>
          </li>
        ))}
      </ul>
    </WarningCallout>
  );
}

/** What the person asked to have changed: the team answers here, the person reads the answers. */
function Requests({ look, requests, answering }: PlanPageParts) {
  const { visit, plan, voice } = look;
  const shown = voice === 'staff' ? requests.filter(({ answer }) => answer === null) : requests;
  if (shown.length === 0 || voice === 'carer') return null;
  return (
    <section aria-labelledby="requests">
      <Heading level={2} id="requests">
        {voice === 'staff' ? 'The person asks for a change' : 'What I asked to have changed'}
      </Heading>
      {shown.map((request) => (
        <Card key={request.item} headingLevel={3}>
          <p class="app-said">{request.words}</p>
          <p class="app-secondary">{formatInstant(request.askedAt)}</p>
          {request.answer !== null && <p>{`${request.answeredBy}: ${request.answer}`}</p>}
          {request.answer === null && voice === 'person' && <p>Your team has not answered yet.</p>}
          {request.answer === null && voice === 'staff' && isOpen(plan.state) && (
            <form method="post" action={planHref(plan.publicId, 'requests', request.item)}>
              <CsrfField token={visit.chrome.csrfToken} />
              <Textarea
                name="answer"
                id={`answer-${request.item}`}
                label="What did you do about it? The person reads this."
                rows={2}
                errors={answering?.item === request.item ? answering.typed.errors : []}
                value={answering?.item === request.item ? answering.typed.fields.answer : undefined}
              />
              <Button small>Answer</Button>
            </form>
          )}
        </Card>
      ))}
    </section>
  );
}

function Criteria({ look }: { look: PlanLook }) {
  const judged = judgePlan(look.plan);
  const met = judged.filter((each) => each.met).length;
  return (
    <Details summary={`Quality: ${met} of ${judged.length} shown by what is written`}>
      <SummaryList
        rows={judged.map(({ id, met, evidence }) => ({
          key: look.rules.criteria[id],
          value: (
            <>
              <Tag colour={met ? 'green' : 'orange'}>{met ? 'Shown' : 'Not shown'}</Tag> {evidence}
            </>
          ),
        }))}
      />
    </Details>
  );
}
