import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asBatch } from '../../test/support/drawn-team.ts';
import { patient, registration, writeExtract } from '../../test/support/extracts.ts';
import { importPaths } from '../../test/support/imports.ts';
import { asProduct, useSite } from '../../test/support/site.ts';
import { useTestBook, useTestBorough } from '../../test/support/test-book.ts';
import { changePlaces, readPlaces } from '../domains/directory/index.ts';
import { readDisclosureRules, readLibrary, readPublication, refresh } from '../domains/need/index.ts';
import { runChecks } from './verify.ts';

describe('a practice that closes without a successor', () => {
  const at = useTestBorough();
  const site = useSite(at);
  const tree = () => readPlaces(at.book.as('batch'));
  const workOut = () =>
    refresh({
      book: at.book,
      home: at.home,
      library: readLibrary('content'),
      disclosure: readDisclosureRules('content'),
      settings: { threads: 2 },
    });
  /** Exact people of a practice in the current publication. */
  const people = async (code: string) => {
    const { rows } = await at.book.pool('batch').query(
      `select people from need.practice_count join directory.place on place_id = practice_id
        where code = $1 and measure = 'registered' and snapshot_id = (select max(snapshot_id) from need.publication)`,
      [code],
    );
    return rows[0]?.people ?? 0;
  };

  test('keeps its people in the borough’s total, marked closed; deciding and undoing start a refresh', async () => {
    const before = await tree();
    const lewisham = before.named('lewisham');
    const [closing] = before.openPractices(lewisham);
    if (!closing) throw new Error('the borough has no practice');
    const { code } = closing;
    const [everybody, itsPeople] = [(await readPublication(at.book.as('batch')))?.people, await people(code)];
    expect(itsPeople).toBeGreaterThan(0);

    const analyst = await site.signedIn('analyst');
    const _csrf = await analyst.formToken();
    const day = { 'day-day': '1', 'day-month': '10', 'day-year': '2026' };
    const said = { kind: 'close', ...day, other: '', name: '', closes: '', reason: 'Board minute' };
    const offered = await analyst.post(`/places/${code}/event`, { _csrf, ...said });
    const set = String(offered.headers.location);
    const seen = /name="seen" value="([^"]+)"/.exec((await analyst.get(set)).body)?.[1] ?? '';
    expect(site.queued).toEqual([]);
    expect((await analyst.post(`${set}/apply`, { _csrf, seen })).statusCode).toBe(303);
    expect(site.queued).toEqual([{ queue: 'refresh', data: {} }]);

    await workOut();
    expect((await readPublication(at.book.as('batch')))?.people).toBe(everybody);
    expect(await people(code)).toBe(itsPeople);
    const now = await tree();
    expect(now.named(code)).toMatchObject({ closed: '2026-10-01', within: closing.within });
    expect(now.practices(lewisham)).toHaveLength(before.practices(lewisham).length);
    expect((await runChecks(asProduct(at), () => {})).filter(({ ok }) => !ok)).toEqual([]);
    const neighbourhood = now.place(closing.within ?? 0)?.code;
    expect((await analyst.get(`/places/${neighbourhood}`)).body).toMatch(
      new RegExp(`/places/${code}">[^<]*</a> <strong class="nhsuk-tag[^>]*>\\s*Closed`),
    );
    expect((await analyst.get(`/places/${code}`)).body).toContain('1 October 2026. People who are still on');

    expect((await analyst.post(`${set}/undo`, { _csrf })).statusCode).toBe(303);
    expect(site.queued).toHaveLength(2);
    expect((await tree()).named(code).closed).toBeNull();
  });
});

describe('the people of a practice that has closed', () => {
  const at = useTestBook();
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'nh-closed-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const extract = (code: string, day: string, ends = '') =>
    writeExtract(
      folder,
      `${code}-${day}`,
      {
        patient: [patient('p1', { nhs_number: '9990000018' })],
        episode_of_care: [
          registration('p1', {
            episode_of_care_start_date: code === 'Z90001' ? '2010-01-01' : day,
            episode_of_care_end_date: ends,
          }),
        ],
      },
      { publisher: code, extracted_at: `${day}T03:00:00Z` },
    );
  const practices = async (asAt?: string) =>
    (await readPlaces(at.book.as('batch'), { asAt })).all.map(({ code, closed }) => [code, closed]);

  test('are with it until a delivery has them elsewhere', async () => {
    await importPaths(at, extract('Z90001', '2026-09-01'));
    await asBatch(at.book, (tx) =>
      changePlaces(
        tx,
        [{ code: 'Z90001', kind: 'practice', name: 'Drawn Surgery', closed: '2026-09-30' }],
        'file',
      ),
    );
    expect(await practices()).toEqual([['Z90001', '2026-09-30']]);
    await importPaths(at, extract('Z90002', '2026-10-15'));
    expect(await practices()).toEqual([['Z90002', null]]);
    expect(await practices('2026-10-14')).toContainEqual(['Z90001', '2026-09-30']);
    expect(await practices('2026-09-30')).toContainEqual(['Z90001', null]);
  });
});
