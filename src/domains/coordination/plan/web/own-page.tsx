import type { VNode } from 'preact';
import { writeAudit } from '../../../../platform/audit/index.ts';
import { readKept } from '../../../../platform/auth/index.ts';
import { InsetText, Page, PageHeading, UnsavedTexts, type Visit } from '../../../../platform/web/index.ts';
import { type PlaceTree, readPlaces } from '../../../directory/index.ts';
import {
  type LakeAccess,
  type OwnPerson,
  readAppointments,
  readCarers,
  readOwnPerson,
} from '../../../register/index.ts';
import { readOutcomes } from '../../mdt/read-case.ts';
import { OutcomesForPerson } from '../../mdt/web/mdt-routes.tsx';
import { readNamedPeople } from '../../named/read-named.ts';
import { readEntryOfPerson } from '../../read-caseload.ts';
import type { PlanContent } from '../plan-content.ts';
import { readPlan, readPlansOfPerson, readVersions } from '../read-plan.ts';
import { MyAppointments } from './own-appointments.tsx';
import { Changes } from './own-changes.tsx';
import { readLooks, WhoLooked } from './own-looks.tsx';
import { Matters, type Own, Steps, Team, Trouble } from './own-parts.tsx';
import { Asked, PlanWays, Sharing } from './own-plan.tsx';
import { nameOf } from './plan-visit.ts';

/**
 * The page of a patient: my team, my plan, what comes next, what to do when something goes wrong, who may see it and
 * who looked. A carer sees of it what the person granted, and never who else looked.
 */
export async function ownPage(visit: Visit, rules: PlanContent, access: LakeAccess): Promise<VNode> {
  const own = await readOwnPerson(visit.tx, visit.by);
  if (own === null) return <NobodyPage visit={visit} />;
  const page = await readOwn(visit, rules, own);
  const title = own.isSelf ? 'Your care' : 'The care of somebody you look after';
  const kept = await readKept(visit.tx, visit.by);
  return (
    <Page title={title} chrome={visit.chrome} width="reading">
      <UnsavedTexts kept={kept} chrome={visit.chrome} />
      <PageHeading>{own.isSelf ? 'Your care' : `${nameOf(own.person)}’s care`}</PageHeading>
      <Asked {...page} />
      <Matters {...page} />
      <Team {...page} />
      <Steps {...page} />
      {page.may('next_step') && (
        <OutcomesForPerson outcomes={await readOutcomes(visit.tx, own.person.person_no)} />
      )}
      {own.isSelf && (
        <MyAppointments
          appointments={await readAppointments(access, visit.tx, own.person)}
          practice={page.practice}
          nameOf={practiceNames(await readPlaces(visit.tx))}
          now={visit.now}
        />
      )}
      {own.isSelf && page.plan !== null && (
        <Changes rules={rules} versions={await readVersions(visit.tx, page.plan.id)} />
      )}
      <Trouble {...page} />
      <PlanWays {...page} />
      {own.isSelf && <Sharing {...page} />}
      {own.isSelf && <WhoLooked rows={await readLooks(visit, own.person.person_no)} />}
    </Page>
  );
}

function practiceNames(places: PlaceTree): (code: string) => string {
  const names = new Map(places.all.map(({ code, name }) => [code, name]));
  return (code) => names.get(code) ?? 'A practice';
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
