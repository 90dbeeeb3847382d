import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { contentFiles, readContent } from '../platform/content/index.ts';
import { type Duck, fileList, literal, openDuck } from '../platform/lake/index.ts';
import { BOROUGH } from './borough.ts';
import { EXTRACTED_AT } from './encode.ts';
import { OTHER_SOURCES } from './other-sources.ts';

// The written borough as somebody reads it who has the files alone, the code lists of the product, and nothing of
// what drew it.

/** Memory that reading may use; the rest goes to disk. */
const MEGABYTES = 700;

const listFile = z.object({
  lists: z.array(z.object({ id: z.string(), codes: z.array(z.object({ code: z.string() })).default([]) })),
});

const pack = z.object({
  places: z.array(
    z.object({ id: z.string(), kind: z.string(), within: z.string().optional(), pcn: z.string().optional() }),
  ),
  areas: z.array(z.object({ lsoa: z.string(), imd_decile: z.int() })),
});

/** Registers and what takes somebody off them again: the conditions that content/definitions/long-term-conditions counts. */
export const REGISTERS: readonly (readonly [register: string, resolved: string | null])[] = [
  ['HYP_COD', 'HYPRES_COD'],
  ['DM_COD', 'DMRES_COD'],
  ['CHD_COD', null],
  ['AFIB_COD', 'AFIBRES_COD'],
  ['STRK_COD TIA_COD', null],
  ['HF_COD', 'HFRES_COD'],
  ['PAD_COD', null],
  ['CKD_COD', 'CKD1AND2_COD CKDRES_COD'],
  ['AST_COD', 'ASTRES_COD'],
  ['COPD_COD', 'COPDRES_COD'],
  ['CAN_COD', null],
  ['DEM_COD', null],
  ['DEPR_COD', 'DEPRES_COD'],
  ['MH_COD', null],
  ['EPIL_COD', 'EPILRES_COD'],
  ['LD_COD', null],
  ['RARTH_COD', null],
  ['OSTEO_COD', null],
];

/** What targets ask about besides. */
const LISTS = [
  'ETHNICITY',
  'FLU_VACCINE',
  'PNEUMOCOCCAL_VACCINE',
  'PREGNANT',
  'CERVICAL_SCREEN',
  'BREAST_SCREEN',
  'BOWEL_SCREEN',
  'SMOKING_AT_FOUR_WEEKS',
  'EXSMOK_COD',
  'INTERPRETER_NEEDED',
];

/**
 * Opens the borough's extracts in `folder` for questions in SQL. Tables: `place`, `area`, `person` (everybody
 * registered), `coded` (their entries on the lists that targets ask about), `long_term` (conditions for each person),
 * and one for each file of the other sources. Whatever lies beyond Lewisham is left out but the places.
 * `content`: the folder of the code lists.
 */
export async function readBorough(folder: string, content: string): Promise<Duck & { done(): void }> {
  const scratch = join(folder, '.calibration');
  mkdirSync(scratch, { recursive: true });
  const duck = await openDuck({ memoryMegabytes: MEGABYTES, scratch });
  const done = () => {
    duck.close();
    rmSync(scratch, { recursive: true, force: true });
  };
  try {
    await readPlaces(duck, folder);
    await readTables(duck, folder);
    await readCodes(duck, content);
    for (const sql of TABLES) await duck.run(sql);
    for (const name of [
      'deaths',
      'residents',
      'survey',
      'attendances',
      'training',
      'comparators',
      'federations',
      'pharmacies',
    ])
      await duck.run(
        `create view ${name} as select * from read_csv(${literal(join(folder, OTHER_SOURCES, `${name}.txt`))}, header = true)`,
      );
  } catch (error) {
    done();
    throw error;
  }
  return { ...duck, done };
}

async function readPlaces(duck: Duck, folder: string): Promise<void> {
  const { places, areas } = readContent(join(folder, 'place-pack.yaml'), pack);
  const parents = new Map(places.map(({ id, within }) => [id, within]));
  await duck.run(
    'create table place (id varchar, kind varchar, neighbourhood varchar, borough varchar, pcn varchar)',
  );
  const rows = places.map(({ id, kind, within = '', pcn }) => {
    const text = [id, kind, within, parents.get(within) ?? '', pcn ?? ''].map(literal).join(',');
    return `(${text})`;
  });
  await duck.run(`insert into place values ${rows.join(',')}`);
  await duck.run('create table area (lsoa varchar, decile integer)');
  const lines = areas.map(({ lsoa, imd_decile }) => `(${literal(lsoa)}, ${imd_decile})`);
  await duck.run(`insert into area values ${lines.join(',')}`);
}

