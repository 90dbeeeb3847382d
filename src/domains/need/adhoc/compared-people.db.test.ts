import { describe, expect, test } from 'vitest';
import { useTestBorough } from '../../../../test/support/test-book.ts';
import { readPlaces } from '../../directory/index.ts';
import { LakeAccess, type RegisterTables, readPerson } from '../../register/index.ts';
import { evaluatePerson } from '../evaluate/evaluate-person.ts';
import { readPublication } from '../facts/publication.ts';
import type { Definition } from '../language/definition.ts';
import { readLibrary } from '../language/library.ts';
import { withDefinition } from '../language/with-authored.ts';
import { onlyRanking } from '../refresh/refresh.ts';
import type { NeedTables } from '../tables.ts';
import { useCohorts, writtenDefinition } from './cohorts.testing.ts';
import { countCohort } from './count-cohort.ts';

const at = useTestBorough();
const content = readLibrary('content');
const shared = useCohorts(at);

const batch = () => at.book.as('batch');
const written = (rule: string) => writtenDefinition('compared', rule);
const count = async (candidate: Definition) =>
  await countCohort(batch(), shared.cohorts, { library: content, candidate, scope: { of: 'everybody' } });

/** Everybody's facts with their public id, and where they are on a list. */
async function everybody() {
  const publication = await readPublication(batch());
  if (!publication) throw new Error('the small borough has no publication');
  const facts = await batch()
    .withTables<NeedTables & RegisterTables>()
    .selectFrom('need.person_fact as fact')
    .innerJoin('register.person as person', 'person.person_no', 'fact.person_no')
    .selectAll('fact')
    .select(['person.public_id'])
    .where('fact.snapshot_id', '=', publication.snapshotId)
    .orderBy('fact.person_no')
    .execute();
  return { publication, facts };
}

/** What the page of a person says of the candidate. */
async function saidOf(candidate: Definition, of: ReadonlySet<number>) {
  const { publication, facts } = await everybody();
  const access = new LakeAccess(
    { rows: shared.duck.rows, close: async () => {} },
    at.home.lake,
    at.home.outcomes,
  );
  const library = withDefinition(content, candidate);
  return await batch()
    .transaction()
    .execute(async (tx) => {
      const places = await readPlaces(tx);
      const said = [];
      for (const fact of facts) {
        if (!of.has(fact.person_no)) continue;
        const found = await evaluatePerson(tx, access, library, publication, {
          person: await readPerson(tx, fact.public_id),
          practice: places.place(fact.practice_id)?.code ?? null,
          seesRestricted: true,
        });
        const evaluation = found.evaluations.find(({ definition }) => definition.id === candidate.id);
        if (!evaluation) throw new Error('the candidate was not evaluated');
        said.push({ fact, evaluation, explanation: found.explain(evaluation) });
      }
      return said;
    });
}

describe('people compared with each other', () => {
  test('the top 9% of the borough are those whom the need ranking puts there', async () => {
    const { facts } = await everybody();
    const { of } = onlyRanking(content);
    const found = await count(written(`rule: { percentile: { of: ${of}, over: borough, at_least: 91 } }`));
    const ranked = facts.filter(({ need_before }) => need_before !== null && need_before < 900);
    expect(ranked.length).toBeGreaterThan(300);
    expect(found.in).toBe(ranked.length);
    const near = await count(
      written(`rule: { percentile: { of: ${of}, over: neighbourhood, at_least: 91 } }`),
    );
    expect(near.in).toBe(
      facts.filter((fact) => fact.need_before_neighbourhood !== null && fact.need_before_neighbourhood < 900)
        .length,
    );
  });

  test.each([
    ['percentile: { of: electronic-frailty-index, over: neighbourhood, at_least: 91 }'],
    ['rank: { of: electronic-frailty-index, over: practice, among: diabetes, at_most: 5 }'],
    ['percentile: { of: cardiovascular-risk, over: borough, at_least: 60, at_most: 89 }'],
  ])(
    '%s: the count and the pages of people say the same',
    async (rule) => {
      const candidate = written(`rule: { ${rule} }`);
      const found = await count(candidate);
      expect(found.in).toBeGreaterThan(10);
      const said = await saidOf(candidate, new Set(found.examples.map(({ person }) => person)));
      expect(said).toHaveLength(found.examples.length);
      for (const { fact, evaluation } of said)
        expect(evaluation.outcome).toBe(
          found.examples.find(({ person }) => person === fact.person_no)?.outcome,
        );
      const inside = said.find(({ evaluation }) => evaluation.outcome === 'in');
      expect(inside?.explanation.because[0]?.found).toMatch(
        /^the value is \S+, rank \d+ of \d+ of .+, percentile \d+$/,
      );
    },
    240_000,
  );
});
