import { describe, expect, test } from 'vitest';
import { anOrigin } from '../../../../test/support/actors.ts';
import { useSite } from '../../../../test/support/site.ts';
import { persona } from '../../../../test/support/small-borough.ts';
import { useTestBorough } from '../../../../test/support/test-book.ts';
import { type NhsNumber, plainDate } from '../../../kernel/index.ts';
import { act } from '../../../platform/auth/index.ts';
import { keepNationalCheck, numbersToAsk } from '../../register/index.ts';

const at = useTestBorough();
const site = useSite(at);

const asBatch = async <Result>(work: Parameters<typeof act<Result>>[2]) =>
  act(at.book, { by: await persona(at.book, 'ig_lead'), origin: anOrigin(), login: 'batch' }, work);
const keep = (asked: readonly string[], allowed: readonly string[], on = '2026-11-20') =>
  asBatch((tx) =>
    keepNationalCheck(tx, {
      checkedOn: plainDate(on),
      asked: new Set(asked as NhsNumber[]),
      allowed: new Set(allowed as NhsNumber[]),
    }),
  );
const listed = async (who: string) => {
  const { body } = await (await site.signedIn(who)).get('/people?sort=age');
  return Number((/<strong>([\d,]+) people<\/strong>/.exec(body)?.[1] ?? '').replace(',', ''));
};
/** What the page says: in words, and of each row how many are left out and how many remain. */
const pageFor = async (who: string) => {
  const { body } = await (await site.signedIn(who)).get('/opt-outs');
  const textOf = (html: string) => html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
  const rows = [...(/<tbody[\s\S]*<\/tbody>/.exec(body)?.[0] ?? '').matchAll(/<tr[\s\S]*?<\/tr>/g)].map(
    ([row]) =>
      [...textOf(row).matchAll(/(?<= )\d[\d,]*(?= )/g)].map(([found]) => Number(found.replace(',', ''))),
  );
  return { text: textOf(body), rows };
};

describe('national opt-outs', () => {
  test('before anybody was asked about, the page says that it is not known, and how to ask', async () => {
    expect((await pageFor('ig_lead')).text).toContain('Nobody has been asked about yet');
  });

  test('take those who opted out from the lists of analysts at once, and from no list of care and no figure', async () => {
    const before = { analyst: await listed('analyst'), manager: await listed('practice_manager') };
    const asked = await asBatch((tx) => numbersToAsk(tx));
    const { rows } = await at.book.pool('batch').query(
      `select p.nhs_number from need.person_fact f join register.person p using (person_no)
          where f.planning and p.nhs_number is not null and f.snapshot_id = (select max(snapshot_id) from need.publication)
          order by person_no limit 23`,
    );
    const out = new Set(rows.map(({ nhs_number }) => nhs_number));
    const kept = await keep(
      asked,
      asked.filter((number) => !out.has(number)),
    );
    expect(kept).toMatchObject({ asked: asked.length, allowed: asked.length - 23, known: asked.length });
    expect(await listed('analyst')).toBe(before.analyst - 23);
    expect(await listed('practice_manager')).toBe(before.manager);
    const page = await pageFor('ig_lead');
    const registered = page.rows[0]?.[1] ?? 0;
    const objecting = page.rows[1]?.at(-2) ?? 0;
    expect(objecting).toBeGreaterThan(0);
    expect(page.rows.map((row) => row.slice(-2))).toEqual([
      [0, registered],
      [objecting, registered - objecting],
      [objecting + 23, await listed('analyst')],
    ]);
    expect(page.text).toContain('Last asked on 20 November 2026');
    const rounded = await pageFor('analyst');
    expect(rounded.rows[0]?.at(-1)).toBe(Math.round(registered / 5) * 5);
    expect((await (await site.signedIn('gp')).get('/opt-outs')).statusCode).toBe(403);
  });

  test('come back when a later answer allows it; who is not asked about stays as they were', async () => {
    const { rows } = await at.book.pool('batch').query(
      `select p.nhs_number from register.national_opt_out o join register.person p using (person_no)
          where o.opted_out order by person_no limit 2`,
    );
    const [back, stays] = rows.map(({ nhs_number }) => nhs_number);
    const before = await listed('analyst');
    await keep([back], [back], '2026-11-21');
    expect(await listed('analyst')).toBe(before + 1);
    await keep([back, stays], [back], '2026-11-21');
    expect(await listed('analyst')).toBe(before + 1);
    const { rows: history } = await at.book.pool('batch').query(
      `select o.opted_out, o.last_check - o.first_check as later from register.national_opt_out o
         join register.person p using (person_no) where p.nhs_number = $1 order by first_check`,
      [back],
    );
    expect(history, 'what was answered before stays').toEqual([
      { opted_out: true, later: 0 },
      { opted_out: false, later: 1 },
    ]);
  });

  test.each([
    ['numbers that were not asked about', ['9990000018'], ['9990000026'], '2026-11-21', 'not_asked'],
    ['an answer older than the one that is kept', ['9990000018'], [], '2026-11-01', 'older_check'],
  ])('%s are refused, and change nothing', async (_, asked, allowed, on, code) => {
    const before = await at.book
      .pool('batch')
      .query('select * from register.national_opt_out order by 1, 2, 3');
    await expect(keep(asked, allowed, on)).rejects.toMatchObject({ code });
    const after = await at.book
      .pool('batch')
      .query('select * from register.national_opt_out order by 1, 2, 3');
    expect(after.rows).toEqual(before.rows);
  });
});
