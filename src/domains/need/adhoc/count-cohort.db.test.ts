import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { actAs, drawStaff } from '../../../../test/support/drawn-team.ts';
import { persona } from '../../../../test/support/small-borough.ts';
import { useTestBorough } from '../../../../test/support/test-book.ts';
import { parseContent } from '../../../platform/content/index.ts';
import { askForCheck, publishDraft, retireDefinition } from '../drafts/decide-draft.ts';
import { readCheckPathway } from '../drafts/definition-check.ts';
import { definitionText } from '../drafts/definition-text.ts';
import { copiedText } from '../drafts/draft-text.ts';
import { readNextLibrary } from '../drafts/living-library.ts';
import { beginDraft } from '../drafts/save-draft.ts';
import { isNewerSnapshot } from '../facts/newer-snapshot.ts';
import { readPublication } from '../facts/publication.ts';
import { type Definition, definitionSchema } from '../language/definition.ts';
import { readLibrary, stepsOf } from '../language/library.ts';
import { readDisclosureRules } from '../refresh/disclosure.ts';
import { refresh } from '../refresh/refresh.ts';
import type { NeedTables } from '../tables.ts';
import { CohortLake } from './cohort-lake.ts';
import { type CohortScope, cohortScope } from './cohort-scope.ts';
import { begunDefinition, useCohorts, writtenDefinition } from './cohorts.testing.ts';
import { type CohortCount, countCohort } from './count-cohort.ts';

const at = useTestBorough();
const content = readLibrary('content');
const checks = readCheckPathway('content');
const EVERYBODY: CohortScope = { of: 'everybody' };
const shared = useCohorts(at);

const batch = () => at.book.as('batch');
const count = async (candidate: Definition, scope: CohortScope = EVERYBODY): Promise<CohortCount> => {
  const { library } = await readNextLibrary(batch(), content);
  return await countCohort(batch(), shared.cohorts, { library, candidate, scope });
};
const publication = async () => {
  const found = await readPublication(batch());
  if (!found) throw new Error('the small borough has no publication');
  return found;
};

describe('a candidate is counted as the refresh counts it', () => {
  // Every fifth: they are of every kind, and each refers to others in its own way.
  const some = content.definitions.filter(({ kind }, n) => kind !== 'ranking' && n % 5 === 0);

  test.each(some.map(({ id }) => id))('%s', async (id) => {
    const found = await count({ ...content.definition(id), id: `${id}-again` } as Definition);
    const counts = (await publication()).definitions.find((each) => each.id === id);
    expect(found).toMatchObject({ in: counts?.in, out: counts?.out, unknown: counts?.unknown, people: 4000 });
    expect(found.bands).toEqual((counts?.bands ?? []).map((band) => ({ id: band.id, people: band.people })));
    const rows = await batch()
      .withTables<NeedTables>()
      .selectFrom('need.practice_count')
      .select(['practice_id', 'measure', 'band', 'people'])
      .where('snapshot_id', '=', (await publication()).snapshotId)
      .where('measure', 'in', [`definition:${id}`, `lost:${id}`])
      .execute();
    const lost = stepsOf(content.definition(id)).map((_, step) =>
      rows
        .filter((row) => row.measure.startsWith('lost:') && row.band === String(step))
        .reduce((n, row) => n + row.people, 0),
    );
    expect(found.lost).toEqual(lost);
    for (const practice of found.practices)
      for (const band of ['in', 'out', 'unknown'] as const) {
        const row = rows.find(
          (each) =>
            each.practice_id === practice.practiceId &&
            each.band === band &&
            each.measure.startsWith('definition:'),
        );
        expect(practice[band]).toBe(row?.people);
      }
    expect(found.movers).toBeNull();
  });

  test('the same where the file of the last refresh is gone: what it refers to is worked out along', async () => {
    const candidate = writtenDefinition(
      'sick',
      'rule: { all: [{ age: { from: 30 } }, { definition: diabetes }, { definition: electronic-frailty-index/mild }] }',
    );
    const [withFile, planning] = [await count(candidate), await count(candidate, { of: 'planning' })];
    const without = new CohortLake(
      { rows: shared.duck.rows, close: async () => {} },
      { ...at.home, outcomes: join(at.home.work, 'nothing') },
    );
    const ask = { library: content, candidate };
    const again = await countCohort(batch(), without, { ...ask, scope: EVERYBODY });
    expect({ ...again, milliseconds: 0 }).toEqual({ ...withFile, milliseconds: 0 });
    const forPlanning = await countCohort(batch(), without, { ...ask, scope: { of: 'planning' } });
    expect({ ...forPlanning, milliseconds: 0 }).toEqual({ ...planning, milliseconds: 0 });
    expect(planning.people).toBeLessThan(withFile.people);
    expect(withFile.in).toBeGreaterThan(0);
  });

  test('one that refers to itself, or to what there is not, is refused', async () => {
    await expect(count(writtenDefinition('round', 'rule: { definition: round }'))).rejects.toThrow(
      'round → round',
    );
    await expect(count(writtenDefinition('lost', 'rule: { definition: nowhere }'))).rejects.toThrow(
      'there is no definition nowhere',
    );
    await expect(count(content.definition('need'))).rejects.toMatchObject({ code: 'not_countable' });
  });
});

