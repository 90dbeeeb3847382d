import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { observation, writeExtract } from '../../../test/support/extracts.ts';
import { importPaths } from '../../../test/support/imports.ts';
import { firstPatient } from '../../../test/support/planted-round.ts';
import { asProduct, useSite, type Visitor } from '../../../test/support/site.ts';
import { useTestBorough } from '../../../test/support/test-book.ts';
import { closeAbandonedRun } from '../../domains/register/index.ts';
import type { AuditTables } from '../../platform/audit/index.ts';
import { queues } from '../queues.ts';
import { retain } from '../retain.ts';

const at = useTestBorough();
const site = useSite(at);

/** The practice whose manager signs in, and another. */
const OWN = 'Z10019';
const OTHER = 'Z10007';

let folder: string;
let run: number;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nh-pages-'));
  const bad = (id: string, practice: string, number: number) =>
    observation(id, firstPatient(number), {
      clinical_effective_date: '31/02/2020',
      mapped_concept_display: `=words of ${id}`,
      record_owner_organisation_code: practice,
    });
  const path = writeExtract(
    folder,
    'both',
    {
      observation: [
        ...Array.from({ length: 60 }, (_, n) => bad(`own-${n}`, OWN, 19)),
        bad('other-1', OTHER, 7),
      ],
      medication_order: [
        { id: 'm1', patient_id: firstPatient(19), mapped_concept_code: '1', quantity_value: 'many' },
      ],
    },
    { publisher: OWN, extracted_at: '2026-10-31T03:00:00Z' },
  );
  ({ runId: run } = await importPaths(at, path));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rows = () => `/imports/${run}/0/rows?table=observation&reason=not_a_date`;
const looks = (action: string) =>
  at.book
    .as('batch')
    .withTables<AuditTables>()
    .selectFrom('audit.entry')
    .select(['role', 'purpose', 'detail'])
    .where('action', '=', action)
    .orderBy('id')
    .execute();
const text = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');

describe('what quarantined rows say', () => {
  test('is shown to the manager of their practice who asks for it, and that is a look at people', async () => {
    const manager = await site.signedIn('practice_manager');
    const closed = await manager.get(rows());
    expect(text(closed.body)).toMatch(/61 rows were put aside: 61 open/);
    expect(closed.body).not.toContain('words of');
    expect(await looks('quarantine.looked')).toEqual([]);

    const said = text((await manager.get(`${rows()}&say=yes`)).body);
    expect(said).toContain('=words of own-0');
    expect(said.match(/=words of own/g)?.length).toBe(50);
    const [look] = await looks('quarantine.looked');
    expect(look).toMatchObject({ role: 'practice_manager', detail: { table: 'observation' } });
    const { people, rows: shown } = (look?.detail ?? {}) as { people: number[]; rows: number[] };
    expect([people.length, shown.length]).toEqual([1, 50]);

    // Of another practice's row only where it stands and what is wrong with it.
    const last = text((await manager.get(`${rows()}&say=yes&page=2`)).body);
    expect(last).toContain('Not for you to see');
    expect(last).not.toContain('words of other');
  });

  test.each(['analyst', 'ig_lead', 'int_lead', 'pcn_manager'])(
    'is not shown to the %s, nor handed out',
    async (key) => {
      const visitor = await site.signedIn(key);
      const before = (await looks('quarantine.looked')).length;
      const page = await visitor.get(`${rows()}&say=yes`);
      expect(page.statusCode).toBe(200);
      expect(page.body).toContain('is not a day of the calendar');
      expect(page.body).not.toContain('words of');
      expect(text(page.body)).toContain('for the practice manager');
      expect((await looks('quarantine.looked')).length).toBe(before);
      const file = await visitor.get(`/imports/${run}/0/to-mend?table=observation&reason=not_a_date`);
      expect(file.statusCode).toBe(403);
      expect(file.body).not.toContain('words of');
    },
  );

  test('is handed out to the manager: the own practice’s rows, audited with whom they are about', async () => {
    const manager = await site.signedIn('practice_manager');
    const file = await manager.get(`/imports/${run}/0/to-mend?table=observation&reason=not_a_date`);
    expect(file.headers['content-disposition']).toMatch(
      /^attachment; filename="to-mend-\d+-observation\.csv"$/,
    );
    expect(file.body).toContain("'=words of own-0");
    expect(file.body).not.toContain('other-1');
    expect(file.body.trimEnd().split('\r\n').length).toBe(61);
    expect(await looks('quarantine.exported')).toMatchObject([
      { role: 'practice_manager', detail: { rows: 60, people: [expect.any(Number)] } },
    ]);
    const all = await manager.get(`/imports/${run}/0/to-mend`);
    expect(all.headers['content-type']).toBe('application/zip');
    expect(all.rawPayload.subarray(0, 2).toString()).toBe('PK');
  });

  test.each([
    ['/rows?table=observation&reason=nothing', 404],
    ['/rows?table=x&reason=not_a_date', 404],
    ["/to-mend?table=observation'--", 404],
    ['/rows', 404],
  ])('of %s there is nothing', async (path, status) => {
    const manager = await site.signedIn('practice_manager');
    expect((await manager.get(`/imports/${run}/0${path}`)).statusCode).toBe(status);
    expect((await manager.get(`/imports/${run}/9${path}`)).statusCode).toBeGreaterThanOrEqual(404);
  });
});

