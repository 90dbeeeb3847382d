import { beforeAll, describe, expect, test } from 'vitest';
import { useSite, type Visitor } from '../../../../test/support/site.ts';
import { persona } from '../../../../test/support/small-borough.ts';
import { useTestBorough } from '../../../../test/support/test-book.ts';
import { addDays, londonDay } from '../../../kernel/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';

// The pages of a series: its lead changes it, ends it having seen what stands on it, and begins it again.

const at = useTestBorough();
const site = useSite(at);
let lead: Actor;
let visitor: Visitor;
let _csrf = '';
/** Three people with diabetes: one will have died, one will be on no list, one stays. */
let people: { id: string; no: number }[];

const sql = async <Row>(text: string, values: unknown[] = []): Promise<Row[]> =>
  (await at.book.pool('owner').query(text, values)).rows;
/** The words of a page, without its tags. */
const words = (body: string) =>
  body
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ');
const page = async (url: string, as = visitor) => {
  const { statusCode, body } = await as.get(url);
  return { statusCode, body, words: words(body) };
};
const onDay = (days: number): Record<string, string> => {
  const [year = '', month = '', day = ''] = addDays(londonDay(new Date()), days).split('-');
  return { 'starts-day': day, 'starts-month': month, 'starts-year': year, time: '13:30' };
};
const setUp = async (name: string, days: number) => {
  const set = await visitor.post('/mdt/new', {
    _csrf,
    name,
    cadence: 'weekly',
    minutes: '60',
    place: 'Room 2',
    chair: lead.account,
    chairDiscipline: 'nursing',
    ...onDay(days),
  });
  return set.headers.location ?? '';
};
/** The fields of the form that a page has, as a browser would send them. */
const formOf = (body: string): Record<string, string> => {
  const fields: Record<string, string> = {};
  for (const [input] of body.matchAll(/<input[^>]*>/g)) {
    const name = /name="([^"]*)"/.exec(input)?.[1];
    if (!name || (/type="radio"/.test(input) && !/ checked/.test(input))) continue;
    fields[name] = /value="([^"]*)"/.exec(input)?.[1] ?? '';
  }
  for (const [, name = '', options = ''] of body.matchAll(
    /<select[^>]*name="([^"]*)"[^>]*>([\s\S]*?)<\/select>/g,
  ))
    fields[name] = /<option[^>]*value="([^"]*)"[^>]* selected/.exec(options)?.[1] ?? '';
  return fields;
};
let meeting = '';
let series = '';

beforeAll(async () => {
  lead = await persona(at.book, 'int_lead');
  visitor = await site.signedIn('int_lead');
  _csrf = await visitor.formToken();
  const listed = (await visitor.get('/people?condition=diabetes')).body;
  const ids = [...new Set([...listed.matchAll(/href="\/people\/([0-9a-f-]{36})"/g)].map(([, id]) => id))];
  people = await sql(
    `select public_id as id, person_no as no from register.person
      where public_id = any ($1::uuid[]) and not sensitive and death_date is null order by person_no limit 3`,
    [ids],
  );
  for (const [n, name] of ['Quorumdied', 'Quorumleft', 'Quorumhere'].entries())
    await sql('update register.person set family_name = $1 where person_no = $2', [name, people[n]?.no]);
  meeting = await setUp('Frailty meeting', 1);
  for (const { id } of people) await visitor.post(`/people/${id}/mdt`, { _csrf, reason: 'Falls' });
  series = /href="(\/mdt\/series\/\d+)"/.exec((await page(meeting)).body)?.[1] ?? '';
}, 240_000);

test('a meeting needs a discipline for whoever has left every list, and not for who has died', async () => {
  const specialist = async () =>
    /Diabetes specialist, for ([^.]*?)(?= Nobody|\.| Name|$)/.exec((await page(meeting)).words)?.[1] ?? '';
  for (const name of ['QUORUMDIED', 'QUORUMLEFT', 'QUORUMHERE']) expect(await specialist()).toContain(name);
  const gone = 'registered = false, practice_id = null where person_no = $1';
  await sql(`update register.person set death_date = '2026-10-30', ${gone}`, [people[0]?.no]);
  await sql(`update register.person set ${gone}`, [people[1]?.no]);
  const after = await specialist();
  expect(after).not.toContain('QUORUMDIED');
  for (const name of ['QUORUMLEFT', 'QUORUMHERE']) expect(after).toContain(name);
  expect((await page(meeting)).words, 'both stand on the agenda').toMatch(/QUORUMDIED.*Died.*QUORUMLEFT/i);
});