describe('of whom somebody gets exact numbers', () => {
  const women = writtenDefinition('women', 'rule: { sex: female }');
  const scopeOf = async (key: string) => {
    const by = await persona(at.book, key);
    return await actAs(at.book, by, (tx) => cohortScope(tx, by));
  };

  test.each([
    ['int_lead', 4000],
    ['analyst', 3938],
  ])('%s: %s people', async (key, people) => {
    expect((await count(women, await scopeOf(key))).people).toBe(people);
  });

  test('a GP: those of the practice, and no example of anybody else', async () => {
    const found = await count(women, await scopeOf('gp'));
    expect(found.practices).toHaveLength(1);
    expect(found.people).toBeLessThan(400);
    const practices = await batch()
      .withTables<NeedTables>()
      .selectFrom('need.person_fact')
      .select('practice_id')
      .distinct()
      .where(
        'person_no',
        'in',
        found.examples.map(({ person }) => person),
      )
      .execute();
    expect(practices.map(({ practice_id }) => practice_id)).toEqual([found.practices[0]?.practiceId]);
  });

  test.each(['commissioner', 'pcn_manager', 'ig_lead', 'patient'])('%s: none', async (key) => {
    await expect(scopeOf(key)).rejects.toMatchObject({ code: 'not_permitted' });
  });
});