/** The extracts of Lewisham's practices, in whichever format they were written. */
async function readTables(duck: Duck, folder: string): Promise<void> {
  const practices = await duck.rows<{ id: string }>(
    `select id from place where kind = 'practice' and borough = ${literal(BOROUGH.id)} order by id`,
  );
  for (const name of [
    'patient',
    'patient_person',
    'episode_of_care',
    'patient_address',
    'postcode_hash',
    'observation',
  ]) {
    const files = practices.map(({ id }) => join(folder, id, name));
    const isParquet = existsSync(`${files[0]}.parquet`);
    const reading = isParquet
      ? `read_parquet(${fileList(files.map((file) => `${file}.parquet`))})`
      : `read_csv(${fileList(files.map((file) => `${file}.csv`))}, header = true, all_varchar = true)`;
    await duck.run(`create view ${name} as select * from ${reading}`);
  }
}

async function readCodes(duck: Duck, content: string): Promise<void> {
  const lists = new Map(
    contentFiles(join(content, 'codelists'), '.yaml').flatMap((path) =>
      readContent(path, listFile).lists.map(({ id, codes }) => [id, codes] as const),
    ),
  );
  const registers = REGISTERS.flatMap(([register, resolved]) => [
    ...codesOf(lists, register).map((code) => [register, code, false] as const),
    ...(resolved === null ? [] : codesOf(lists, resolved).map((code) => [register, code, true] as const)),
  ]);
  const asked = LISTS.flatMap((list) => codesOf(lists, list).map((code) => [list, code, false] as const));
  const rows = [...registers, ...asked].map(
    ([list, code, ends]) =>
      `(${literal(list)}, ${literal(code)}, ${ends}, ${registers.some(([, one]) => one === code)})`,
  );
  await duck.run('create table code (list varchar, code varchar, ends boolean, register boolean)');
  await duck.run(`insert into code values ${rows.join(',')}`);
}

function codesOf(lists: ReadonlyMap<string, readonly { code: string }[]>, ids: string): string[] {
  return ids.split(' ').flatMap((id) => {
    const codes = lists.get(id);
    if (codes === undefined) throw new Error(`there is no codelist ${id}`);
    return codes.map(({ code }) => code);
  });
}

const TODAY = `date '${EXTRACTED_AT.slice(0, 10)}'`;

/** What everything else is asked of. People with records at two practices are one. */
const TABLES = [
  `create table person as
     select pp.person_id as person, any_value(p.gender_code) as sex, any_value(e.organisation_code_publisher) as practice,
            any_value(p.birth_date)::date as born,
            any_value(pl.neighbourhood) as neighbourhood, any_value(a.decile) as decile,
            date_sub('year', any_value(p.birth_date)::date, ${TODAY}) as age
       from patient p
       join patient_person pp on pp.patient_id = p.id
       join episode_of_care e on e.patient_id = p.id
       join place pl on pl.id = e.organisation_code_publisher
       left join (patient_address pa join (select distinct postcode_hash, yr2021_lsoa from postcode_hash) using (postcode_hash))
         on pa.patient_id = p.id
       left join area a on a.lsoa = yr2021_lsoa
      where e.episode_of_care_end_date is null and e.episode_type_source_code = 'Regular'
        and not p.is_dummy_patient::boolean
      group by 1`,
  `create table coded as
     select pp.person_id as person, c.list, c.ends, c.register, c.code, o.clinical_effective_date::date as day, o.source_display as words
       from observation o
       join code c on c.code = o.mapped_concept_code
       join patient_person pp on pp.patient_id = o.patient_id
      where pp.person_id in (select person from person)`,
  `create table long_term as
     select person, coalesce(conditions, 0) as conditions
       from person left join (
         select person, count(*) filter (coalesce(last > over, true)) as conditions
           from (select person, list, max(day) filter (not ends) as last, max(day) filter (ends) as over,
                        count(*) filter (not ends) as entries
                   from coded where register group by 1, 2)
          where entries > 0 group by 1) using (person)`,
];
