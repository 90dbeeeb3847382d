import type { VNode } from 'preact';
import { z } from 'zod';
import {
  type FieldError,
  formatDay,
  formatInstant,
  InvalidInput,
  londonDay,
  NotFound,
  Refusal,
} from '../../../../kernel/index.ts';
import { writeAudit } from '../../../../platform/audit/index.ts';
import { readKept } from '../../../../platform/auth/index.ts';
import {
  Button,
  formRoutes,
  Heading,
  InsetText,
  KeptForm,
  keepConflict,
  nothingTyped,
  nothingWritten,
  Page,
  PageHeading,
  Refused,
  rowNumber,
  statusOf,
  Textarea,
  type Typed,
  type Visit,
  type Web,
} from '../../../../platform/web/index.ts';
import { readTeams } from '../../../directory/index.ts';
import { listName, openPerson, type PersonPanel, personHref } from '../../../register/index.ts';
import { openTask, readMembers, type WorkKinds, workHref } from '../../../work/index.ts';
import { buildAgenda } from '../agenda.ts';
import { moveOnAgenda, putBack, removeFromAgenda } from '../change-agenda.ts';
import {
  carryOver,
  decide,
  isWritten,
  readTextHistory,
  type TextConflict,
  writeCase,
} from '../discuss-case.ts';
import { beginMeeting, closeMeeting, noteAttendance } from '../hold-meeting.ts';
import type { MdtPathway } from '../mdt-pathway.ts';
import { type Meeting, readMeeting, readMeetings } from '../meeting.ts';
import { type Minutes, minutesDocument } from '../minutes.ts';
import { isDayOver, moveMeeting, noteNotHeld, readMoves } from '../pass-over.ts';
import { neededDisciplines } from '../quorum.ts';
import {
  type MeetingCase,
  type OutcomeForPerson,
  readCases,
  readGroups,
  readOpenActions,
} from '../read-case.ts';
import { londonTime } from '../recurrence.ts';
import { addMember, removeMember, setUpMdt } from '../run-mdt.ts';
import { readEndedSeries } from '../series.ts';
import { type WhereToRefer, whereToRefer } from '../where-to-refer.ts';
import { mayRunMeetings, maySeeMeetings } from '../who-may.ts';
import { CasePage } from './case-page.tsx';
import {
  attendanceOf,
  carryForm,
  caseForm,
  closeForm,
  memberForm,
  moveForm,
  moveMeetingForm,
  notHeldForm,
  reasonForm,
  sentTexts,
  setUpForm,
} from './mdt-forms.ts';
import { caseHref, MeetingPage, MeetingsPage, meetingHref } from './meeting-pages.tsx';
import { MinutesPage } from './minutes-page.tsx';
import { SetUpPage } from './series-form.tsx';
import { seriesRoutes } from './series-routes.tsx';

export interface MdtParts {
  readonly pathway: MdtPathway;
  readonly kinds: WorkKinds;
  /** What other rooms show of a person in a meeting. */
  readonly panels: readonly PersonPanel[];
}

const ofMeeting = z.object({ meeting: rowNumber });
const ofCase = z.object({ meeting: rowNumber, case: rowNumber });

/** Meetings: the list, one with its agenda, one person in it, and the minutes. */
export function mdtRoutes(web: Web, parts: MdtParts): void {
  listRoutes(web, parts);
  seriesRoutes(web, parts);
  meetingRoutes(web, parts);
  timeRoutes(web, parts);
  memberRoutes(web, parts);
  caseRoutes(web, parts);
  minutesRoutes(web, parts);
  referralRoutes(web, parts);
}

