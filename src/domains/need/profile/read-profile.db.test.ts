import { beforeAll, describe, expect, test } from 'vitest';
import { useTestBorough } from '../../../../test/support/test-book.ts';
import { makePdf } from '../../../platform/pdf/index.ts';
import { type Place, type PlaceTree, readPlaces } from '../../directory/index.ts';
import { readFeedRules } from '../../register/index.ts';
import { type Publication, readPublication } from '../facts/publication.ts';
import { readLibrary } from '../language/library.ts';
import { readDisclosureRules } from '../refresh/disclosure.ts';
import { measuresOf } from '../web/measures.ts';
import { profileDocument } from './profile-document.ts';
import { readProfileRules } from './profile-rules.ts';
import { type Profile, readProfile } from './read-profile.ts';

describe('profiles of the small borough', () => {
  const at = useTestBorough();
  const measures = measuresOf(
    { current: readLibrary('content') },
    readDisclosureRules('content'),
    readFeedRules('content'),
  );
  const rules = readProfileRules('content');
  let tree: PlaceTree;
  let publication: Publication;

  beforeAll(async () => {
    const db = at.book.as('batch');
    tree = await readPlaces(db);
    const found = await readPublication(db);
    if (!found) throw new Error('the small borough has no publication');
    publication = found;
  });

  const read = async (place: Place, visible: ReadonlySet<number>): Promise<Profile> => {
    const profile = await at.book
      .as('batch')
      .transaction()
      .execute((tx) => readProfile(tx, { publication, tree, place, visible, measures, rules }));
    if (!profile) throw new Error(`${place.name} has no profile`);
    return profile;
  };
  const kind = (of: Place['kind']) =>
    tree.all.filter((place) => place.kind === of && tree.practices(place).length > 0);
  const everything = () => new Set(kind('practice').map(({ id }) => id));
  /** Every number of a profile by what it is of. */
  const numbersOf = ({ registered, ages, segments, conditions, serviceUse }: Profile) =>
    new Map([
      ...[registered, ...segments, ...conditions, ...serviceUse].map(
        ({ reference, people }) => [reference, people.people] as const,
      ),
      ...(ages ?? []).map(({ age, sex, people }) => [`${age} ${sex}`, people?.value ?? null] as const),
    ]);
  const sumOf = (profiles: readonly Profile[]) => {
    const sum = new Map<string, number>();
    for (const profile of profiles)
      for (const [what, people] of numbersOf(profile)) sum.set(what, (sum.get(what) ?? 0) + (people ?? 0));
    return sum;
  };

  test('exact numbers of neighbourhoods, and of networks, add up to the borough', async () => {
    const [borough] = kind('borough');
    if (!borough) throw new Error('no borough');
    const whole = numbersOf(await read(borough, everything()));
    expect(whole.get('registered')).toBe(publication.people);
    expect(whole.size).toBeGreaterThan(60);
    for (const parts of ['neighbourhood', 'pcn'] as const) {
      const profiles = await Promise.all(kind(parts).map((place) => read(place, everything())));
      expect([parts, sumOf(profiles)]).toEqual([parts, whole]);
    }
  });

  test('exact numbers of practices add up to their network', async () => {
    for (const pcn of kind('pcn')) {
      const practices = await Promise.all(tree.practices(pcn).map((place) => read(place, everything())));
      expect([pcn.name, sumOf(practices)]).toEqual([pcn.name, numbersOf(await read(pcn, everything()))]);
    }
  });

  test('everybody is in one segment', async () => {
    const [borough] = kind('borough');
    const profile = borough && (await read(borough, everything()));
    const all = profile?.segments.reduce((sum, { people }) => sum + (people.people ?? 0), 0);
    expect(all).toBe(publication.people);
  });

  test('who may not see the people gets published numbers, and none by group of one practice', async () => {
    const [practice] = kind('practice');
    const [neighbourhood] = kind('neighbourhood');
    if (!practice || !neighbourhood) throw new Error('no places');
    const own = await read(practice, new Set());
    expect([own.exact, own.ages, own.gaps]).toEqual([false, null, null]);
    expect([...numbersOf(own).values()].every((people) => people === null || people % 5 === 0)).toBe(true);
    const wider = await read(
      neighbourhood,
      new Set(
        tree
          .practices(neighbourhood)
          .slice(1)
          .map(({ id }) => id),
      ),
    );
    expect(wider.exact).toBe(false);
    expect([...numbersOf(wider).values()].every((people) => people === null || people % 5 === 0)).toBe(true);
  });

  test('each is a document that a screen reader can read', async () => {
    const [practice] = kind('practice');
    const [neighbourhood] = kind('neighbourhood');
    const [pcn] = kind('pcn');
    for (const place of [practice, neighbourhood, pcn]) {
      if (!place) throw new Error('no place');
      for (const visible of [everything(), new Set<number>()]) {
        const pdf = makePdf(profileDocument(await read(place, visible)));
        expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
        expect(pdf.toString('latin1')).toContain('/StructTreeRoot');
      }
    }
  });
});
