import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { isRole } from '../platform/auth/index.ts';
import { type Duck, openDuck } from '../platform/lake/index.ts';
import { LEAST_ROWS, type SynthesisedBorough, synthesise, VICTORIA_NHS_NUMBER } from './index.ts';
import { NhsNumbers } from './nhs-numbers.ts';
import { planBorough } from './plan.ts';
import { hospitalTables, tables } from './tables.ts';
import { writePractice } from './write-practice.ts';

// They write whole boroughs, and a machine may have other work.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const root = fileURLToPath(new URL('../..', import.meta.url));
// Inside node_modules, so that the worker finds the packages it imports.
const worker = join(root, 'node_modules/.tmp', `synthetic-worker-test-${process.pid}.mjs`);
const temporary: string[] = [worker];

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'synthetic-'));
  temporary.push(made);
  return made;
}

afterAll(() => {
  for (const path of temporary) rmSync(path, { recursive: true, force: true });
});

describe('the same borough', () => {
  const small = { people: 300, practices: 3, threads: 1 };

  beforeAll(async () => {
    await build({
      entryPoints: [join(root, 'src/synthetic/synthetic-worker.ts')],
      outfile: worker,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      logLevel: 'error',
    });
  });

  test('comes of the same seed, in any format and with any number of threads; another one of another seed', async () => {
    const steps: string[] = [];
    const onProgress = (done: number, total: number) => steps.push(`${done} of ${total}`);
    const first = await synthesise({ ...small, out: folder(), onProgress });
    const asText = await synthesise({ ...small, out: folder(), format: 'csv' });
    const inThreads = await synthesise({
      ...small,
      out: folder(),
      threads: 3,
      worker: pathToFileURL(worker),
    });
    const other = await synthesise({ ...small, out: folder(), seed: 2 });
    expect(asText.hash).toBe(first.hash);
    expect(inThreads.hash).toBe(first.hash);
    expect(inThreads.rows).toEqual(first.rows);
    expect(inThreads.folders.map((path) => path.slice(-6))).toEqual(
      first.folders.map((path) => path.slice(-6)),
    );
    expect(other.hash).not.toBe(first.hash);
    expect(steps).toEqual(['1 of 3', '2 of 3', '3 of 3']);
  });
});