function listRoutes(web: Web, { pathway }: MdtParts): void {
  web.route({
    method: 'GET',
    url: '/mdt',
    may: maySeeMeetings,
    handle: async (visit) => {
      const meetings = await readMeetings(visit.tx, visit.by, 50);
      const ended = await readEndedSeries(visit.tx, visit.by);
      const runs = mayRunMeetings(visit.by).allowed;
      return { page: <MeetingsPage visit={visit} meetings={meetings} ended={ended} runs={runs} /> };
    },
  });
  const page = async (visit: Visit, typed: Typed) => {
    const members = visit.by.team === null ? [] : await readMembers(visit.tx, visit.by.team, visit.now);
    return {
      page: <SetUpPage visit={visit} pathway={pathway} members={members} typed={typed} />,
      ...statusOf(typed),
    };
  };
  formRoutes(web, {
    url: '/mdt/new',
    may: mayRunMeetings,
    page,
    body: setUpForm,
    handle: async ({ tx, by, now, body }) => {
      const { starts, time, ...said } = body;
      if (starts === undefined) throw new Error('the form asks for a day');
      const meeting = await setUpMdt(tx, { by, now, pathway, ...said, starts: londonTime(starts, time) });
      await buildAgenda(tx, { by, now, pathway, meeting });
      return { redirect: meetingHref(meeting) };
    },
  });
}

async function meetingPage(
  visit: Visit<{ meeting: number }>,
  { pathway }: MdtParts,
  typed: Typed,
): Promise<{ page: VNode; status?: number }> {
  const { tx, by, now } = visit;
  const meeting = await readMeeting(tx, visit.params.meeting, by);
  const cases = await readCases(tx, meeting.meeting);
  const earlier = await readOpenActions(tx, meeting.mdt, meeting.meeting);
  await auditLook(visit, meeting, [...cases, ...earlier]);
  const runs = mayRunMeetings(by).allowed && by.team === meeting.team;
  const page = (
    <MeetingPage
      visit={visit}
      pathway={pathway}
      meeting={meeting}
      moves={await readMoves(tx, meeting.meeting)}
      cases={cases}
      needed={await needed(visit, pathway, meeting, cases)}
      earlier={earlier}
      runs={runs}
      colleagues={runs ? await readMembers(tx, meeting.team, now) : []}
      teams={runs ? await readTeams(tx) : []}
      typed={typed}
    />
  );
  return { page, ...statusOf(typed) };
}

async function needed(visit: Visit, pathway: MdtPathway, meeting: Meeting, cases: readonly MeetingCase[]) {
  const on = cases.filter((each) => each.removedBecause === null && each.carriedBecause === null);
  return neededDisciplines(
    pathway,
    await readGroups(visit.tx, on),
    meeting.members.map(({ discipline, attended }) => ({ discipline, present: attended === 'present' })),
  );
}

/** Everybody whom the page names was looked at: whoever the meeting is about, and of whom an earlier action is open. */
async function auditLook(
  visit: Visit,
  meeting: Meeting,
  shown: readonly { readonly personNo: number }[],
): Promise<void> {
  await writeAudit(visit.tx, {
    action: 'mdt.looked',
    purpose: 'takes part in the meeting',
    detail: { meeting: meeting.meeting, people: [...new Set(shown.map(({ personNo }) => personNo))] },
  });
}

function meetingRoutes(web: Web, parts: MdtParts): void {
  const { pathway, kinds } = parts;
  web.route({
    method: 'GET',
    url: '/mdt/:meeting',
    may: maySeeMeetings,
    params: ofMeeting,
    handle: (visit) => meetingPage(visit, parts, nothingTyped),
  });
  const acts = { agenda: buildAgenda, begin: beginMeeting } as const;
  for (const act of ['agenda', 'begin'] as const) {
    web.route({
      method: 'POST',
      url: `/mdt/:meeting/${act}`,
      may: maySeeMeetings,
      params: ofMeeting,
      handle: async ({ tx, by, now, params }) => {
        await acts[act](tx, { by, now, pathway, meeting: params.meeting });
        return { redirect: meetingHref(params.meeting) };
      },
    });
  }
  web.route({
    method: 'POST',
    url: '/mdt/:meeting/attendance',
    may: maySeeMeetings,
    params: ofMeeting,
    body: z.record(z.string(), z.string()),
    handle: async ({ tx, by, now, params, body }) => {
      await noteAttendance(tx, { by, now, pathway, meeting: params.meeting, attended: attendanceOf(body) });
      return { redirect: meetingHref(params.meeting) };
    },
  });
  web.route({
    method: 'POST',
    url: '/mdt/:meeting/close',
    may: maySeeMeetings,
    params: ofMeeting,
    body: closeForm,
    handle: async ({ tx, by, now, params, body }) => {
      const next = await closeMeeting(tx, {
        by,
        now,
        pathway,
        kinds,
        meeting: params.meeting,
        quorumNote: body.quorumNote,
      });
      if (by.team !== null) await buildAgenda(tx, { by, now, pathway, meeting: next });
      return { redirect: meetingHref(params.meeting) };
    },
    again: (visit, refused) =>
      meetingPage(visit, parts, { fields: { quorumNote: '', ...visit.body }, ...refused }),
  });
}

