import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Refusal } from '../kernel/index.ts';
import { type Duck, openDuck } from '../platform/lake/index.ts';
import { lewishamPractices } from './borough.ts';
import { codesOf } from './codelists.testing.ts';
import { type PlantName, plants, plantsNamed } from './plant-names.ts';
import { styleOf } from './practice-style.ts';
import { type SynthesisedBorough, synthesise } from './synthesise.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 300_000 });

const all = Object.keys(plants) as PlantName[];

describe('what can be planted', () => {
  test('is named, one or several', () => {
    expect(plantsNamed('')).toEqual([]);
    expect(plantsNamed('defects,duplicates')).toEqual(['defects', 'duplicates']);
    expect(() => plantsNamed('defects,gremlins')).toThrow(Refusal);
    expect(() => plantsNamed('toString')).toThrow(Refusal);
  });

  test('makes three practices outliers, and leaves the others as they were', () => {
    const changed = lewishamPractices.filter((practice) => {
      const [usual, planted] = [[], all].map((chosen) => styleOf(practice, { seed: 1, plants: chosen }));
      return JSON.stringify(usual) !== JSON.stringify(planted);
    });
    expect(changed.map(({ code }) => code)).toEqual(['Z10008', 'Z10024', 'Z10036']);
  });
});

describe('a borough with everything planted', () => {
  const size = { people: 6_000, practices: 12, threads: 1 };
  const folders: string[] = [];
  let plain: SynthesisedBorough;
  let planted: SynthesisedBorough;
  let duck: Duck;

  beforeAll(async () => {
    const [usual = '', full = ''] = ['plain', 'planted'].map((name) => {
      folders.push(mkdtempSync(join(tmpdir(), `plants-${name}-`)));
      return folders.at(-1) ?? '';
    });
    plain = await synthesise({ ...size, out: usual });
    planted = await synthesise({ ...size, out: full, plants: all });
    duck = await openDuck({ threads: 2 });
    for (const name of ['patient', 'observation', 'episode_of_care'])
      await duck.run(`create view ${name} as select * from read_parquet('${full}/*/${name}.parquet')`);
    await duck.run(
      `create view truth as select * from read_csv('${full}/truth.txt', header = true, all_varchar = true)`,
    );
  });
  afterAll(() => {
    duck.close();
    for (const path of folders) rmSync(path, { recursive: true, force: true });
  });

  const count = async (sql: string) =>
    (await duck.one<{ n: number }>(`select count(*)::integer as n from ${sql}`)).n;
  const among = (list: string) => [...codesOf(list)].map((code) => `'${code}'`).join(',');

  test('differs from one without, and only there is more in the truth than what nobody coded', () => {
    expect(planted.hash).not.toBe(plain.hash);
    const [usual = '', full = ''] = folders.map((path) => readFileSync(join(path, 'truth.txt'), 'utf8'));
    const kinds = (text: string) =>
      [
        ...new Set(
          text
            .trim()
            .split('\n')
            .slice(1)
            .map((line) => line.split(',')[0]),
        ),
      ].sort();
    const uncoded = [
      'uncoded-hypertension',
      'uncoded-kidneyDisease',
      'uncoded-prediabetes',
      'uncoded-type2Diabetes',
    ];
    expect(kinds(usual)).toEqual(uncoded);
    const more = [
      'before-birth',
      'duplicate',
      'future-date',
      'implausible-value',
      'namesake',
      'undiagnosed-hypertension',
      'unit-error',
    ];
    const others = (kind = '') => kind !== 'outlier-practice' && !/^(not-)?found-by-/.test(kind);
    expect(kinds(full).filter(others)).toEqual([...uncoded, ...more].sort());
  });

  test('names a record of each case', async () => {
    expect(
      await count('truth where patient_id is not null and patient_id not in (select id from patient)'),
    ).toBe(0);
    expect(await count('truth')).toBeGreaterThan(200);
  });

  test('has the people of case finding, each with the readings that the truth names and forty rows', async () => {
    const cases = `(select patient_id, split_part(unnest(split(detail, '; ')), ' ', 1) as day from truth
      where regexp_matches(what, '^(not-)?found-by-') and detail <> 'nothing on record')`;
    const kept = `(select patient_id::varchar as patient_id, clinical_effective_date::varchar as day from observation
      union select patient_id::varchar, clinical_effective_date::varchar from read_parquet('${folders[1]}/*/medication_order.parquet'))`;
    expect(await count(cases)).toBeGreaterThan(300);
    expect(
      await count(`(select patient_id, day from ${cases} except select patient_id, day from ${kept})`),
    ).toBe(0);
    const rows = `(select truth.patient_id from truth join observation on truth.patient_id = observation.patient_id::varchar
      where regexp_matches(what, '^(not-)?found-by-') group by 1 having count(*) < 40)`;
    expect(await count(rows)).toBe(0);
  });

  test('has high readings twice and no diagnosis where it says so', async () => {
    const found = `truth where what = 'undiagnosed-hypertension'`;
    const readings = `(select patient_id from observation where mapped_concept_code = '271649006' and result_value >= 160
      and clinical_effective_date >= '2025-11-01' group by 1 having count(*) >= 2)`;
    expect(await count(found)).toBeGreaterThan(5);
    expect(await count(`${found} and patient_id not in (select patient_id from ${readings})`)).toBe(0);
  });

  test('has no diagnosis of high blood pressure where none was coded', async () => {
    const diagnosed = `select patient_id from observation where mapped_concept_code in (${among('HYP_COD')})`;
    const waiting = `truth where what in ('undiagnosed-hypertension', 'uncoded-hypertension')`;
    expect(await count(`${waiting} and patient_id in (${diagnosed})`)).toBe(0);
  });

  test.each([
    [
      'duplicate',
      'other.nhs_number is not null and mine.nhs_number is null and mine.address = other.address',
    ],
    ['namesake', 'other.nhs_number <> mine.nhs_number and mine.address <> other.address'],
  ])('has two records of one name and birthday: a %s', async (what, how) => {
    const pairs = `truth join patient mine on mine.id = truth.patient_id
      join patient other on other.id <> mine.id and other.family_name = mine.family_name
       and other.given_names = mine.given_names and other.birth_date = mine.birth_date and ${how}
     where truth.what = '${what}'`;
    const lines = await count(`truth where what = '${what}'`);
    expect(lines).toBeGreaterThan(3);
    expect(await count(pairs)).toBe(lines);
  });

  test.each([
    ['future-date', `o.clinical_effective_date >= '2026-11-01'`],
    ['before-birth', 'o.clinical_effective_date < p.birth_date'],
    ['unit-error', `o.mapped_concept_code = '999791000000106' and o.result_value < 15`],
    ['implausible-value', `o.mapped_concept_code = '271649006' and o.result_value > 300`],
  ])('has each entry that is wrong, and no other: %s', async (what, wrong) => {
    const entries = await duck.rows<{ id: string }>(
      `select distinct o.patient_id as id from observation o join patient p on p.id = o.patient_id where ${wrong} order by 1`,
    );
    const listed = await duck.rows<{ id: string }>(
      `select distinct patient_id as id from truth where what = '${what}' order by 1`,
    );
    expect(entries.length).toBeGreaterThan(0);
    expect(entries).toEqual(listed);
  });
});
