import type { VNode } from 'preact';
import { z } from 'zod';
import { londonDay } from '../../../../kernel/index.ts';
import {
  Button,
  CsrfField,
  Details,
  nothingTyped,
  Page,
  PageHeading,
  PostButton,
  Refused,
  statusOf,
  Table,
  type Typed,
  type Visit,
  type Web,
} from '../../../../platform/web/index.ts';
import { answerPeopleList, type PeopleList } from '../../../need/index.ts';
import { listName, openPerson, type PersonVisit, personHref } from '../../../register/index.ts';
import type { CaseloadPathway } from '../../caseload-pathway.ts';
import { readEntryOfPerson } from '../../read-caseload.ts';
import { declinePerson, deferPerson, undoDecision } from '../need-decision.ts';
import { type NeedDecision, readDecisionsOfPerson, readStandingDecision } from '../read-decisions.ts';
import { mayDecideOnNeed } from '../who-may.ts';
import { DecisionFields, DecisionText, type NeedAct, needActs, standingOf } from './decide-in-list.tsx';
import { askedOf, inList, listAddress } from './list-address.ts';
import { declineForm, deferForm, undoForm } from './standing-form.ts';

const person = z.object({ id: z.uuid() });

export interface StandingParts {
  readonly pathway: CaseloadPathway;
  readonly list: PeopleList;
}

/** Putting people off, declining them, and taking that back: in the row of a list, and on a page of its own. */
export function standingRoutes(web: Web, { pathway, list }: StandingParts): void {
  const again = async (visit: Visit<{ id: string }>, act: 'defer' | 'decline', typed: Typed) =>
    (await listAgain(visit, list, { row: visit.params.id, act, typed })) ??
    (await formPage(visit, pathway, act, typed));
  for (const act of ['defer', 'decline'] as const) {
    web.route({
      method: 'GET',
      url: `/people/:id/${act}`,
      may: mayDecideOnNeed,
      params: person,
      handle: (visit) => formPage(visit, pathway, act, nothingTyped),
    });
  }
  web.route({
    method: 'POST',
    url: '/people/:id/defer',
    may: mayDecideOnNeed,
    params: person,
    body: deferForm,
    handle: async (visit) => {
      const { tx, by, now, params, body } = visit;
      const { reason, seen, until } = body;
      if (until === undefined) throw new Error('the form asks for a day');
      const decision = await deferPerson(tx, { by, now, personId: params.id, reason, seen, until });
      return { redirect: backTo(visit, params.id, { done: String(decision) }) };
    },
    again: (visit, refused) => again(visit, 'defer', { fields: visit.body, ...refused }),
  });
  web.route({
    method: 'POST',
    url: '/people/:id/decline',
    may: mayDecideOnNeed,
    params: person,
    body: declineForm,
    handle: async (visit) => {
      const { tx, by, now, params, body } = visit;
      const { reason, seen } = body;
      const decision = await declinePerson(tx, { by, now, personId: params.id, reason, seen });
      return { redirect: backTo(visit, params.id, { done: String(decision) }) };
    },
    again: (visit, refused) => again(visit, 'decline', { fields: visit.body, ...refused }),
  });
  web.route({
    method: 'POST',
    url: '/people/:id/undo-decision',
    may: mayDecideOnNeed,
    params: person,
    body: undoForm,
    handle: async (visit) => {
      const { tx, by, now, params, body } = visit;
      await undoDecision(tx, { by, now, decision: body.decision });
      return { redirect: backTo(visit, params.id, { done: String(body.decision) }) };
    },
  });
}

/** The list with a form that comes back in its row; null where the form stood on a page of its own. */
export async function listAgain(
  visit: Visit,
  list: PeopleList,
  opened: { readonly row: string; readonly act: NeedAct; readonly typed: Typed },
) {
  const address = listAddress(visit.url);
  return address.inList ? await answerPeopleList(visit, list, askedOf(address), opened) : null;
}

/** Where somebody is after an act: in the list where they were, or on the page of the person. */
export function backTo(visit: Visit, personId: string, more: Readonly<Record<string, string>>): string {
  const address = listAddress(visit.url);
  return address.inList ? inList(address, '/people', more) : personHref(personId);
}

async function formPage(
  visit: Visit<{ id: string }>,
  pathway: CaseloadPathway,
  act: 'defer' | 'decline',
  typed: Typed,
) {
  const { tx, by } = visit;
  const { person: found } = await openPerson(visit, visit.params.id, 'person.opened');
  const standing = by.team === null ? null : await readStandingDecision(tx, by.team, found.person_no);
  const name = listName({ familyName: found.family_name, givenNames: found.given_names });
  const { link, submit } = needActs[act];
  const page = (
    <Page
      title={link}
      chrome={visit.chrome}
      width="reading"
      errors={typed.errors}
      back={{ text: 'Back to the person', href: personHref(found.public_id) }}
    >
      <PageHeading caption={name}>{link}</PageHeading>
      <Refused typed={typed} />
      <form method="post" action={`${personHref(found.public_id)}/${act}`} novalidate>
        <CsrfField token={visit.chrome.csrfToken} />
        <input type="hidden" name="seen" value={standing?.decision ?? 0} />
        <DecisionFields visit={visit} pathway={pathway} typed={typed} act={act} />
        <Button preventDoubleClick>{submit}</Button>
      </form>
    </Page>
  );
  return { page, ...statusOf(typed) };
}

/** On a person's page, for their team: what it decided about them, and the way to think again. Null: nothing yet. */
export async function StandingOfPerson({ visit, person: found }: PersonVisit): Promise<VNode | null> {
  const { tx, by, now } = visit;
  if (!mayDecideOnNeed(by).allowed || by.team === null) return null;
  const today = londonDay(now);
  const decisions = await readDecisionsOfPerson(tx, by.team, found.person_no);
  const entry = await readEntryOfPerson(tx, found.person_no);
  const standing = decisions.find(({ endedAt }) => endedAt === null) ?? null;
  const stands = ['deferred', 'declined'].includes(standingOf(entry, standing, today));
  return (
    <>
      {standing && stands && (
        <>
          <DecisionText decision={standing} today={today} />
          <PostButton
            action={`${personHref(found.public_id)}/undo-decision`}
            csrfToken={visit.chrome.csrfToken}
            fields={{ decision: String(standing.decision) }}
            variant="secondary"
            small
          >
            Undo this decision
          </PostButton>
        </>
      )}
      {entry === null && found.death_date === null && (
        <p>
          <a href={`${personHref(found.public_id)}/defer`}>Put off</a>
          {' or '}
          <a href={`${personHref(found.public_id)}/decline`}>decline</a>
        </p>
      )}
      {decisions.length > 0 && (
        <Details summary="What your team decided before">
          <Table
            caption="Decisions of your team, the latest first"
            hideCaption
            compact
            responsive
            rows={decisions}
            columns={[
              {
                heading: 'What',
                rowHeader: true,
                cell: (decision) => <DecisionText decision={decision} today={today} />,
              },
              { heading: 'Then', unknown: 'Stands', cell: endInWords },
            ]}
          />
        </Details>
      )}
    </>
  );
}

const ENDS = { undone: 'Undone', replaced: 'Decided anew', taken_on: 'Taken on' } as const;

function endInWords({ endedAt, endedBy, endedBecause }: NeedDecision): string | null {
  if (endedAt === null || endedBecause === null) return null;
  return `${ENDS[endedBecause]} by ${endedBy ?? 'somebody'}`;
}
