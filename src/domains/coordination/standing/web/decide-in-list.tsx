import type { ComponentChildren } from 'preact';
import { z } from 'zod';
import { addDays, formatDay, formatInstant, londonDay } from '../../../../kernel/index.ts';
import { writeAudit } from '../../../../platform/audit/index.ts';
import {
  Button,
  ButtonGroup,
  ContextLink,
  CsrfField,
  Heading,
  NotificationBanner,
  nothingTyped,
  PostButton,
  Refused,
  Textarea,
  type Typed,
  type Visit,
} from '../../../../platform/web/index.ts';
import type { ActsOnPeople, ListedPerson, OpenActs } from '../../../need/index.ts';
import { listName, personHref } from '../../../register/index.ts';
import { DayBoxes } from '../../../work/index.ts';
import { type Lead, readLeads } from '../../capacity.ts';
import type { CaseloadPathway } from '../../caseload-pathway.ts';
import { type CaseloadRow, entriesOfPeople, readEntry } from '../../read-caseload.ts';
import { caseloadHref } from '../../web/caseload-href.ts';
import { TakeOnFields } from '../../web/caseload-pages.tsx';
import { type NeedDecision, readDecision, readStandingDecisions } from '../read-decisions.ts';
import { type Standing, standings, standingWith } from '../standing.ts';
import { mayDecideOnNeed } from '../who-may.ts';
import { inList, type ListAddress, listAddress } from './list-address.ts';

/** What can be decided about somebody in a list, in the order of the links. */
export const needActs = {
  'take-on': { link: 'Take on', submit: 'Take on', heading: (name: string) => `Take on ${name}` },
  defer: { link: 'Put off', submit: 'Put off', heading: (name: string) => `Put ${name} off` },
  decline: { link: 'Decline', submit: 'Decline', heading: (name: string) => `Decline ${name}` },
} as const;
export type NeedAct = keyof typeof needActs;

function isNeedAct(act: string | null): act is NeedAct {
  return act !== null && act in needActs;
}

/** Lists of people in which a neighbourhood team decides: take on, put off, decline, in the row and without leaving. */
export function actsOnPeople(pathway: CaseloadPathway): OpenActs {
  return (visit, opened): ActsOnPeople | null => {
    const { tx, by, now } = visit;
    const { team } = by;
    if (!mayDecideOnNeed(by).allowed || team === null) return null;
    const today = londonDay(now);
    const address = listAddress(visit.url);
    const open = opened ?? openedIn(address);
    const typed = opened?.typed ?? nothingTyped;
    let formShown = false;
    const decisionsOf = (people: readonly ListedPerson[]) =>
      readStandingDecisions(
        tx,
        team,
        people.map(({ personNo }) => personNo),
      );
    return {
      standings,
      standing: standingWith(team, today),
      typed,
      async cells(people) {
        const decisions = await decisionsOf(people);
        const entries = await entriesOfPeople(
          tx,
          people.map(({ personNo }) => personNo),
        );
        const entryOf = new Map(entries.map((entry) => [entry.personNo, entry]));
        return new Map(
          people.flatMap((person) => {
            if (person.publicId === null) return [];
            const decision = decisions.get(person.personNo) ?? null;
            const entry = entryOf.get(person.personNo) ?? null;
            return [[person.personNo, <Decide {...{ visit, address, person, decision, entry, today }} />]];
          }),
        );
      },
      async forms(people) {
        const person = people.find(({ publicId }) => publicId !== null && publicId === open?.row);
        if (!person || !open) return new Map();
        formShown = true;
        const decision = (await decisionsOf([person])).get(person.personNo) ?? null;
        const leads = open.act === 'take-on' ? await readLeads(tx, team) : [];
        const form = { visit, address, person, decision, leads, pathway, typed };
        return new Map([[person.personNo, <DecideForm {...form} act={open.act as NeedAct} />]]);
      },
      async done() {
        // The row has gone from this list meanwhile: what the rules refused is said all the same.
        if (opened && !formShown) return <Refused typed={typed} />;
        return await whatWasDone(visit, address, team);
      },
    };
  };
}

function openedIn({ act, row }: ListAddress): { row: string; act: NeedAct } | null {
  return isNeedAct(act) && z.uuid().safeParse(row).success && row !== null ? { row, act } : null;
}

/** Where somebody stands by what was decided and the day. */
export function standingOf(entry: object | null, decision: NeedDecision | null, today: string): Standing {
  if (entry !== null) return 'caseload';
  if (decision?.kind === 'declined') return 'declined';
  return decision?.until && decision.until > today ? 'deferred' : 'open';
}

function Decide(props: {
  visit: Visit;
  address: ListAddress;
  person: ListedPerson;
  decision: NeedDecision | null;
  entry: CaseloadRow | null;
  today: string;
}) {
  const { visit, address, person, decision, entry, today } = props;
  const name = listName(person);
  if (entry !== null)
    return entry.team === visit.by.team ? (
      <ContextLink text="Open the entry" context={`of ${name}`} href={caseloadHref(entry.item)} />
    ) : (
      <>With another team</>
    );
  const stands = decision !== null && standingOf(entry, decision, today) !== 'open';
  return (
    <>
      {decision && <DecisionText decision={decision} today={today} />}
      {decision && stands && <UndoButton visit={visit} address={address} decision={decision} name={name} />}
      <ul class="app-row-acts">
        {Object.entries(needActs).map(([act, { link }]) => (
          <li key={act}>
            <ContextLink
              text={link}
              context={name}
              href={`${inList(address, '/people', { act, row: person.publicId ?? '' })}#deciding`}
            />
          </li>
        ))}
      </ul>
    </>
  );
}