/** A meeting that does not come about: it is moved, or was not held. */
function timeRoutes(web: Web, parts: MdtParts): void {
  const { pathway } = parts;
  web.route({
    method: 'POST',
    url: '/mdt/:meeting/move',
    may: maySeeMeetings,
    params: ofMeeting,
    body: moveMeetingForm,
    handle: async ({ tx, by, now, params, body }) => {
      const { was, starts, time, moveReason: reason } = body;
      if (starts === undefined) throw new Error('the form asks for a day');
      const of = { by, now, pathway, meeting: params.meeting };
      await moveMeeting(tx, { ...of, was, reason, starts: londonTime(starts, time) });
      return { redirect: meetingHref(params.meeting) };
    },
    again: (visit, refused) =>
      meetingPage(visit, parts, { fields: { moveReason: '', ...visit.body }, ...refused }),
  });
  web.route({
    method: 'POST',
    url: '/mdt/:meeting/not-held',
    may: maySeeMeetings,
    params: ofMeeting,
    body: notHeldForm,
    handle: async ({ tx, by, now, params, body }) => {
      const { was, notHeldReason: reason } = body;
      await noteNotHeld(tx, { by, now, pathway, meeting: params.meeting, was, reason });
      return { redirect: meetingHref(params.meeting) };
    },
    again: (visit, refused) =>
      meetingPage(visit, parts, { fields: { notHeldReason: '', ...visit.body }, ...refused }),
  });
}

function memberRoutes(web: Web, parts: MdtParts): void {
  const { pathway } = parts;
  web.route({
    method: 'POST',
    url: '/mdt/:meeting/members',
    may: mayRunMeetings,
    params: ofMeeting,
    body: memberForm,
    handle: async ({ tx, by, now, params, body }) => {
      const meeting = await readMeeting(tx, params.meeting, by);
      const colleague = (await readMembers(tx, meeting.team, now)).find(
        ({ account }) => account === body.account,
      );
      const name = colleague?.name ?? body.name;
      if (!name) throw new InvalidInput([{ field: 'name', message: 'Choose somebody, or write their name' }]);
      await addMember(tx, {
        by,
        now,
        pathway,
        meeting: params.meeting,
        name,
        discipline: body.discipline,
        account: colleague?.account ?? null,
        team: colleague ? meeting.team : body.team,
      });
      return { redirect: meetingHref(params.meeting) };
    },
    again: (visit, refused) => meetingPage(visit, parts, { fields: visit.body, ...refused }),
  });
  web.route({
    method: 'POST',
    url: '/mdt/:meeting/members/:case/remove',
    may: mayRunMeetings,
    params: ofCase,
    handle: async ({ tx, by, now, params }) => {
      await removeMember(tx, { by, now, pathway, meeting: params.meeting, member: params.case });
      return { redirect: meetingHref(params.meeting) };
    },
  });
}

type CaseVisit = Visit<{ meeting: number; case: number }>;

