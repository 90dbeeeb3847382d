import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { observation, patient, registration, writeExtract } from '../../../../test/support/extracts.ts';
import { importPaths } from '../../../../test/support/imports.ts';
import { useTestBook } from '../../../../test/support/test-book.ts';
import { readPublication } from '../facts/publication.ts';
import { readLibrary } from '../language/library.ts';
import { readDisclosureRules } from './disclosure.ts';
import { refresh } from './refresh.ts';

/** Two people of one practice; what is delivered next says that the second has diabetes too. */
describe('a refresh', () => {
  const at = useTestBook();
  const library = readLibrary('content');
  const disclosure = readDisclosureRules('content');
  const run = () =>
    refresh({
      book: at.book,
      home: at.home,
      library,
      disclosure,
      settings: { threads: 1, memoryMegabytes: 512 },
    });
  const owner = (statement: string) => at.book.pool('owner').query(statement);

  const delivered = async (day: string, diabetics: readonly string[], publisher = 'Z90001') => {
    const people = ['1', '2'];
    const folder = writeExtract(
      join(at.home.path, 'drawn'),
      day,
      {
        patient: people.map((id) => patient(id)),
        episode_of_care: people.map((id) => registration(id)),
        observation: diabetics.map((id) => observation(`o${id}`, id)),
      },
      { publisher, extracted_at: `${day}T06:00:00Z` },
    );
    const { deliveries } = await importPaths(at, folder);
    expect(deliveries.map(({ refusal }) => refusal)).toEqual([null]);
  };

  /** Everything that pages read of a publication. */
  const shown = async () => {
    const publication = await readPublication(at.book.as('batch'));
    if (!publication) return null;
    const of = async (table: string) =>
      (
        await owner(
          `select * from need.${table} where snapshot_id = ${publication.snapshotId} order by 1, 2, 3, 4`,
        )
      ).rows;
    const diabetes = publication.definitions.find(({ id }) => id === 'diabetes');
    return {
      snapshot: publication.snapshotId,
      asOf: publication.asOf,
      diabetics: diabetes?.in,
      facts: await of('person_fact'),
      counts: await of('practice_count'),
      cube: await of('published_count'),
    };
  };
  const parts = async () =>
    (await owner("select relname from pg_class where relname ~ '^person_fact_[0-9]+$' order by 1")).rows.map(
      ({ relname }) => relname,
    );

  const breakWrites = (table: string) =>
    owner(`create function public.fail() returns trigger language plpgsql as $$ begin raise 'drawn failure'; end $$;
      create trigger fail before insert on need.${table} for each row execute function public.fail()`);
  const mend = () => owner('drop function public.fail() cascade');

  test('of nothing is refused, with what to do', async () => {
    await expect(run()).rejects.toMatchObject({ code: 'nothing_imported' });
    expect(await shown()).toBeNull();
  });

  describe('of a delivery', () => {
    beforeAll(() => delivered('2026-10-01', ['1']));

    test('publishes it, and leaves no scratch behind', async () => {
      const result = await run();
      expect(result).toMatchObject({ people: 2, events: 1 });
      expect(await shown()).toMatchObject({ snapshot: result.snapshot, asOf: '2026-10-01', diabetics: 1 });
      expect(existsSync(at.home.work) ? readdirSync(at.home.work) : []).toEqual([]);
    });

    test('again is the same to the last row', async () => {
      const before = await shown();
      await run();
      expect(await shown()).toEqual(before);
    });

    test('by somebody else at the same time waits, and is the same again', async () => {
      const before = await shown();
      await Promise.all([run(), run()]);
      expect(await shown()).toEqual(before);
    });

    test('that fails, at whichever table, leaves what was published; the next is as if nothing had been', async () => {
      const before = [await shown(), await parts()];
      for (const table of ['definition', 'publication', 'practice_count', 'published_count']) {
        await breakWrites(table);
        await expect(run()).rejects.toThrow('drawn failure');
        expect([table, await shown(), await parts()]).toEqual([table, ...before]);
        expect(existsSync(at.home.work) ? readdirSync(at.home.work) : []).toEqual([]);
        await mend();
      }
      await run();
      expect([await shown(), await parts()]).toEqual(before);
    }, 240_000);
  });

  describe('of the next delivery', () => {
    test('is what pages show from its end on, and not before', async () => {
      const before = await shown();
      await delivered('2026-11-01', ['1', '2']);
      expect(await shown()).toEqual(before);
      await run();
      const after = await shown();
      expect(after).toMatchObject({ asOf: '2026-11-01', diabetics: 2 });
      expect(after?.snapshot).toBeGreaterThan(before?.snapshot ?? 0);
    });

    test('that fails leaves the one before, whole', async () => {
      const before = [await shown(), await parts()];
      await delivered('2026-11-15', ['1', '2']);
      await breakWrites('published_count');
      await expect(run()).rejects.toThrow('drawn failure');
      expect([await shown(), await parts()]).toEqual(before);
      await mend();
    });

    test('and of those before, the people of the last one stay, and the counts of all', async () => {
      await delivered('2026-11-16', ['1']);
      await run();
      const published = (await owner('select snapshot_id from need.publication order by 1')).rows;
      expect(published).toHaveLength(3);
      for (const table of ['practice_count', 'published_count'])
        expect(
          (await owner(`select distinct snapshot_id from need.${table} order by 1`)).rows,
          table,
        ).toEqual(published);
      const facts = await owner(
        'select snapshot_id, count(*)::int as people from need.person_fact group by 1 order by 1',
      );
      expect(facts.rows).toEqual(published.slice(1).map((kept) => ({ ...kept, people: 2 })));
    });
  });
});
