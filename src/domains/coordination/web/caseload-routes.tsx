import type { VNode } from 'preact';
import { z } from 'zod';
import { formatInstant, londonDay, NotFound, Refusal } from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import {
  ButtonLink,
  formRoutes,
  Heading,
  InsetText,
  nothingTyped,
  rowNumber,
  type Typed,
  type Visit,
  type Web,
} from '../../../platform/web/index.ts';
import type { PeopleList } from '../../need/index.ts';
import { openPerson, type PersonVisit, personHref } from '../../register/index.ts';
import { readLeads } from '../capacity.ts';
import type { CaseloadPathway } from '../caseload-pathway.ts';
import { discharge, handOver, setNextStep, takeOn } from '../change-caseload.ts';
import { maySeeMeetings } from '../mdt/who-may.ts';
import { type CaseloadRow, readEntry, readEntryOfPerson, readHistory } from '../read-caseload.ts';
import { backTo, listAgain, StandingOfPerson } from '../standing/web/standing-routes.tsx';
import { mayChange, maySeeCaseload, mayTakeOn } from '../who-may.ts';
import { dischargeForm, handOverForm, nextStepForm, takeOnForm } from './caseload-form.ts';
import { caseloadHref } from './caseload-href.ts';
import {
  afterEntryAct,
  answerCaseload,
  caseloadAgain,
  caseloadFile,
  caseloadQuery,
} from './caseload-list.tsx';
import {
  CaseloadTable,
  DischargePage,
  EntryPage,
  HandOverPage,
  History,
  NextStepPage,
  TakeOnPage,
} from './caseload-pages.tsx';

export interface CaseloadParts {
  readonly pathway: CaseloadPathway;
  /** What the definitions say of a person today, to be kept with the decision to take them on. */
  evidence(tx: Tx, visit: Visit, personId: string): Promise<object>;
  /** The lists in whose rows people are taken on. */
  readonly list: PeopleList;
}

const item = z.object({ item: rowNumber });
const person = z.object({ id: z.uuid() });

/** Caseloads: mine, the team's, one entry and what can be done with it. */
export function caseloadRoutes(web: Web, parts: CaseloadParts): void {
  const { pathway } = parts;
  web.route({
    method: 'GET',
    url: '/caseload',
    may: maySeeCaseload,
    query: caseloadQuery,
    handle: (visit) => answerCaseload(visit, pathway, null),
  });
  web.route({
    method: 'GET',
    url: '/caseload.csv',
    may: maySeeCaseload,
    query: caseloadQuery,
    handle: (visit) => caseloadFile(visit),
  });

  web.route({
    method: 'GET',
    url: '/people/:id/take-on',
    may: mayTakeOn,
    params: person,
    handle: (visit) => takeOnPage(visit, visit.params.id, pathway, nothingTyped),
  });
  web.route({
    method: 'POST',
    url: '/people/:id/take-on',
    may: mayTakeOn,
    params: person,
    body: takeOnForm,
    handle: async (visit) => {
      const { tx, by, now, body } = visit;
      const evidence = await parts.evidence(tx, visit, visit.params.id);
      const taken = await takeOn(tx, {
        by,
        now,
        pathway,
        personId: visit.params.id,
        ...body,
        overrideReason: body.override,
        evidence,
      });
      return { redirect: backTo(visit, visit.params.id, { taken: String(taken) }) };
    },
    again: async (visit, refused) => {
      const typed: Typed = { fields: visit.body, ...refused };
      const row = { row: visit.params.id, act: 'take-on', typed } as const;
      return (await listAgain(visit, parts.list, row)) ?? takeOnPage(visit, visit.params.id, pathway, typed);
    },
  });

  web.route({
    method: 'GET',
    url: '/caseload/:item',
    may: maySeeCaseload,
    params: item,
    handle: async (visit) => {
      const row = await entry(visit, visit.params.item);
      const may = mayChange(visit.by, { owner_team: row.team, owner_account: row.lead });
      const history = await readHistory(visit.tx, row.personNo);
      const whyNot = row.closedAt === null ? (may.allowed ? null : may.because) : overText(row, pathway);
      return { page: <EntryPage visit={visit} row={row} history={history} whyNot={whyNot} /> };
    },
  });
  stepRoutes(web, pathway);
  handOverRoutes(web, pathway);
  dischargeRoutes(web, pathway);
}

function stepRoutes(web: Web, pathway: CaseloadPathway): void {
  const page = async (visit: Visit<{ item: number }>, typed: Typed) => {
    const row = await openEntry(visit, visit.params.item, pathway);
    return formAnswer(<NextStepPage visit={visit} row={row} pathway={pathway} typed={typed} />, typed);
  };
  const url = '/caseload/:item/next-step';
  formRoutes(web, {
    url,
    may: maySeeCaseload,
    params: item,
    page,
    body: nextStepForm,
    handle: async (visit) => {
      const { tx, by, now, body, params } = visit;
      const { nextStep, due, seen } = body;
      await setNextStep(tx, { by, now, pathway, item: params.item, nextStep, due, seen });
      return { redirect: afterEntryAct(visit, caseloadHref(params.item)) };
    },
    again: (visit, typed) => caseloadAgain(visit, pathway, 'next-step', typed),
  });
}