async function casePage(
  visit: CaseVisit,
  { pathway, panels }: MdtParts,
  typed: Typed,
  conflicts: readonly TextConflict[] = [],
): Promise<{ page: VNode; status?: number }> {
  const { tx, by, now, params } = visit;
  const meeting = await readMeeting(tx, params.meeting, by);
  const cases = (await readCases(tx, meeting.meeting)).filter(
    ({ removedBecause }) => removedBecause === null,
  );
  const of = cases.find(({ id }) => id === params.case);
  if (!of) throw new NotFound('This person is not on the agenda of this meeting.', 'Open the meeting again.');
  const on = await openPerson(visit, of.publicId, 'mdt.opened');
  const made: (VNode | null)[] = [];
  for (const panel of panels) made.push(await panel(on));
  const page = (
    <CasePage
      visit={visit}
      pathway={pathway}
      meeting={meeting}
      of={of}
      cases={cases}
      panels={made}
      colleagues={await readMembers(tx, meeting.team, now)}
      teams={await readTeams(tx)}
      history={await readTextHistory(tx, of.id)}
      typed={typed}
      conflicts={conflicts}
      kept={await readKept(tx, by, caseHref(meeting.meeting, of.id))}
    />
  );
  return { page, ...(conflicts.length > 0 ? { status: 409 } : statusOf(typed)) };
}

function caseRoutes(web: Web, parts: MdtParts): void {
  const { pathway, kinds } = parts;
  const url = '/mdt/:meeting/people/:case';
  web.route({
    method: 'GET',
    url,
    may: maySeeMeetings,
    params: ofCase,
    handle: (visit) => casePage(visit, parts, nothingTyped),
  });
  web.route({
    method: 'POST',
    url,
    may: maySeeMeetings,
    params: ofCase,
    body: caseForm,
    handle: async (visit) => {
      const { tx, by, now, params, body } = visit;
      const of = { by, now, pathway, meeting: params.meeting, case: params.case };
      const conflicts = await writeCase(tx, { ...of, texts: sentTexts(body) });
      if (body.action) await decide(tx, { ...of, kinds, ...decisionOf(body) });
      if (conflicts.length > 0) {
        // Theirs stands and what was sent is in the form: it was saved as far as nobody else wrote there.
        const mine = Object.fromEntries(conflicts.map(({ field, mine: text }) => [field, text]));
        const bases = conflicts.map(({ field, version }) => [`base-${field}`, String(version)]);
        const fields = { form: body.form ?? '', ...mine };
        await keepConflict(visit, { ...fields, ...Object.fromEntries(bases) });
        return await casePage(visit, parts, { ...nothingTyped, fields }, conflicts);
      }
      return {
        redirect: body.after === 'next' ? await nextHref(visit) : `${caseHref(params.meeting, params.case)}`,
      };
    },
    again: (visit, refused) => casePage(visit, parts, { fields: visit.body, ...refused }),
    isSaved: async ({ tx, params, body }) =>
      !body.action?.trim() && (await isWritten(tx, params.case, sentTexts(body))),
  });
  const again = (
    visit: Visit<{ meeting: number; case: number }, unknown, Record<string, string>>,
    refused: RefusedForm,
  ) => casePage(visit, parts, { fields: { reason: '', ...visit.body }, ...refused });
  web.route({
    method: 'POST',
    url: `${url}/carry`,
    may: maySeeMeetings,
    params: ofCase,
    body: carryForm,
    handle: async ({ tx, by, now, params, body }) => {
      await carryOver(tx, {
        by,
        now,
        pathway,
        meeting: params.meeting,
        case: params.case,
        reason: body.reason,
      });
      return { redirect: caseHref(params.meeting, params.case) };
    },
    again,
  });
  web.route({
    method: 'POST',
    url: `${url}/move`,
    may: maySeeMeetings,
    params: ofCase,
    body: moveForm,
    handle: async ({ tx, by, now, params, body }) => {
      await moveOnAgenda(tx, { by, now, meeting: params.meeting, case: params.case, ...body });
      return { redirect: meetingHref(params.meeting) };
    },
    again,
  });
  web.route({
    method: 'POST',
    url: `${url}/put-back`,
    may: maySeeMeetings,
    params: ofCase,
    handle: async ({ tx, by, now, params }) => {
      await putBack(tx, { by, now, meeting: params.meeting, case: params.case });
      return { redirect: meetingHref(params.meeting) };
    },
  });
  web.route({
    method: 'POST',
    url: `${url}/remove`,
    may: maySeeMeetings,
    params: ofCase,
    body: reasonForm,
    handle: async ({ tx, by, now, params, body }) => {
      await removeFromAgenda(tx, {
        by,
        now,
        meeting: params.meeting,
        case: params.case,
        reason: body.reason,
      });
      return { redirect: meetingHref(params.meeting) };
    },
    again,
  });
}

