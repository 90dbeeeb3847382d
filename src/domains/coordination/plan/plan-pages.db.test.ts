import { beforeAll, describe, expect, test } from 'vitest';
import { planContent } from '../../../../test/support/drawn-plan.ts';
import { actAs } from '../../../../test/support/drawn-team.ts';
import { useSite } from '../../../../test/support/site.ts';
import { persona } from '../../../../test/support/small-borough.ts';
import { useTestBorough } from '../../../../test/support/test-book.ts';
import { type Actor, type AuthTables, readKept } from '../../../platform/auth/index.ts';
import { openRelationship, type RegisterTables, readOwnPerson } from '../../register/index.ts';
import { only, onlyEntryId, readHead, readPlan, startPlan } from './index.ts';

// Whatever happens to the session, the form or the right to see: nothing that somebody typed is lost.

const at = useTestBorough();
const site = useSite(at);
let plan = '';
let address = '';
let gp: Actor;
let victoria: Actor;
let josie: Actor;

beforeAll(async () => {
  gp = await persona(at.book, 'gp');
  victoria = await persona(at.book, 'patient');
  josie = await persona(at.book, 'care_coordinator');
  const own = await actAs(at.book, victoria, (tx) => readOwnPerson(tx, victoria));
  if (!own) throw new Error('Victoria has no record');
  await actAs(at.book, josie, (tx) =>
    openRelationship(tx, {
      kind: 'caseload',
      holder: { team: josie.team ?? 0 },
      about: { person: own.person.person_no },
      purpose: 'drawn',
    }),
  );
  plan = await actAs(at.book, gp, (tx) =>
    startPlan(tx, { by: gp, now: new Date(), content: planContent, personId: own.person.public_id }),
  );
  address = await actAs(at.book, gp, async (tx) => {
    const entry = onlyEntryId(await readHead(tx, plan), 'about_me');
    return `/plans/${plan}/parts/about_me/${entry}`;
  });
});

const tokenIn = (body: string) => /name="_csrf" value="([^"]+)"/.exec(body)?.[1] ?? '';
const seenIn = (body: string) => /name="seen" value="(\d+)"/.exec(body)?.[1] ?? '';
const says = async (by: Actor) => only(await actAs(at.book, by, (tx) => readPlan(tx, plan)), 'about_me');

async function openForm(key: string) {
  const visitor = await site.signedIn(key);
  const { body } = await visitor.get(address);
  const form = (fields: Record<string, string>) => ({ _csrf: tokenIn(body), seen: seenIn(body), ...fields });
  return { visitor, form };
}