function handOverRoutes(web: Web, pathway: CaseloadPathway): void {
  const page = async (visit: Visit<{ item: number }>, typed: Typed) => {
    const row = await openEntry(visit, visit.params.item, pathway);
    const leads = await readLeads(visit.tx, row.team);
    return formAnswer(
      <HandOverPage visit={visit} row={row} leads={leads} pathway={pathway} typed={typed} />,
      typed,
    );
  };
  const url = '/caseload/:item/hand-over';
  formRoutes(web, {
    url,
    may: maySeeCaseload,
    params: item,
    page,
    body: handOverForm,
    handle: async (visit) => {
      const { tx, by, now, body, params } = visit;
      const { lead, nextStep, due, override, seen } = body;
      await handOver(tx, {
        by,
        now,
        pathway,
        item: params.item,
        lead,
        nextStep,
        due,
        overrideReason: override,
        seen,
      });
      return { redirect: afterEntryAct(visit, caseloadHref(params.item)) };
    },
    again: (visit, typed) => caseloadAgain(visit, pathway, 'hand-over', typed),
  });
}

function dischargeRoutes(web: Web, pathway: CaseloadPathway): void {
  const page = async (visit: Visit<{ item: number }>, typed: Typed) => {
    const row = await openEntry(visit, visit.params.item, pathway);
    return formAnswer(<DischargePage visit={visit} row={row} pathway={pathway} typed={typed} />, typed);
  };
  const url = '/caseload/:item/discharge';
  formRoutes(web, {
    url,
    may: maySeeCaseload,
    params: item,
    page,
    body: dischargeForm,
    handle: async (visit) => {
      const { tx, by, now, body, params } = visit;
      const { outcome, note, seen } = body;
      await discharge(tx, { by, now, pathway, item: params.item, outcome, note, seen });
      return { redirect: afterEntryAct(visit, '/caseload') };
    },
    again: (visit, typed) => caseloadAgain(visit, pathway, 'discharge', typed),
  });
}

async function takeOnPage(visit: Visit, id: string, pathway: CaseloadPathway, typed: Typed) {
  const { person: found } = await openPerson(visit, id, 'person.opened');
  const leads = await readLeads(visit.tx, teamOf(visit));
  return formAnswer(
    <TakeOnPage visit={visit} person={found} leads={leads} pathway={pathway} typed={typed} />,
    typed,
  );
}

function formAnswer(page: VNode, typed: Typed) {
  if (typed.errors.length > 0) return { page, status: 422 };
  return typed.refusal ? { page, status: 409 } : { page };
}

function teamOf(visit: Visit): number {
  if (visit.by.team === null)
    throw new NotFound('You are not in a team yet.', 'Ask your INT lead to add you to one.');
  return visit.by.team;
}

/** An entry for one look at it, which is in the audit. */
async function entry(visit: Visit, id: number): Promise<CaseloadRow> {
  const row = await readEntry(visit.tx, id);
  if (!row)
    throw new NotFound(
      'There is no such caseload entry, or it is not yours to see.',
      'Go back to the caseload.',
    );
  await writeAudit(visit.tx, {
    action: 'caseload.opened',
    subject: { kind: 'person', id: row.personNo },
    purpose: visit.because,
    detail: { item: id },
  });
  return row;
}

/** An entry that a form can change. Throws Refusal `is_over` when somebody ended it since the form was opened. */
async function openEntry(visit: Visit, id: number, pathway: CaseloadPathway): Promise<CaseloadRow> {
  const row = await entry(visit, id);
  if (row.closedAt === null) return row;
  throw new Refusal({
    code: 'is_over',
    because: overText(row, pathway),
    remedy: 'Nothing of yours has been saved. Open the person’s page to take them on again.',
  });
}

function overText(row: CaseloadRow, pathway: CaseloadPathway): string {
  const outcome = pathway.outcomes.find(({ id }) => id === row.outcome)?.title ?? row.outcome;
  return `This person is no longer on the caseload: discharged on ${row.closedAt && formatInstant(row.closedAt)}, “${outcome}”.`;
}

/** On a person's page: whose caseload they are on, or the way to take them on. */
export async function caseloadPanel(on: PersonVisit): Promise<VNode | null> {
  const { visit, person } = on;
  const row = await readEntryOfPerson(visit.tx, person.person_no);
  const history = await readHistory(visit.tx, person.person_no);
  const may = mayTakeOn(visit.by);
  const opens = maySeeCaseload(visit.by).allowed && row?.team === visit.by.team;
  return (
    <section aria-labelledby="caseload">
      <Heading level={2} id="caseload">
        Coordinated care
      </Heading>
      {row ? (
        <CaseloadTable rows={[row]} today={londonDay(visit.now)} leads opens={opens} />
      ) : (
        <InsetText>
          <p>Nobody coordinates this person’s care here now.</p>
          {may.allowed && person.death_date === null && (
            <ButtonLink href={`${personHref(person.public_id)}/take-on`} small>
              Take on
            </ButtonLink>
          )}
        </InsetText>
      )}
      {await StandingOfPerson(on)}
      {maySeeMeetings(visit.by).allowed && person.death_date === null && (
        <p>
          <a href={`${personHref(person.public_id)}/mdt`}>Refer to a meeting</a>
        </p>
      )}
      {history.length > 0 && <History events={history} />}
    </section>
  );
}