type RefusedForm = { readonly errors: readonly FieldError[]; readonly refusal: Refusal };

/** Who does an action, and by when. Throws InvalidInput where either is missing. */
function decisionOf(body: z.output<typeof caseForm>) {
  const errors: FieldError[] = [];
  const whom = /^(\d{1,9})(?::([0-9a-f-]{36}))?$/.exec(body.for ?? '');
  if (!whom) errors.push({ field: 'for', message: 'Choose who does it' });
  if (body.due === undefined) errors.push({ field: 'due', message: 'Say by when' });
  if (!whom || body.due === undefined) throw new InvalidInput(errors);
  return {
    title: body.action ?? '',
    for: { team: Number(whom[1]), account: whom[2] ?? null },
    due: body.due,
  };
}

async function nextHref(visit: CaseVisit): Promise<string> {
  const { meeting, case: id } = visit.params;
  const cases = (await readCases(visit.tx, meeting)).filter(({ removedBecause }) => removedBecause === null);
  const next = cases[cases.findIndex((each) => each.id === id) + 1];
  return next ? caseHref(meeting, next.id) : meetingHref(meeting);
}

function minutesRoutes(web: Web, { pathway }: MdtParts): void {
  const minutesOf = async (visit: Visit<{ meeting: number }>): Promise<Minutes> => {
    const meeting = await readMeeting(visit.tx, visit.params.meeting, visit.by);
    const cases = await readCases(visit.tx, meeting.meeting);
    const earlier = await readOpenActions(visit.tx, meeting.mdt, meeting.meeting);
    await auditLook(visit, meeting, [...cases, ...earlier]);
    return {
      meeting,
      moves: await readMoves(visit.tx, meeting.meeting),
      cases,
      pathway,
      needed: await needed(visit, pathway, meeting, cases),
      earlier,
    };
  };
  web.route({
    method: 'GET',
    url: '/mdt/:meeting/minutes',
    may: maySeeMeetings,
    params: ofMeeting,
    handle: async (visit) => ({ page: <MinutesPage visit={visit} minutes={await minutesOf(visit)} /> }),
  });
  web.route({
    method: 'GET',
    url: '/mdt/:meeting/minutes.pdf',
    may: maySeeMeetings,
    params: ofMeeting,
    handle: async (visit) => {
      const minutes = await minutesOf(visit);
      return {
        download: `minutes-${londonDay(minutes.meeting.startsAt)}.pdf`,
        pdf: minutesDocument(minutes),
      };
    },
  });
}

function referralRoutes(web: Web, { pathway, kinds }: MdtParts): void {
  const params = z.object({ id: z.uuid() });
  const page = async (visit: Visit<{ id: string }>, typed: Typed) => {
    const { person } = await openPerson(visit, visit.params.id, 'person.opened');
    const where = await whereOf(visit, person);
    const name = listName({ familyName: person.family_name, givenNames: person.given_names });
    const made = (
      <Page
        title="Refer to a meeting"
        chrome={visit.chrome}
        width="reading"
        errors={typed.errors}
        back={{ text: 'Back to the person', href: personHref(person.public_id) }}
      >
        <PageHeading caption={name}>Refer to a meeting</PageHeading>
        <Refused typed={typed} />
        <WhereTo where={where} now={visit.now} />
        {(where !== null || typed.fields.reason !== undefined) && (
          <KeptForm
            action={`${personHref(person.public_id)}/mdt`}
            csrfToken={visit.chrome.csrfToken}
            form={typed.fields.form}
            buttons={<Button preventDoubleClick>Refer</Button>}
          >
            <Textarea
              name="reason"
              label="Why, and what should the meeting answer?"
              hint="It stands on the agenda"
              rows={3}
              errors={typed.errors}
              value={typed.fields.reason}
            />
          </KeptForm>
        )}
      </Page>
    );
    return { page: made, ...statusOf(typed) };
  };
  formRoutes(web, {
    url: '/people/:id/mdt',
    may: maySeeMeetings,
    params,
    page,
    body: z.object({
      reason: z.string().trim().min(1, 'Say why').max(300, 'Keep this to 300 characters'),
    }),
    handle: async (visit) => {
      const { tx, by, now, body } = visit;
      const { person } = await openPerson(visit, visit.params.id, 'person.opened');
      const where = await whereOf(visit, person);
      if (where === null) throw noTeam();
      const item = await openTask(tx, {
        by,
        now,
        kinds,
        kind: 'mdt_referral',
        subject: { kind: 'person', id: person.person_no },
        title: body.reason,
        note: 'Referred to a meeting',
        for: { team: where.team, account: null },
        once: true,
      });
      const belongs = (await readMeetings(tx, by, 50)).some(
        ({ meeting }) => meeting === where.meeting?.meeting,
      );
      // Whoever belongs to the meeting sees them on it at once. Others see what becomes of what they asked.
      if (where.meeting === null || !belongs) return { redirect: workHref(item) };
      await buildAgenda(tx, { by, now, pathway, meeting: where.meeting.meeting });
      return { redirect: meetingHref(where.meeting.meeting) };
    },
    isSaved: nothingWritten,
  });
}