describe('the page of a series', () => {
  test('has the form filled with what stands; a field that is wrong comes back with all that was typed', async () => {
    const { body } = await page(`${series}/change`);
    const stood = formOf(body);
    expect(stood).toMatchObject({
      name: 'Frailty meeting',
      cadence: 'weekly',
      chair: lead.account,
      chairDiscipline: 'nursing',
      'was-name': 'Frailty meeting',
      ...Object.fromEntries(Object.entries(onDay(1)).map(([name, part]) => [name, part.replace(/^0/, '')])),
    });
    const refused = await visitor.post(`${series}/change`, { ...stood, name: 'Falls', minutes: '5' });
    expect(refused.statusCode).toBe(422);
    expect(formOf(refused.body)).toMatchObject({
      name: 'Falls',
      minutes: '5',
      'was-name': 'Frailty meeting',
    });
    const sent = await visitor.post(`${series}/change`, { ...stood, place: 'Room 9' });
    expect([sent.statusCode, sent.headers.location]).toEqual([303, series]);
    expect((await page(series)).words).toContain('Where: Room 9, was Room 2');
  });

  test('of two who change it at once the second is shown both, and nothing that they typed is lost', async () => {
    const first = formOf((await page(`${series}/change`)).body);
    await visitor.post(`${series}/change`, { ...first, place: 'Room 10', minutes: '45' });
    const second = await visitor.post(`${series}/change`, { ...first, place: 'Room 11', name: 'Falls' });
    expect(second.statusCode).toBe(409);
    expect(words(second.body)).toMatch(/Where: .* wrote, .* Room 10 You wrote Room 11/);
    const offered = formOf(second.body);
    // Theirs where only they wrote; the writer's own elsewhere.
    expect(offered).toMatchObject({ place: 'Room 11', name: 'Falls', minutes: '45', 'was-place': 'Room 10' });
    expect((await visitor.post(`${series}/change`, offered)).statusCode).toBe(303);
    const { words: after } = await page(series);
    for (const said of ['Room 11', 'Falls', '45 minutes']) expect(after).toContain(said);
  });

  test('is for its team; changing it for who leads it', async () => {
    const coordinator = await site.signedIn('care_coordinator');
    expect((await page(series, coordinator)).statusCode).toBe(200);
    expect((await page(series, coordinator)).words).not.toContain('End these meetings');
    for (const act of ['change', 'end', 'begin-again'])
      expect((await page(`${series}/${act}`, coordinator)).statusCode).toBe(403);
    const nurse = await site.signedIn('practice_nurse');
    expect((await page(series, nurse)).statusCode).toBe(404);
  });

  test('says before it is ended what stands on it, and after where each is, by name; the list has it apart', async () => {
    const on = await sql<{ n: string }>(
      `select count(*)::int as n from coordination.meeting_case c join coordination.meeting m using (meeting_id)
        where m.mdt_id = $1 and m.state = 'planned' and c.removed_at is null`,
      [series.split('/').at(-1)],
    );
    const before = await page(`${series}/end`);
    expect(before.words).toContain(`On its agenda ${on[0]?.n} people`);
    expect(before.words).toContain('Open actions No actions');
    expect(before.words).toContain('The team has no other meeting.');
    const empty = await visitor.post(`${series}/end`, { _csrf, reason: ' ' });
    expect(empty.statusCode).toBe(422);
    const ended = await visitor.post(`${series}/end`, { _csrf, reason: 'The team has grown' });
    expect([ended.statusCode, ended.headers.location]).toEqual([303, series]);
    const again = await visitor.post(`${series}/end`, { _csrf, reason: 'Something else' });
    expect(again.statusCode).toBe(409);
    expect(words(again.body)).toContain(`${lead.name} has ended these meetings: The team has grown`);
    expect(again.body).toContain('Something else');

    const after = await page(series);
    expect(after.words).toContain('Without a meeting');
    expect(after.words).toMatch(/Quorumdied, .*Died/i);
    const [look] = await sql<{ people: number[] }>(
      `select detail->'people' as people from audit.entry where action = 'mdt.looked' order by id desc limit 1`,
    );
    expect(look?.people, 'whom it names by name is in the audit').toEqual(
      expect.arrayContaining(people.map(({ no }) => no)),
    );
    const list = await page('/mdt');
    expect(list.words).toContain('Meetings that were ended');
    expect(list.body).toContain(`href="${series}"`);
    expect(list.body, 'its planned meeting is not to come').not.toContain(`href="${meeting}"`);
    expect((await page(meeting)).words).toContain('this one will not be held');
    expect((await visitor.post(`${meeting}/begin`, { _csrf })).statusCode).toBe(409);
    expect((await page(`/people/${people[2]?.id}/mdt`)).words).toContain('has no meeting planned');
  });

  test('has it begun again on a day to come, with whoever waits', async () => {
    const { body } = await page(`${series}/begin-again`);
    const past = await visitor.post(`${series}/begin-again`, { ...formOf(body), ...onDay(-1) });
    expect(past.statusCode).toBe(422);
    const sent = await visitor.post(`${series}/begin-again`, { ...formOf(body), ...onDay(8) });
    expect([sent.statusCode, sent.headers.location]).toEqual([303, series]);
    const { words: after } = await page(series);
    expect(after).toContain('Begun again');
    expect((await page(meeting)).words).toMatch(/QUORUMHERE/i);
    expect((await page('/mdt')).words).not.toContain('Meetings that were ended');
  });
});
