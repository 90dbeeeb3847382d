import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { areasByNeighbourhood, areasOutside } from './areas.ts';
import { NhsNumbers } from './nhs-numbers.ts';
import { placePack } from './place-pack.ts';
import { planBorough } from './plan.ts';
import { neighbourhoodsBeside, territory } from './territory.ts';

const sel = territory('sel');
const lewisham = territory('lewisham');
const FULL = sel.neighbourhoods.reduce((sum, { people }) => sum + people, 0);
const plan = planBorough({ seed: 1, place: 'sel', people: FULL });

describe('the synthetic south-east London', () => {
  test('has 6 boroughs, 195 practices, 35 networks, 7 federations and 324 pharmacies', () => {
    const { boroughs, practices, networks, federations, pharmacies } = sel;
    const counts = [boroughs, practices, networks, federations, pharmacies].map(({ length }) => length);
    expect(counts).toEqual([6, 195, 35, 7, 324]);
  });

  test('has about two million people', () => {
    expect(FULL).toBe(1_991_475);
    expect(plan.practices.reduce((sum, { registered }) => sum + registered, 0)).toBe(FULL);
    const lists = plan.practices.map(({ registered }) => registered);
    expect(Math.min(...lists)).toBeGreaterThan(1_500);
    expect(Math.max(...lists)).toBeLessThan(25_000);
  });

  test('has Lewisham in it as it is alone', () => {
    expect(sel.practices.slice(0, 40)).toEqual(lewisham.practices);
    expect(sel.neighbourhoods.slice(0, 4)).toEqual(lewisham.neighbourhoods);
    const alone = planBorough({ seed: 1, people: 316_475 });
    expect(plan.practices.slice(0, 40).map(({ registered }) => registered)).toEqual(
      alone.practices.map(({ registered }) => registered),
    );
  });

  test('gives nothing a name or a code twice', () => {
    const { practices, networks, neighbourhoods, federations, pharmacies } = sel;
    for (const all of [practices.map(({ code }) => code), practices.map(({ name }) => name)])
      expect(new Set(all).size).toBe(195);
    expect(new Set(networks.map(({ code }) => code)).size).toBe(35);
    expect(new Set([...neighbourhoods, ...federations, ...pharmacies].map(({ id }) => id)).size).toBe(
      neighbourhoods.length + 7 + 324,
    );
  });

  test('has small areas that are told apart, in every neighbourhood', () => {
    const areas = [...areasByNeighbourhood.flat(), ...areasOutside];
    expect(new Set(areas.map(({ lsoa }) => lsoa)).size).toBe(areas.length);
    expect(new Set(areas.map(({ number }) => number)).size).toBe(areas.length);
    expect(areasByNeighbourhood).toHaveLength(sel.neighbourhoods.length);
    expect(Math.min(...areasByNeighbourhood.map(({ length }) => length))).toBeGreaterThan(10);
    for (const { lsoa } of areas) expect(lsoa).toMatch(/^E0199\d{4}$/);
  });

  test('covers each neighbourhood by one federation', () => {
    const covered = sel.federations.flatMap(({ neighbourhoods }) => neighbourhoods).sort();
    expect(covered).toEqual(sel.neighbourhoods.map(({ id }) => id).sort());
  });

  test('keeps networks and neighbouring homes inside a borough', () => {
    for (const { neighbourhood, network } of sel.practices) {
      expect(sel.neighbourhoods[neighbourhood]?.borough).toBe(network.borough);
    }
    expect(neighbourhoodsBeside(2)).toEqual([0, 1, 2, 3]);
    const [first = 0, ...others] = neighbourhoodsBeside(7);
    expect(others.length).toBeGreaterThan(1);
    for (const other of others)
      expect(sel.neighbourhoods[other]?.borough).toBe(sel.neighbourhoods[first]?.borough);
  });

  test('has more people than test numbers, and goes without', () => {
    expect(plan.persons).toBeGreaterThan(909_089);
    expect(new NhsNumbers(1, plan.persons).of(5)).toBeNull();
  });

  test('is described in a place pack whose parts exist', () => {
    const pack = parse(
      placePack(
        sel,
        plan.practices.map(({ practice }) => practice),
      ),
    );
    const ids = new Set(pack.places.map(({ id }: { id: string }) => id));
    expect(ids.size).toBe(pack.places.length);
    for (const { within, pcn } of pack.places)
      for (const parent of [within, pcn]) if (parent !== undefined) expect(ids.has(parent)).toBe(true);
    const teams = new Set(pack.teams.map(({ id }: { id: string }) => id));
    expect(teams.size).toBe(pack.teams.length);
    for (const { team, practice } of pack.agreements)
      expect([teams.has(team), ids.has(practice)]).toEqual([true, true]);
    expect(pack.areas).toHaveLength(areasByNeighbourhood.flat().length);
  });
});