/** What was decided, by whom, when and why; and that its day has come. */
export function DecisionText({ decision, today }: { decision: NeedDecision; today: string }) {
  const { kind, until, who, at, reason } = decision;
  const over = until !== null && until <= today;
  const what =
    kind === 'declined'
      ? 'Declined'
      : over
        ? `Was put off until ${until && formatDay(until)}`
        : `Put off until ${until && formatDay(until)}`;
  return <p class="app-decision">{`${what} by ${who} on ${formatDay(londonDay(at))}: “${reason}”`}</p>;
}

function UndoButton(props: { visit: Visit; address: ListAddress; decision: NeedDecision; name: string }) {
  const { visit, address, decision, name } = props;
  return (
    <PostButton
      action={inList(address, `${personHref(decision.publicId)}/undo-decision`, { from: 'list' })}
      csrfToken={visit.chrome.csrfToken}
      fields={{ decision: String(decision.decision) }}
      variant="secondary"
      small
    >
      Undo<span class="nhsuk-u-visually-hidden"> {name}</span>
    </PostButton>
  );
}

interface DecideFormProps {
  readonly visit: Visit;
  readonly address: ListAddress;
  readonly person: ListedPerson;
  readonly decision: NeedDecision | null;
  readonly leads: readonly Lead[];
  readonly pathway: CaseloadPathway;
  readonly typed: Typed;
  readonly act: NeedAct;
}

function DecideForm(props: DecideFormProps) {
  const { visit, address, person, decision, leads, pathway, typed, act } = props;
  const action = inList(address, `${personHref(person.publicId ?? '')}/${act}`, { from: 'list' });
  return (
    <div class="app-in-row" id="deciding">
      <Heading level={2} class="nhsuk-heading-s">
        {needActs[act].heading(listName(person))}
      </Heading>
      <Refused typed={typed} />
      <form method="post" action={action} novalidate>
        <CsrfField token={visit.chrome.csrfToken} />
        <input type="hidden" name="seen" value={decision?.decision ?? 0} />
        {act === 'take-on' ? (
          <TakeOnFields visit={visit} leads={leads} pathway={pathway} typed={typed} />
        ) : (
          <DecisionFields visit={visit} pathway={pathway} typed={typed} act={act} />
        )}
        <ButtonGroup>
          <Button preventDoubleClick>{needActs[act].submit}</Button>
          <a href={inList(address, '/people')}>Cancel</a>
        </ButtonGroup>
      </form>
    </div>
  );
}

/** What putting off and declining ask for. */
export function DecisionFields(props: {
  visit: Visit;
  pathway: CaseloadPathway;
  typed: Typed;
  act: Exclude<NeedAct, 'take-on'>;
}) {
  const { visit, pathway, typed, act } = props;
  return (
    <>
      {act === 'defer' && (
        <DayBoxes
          name="until"
          label="Until when?"
          hint="On this day they are on the list again, by themselves."
          typed={typed}
          suggested={addDays(londonDay(visit.now), pathway.default_put_off_days)}
        />
      )}
      <Textarea
        name="reason"
        label="Why?"
        labelSize="s"
        hint="Your team reads this beside their name."
        rows={2}
        errors={typed.errors}
        value={typed.fields.reason}
      />
    </>
  );
}

/** Whoever was decided on may not be in the list any more, and is named all the same. */
async function auditShown(visit: Visit, person: number): Promise<void> {
  await writeAudit(visit.tx, {
    action: 'people.listed',
    purpose: visit.because,
    detail: { people: [person] },
  });
}

/** What the reader did just now, with the way back. */
async function whatWasDone(visit: Visit, address: ListAddress, team: number): Promise<ComponentChildren> {
  const number = (text: string | null) => (text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null);
  const taken = number(address.taken);
  if (taken !== null) {
    const entry = await readEntry(visit.tx, taken);
    if (!entry || entry.team !== team || entry.closedAt !== null) return null;
    await auditShown(visit, entry.personNo);
    return (
      <NotificationBanner variant="success" heading={`${listName(entry)} is on the caseload`}>
        <p>
          {`Lead: ${entry.leadName ?? 'the team'}. Next: ${entry.nextStep}, by ${formatDay(entry.due)}. `}
          <a href={caseloadHref(entry.item)}>Change or end it</a>
        </p>
      </NotificationBanner>
    );
  }
  const done = number(address.done);
  const decision = done === null ? null : await readDecision(visit.tx, done);
  if (!decision || decision.team !== team) return null;
  await auditShown(visit, decision.personNo);
  const name = listName(decision);
  if (decision.endedAt !== null)
    return (
      <NotificationBanner
        variant="success"
        heading={
          decision.endedBecause === 'undone'
            ? `${name} is to be decided on again`
            : `${name} has been decided on anew`
        }
        text={`By ${decision.endedBy ?? 'somebody'}, ${formatInstant(decision.endedAt)}`}
      />
    );
  const what =
    decision.kind === 'declined'
      ? `${name} is declined`
      : `${name} is put off until ${decision.until && formatDay(decision.until)}`;
  return (
    <NotificationBanner variant="success" heading={what}>
      <p>{`“${decision.reason}”`}</p>
      <UndoButton visit={visit} address={address} decision={decision} name={name} />
    </NotificationBanner>
  );
}
