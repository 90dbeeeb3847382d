import { beforeAll, describe, expect, test } from 'vitest';
import { planContent } from '../../../test/support/drawn-plan.ts';
import { actAs } from '../../../test/support/drawn-team.ts';
import { useSite } from '../../../test/support/site.ts';
import { persona } from '../../../test/support/small-borough.ts';
import { useTestBorough } from '../../../test/support/test-book.ts';
import { readCaseloadPathway, startPlan, takeOn } from '../../domains/coordination/index.ts';
import type { Actor } from '../../platform/auth/index.ts';

// Somebody on a caseload dies, or leaves every list. Their work stays open until a person ends it: whoever is about to ring
// them is told beside the name, wherever the name stands.

const at = useTestBorough();
const site = useSite(at);
let lead: Actor;
let people: { id: string; no: number; item: number }[];

beforeAll(async () => {
  lead = await persona(at.book, 'int_lead');
  const found = await at.book.pool('batch').query<{ id: string; no: number }>(
    `select p.public_id as id, p.person_no as no from need.person_fact f join register.person p using (person_no)
      where f.need_before < 900 and not p.sensitive and p.death_date is null order by f.need_rank limit 3`,
  );
  people = [];
  for (const { id, no } of found.rows) {
    const item = await actAs(at.book, lead, (tx) =>
      takeOn(tx, {
        by: lead,
        now: new Date(),
        personId: id,
        reason: 'Planted',
        pathway: readCaseloadPathway('content'),
        lead: lead.account,
        nextStep: 'Ring them',
        due: '2030-01-01' as never,
        overrideReason: null,
        evidence: {},
      }),
    );
    await actAs(at.book, lead, (tx) =>
      startPlan(tx, { by: lead, now: new Date(), content: planContent, personId: id }),
    );
    people.push({ id, no, item });
  }
  const owner = at.book.pool('owner');
  await owner.query(
    `update register.person set death_date = '2026-10-30', registered = false, practice_id = null where person_no = $1`,
    [people[0]?.no],
  );
  await owner.query(
    `update register.person set registered = false, practice_id = null where person_no = $1`,
    [people[1]?.no],
  );
});

describe('who has died, or is on no list any more, is marked so', () => {
  test.each([
    ['the caseload', '/caseload?of=team'],
    ['the inbox', '/work?of=team'],
    ['the care plans', '/plans'],
  ])('in %s', async (_, address) => {
    const { body } = await (await site.signedIn('int_lead')).get(address);
    const rowOf = (id: string | undefined) =>
      body.split('<tr').find((row) => row.includes(`/people/${id}`)) ?? '';
    const [died, left, here] = people;
    expect(rowOf(died?.id)).toContain('Died 30 October 2026');
    expect(rowOf(left?.id)).toContain('On no list');
    expect(rowOf(here?.id)).not.toBe('');
    expect(rowOf(here?.id)).not.toMatch(/Died|On no list/);
  });

  test('on the home page, the entry, the piece of work and in the file', async () => {
    const visitor = await site.signedIn('int_lead');
    for (const address of ['/', `/caseload/${people[0]?.item}`, '/caseload.csv?of=team'])
      expect([address, (await visitor.get(address)).body]).toEqual([
        address,
        expect.stringContaining('Died 30 October 2026'),
      ]);
  });

  test('on the agenda of a meeting and on their page in it', async () => {
    const visitor = await site.signedIn('int_lead');
    const token = await visitor.formToken();
    const set = await visitor.post('/mdt/new', {
      _csrf: token,
      name: 'Meeting',
      cadence: 'weekly',
      'starts-day': '2',
      'starts-month': '1',
      'starts-year': '2031',
      time: '13:30',
      minutes: '60',
      place: 'Room',
      chair: lead.account,
      chairDiscipline: 'nursing',
    });
    expect([set.statusCode, set.headers.location]).toEqual([303, expect.stringMatching(/^\/mdt\/\d+/)]);
    const meeting = (set.headers.location ?? '').split('?')[0];
    const referred = await visitor.post(`/people/${people[0]?.id}/mdt`, {
      _csrf: token,
      reason: 'Who writes to the family?',
    });
    expect(referred.statusCode).toBe(303);
    await visitor.post(`${meeting}/agenda`, { _csrf: token });
    const agenda = (await visitor.get(meeting ?? '')).body;
    expect(agenda).toContain('Died 30 October 2026');
    const own = /href="(\/mdt\/\d+\/people\/\d+)"/.exec(agenda)?.[1] ?? '';
    expect((await visitor.get(own)).body).toContain('Died 30 October 2026');
  });
});
