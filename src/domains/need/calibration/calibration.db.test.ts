import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { useTestBorough } from '../../../../test/support/test-book.ts';
import { type Publication, readPublication } from '../facts/publication.ts';
import { OUTCOMES, TENTHS } from './calibration-rules.ts';
import { type Calibration, readCalibration } from './read-calibration.ts';

describe('the need ranking beside what happened to the small borough', () => {
  const at = useTestBorough();
  let publication: Publication;

  beforeAll(async () => {
    const found = await readPublication(at.book.as('batch'));
    if (!found) throw new Error('the small borough has no publication');
    publication = found;
  });

  const read = async (outcome: (typeof OUTCOMES)[number]): Promise<Calibration> => {
    const calibration = await at.book
      .as('batch')
      .transaction()
      .execute((tx) => readCalibration(tx, publication, outcome, 5));
    if (!calibration) throw new Error('no calibration');
    return calibration;
  };

  test('has ten tenths of about as many people, and those without a score', async () => {
    const { tenths } = await read('emergency-admission');
    expect(tenths.map(({ tenth }) => tenth)).toEqual(Array.from({ length: TENTHS + 1 }, (_, tenth) => tenth));
    const people = tenths.slice(0, TENTHS).map((each) => each.people?.value ?? 0);
    // Those who object are left out before the tenths are made.
    expect(Math.max(...people) - Math.min(...people)).toBeLessThanOrEqual(5);
    const all = tenths.reduce((sum, each) => sum + (each.people?.value ?? 0), 0);
    expect(all).toBeGreaterThan(0.75 * publication.people);
    expect(all).toBeLessThan(publication.people);
  });

  test('more is admitted from the highest tenth than from the lowest', async () => {
    const { tenths } = await read('emergency-admission');
    const [highest] = tenths;
    const lowest = tenths[TENTHS - 1];
    expect(highest?.share?.interval.lower).toBeGreaterThan(lowest?.share?.interval.upper ?? 1);
  });

  test('groups are held against everybody with the same scores: together they come to what happened', async () => {
    const { groups } = await read('emergency-attendance');
    expect(groups.length).toBeGreaterThan(8);
    const ratios = groups.flatMap(({ ratio }) => ratio ?? []);
    expect(ratios.length).toBeGreaterThan(5);
    // The intervals allow for chance and rounding; nothing in the borough makes a group's ratio far from 1.
    for (const { value } of ratios) expect(Math.abs(Math.log(value))).toBeLessThan(1);
  });

  test('who died lived somewhere: they are not among those of whom no area is known', async () => {
    const { groups } = await read('death');
    const died = (group: string) =>
      groups.find((each) => each.dimension === 'deprivation-fifth' && each.group === group)?.happened
        ?.value ?? 0;
    expect(died('most') + died('second')).toBeGreaterThan(0);
    expect(died('not-known')).toBeLessThan(died('most') + died('second'));
  });

  test('no number below 8 is published, and none that is not rounded', async () => {
    const { rows } = await sql<{
      tenths: (number | null)[];
    }>`select tenths from need.published_calibration`.execute(at.book.as('batch'));
    expect(rows).toHaveLength((1 + OUTCOMES.length) * (1 + 6 + 6));
    for (const count of rows.flatMap(({ tenths }) => tenths))
      if (count !== null) expect([count >= 10, count % 5]).toEqual([true, 0]);
  });
});
