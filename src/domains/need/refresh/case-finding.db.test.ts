import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { everybody } from '../../../../test/support/imports.ts';
import { makeSmallBorough } from '../../../../test/support/small-borough.ts';
import { useTestBook } from '../../../../test/support/test-book.ts';
import { type Duck, openDuck } from '../../../platform/lake/index.ts';
import { LakeAccess, type Person } from '../../register/index.ts';
import { evaluatePerson } from '../evaluate/evaluate-person.ts';
import type { ExplainedCondition, Explanation } from '../evaluate/explanation.ts';
import { type Publication, readPublication } from '../facts/publication.ts';
import { readLibrary } from '../language/library.ts';
import type { NeedTables } from '../tables.ts';

vi.setConfig({ hookTimeout: 570_000, testTimeout: 120_000 });

/** A line of truth.txt: somebody whom a rule must find, or must not, and what is on record about it. */
interface Planted {
  readonly rule: string;
  readonly found: boolean;
  readonly practice: string;
  readonly nhsNumber: string;
  /** `2026-10-12 Systolic blood pressure: 184 mmHg`, or the entry alone. */
  readonly readings: readonly string[];
}

const LINE = /^(not-)?found-by-([a-z0-9-]+),(\w+),\d+,(\d+),\w+,"?(.*?)"?$/;

function plantedOf(truth: string): Planted[] {
  return truth.split('\n').flatMap((line) => {
    const [, not, rule = '', practice = '', nhsNumber = '', detail = ''] = LINE.exec(line) ?? [];
    if (rule === '') return [];
    const readings = detail === 'nothing on record' ? [] : detail.split('; ');
    return [{ rule, found: not === undefined, practice, nhsNumber, readings }];
  });
}

/** The rows behind an explanation, written as the truth writes them. */
function readingsOf(because: readonly ExplainedCondition[]): string[] {
  return because.flatMap(({ evidence, parts }) => [
    ...evidence.map(({ date, what, value, unit }) =>
      value === null ? `${date} ${what}` : `${date} ${what}: ${value} ${unit}`,
    ),
    ...readingsOf(parts),
  ]);
}

describe('case finding in a borough where the undiagnosed are known', () => {
  const at = useTestBook();
  const library = readLibrary('content');
  // Who has not been seen, and whose risk nobody worked out, is found by what is not there; the borough has such people
  // without planting any.
  const rules = library.definitions
    .filter(({ id, group }) => group === 'case-finding' && !['not-seen', 'cvd-worked-out'].includes(id))
    .map(({ id }) => id);
  let planted: readonly Planted[];
  let people: ReadonlyMap<string | null, Person>;
  let publication: Publication;
  let duck: Duck;

  beforeAll(async () => {
    planted = plantedOf(await makeSmallBorough(at.book, at.home, { practices: 4, plants: ['case-finding'] }));
    people = new Map(
      (await everybody(at)).map((person) => [person.nhs_number, { ...person, safeguarding: false }]),
    );
    const published = await readPublication(at.book.as('batch'));
    if (!published) throw new Error('nothing was published');
    publication = published;
    duck = await openDuck({ threads: 1 });
  });
  afterAll(() => duck?.close());

  const personOf = ({ nhsNumber }: Planted): Person => {
    const person = people.get(nhsNumber);
    if (!person) throw new Error('a planted person was not imported');
    return person;
  };

  /** The people whom a rule found, by number. */
  const foundBy = async (rule: string): Promise<Set<number>> => {
    const no = publication.definitions.find(({ id }) => id === rule)?.no;
    const facts = await at.book
      .as('batch')
      .withTables<NeedTables>()
      .selectFrom('need.person_fact')
      .select(['person_no', 'in_ids'])
      .where('snapshot_id', '=', publication.snapshotId)
      .execute();
    return new Set(facts.filter(({ in_ids }) => in_ids.includes(no ?? -1)).map(({ person_no }) => person_no));
  };

  const explained = (who: Planted): Promise<Explanation> =>
    at.book
      .as('batch')
      .transaction()
      .execute(async (tx) => {
        const lake = { rows: duck.rows.bind(duck), close: async () => {} };
        const access = new LakeAccess(lake, at.home.lake);
        const found = await evaluatePerson(tx, access, library, publication, {
          person: personOf(who),
          practice: who.practice,
          seesRestricted: true,
        });
        const evaluation = found.evaluations.find(({ definition }) => definition.id === who.rule);
        if (!evaluation) throw new Error(`${who.rule} was not evaluated`);
        return found.explain(evaluation);
      });

  test('every rule has people to find and near misses', () => {
    const with_ = (found: boolean) =>
      [...new Set(planted.filter((each) => each.found === found).map(({ rule }) => rule))].sort();
    expect(with_(true)).toEqual([...rules].sort());
    expect(with_(false)).toEqual([...rules].sort());
  });

  test.each(rules)('%s finds all of its own, and none of its near misses', async (rule) => {
    const found = await foundBy(rule);
    const mine = planted.filter((each) => each.rule === rule);
    const wrong = mine.filter((each) => found.has(personOf(each).person_no) !== each.found);
    expect(wrong).toEqual([]);
  });

  test.each(rules)('%s shows the very readings that triggered', async (rule) => {
    for (const who of planted.filter((each) => each.rule === rule && each.found)) {
      const { outcome, because } = await explained(who);
      expect(outcome).toBe('in');
      expect(readingsOf(because)).toEqual(expect.arrayContaining([...who.readings]));
    }
  });
});