describe('whom a change moves', () => {
  const answers = async () => {
    const { definitions, snapshotId } = await publication();
    const no = definitions.find(({ id }) => id === 'diabetes')?.no;
    const { rows } = await sql<{ person: number; practice: number; answer: string }>`
      select person_no as person, practice_id as practice,
             case when ${no} = any(in_ids) then 'in' when ${no} = any(unknown_ids) then 'unknown' else 'out' end as answer
        from need.person_fact where snapshot_id = ${snapshotId}`.execute(batch());
    return new Map(rows.map((row) => [row.person, row]));
  };
  const again = () =>
    refresh({
      book: at.book,
      home: at.home,
      library: content,
      disclosure: readDisclosureRules('content'),
      settings: { threads: 2, memoryMegabytes: 1000 },
    });

  test('is who moves between two refreshes, by practice; and taking it back moves them back', async () => {
    const author = await drawStaff(at.book, 'analyst');
    const checker = await drawStaff(at.book, 'gp');
    const of = definitionText(await readNextLibrary(batch(), content), 'content', 'diabetes');
    if (!of) throw new Error('content has no diabetes');
    const copied = copiedText(of, { id: 'diabetes', title: 'Diabetes', why: 'A test', author: author.name });
    const definition = `${copied.definition.slice(0, copied.definition.indexOf('rule:'))}rule:
  any:
    - all: [{ age: { from: 50 } }, { active: { codes: DM_COD, resolved: DMRES_COD } }]
    - all: [{ age: { from: 75 } }, { sex: female }, { ever: HYP_COD }]
`;
    const cases = `definition: diabetes
reference_date: 2026-11-01
people:
  - { name: Old, born: 1930-01-01, sex: female, events: [{ code: '44054006', date: 2020-01-01 }], expect: { outcome: in } }
  - { name: Young, born: 2010-01-01, sex: male, expect: { outcome: out } }
`;
    const predicted = await count(parseContent(definition, definitionSchema, 'diabetes'));
    expect(predicted.movers?.against.version).toBe('1.0.0');
    const before = await answers();
    const as = { library: content, seen: 1, at: new Date(), pathway: checks };
    const draftId = await actAs(at.book, author, (tx) =>
      beginDraft(tx, { by: author, basedOn: 'diabetes 1.0.0', content: { definition, cases } }),
    );
    await actAs(at.book, author, (tx) => askForCheck(tx, { ...as, by: author, draftId }));
    await actAs(at.book, checker, (tx) =>
      publishDraft(tx, { ...as, by: checker, draftId, reason: 'Right', status: 'unverified' }),
    );
    // Published is not yet in effect.
    expect((await publication()).definitions.find(({ id }) => id === 'diabetes')?.version).toBe('1.0.0');
    const result = await again();
    expect(result.definitions.find(({ id }) => id === 'diabetes')).toMatchObject({
      version: '1.1.0',
      in: predicted.in,
      out: predicted.out,
      unknown: predicted.unknown,
    });
    expect((await publication()).authored).toEqual([{ id: 'diabetes', version: '1.1.0' }]);
    const moved = new Map<string, number>();
    for (const [person, { answer, practice }] of await answers()) {
      const from = before.get(person)?.answer;
      const key = `${practice} ${from} ${answer}`;
      if (from !== answer) moved.set(key, (moved.get(key) ?? 0) + 1);
    }
    const said = new Map(
      predicted.movers?.moved.map(({ practiceId, from, to, people }) => [
        `${practiceId} ${from} ${to}`,
        people,
      ]),
    );
    expect(said).toEqual(moved);
    const ways = new Set(predicted.movers?.moved.map(({ from, to }) => `${from} ${to}`));
    expect([...ways].sort()).toEqual(['in out', 'out in']);
    for (const { person, from, to } of predicted.movers?.examples ?? []) {
      expect(before.get(person)?.answer).toBe(from);
      expect((await answers()).get(person)?.answer).toBe(to);
    }
    await actAs(at.book, checker, (tx) =>
      retireDefinition(tx, {
        by: checker,
        at: as.at,
        draftId,
        seen: 1,
        reason: 'Content is right after all',
      }),
    );
    await again();
    const back = new Map([...(await answers())].map(([person, { answer }]) => [person, answer]));
    expect(back).toEqual(new Map([...before].map(([person, { answer }]) => [person, answer])));
  });

  test('a candidate that refers to what is published and not refreshed works that out along', async () => {
    const author = await drawStaff(at.book, 'analyst');
    const checker = await drawStaff(at.book, 'gp');
    const definition = `${begunDefinition('elders')}rule: { age: { from: 70 } }\n`;
    const cases = `definition: elders
reference_date: 2026-11-01
people:
  - { name: Old, born: 1930-01-01, sex: female, expect: { outcome: in } }
  - { name: Young, born: 2010-01-01, sex: male, expect: { outcome: out } }
`;
    const draftId = await actAs(at.book, author, (tx) =>
      beginDraft(tx, { by: author, basedOn: null, content: { definition, cases } }),
    );
    const as = { library: content, seen: 1, draftId, at: new Date(), pathway: checks };
    await actAs(at.book, author, (tx) => askForCheck(tx, { ...as, by: author }));
    await actAs(at.book, checker, (tx) =>
      publishDraft(tx, { ...as, by: checker, reason: 'Right', status: 'verified' }),
    );
    const direct = await count(
      writtenDefinition('direct', 'rule: { all: [{ age: { from: 70 } }, { sex: female }] }'),
    );
    const through = await count(
      writtenDefinition('through', 'rule: { all: [{ definition: elders }, { sex: female }] }'),
    );
    expect(through.in).toBe(direct.in);
    expect(through.in).toBeGreaterThan(10);
  });
});

test('data that came in since the last refresh is said', async () => {
  expect(await isNewerSnapshot(batch())).toBe(false);
  await sql`insert into register.snapshot overriding system value
    select (jsonb_populate_record(s, jsonb_build_object('snapshot_id', s.snapshot_id + 1))).* from register.snapshot s
     order by snapshot_id desc limit 1`.execute(at.book.as('owner'));
  expect(await isNewerSnapshot(batch())).toBe(true);
});

test('files of refreshes that nobody reads any more are gone', async () => {
  const { outcomes } = await publication();
  expect(outcomes).not.toBeNull();
  rmSync(join(at.home.outcomes, outcomes ?? ''), { recursive: true });
  // Counts go on without it.
  expect((await count(writtenDefinition('men', 'rule: { sex: male }'))).people).toBe(4000);
});