/** The person's own team, and its meeting that comes next. */
function whereOf({ tx, by, now }: Visit, person: { person_no: number; practice_id: number | null }) {
  return whereToRefer(tx, by, { person: person.person_no, practice: person.practice_id, now });
}

function noTeam(): Refusal {
  return new Refusal({
    code: 'no_team',
    because: 'No neighbourhood team covers this person’s practice, so that there is no meeting to refer to.',
    remedy: 'Ask whoever can help with “Ask for something” on the person’s page.',
  });
}

/** To which meeting a referral goes, before anybody writes one; or that there is none, and what to do. */
function WhereTo({ where, now }: { where: WhereToRefer | null; now: Date }) {
  if (where === null) {
    const { message, remedy } = noTeam();
    return (
      <InsetText>
        <p>{message}</p>
        <p>{remedy}</p>
      </InsetText>
    );
  }
  const { teamName, meeting, leads } = where;
  return (
    <InsetText>
      {meeting ? (
        <p>
          {isDayOver(meeting, now)
            ? `It goes to ${teamName}: “${meeting.name}”, which was to be on ${formatDay(londonDay(meeting.startsAt))} and has not been held yet. If it cannot wait, use “Ask for something” on the person’s page.`
            : `It goes to ${teamName}: “${meeting.name}”, ${formatInstant(meeting.startsAt)}.`}
        </p>
      ) : (
        <>
          <p>{`It goes to ${teamName}, which looks after this person’s neighbourhood and has no meeting planned.`}</p>
          <p>
            {`It waits with the team until there is one. Ask ${leads.length > 0 ? leads.join(' or ') : 'whoever leads the team'} to set one up; if it cannot wait, use “Ask for something” on the person’s page.`}
          </p>
        </>
      )}
    </InsetText>
  );
}

/** On a person's own page: what meetings agreed about them, in plain words. */
export function OutcomesForPerson({ outcomes }: { outcomes: readonly OutcomeForPerson[] }) {
  return (
    <>
      <Heading level={2}>What your team agreed</Heading>
      {outcomes.length === 0 ? (
        <p>Your team has not met about your care yet.</p>
      ) : (
        outcomes.map(({ at, words, steps, nextReview }) => (
          <section key={at.toISOString()}>
            <Heading level={3}>{formatDay(londonDay(at))}</Heading>
            {words !== '' && <p class="app-said">{words}</p>}
            {steps.length > 0 && (
              <ul>
                {steps.map(({ title, done, due }) => (
                  <li key={title}>
                    {`${title}: ${done ? 'done' : `by ${formatDay(londonDay(new Date(due.getTime() - 1)))}`}`}
                  </li>
                ))}
              </ul>
            )}
            {nextReview !== null && <p>{`They will talk about it again by ${formatDay(nextReview)}.`}</p>}
          </section>
        ))
      )}
    </>
  );
}