describe('a session that ended while somebody typed', () => {
  test.each([
    [
      'by itself',
      async () => {
        await at.book
          .as('app')
          .withTables<AuthTables>()
          .updateTable('auth.session')
          .set({ seen_at: new Date(Date.now() - 40 * 60_000) })
          .execute();
      },
    ],
    ['in another tab', null],
  ])('%s: the text is kept, offered after signing in, and saved from there', async (how, end) => {
    const { visitor, form } = await openForm('patient');
    const text = `My choir, ended ${how}`;
    const typed = form({ what_matters: text });
    if (end) await end();
    else await visitor.post('/sign-out', { _csrf: typed._csrf });
    const answer = await visitor.post(address, typed);
    expect(answer.statusCode).toBe(303);
    const next =
      new URL(answer.headers.location ?? '', 'https://here.example').searchParams.get('next') ?? '';
    expect(next).toMatch(/^\/kept\//);
    expect((await says(gp)).what_matters, 'nobody else sees it').not.toBe(text);

    const back = site.visitor();
    const entered = await back.post('/sign-in/demo', { persona: 'patient', next });
    expect(entered.headers.location).toBe(next);
    const offered = await back.get(next);
    expect(offered.body).toContain(text);
    expect(offered.body).toContain('before your session ended');
    expect((await back.get('/')).body, 'and on the home page').toContain(
      'You typed something that is not saved',
    );
    await back.post(address, {
      _csrf: tokenIn(offered.body),
      seen: seenIn(offered.body),
      what_matters: text,
    });
    expect((await says(gp)).what_matters).toBe(text);
    expect(await actAs(at.book, victoria, (tx) => readKept(tx, victoria)), 'and then no longer kept').toEqual(
      [],
    );
  });

  test('a text is kept for its writer alone; a made-up token keeps nothing', async () => {
    const { visitor, form } = await openForm('gp');
    const typed = form({ worth_knowing: 'Only for me' });
    await visitor.post('/sign-out', { _csrf: typed._csrf });
    const forged = await site.visitor().post(address, { ...typed, _csrf: 'made-up' });
    expect(forged.headers.location).toBe('/sign-in');
    const answer = await visitor.post(address, typed);
    const next =
      new URL(answer.headers.location ?? '', 'https://here.example').searchParams.get('next') ?? '';
    const other = await site.signedIn('care_coordinator');
    expect((await other.get(next)).statusCode).toBe(404);
    expect(await actAs(at.book, josie, (tx) => readKept(tx, josie))).toEqual([]);
    const own = await site.signedIn('gp');
    expect((await own.get(next)).body).toContain('Only for me');
    const home = await own.get(`/plans/${plan}`);
    await own.post(`${next}/throw-away`, { _csrf: tokenIn(home.body) });
    expect((await own.get(next)).statusCode).toBe(404);
  });
});

describe('while somebody types', () => {
  const FORMS = ['0b5d0a4e-6d53-4f4e-9a51-7d6a1f0f5b01', '0b5d0a4e-6d53-4f4e-9a51-7d6a1f0f5b02'] as const;
  const keptOf = async () =>
    (await actAs(at.book, gp, (tx) => readKept(tx, gp)))
      .map(({ why, fields }) => [why, fields.support])
      .sort();

  test('each form keeps its own text, without a version; what is saved is not kept any more', async () => {
    const { visitor, form } = await openForm('gp');
    const before = (await actAs(at.book, gp, (tx) => readHead(tx, plan))).version;
    const keep = (name: string, support: string) =>
      visitor.post(`${address}/keep`, form({ form: name, support }));
    for (const text of ['A r', 'A ramp', 'A ramp at the door'])
      expect((await keep(FORMS[0], text)).statusCode).toBe(204);
    await keep(FORMS[1], 'A rail');
    expect(await keptOf()).toEqual([
      ['typing', 'A rail'],
      ['typing', 'A ramp at the door'],
    ]);
    expect((await actAs(at.book, gp, (tx) => readHead(tx, plan))).version).toBe(before);
    await visitor.post(address, form({ form: FORMS[0], support: 'A ramp at the door' }));
    expect(await keptOf()).toEqual([['typing', 'A rail']]);
    // The script asked once more while the form was being saved: there is nothing that is not saved.
    await keep(FORMS[0], 'A ramp at the door');
    expect(await keptOf()).toEqual([['typing', 'A rail']]);
    // Who types back what stands has nothing that is not saved either.
    await keep(FORMS[1], 'A ramp at the door');
    expect(await keptOf()).toEqual([]);
  });

  test('it is refused without the token of the session, as every form is', async () => {
    const { visitor, form } = await openForm('gp');
    const answer = await visitor.post(`${address}/keep`, {
      ...form({ support: 'Forged' }),
      _csrf: 'made-up',
    });
    expect(answer.statusCode).toBe(403);
    expect(await keptOf()).toEqual([]);
  });
});

test('a form that cannot be used comes back as it was typed, with what is wrong', async () => {
  const { visitor, form } = await openForm('gp');
  const long = 'x'.repeat(4001);
  const answer = await visitor.post(address, form({ people: long, communicate: 'Slowly' }));
  expect(answer.statusCode).toBe(422);
  expect(answer.body).toContain(long);
  expect(answer.body).toContain('Slowly');
  expect(answer.body).toContain('may be 4000 characters long; this is 4001');
});

test('the same field at once: both texts are shown, mine is kept when I leave, and saving again is meant', async () => {
  const mine = await openForm('care_coordinator');
  const hers = await openForm('patient');
  await hers.visitor.post(
    address,
    hers.form({ what_matters: (await says(gp)).what_matters ?? '', support: 'Hers' }),
  );
  const typed = mine.form({ what_matters: (await says(gp)).what_matters ?? '', support: 'Mine' });
  const answer = await mine.visitor.post(address, typed);
  expect(answer.statusCode).toBe(409);
  for (const shown of ['Hers', 'Mine', 'Victoria Larkmoor wrote', 'You wrote'])
    expect(answer.body).toContain(shown);
  expect((await says(gp)).support).toBe('Hers');
  expect(await actAs(at.book, josie, (tx) => readKept(tx, josie))).toMatchObject([
    { why: 'conflict', fields: { support: 'Mine' } },
  ]);
  const again = {
    ...typed,
    _csrf: tokenIn(answer.body),
    seen: seenIn(answer.body),
    support: 'Hers, and mine',
  };
  expect((await mine.visitor.post(address, again)).statusCode).toBe(303);
  expect((await says(gp)).support).toBe('Hers, and mine');
  expect(await actAs(at.book, josie, (tx) => readKept(tx, josie))).toEqual([]);
});

test('who may not see the plan any more is refused, and shown what they typed, and nothing else of it', async () => {
  const { visitor, form } = await openForm('care_coordinator');
  await at.book
    .as('batch')
    .withTables<RegisterTables>()
    .updateTable('register.care_relationship')
    .set({ ends: new Date() })
    .where('kind', '=', 'caseload')
    .execute();
  const answer = await visitor.post(address, form({ wellness: 'Written too late' }));
  expect(answer.statusCode).toBe(404);
  expect(answer.body).toContain('Written too late');
  expect(answer.body).not.toContain('Hers, and mine');
  expect(answer.body).not.toContain('LARKMOOR');
  expect(await says(gp)).not.toHaveProperty('wellness');
});