describe('what is delivered', () => {
  let out: string;
  let made: SynthesisedBorough;
  let duck: Duck;

  beforeAll(async () => {
    out = folder();
    made = await synthesise({ out, people: 3_000, practices: 10, threads: 1 });
    duck = await openDuck({ threads: 2 });
    for (const { name } of [...tables, ...hospitalTables]) {
      await duck.run(`create view ${name} as select * from read_parquet('${out}/*/${name}.parquet')`);
    }
  });
  afterAll(() => duck.close());

  const count = async (sql: string) => (await duck.one<{ n: number }>(`select count(*) as n from ${sql}`)).n;

  test('is one folder for each practice, each saying what it holds', async () => {
    expect(made.folders).toHaveLength(10);
    for (const path of made.folders) {
      const delivery = JSON.parse(readFileSync(join(path, 'delivery.json'), 'utf8'));
      expect(delivery).toMatchObject({ layout: 'practice-extract', full: true, synthetic: true });
      expect(delivery.covers).toEqual({ appointment: { from: '2024-11-01' } });
      expect(Object.keys(delivery.tables)).toEqual(tables.map(({ name }) => name));
      expect(readdirSync(path).sort()).toEqual(
        ['delivery.json', ...tables.map(({ name }) => `${name}.parquet`)].sort(),
      );
    }
    for (const { name } of tables) expect(await count(name)).toBe(made.rows[name]);
    expect(readdirSync(out).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('has the people that were asked for, each registered once', async () => {
    const open = `(select distinct p.nhs_number from patient p join episode_of_care e on e.patient_id = p.id
      where e.episode_of_care_end_date is null and e.episode_type_source_code = 'Regular' and not p.is_dummy_patient)`;
    expect(await count(open)).toBe(3_000);
    expect(made.people).toBe(3_000);
  });

  test('gives everybody registered the rows that everybody has, at the practice that has them now', async () => {
    const thin = `(select e.patient_id from episode_of_care e join patient p on p.id = e.patient_id
      left join observation o on o.patient_id = e.patient_id
      where e.episode_of_care_end_date is null and e.episode_type_source_code = 'Regular' and not p.is_dummy_patient
      group by e.patient_id having count(o.id) < ${LEAST_ROWS})`;
    expect(await count(thin)).toBe(0);
  });

  test('has two records of people who moved, with one NHS number and one history in two parts', async () => {
    const moved = await duck.rows<{ records: number; practices: number; open: number; overlap: number }>(
      `select count(*) as records, count(distinct p.record_owner_organisation_code) as practices,
              count(*) filter (where e.episode_of_care_end_date is null) as open,
              (max(e.episode_of_care_end_date) > max(e.episode_of_care_start_date))::int as overlap
         from patient p join episode_of_care e on e.patient_id = p.id
        where p.nhs_number is not null group by p.nhs_number having count(*) > 1`,
    );
    expect(moved).toHaveLength(37 + 1);
    for (const one of moved) expect(one).toEqual({ records: 2, practices: 2, open: 1, overlap: 0 });
    const early = `(select p.id from patient p join episode_of_care e on e.patient_id = p.id
       join observation o on o.patient_id = p.id
      where e.episode_of_care_end_date is not null and o.clinical_effective_date >= e.episode_of_care_end_date)`;
    expect(await count(early)).toBe(0);
  });

  test('has records that are no registrations: people who left or died, temporary ones, dummies', async () => {
    const status = (word: string) => count(`episode_of_care where episode_status_source_code = '${word}'`);
    expect(await status('Left')).toBeGreaterThan(100);
    expect(await status('Deceased')).toBeGreaterThan(20);
    expect(await count('patient where death_year is not null')).toBe(await status('Deceased'));
    expect(await count(`episode_of_care where episode_type_source_code = 'Temporary'`)).toBeGreaterThan(10);
    expect(await count('patient where is_dummy_patient and nhs_number is null')).toBe(10);
    expect(await count('patient where is_spine_sensitive')).toBeGreaterThan(0);
  });

  test('has distinct row ids, typed columns and the columns of a supplier on every row', async () => {
    for (const { name, columns, versioned } of tables) {
      const described = await duck.rows<{ column_name: string; column_type: string }>(`describe ${name}`);
      const types = Object.fromEntries(described.map((one) => [one.column_name, one.column_type]));
      for (const [column, type] of columns) {
        expect(types[column]).toBe(type === 'TIMESTAMPTZ' ? 'TIMESTAMP WITH TIME ZONE' : type);
      }
      if (!versioned) continue;
      expect(await count(`(select id from ${name} group by id having count(*) > 1)`)).toBe(0);
      expect(
        await count(
          `${name} where lds_start_date_time is null or lds_is_deleted or record_owner_organisation_code is null`,
        ),
      ).toBe(0);
    }
  });

  test('names every code in its own concept table', async () => {
    const unnamed = `(select mapped_concept_code as code from observation union select bnf_code from medication_order)
      where code not in (select code from concept)`;
    expect(await count(unnamed)).toBe(0);
    const worded = await count('observation where source_display is not null');
    expect(worded).toBeGreaterThan(0);
    expect(worded / (made.rows.observation ?? 1)).toBeLessThan(0.05);
  });

  test('has appointments of two years, on days and at times when a practice is open', async () => {
    expect(await count('appointment where isodow(start_date) = 7')).toBe(0);
    expect(await count('appointment where hour(start_date) < 8 or hour(start_date) > 18')).toBe(0);
    expect(await count('appointment where date_time_booked > start_date')).toBe(0);
    expect(await count(`appointment where start_date < '2024-11-01' or start_date >= '2026-11-01'`)).toBe(0);
    const monday = await count('appointment where isodow(start_date) = 1');
    expect(monday).toBeGreaterThan(await count('appointment where isodow(start_date) = 5'));
  });

  test('has nothing later than the extract, and some entries that nobody dated', async () => {
    expect(await count(`observation where clinical_effective_date >= '2026-11-01'`)).toBe(0);
    const undated = await count('observation where clinical_effective_date is null');
    expect(undated).toBeGreaterThan(0);
    expect(undated).toBeLessThan(60);
  });

  test('has what hospitals did in a folder of theirs, of people whom the practices have', async () => {
    const path = join(out, 'ZH0000');
    expect(readdirSync(path).sort()).toEqual(['admission.parquet', 'attendance.parquet', 'delivery.json']);
    expect(JSON.parse(readFileSync(join(path, 'delivery.json'), 'utf8'))).toMatchObject({
      layout: 'hospital-activity',
      publisher: 'ZH0000',
      full: true,
      synthetic: true,
      covers: { admission: { from: '2023-11-01' }, attendance: { from: '2023-11-01' } },
      tables: {
        admission: { rows: made.rows.admission },
        attendance: { rows: made.rows.attendance },
      },
    });
    for (const { name } of hospitalTables) {
      const of = `${name} where nhs_number is null or not exists (
        select 1 from patient where patient.nhs_number = ${name}.nhs_number and patient.sk_patient_id = ${name}.sk_patient_id)`;
      expect(await count(of)).toBe(0);
      expect(await count(name)).toBe(made.rows[name]);
      expect(await count(`(select id from ${name} group by id having count(*) > 1)`)).toBe(0);
      const strange = `(select unnest(string_split(diagnoses, ';')) as code from ${name})
        where not regexp_full_match(code, '[A-Z][0-9]{2}(\\.[0-9])?')`;
      expect(await count(strange)).toBe(0);
    }
    expect(
      await count(
        "admission where admission_date_time < '2023-11-01' or admission_date_time >= '2026-11-01'",
      ),
    ).toBe(0);
    expect(
      await count("attendance where arrival_date_time < '2023-11-01' or arrival_date_time >= '2026-11-01'"),
    ).toBe(0);
  });

  test('has nobody in two beds, nobody out before they were in, and few still there', async () => {
    const two = `admission a join admission b on a.nhs_number = b.nhs_number and a.id < b.id
      where a.admission_date_time::date < coalesce(b.discharge_date, '2030-01-01')
        and b.admission_date_time::date < coalesce(a.discharge_date, '2030-01-01')`;
    expect(await count(two)).toBe(0);
    expect(await count('admission where discharge_date < admission_date_time::date')).toBe(0);
    const there = await count('admission where discharge_date is null');
    expect(there).toBeGreaterThan(0);
    expect(there).toBeLessThan(20);
    const dead = `admission join patient using (nhs_number)
      where discharge_destination = '79' and (death_year is null or death_year < year(discharge_date))`;
    expect(await count(dead)).toBe(0);
    expect(await count("admission where discharge_destination = '79'")).toBeGreaterThan(3);
  });

  test('has one planned operation of Victoria, for her cancer', async () => {
    expect(
      await duck.rows(
        'select admission_method, diagnoses, discharge_date::varchar as left from admission where nhs_number = $1',
        [VICTORIA_NHS_NUMBER],
      ),
    ).toEqual([{ admission_method: '11', diagnoses: 'C50.9;E11.9;I10', left: '2023-11-15' }]);
    expect(await count(`attendance where nhs_number = '${VICTORIA_NHS_NUMBER}'`)).toBe(0);
  });

  test('says where people live, inside and outside the borough', async () => {
    const pack = parse(readFileSync(join(out, 'place-pack.yaml'), 'utf8'));
    const inside = (pack.areas as { lsoa: string }[]).map(({ lsoa }) => `'${lsoa}'`).join(',');
    const homes =
      'patient_address a join (select distinct postcode_hash, yr2021_lsoa from postcode_hash) using (postcode_hash)';
    expect(await count(homes)).toBe(made.rows.patient_address);
    expect(await count(`${homes} where yr2021_lsoa not in (${inside})`)).toBeGreaterThan(20);
    expect(await count(`patient where postcode not like 'ZZ%'`)).toBe(0);
  });

  test('has care homes where several people live, each in a room, and nobody else', async () => {
    const home = `regexp_replace(address, '^Room [0-9]+, ', '')`;
    const codes = `('248171000000108', '160734000', '394923006')`;
    const found = await duck.rows(
      `select ${home} as home, count(*)::int as people, count(distinct postcode)::int as postcodes,
              (count(*) filter (where p.id not in
                 (select patient_id from observation where mapped_concept_code in ${codes})))::int as without
         from patient p where address like 'Room %' group by 1`,
    );
    expect(found.length).toBeGreaterThan(1);
    expect(found.every(({ postcodes, without }) => postcodes === 1 && without === 0)).toBe(true);
    expect(Math.max(...found.map(({ people }) => Number(people)))).toBeGreaterThan(3);
  });

  test('describes places, teams, people who work there and agreements', () => {
    const pack = parse(readFileSync(join(out, 'place-pack.yaml'), 'utf8'));
    expect(pack.layout).toBe('place-pack');
    expect(pack.areas).toHaveLength(169);
    expect(pack.teams.map(({ id }: { id: string }) => id)).toContain('lewisham-int');
    expect(pack.agreements).toHaveLength(10);
    expect(pack.staff.every(({ role }: { role: string }) => isRole(role))).toBe(true);
    const patient = pack.staff.find(({ role }: { role: string }) => role === 'patient');
    expect(patient.person).toBe(VICTORIA_NHS_NUMBER);
    const places = new Set(pack.places.map(({ id }: { id: string }) => id));
    for (const { within, pcn } of pack.places) {
      for (const parent of [within, pcn]) if (parent !== undefined) expect(places.has(parent)).toBe(true);
    }
  });
});

describe('a run that fails', () => {
  test('leaves no folder that looks like a delivery', async () => {
    const out = folder();
    const plan = planBorough({ seed: 1, people: 200, practices: 2 });
    const [at] = plan.practices;
    if (at === undefined) throw new Error('no practice');
    let encoded = 0;
    const duck = {
      run: async () => {
        encoded += 1;
        if (encoded === 4) throw new Error('the disk is full');
      },
    } as unknown as Duck;
    const tools = { duck, numbers: new NhsNumbers(1, plan.persons), out, format: 'parquet' as const };
    await expect(writePractice(plan, at, tools)).rejects.toThrow('the disk is full');
    expect(readdirSync(out)).toEqual([]);
  });

  test('replaces what an earlier run left, and nothing else', async () => {
    const out = folder();
    await synthesise({ out, people: 200, practices: 3, threads: 1 });
    writeFileSync(join(out, 'notes.txt'), 'mine');
    mkdirSync(join(out, 'Z10077'));
    const { folders } = await synthesise({ out, people: 100, practices: 1, threads: 1 });
    expect(readdirSync(out).sort()).toEqual(
      [
        folders[0]?.slice(-6),
        'Z10077',
        'ZH0000',
        'notes.txt',
        'other-sources',
        'place-pack.yaml',
        'truth.txt',
      ].sort(),
    );
  });
});
