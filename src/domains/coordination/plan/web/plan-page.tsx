import type { VNode } from 'preact';
import { formatDay, formatInstant, formatNhsNumber, londonDay } from '../../../../kernel/index.ts';
import {
  Button,
  ButtonLink,
  Card,
  CsrfField,
  Details,
  Heading,
  InsetText,
  NotificationBanner,
  Page,
  PageHeading,
  PostButton,
  SummaryList,
  Tag,
  type TagColour,
  Textarea,
  WarningCallout,
} from '../../../../platform/web/index.ts';
import { listName, personHref } from '../../../register/index.ts';
import type { PlanRequest } from '../ask-for-change.ts';
import type { KeptText } from '../kept-text.ts';
import { entriesOf, entryName, type PlanEntry } from '../plan-document.ts';
import { planSections, type SectionId, sectionIds } from '../plan-parts.ts';
import { daysOverdue, isOpen, type PlanState, planMove, stateOn } from '../plan-states.ts';
import { judgePlan } from '../quality-criteria.ts';
import { whatIsMissing } from '../what-is-missing.ts';
import { EntryFields, type OwnerNames, type Words, WrittenBy } from './part-view.tsx';
import { nameOf, type PlanLook, planHref } from './plan-visit.ts';
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

export interface PlanPageParts {
  readonly look: PlanLook;
  readonly owners: OwnerNames;
  readonly kept: readonly KeptText[];
  readonly requests: readonly PlanRequest[];
  /** The section that has just been saved. */
  readonly saved: SectionId | null;
  /** Where the product is reached, for paper. */
  readonly address: string;
}

/** The whole plan, part by part, as the reader may see it: for work wide and with what it lacks, for the person plainly. */
export function PlanPage(parts: PlanPageParts) {
  const { look, owners, kept, saved } = parts;
  const { visit, plan, person, voice, rules } = look;
  const atWork = voice === 'staff';
  const words: Words = { rules, plan, owners };
  const title = voice === 'person' ? 'My care plan' : 'Care plan';
  return (
    <Page
      title={title}
      chrome={visit.chrome}
      width={atWork ? 'wide' : 'reading'}
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
      <KeptNote kept={kept} rules={rules} />
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

function KeptNote({ kept, rules }: { kept: readonly KeptText[]; rules: PlanLook['rules'] }) {
  if (kept.length === 0) return null;
  return (
    <NotificationBanner heading="You typed something that is not saved" titleId="kept-text">
      <ul>
        {kept.map(({ id, section, at }) => (
          <li key={id}>
            <a href={`/kept/${id}`}>{`${rules.sections[section].title}, ${formatInstant(at)}`}</a>
          </li>
        ))}
      </ul>
    </NotificationBanner>
  );
}

/** What holds of the plan as a whole, and what can be done with it. */
function Standing({ look }: { look: PlanLook }) {
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
function Requests({ look, requests }: PlanPageParts) {
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
              />
              <Button small>Answer</Button>
            </form>
          )}
        </Card>
      ))}
    </section>
  );
}

function SectionView(props: { section: SectionId; look: PlanLook; words: Words }): VNode | null {
  const { section, look, words } = props;
  const { plan, rules, voice } = look;
  const { many } = planSections[section];
  const entries = entriesOf(plan, section);
  const open = isOpen(plan.state);
  const may = look.mayWrite(section).allowed && open;
  const decides = section === 'sharing' && voice !== 'carer' && open;
  // The person sees what is written, and where they can write; empty parts of others would only be in the way.
  if (entries.length === 0 && !may && !decides && voice !== 'staff') return null;
  const own = rules.sections[section];
  const href = (entry: string) => planHref(plan.publicId, 'parts', section, entry);
  const add = may && many ? { text: `Add: ${own.one?.toLowerCase()}`, href: href('new') } : null;
  const write =
    may && !many && entries.length === 0 ? { text: `Write: ${own.title}`, href: href('only') } : null;
  const way = add ?? write;
  return (
    <section aria-labelledby={section} class="app-plan-part">
      <Heading level={2} class="nhsuk-heading-m" id={section}>
        {own.title}
      </Heading>
      <p class="app-secondary">{own.help}</p>
      <div class="app-plan-part__entries">
        {entries.map((entry) => (
          <EntryView
            key={entry.entry}
            of={entry}
            words={words}
            href={may && mayChangeEntry(look, entry) ? href(entry.entry) : null}
          />
        ))}
      </div>
      {(entries.length === 0 || way) && (
        <p>
          {entries.length === 0 && 'Nothing is written here yet. '}
          {way && <a href={way.href}>{way.text}</a>}
        </p>
      )}
      {decides && <a href={planHref(plan.publicId, 'sharing')}>Change who may see this plan</a>}
    </section>
  );
}

/** Steps that the team does are the team's to change. */
function mayChangeEntry({ voice }: PlanLook, entry: PlanEntry): boolean {
  return voice === 'staff' || !entry.work;
}

function EntryView({ of, words, href }: { of: PlanEntry; words: Words; href: string | null }) {
  const { many } = planSections[of.section];
  return (
    <Card
      headingLevel={3}
      headingSize="s"
      {...(many ? { heading: entryName(of) || words.rules.sections[of.section].one } : {})}
      {...(many && href !== null ? { actions: [{ text: 'Change', href }] } : {})}
    >
      <EntryFields words={words} of={of} under={many ? entryName(of) : undefined} />
      <WrittenBy words={words} of={of} />
      {!many && href !== null && (
        <a href={href}>
          Change<span class="nhsuk-u-visually-hidden">{`: ${words.rules.sections[of.section].title}`}</span>
        </a>
      )}
    </Card>
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