describe('rows that come again', () => {
  const deliveryPage = async (visitor: Visitor) => text((await visitor.get(`/imports/${run}/0`)).body);

  test('are tried by who may import; the page says that it is under way, and when it failed', async () => {
    const lead = await site.signedIn('pcn_manager');
    expect((await lead.post(`/imports/${run}/0/release`, { _csrf: await lead.formToken() })).statusCode).toBe(
      403,
    );
    const analyst = await site.signedIn('analyst');
    const answer = await analyst.post(`/imports/${run}/0/release`, { _csrf: await analyst.formToken() });
    expect(answer.headers.location).toBe(`/imports/${run}/0`);
    const [job] = site.queued as { queue: string; data: { runId: number; release: number } }[];
    expect(job).toMatchObject({ queue: queues.importFiles, data: { release: expect.any(Number) } });
    expect(await deliveryPage(analyst)).toMatch(/brings rows of this delivery again.*Look again/);
    expect((await looks('quarantine.released')).length).toBe(1);
    await closeAbandonedRun(at.book, job?.data.runId ?? 0);
    expect(await deliveryPage(analyst)).toMatch(/was not taken in.*Nothing has changed/);
  });

  test('are sent by the page of their delivery, which says so', async () => {
    const manager = await site.signedIn('practice_manager');
    const page = await manager.get(`/imports/${run}/0`);
    const mends = /name="mends" value="(\d+)"/.exec(page.body)?.[1] ?? '';
    const answer = await manager.upload('/imports', [
      { name: '_csrf', content: await manager.formToken() },
      { name: 'mends', content: mends },
      { name: 'files', filename: 'mended.csv', content: 'id\n' },
    ]);
    expect(answer.statusCode).toBe(303);
    expect(await deliveryPage(manager)).toMatch(/brings rows of this delivery again/);
    const { data } = site.queued.at(-1) as { data: { runId: number; folder: string } };
    expect(readFileSync(join(data.folder, 'mended.csv'), 'utf8')).toBe('id\n');
    await closeAbandonedRun(at.book, data.runId);
  });
});

describe('the list of what is open', () => {
  test('has every practice, table and reason, with how many and since when', async () => {
    const lead = await site.signedIn('int_lead');
    const page = text((await lead.get('/imports/quarantine')).body);
    expect(page).toMatch(/62 rows wait/);
    expect(page).toMatch(
      /not a day of the calendar\. Practice or sender Z10019 Table observation Open 61 Since/,
    );
    expect(page).toMatch(/not a number\. Practice or sender Z10019 Table medication_order Open 1 Since/);
    expect(text((await lead.get('/imports')).body)).toMatch(/Quarantine : 62 rows are open/);
  });

  test('is not for who does not answer for data', async () => {
    const gp = await site.signedIn('gp');
    for (const url of ['/imports/quarantine', `/imports/${run}/0`, rows()])
      expect((await gp.get(url)).statusCode).toBe(403);
  });
});

describe('rows whose time is over', () => {
  test('are gone from every page, and the page of their delivery says when and that its account stays', async () => {
    const now = new Date(Date.now() + 400 * 86_400_000);
    const removed = await retain(asProduct(at), {
      now,
      origin: { requestId: 'test', from: 'test' },
      dryRun: false,
      inUse: [],
    });
    expect(removed.find(({ id }) => id === 'put_aside')?.removed).toBeGreaterThan(0);
    const manager = await site.signedIn('practice_manager');
    const page = text((await manager.get(`/imports/${run}/0`)).body);
    expect(page).toMatch(/were removed on .* because their time was over\. The account above stays/);
    // Each number has its heading before it, for phones.
    expect(page).toMatch(/observation \D*61 \D*0 \D*61 \D*0\b/);
    expect(page).not.toMatch(/No row was put aside|Every row was loaded|Mend and send again/);
    for (const address of [`${rows()}&say=yes`, `/imports/${run}/0/to-mend`])
      expect((await manager.get(address)).statusCode).toBe(404);
    expect(text((await manager.get('/imports/quarantine')).body)).not.toContain('Z10019 Table observation');
  });
});
