import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { actAs } from '../../test/support/drawn-team.ts';
import { persona } from '../../test/support/small-borough.ts';
import { useTestBorough } from '../../test/support/test-book.ts';
import { readCaseloadPathway, takeOn } from '../domains/coordination/index.ts';
import { addDays, londonDay } from '../kernel/index.ts';
import { afterImport } from './after-import.ts';

const at = useTestBorough();
const now = new Date('2026-11-22T12:00:00Z');
let content: string;
beforeAll(() => {
  content = join(mkdtempSync(join(tmpdir(), 'nh-content-')), 'content');
  cpSync('content', content, { recursive: true });
  // A year of hospital events, so that the small borough has some for sure.
  const file = join(content, 'pathways', 'hospital-alert.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('within_days: 7', 'within_days: 365'));
});
afterAll(() => rmSync(join(content, '..'), { recursive: true, force: true }));

test('everybody of the borough has a named GP, and an import again changes nothing', async () => {
  const operator = await persona(at.book, 'int_lead');
  const again = await afterImport({ book: at.book, home: at.home, operator, content: 'content' }, now);
  expect(again).toEqual({ given: 0, ended: 0, returned: 0, told: 0, takenBack: 0 });
});

test('named professionals are told of what hospitals sent about people on their caseload, once', async () => {
  const by = await persona(at.book, 'int_lead');
  const lead = await persona(at.book, 'care_coordinator');
  const { rows } = await at.book.pool('owner').query(
    `select p.public_id from need.person_fact f join register.person p using (person_no)
      where f.need_rank is not null and p.death_date is null order by f.need_rank limit 25`,
  );
  for (const { public_id } of rows)
    await actAs(at.book, by, (tx) =>
      takeOn(tx, {
        by,
        now,
        pathway: readCaseloadPathway('content'),
        personId: public_id,
        lead: lead.account,
        reason: 'High need',
        nextStep: 'Ring',
        due: addDays(londonDay(now), 7),
        overrideReason: null,
        evidence: {},
      }),
    );
  const product = { book: at.book, home: at.home, operator: by, content };
  const { told } = await afterImport(product, now);
  expect(told).toBeGreaterThan(0);
  expect((await afterImport(product, now)).told).toBe(0);
  const alerts = await at.book
    .pool('owner')
    .query("select owner_account, title from work.item where kind = 'alert' and closed_at is null");
  expect(alerts.rows).toHaveLength(told);
  for (const alert of alerts.rows) {
    expect(alert.owner_account).toBe(lead.account);
    expect(alert.title).toMatch(
      /^(Went to (A&E|an urgent treatment centre|a walk-in centre|same day emergency care)|Was admitted to hospital as an emergency|Left hospital after an emergency stay) on /,
    );
  }
});
