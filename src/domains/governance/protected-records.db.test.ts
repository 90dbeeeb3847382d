import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { useSite, type Visitor } from '../../../test/support/site.ts';
import { persona } from '../../../test/support/small-borough.ts';
import { useTestBorough } from '../../../test/support/test-book.ts';

const at = useTestBorough();
const site = useSite(at);

interface Marked {
  readonly person_no: number;
  readonly public_id: string;
  readonly nhs_number: string;
  readonly family_name: string;
  readonly postcode: string;
}
let marked: Marked;

beforeAll(async () => {
  const gp = await persona(at.book, 'gp');
  const { rows } = await at.book.pool('batch').query(
    `select p.* from register.person p join register.care_relationship r using (practice_id)
      where r.account = $1 and p.registered and p.nhs_number is not null and p.postcode is not null
        and not p.sensitive and not p.confidential
        and not exists (select from register.care_relationship own where own.person_no = p.person_no)
      order by p.person_no limit 1`,
    [gp.account],
  );
  marked = rows[0];
});
beforeEach(() => at.book.pool('owner').query('delete from register.protection'));

async function send(visitor: Visitor, url: string, fields: Record<string, string>) {
  return await visitor.post(url, { _csrf: await visitor.formToken(), ...fields });
}

async function protect(kind: string): Promise<void> {
  const answer = await send(await site.signedIn('ig_lead'), '/protected-records', {
    nhs_number: marked.nhs_number,
    kind,
    reason: 'She is on the desk on Mondays',
    'review_on-day': '22',
    'review_on-month': '11',
    'review_on-year': '2029',
  });
  expect(answer.statusCode).toBe(303);
}

/** Every row of a list, over all its pages. */
async function rowsOf(visitor: Visitor, url: string): Promise<string[]> {
  const found: string[] = [];
  for (let page = 1; ; page++) {
    const { body } = await visitor.get(`${url}${url.includes('?') ? '&' : '?'}page=${page}`);
    const rows = [...(/<tbody[\s\S]*?<\/tbody>/.exec(body)?.[0] ?? '').matchAll(/<tr[\s\S]*?<\/tr>/g)];
    found.push(...rows.map(([row]) => row));
    if (rows.length < 50) return found;
  }
}

describe('a record that is protected as a colleague’s', () => {
  test('stands in lists as a protected record, so that numbers still agree, and says nothing more', async () => {
    const manager = await site.signedIn('practice_manager');
    const before = await rowsOf(manager, '/people?sort=name');
    expect(before.filter((row) => row.includes(marked.public_id))).toHaveLength(1);
    await protect('staff');
    const after = await rowsOf(manager, '/people?sort=name');
    expect(after).toHaveLength(before.length);
    expect(after.filter((row) => row.includes(marked.public_id))).toEqual([]);
    const [row = '', ...others] = after.filter((each) => each.includes('Protected record'));
    expect(others).toEqual([]);
    expect(row.replaceAll(/<[^>]*>/g, ' ')).not.toMatch(new RegExp(`${marked.family_name}|\\d`, 'i'));
    const csv = (await manager.get('/people.csv')).body;
    expect(csv).not.toContain(marked.nhs_number);
    expect(csv.split('\n').filter((line) => line.includes('protected record'))).toHaveLength(1);
  });

  test('is not found by who sees it through a list; their own GP opens it', async () => {
    await protect('staff');
    expect(
      (await (await site.signedIn('practice_manager')).get(`/people/${marked.public_id}`)).statusCode,
    ).toBe(404);
    const page = await (await site.signedIn('gp')).get(`/people/${marked.public_id}`);
    expect(page.statusCode).toBe(200);
    expect(page.body).not.toContain('desk on Mondays');
  });
});

describe('a record with a safeguarding concern', () => {
  test('shows where the person lives to nobody, and says whom to ask; and when it ends all is as before', async () => {
    const gp = await site.signedIn('gp');
    const open = async () => (await gp.get(`/people/${marked.public_id}`)).body;
    expect(await open()).toContain(marked.postcode);
    await protect('safeguarding');
    const page = await open();
    expect(page).not.toContain(marked.postcode);
    expect(page).toContain('ask the practice’s safeguarding lead');
    const lead = await site.signedIn('ig_lead');
    const list = (await lead.get('/protected-records')).body;
    const [, one = ''] = /href="(\/protected-records\/\d+)"/.exec(list) ?? [];
    expect((await lead.get(one)).body).toContain('She is on the desk on Mondays');
    expect((await send(lead, `${one}/end`, { because: '' })).statusCode).toBe(422);
    expect((await send(lead, `${one}/end`, { because: 'It is over' })).statusCode).toBe(303);
    expect(await open()).toContain(marked.postcode);
    expect((await lead.get(one)).body).toContain('It is over');
  });

  test('of Victoria is not told to her, nor does her carer see her until it ends', async () => {
    const { rows } = await at.book.pool('owner').query(
      `select p.person_no, p.nhs_number from register.person p join register.care_relationship r using (person_no)
        where r.kind = 'self'`,
    );
    const carer = await site.signedIn('carer');
    const own = await site.signedIn('patient');
    const victoria = 'Victoria';
    expect((await carer.get('/')).body).toContain(victoria);
    const before = (await own.get('/')).body;
    const lead = await persona(at.book, 'ig_lead');
    await at.book.pool('owner').query(
      `insert into register.protection (person_no, kind, reason, marked_by, review_on)
       values ($1, 'safeguarding', 'x', $2, '2029-01-01')`,
      [rows[0].person_no, lead.account],
    );
    const shut = await carer.get('/');
    expect(shut.body).not.toContain(victoria);
    const after = (await own.get('/')).body;
    expect(after.match(/safeguarding/gi)).toEqual(before.match(/safeguarding/gi));
    expect((await own.get('/protected-records')).statusCode).toBe(403);
  });
});
