import type { LongTermReading } from './plan.ts';

/** A figure of the strategies, and how it is measured in the written files (tables: see readBorough). */
export interface Target {
  /** The number under which the figure is listed. */
  readonly oracle: string;
  readonly what: string;
  readonly unit: '%' | '';
  readonly target: number;
  /** At full size, in units of the target. Null: the target is a least value. */
  readonly tolerance: number | null;
  /**
   * `strategy`: the figure stands there. `direction`: the strategy says which is higher, and by how much is invented;
   * 1 is yes. `comparators`: a rank or a distance in the strategy, against comparators that are invented.
   */
  readonly source: 'strategy' | 'direction' | 'comparators';
  /** One row: `value`, and `n`, the people it is a percentage of, or null. */
  readonly sql: string;
  /** Only measured in a borough of so many people, or with all of south-east London. */
  readonly from?: number;
  readonly place?: 'sel';
  readonly reading?: LongTermReading;
}

/** Below this a rank or a direction between practices is a matter of chance. */
const MANY = 250_000;

const share = (of: string, when: string) =>
  `select 100.0 * count(*) filter (${when}) / count(*) as value, count(*) as n from ${of}`;
const count = (of: string) => `select count(*) as value, null as n from ${of}`;
const truth = (when: string) => `select (${when})::integer as value, null as n`;
const has = (list: string, from: string, to = '2026-11-01') =>
  `person in (select person from coded where list = '${list}' and day >= '${from}' and day < '${to}')`;

const vaccinated = {
  pneumococcal: has('PNEUMOCOCCAL_VACCINE', '1900-01-01'),
  flu: has('FLU_VACCINE', '2025-09-01', '2026-04-01'),
};
/** Older people are all called, when they are 65 before the season ends; the others if at risk by their conditions. */
const older = 'person where age >= 65';
const called = "person where born <= '1961-03-31'";
const atRisk = `person where born > '1961-03-31' and age >= 1 and not ${has('PREGNANT', '2025-01-25', '2026-02-01')} and person in (
  select person from coded where list in ('DM_COD','CHD_COD','HF_COD','STRK_COD TIA_COD','CKD_COD','COPD_COD','LD_COD') and not ends
     and (day is null or day < '2025-09-01')
   union select person from coded where list = 'AST_COD' and not ends and (day is null or day < '2025-09-01')
     and person not in (select person from coded where list = 'AST_COD' and ends))`;
const pregnant = `person where ${has('PREGNANT', '2025-01-25', '2026-02-01')}`;
const stated = `(select arg_max(code, day) as code from coded where list = 'ETHNICITY' group by person)
  where code <> '92531000000104'`;
const white = `('92391000000108', '92401000000106', '92411000000108')`;

const comparator = (measure: string, place: string) =>
  `(select value from comparators where measure = '${measure}' and place = '${place}')`;
const rank = (measure: string, own: string, higherFirst = true) =>
  `select 1 + count(*) as value, null as n from comparators
    where measure = '${measure}' and kind <> 'region' and value ${higherFirst ? '>' : '<'} (select value from (${own}))`;
const above = (own: string, measure: string, place: string) =>
  truth(`(select value from (${own})) > ${comparator(measure, place)}`);

const uptake = {
  pneumococcal: share(older, vaccinated.pneumococcal),
  older: share(called, vaccinated.flu),
  atRisk: share(atRisk, vaccinated.flu),
  pregnant: share(pregnant, vaccinated.flu),
};

/** Who is invited, and since when an attendance counts. */
const screening = {
  cervical: ["age between 25 and 49 and sex = 'F'", has('CERVICAL_SCREEN', '2023-05-01')],
  breast: ["age between 53 and 70 and sex = 'F'", has('BREAST_SCREEN', '2023-11-01')],
  bowel: ['age between 60 and 74', has('BOWEL_SCREEN', '2024-05-01')],
} as const;
const percentOf = (when: string) => `100.0 * count(*) filter (${when}) / count(*)`;

function screeningTargets(programme: keyof typeof screening): Target[] {
  const [invited, attended] = screening[programme];
  const borough = `(select ${percentOf(attended)} from person where ${invited})`;
  const north = `(select ${percentOf(attended)} from person where ${invited} and neighbourhood = 'lewisham-n1')`;
  const inCentre = `(select practice from person where ${invited} and neighbourhood = 'lewisham-n2'
    group by 1 having ${percentOf(attended)} > ${borough})`;
  return [
    {
      oracle: 'O18',
      what: `${programme} screening: the north below the borough`,
      unit: '',
      target: 1,
      tolerance: 0,
      source: 'direction',
      sql: truth(`${north} < ${borough}`),
      from: 20_000,
    },
    {
      oracle: 'O18',
      what: `${programme} screening: practices of the centre above the borough, of 13`,
      unit: '',
      target: 7,
      tolerance: null,
      source: 'strategy',
      sql: count(inCentre),
      from: MANY,
    },
  ];
}

const deaths = (cause: string) => share('deaths', `cause = '${cause}'`);
const quitters = (where: string) => `(select 1000.0 * count(*) filter (person in (
    select q.person from coded q join coded e on e.person = q.person and e.day = q.day and e.list = 'EXSMOK_COD'
     where q.list = 'SMOKING_AT_FOUR_WEEKS')) / count(*) from person where age >= 16 and ${where})`;
const surveyed = (question: string) =>
  `(select sum(percent * answers) / sum(answers) from survey where question = '${question}' and answers is not null)`;
const surveyOf = (question: string, place: string) =>
  `(select percent from survey where question = '${question}' and place = '${place}')`;
const residents = (year: number, ages = 'true') =>
  `(select sum(people) from residents where year = ${year} and ${ages})`;
const attended = (year: string) => `(select sum(attendances) from attendances where year = '${year}')`;

export const targets: readonly Target[] = [
  exact('O1', 'boroughs', 6, count("place where kind = 'borough'"), 'sel'),
  exact('O1', 'practices', 195, count("place where kind = 'practice'"), 'sel'),
  exact('O1', 'primary care networks', 35, count("place where kind = 'pcn'"), 'sel'),
  exact(
    'O1',
    'federations',
    7,
    `select count(distinct federation) as value, null as n from federations`,
    'sel',
  ),
  exact('O1', 'community pharmacies', 324, count('pharmacies'), 'sel'),
  {
    ...atLeast('O2', 'ethnic groups in people’s own words', 201),
    sql: `select count(distinct words) as value, null as n from coded where list = 'ETHNICITY' and words is not null`,
    from: MANY,
  },
  {
    ...atLeast('O2', 'languages in which an interpreter is needed', 150),
    sql: `select count(distinct words) as value, null as n from coded where list = 'INTERPRETER_NEEDED'`,
    from: MANY,
  },
  exact('O3', 'practices of Lewisham', 40, count("place where kind = 'practice' and borough = 'lewisham'")),
  { ...exact('O3', 'people registered', 316_475, count('person')), from: MANY },
  ...[12, 13, 8, 7].map((practices, at) =>
    exact(
      'O4',
      `practices of neighbourhood ${at + 1}`,
      practices,
      count(`place where kind = 'practice' and neighbourhood = 'lewisham-n${at + 1}'`),
    ),
  ),
  ...[70_638, 114_970, 61_021, 69_846].map((people, at) => ({
    ...exact(
      'O5',
      `people of neighbourhood ${at + 1}`,
      people,
      count(`person where neighbourhood = 'lewisham-n${at + 1}'`),
    ),
    from: MANY,
  })),
  exact(
    'O6',
    'federations of Lewisham, each one neighbourhood',
    4,
    `select count(*) as value, null as n from (select federation from federations
      group by 1 having count(*) = 1 and any_value(neighbourhood) like 'lewisham-n_')`,
  ),
  {
    ...about('O7', 'at least one long-term condition', 28.9, 0.5, share('long_term', 'conditions >= 1')),
    reading: 'at-least',
  },
  { ...about('O7', 'at least two', 11.2, 0.4, share('long_term', 'conditions >= 2')), reading: 'at-least' },
  {
    ...about('O7', 'exactly one long-term condition', 28.9, 0.8, share('long_term', 'conditions = 1')),
    reading: 'exactly',
  },
  { ...about('O7', 'exactly two', 11.2, 0.6, share('long_term', 'conditions = 2')), reading: 'exactly' },
  {
    ...exact(
      'O8',
      'Victoria: conditions on record',
      3,
      `select conditions as value, null as n from long_term
      where person = (select person_id from patient p join patient_person pp on pp.patient_id = p.id
                       where p.nhs_number = '9990000018')`,
    ),
  },
  about(
    'O9',
    'Black, Asian and minority ethnic, of those who said',
    49.3,
    0.5,
    share(stated, `code not in ${white}`),
  ),
  about('O9', 'Black African', 12, 0.4, share(stated, "code = '92491000000104'")),
  about('O9', 'Black Caribbean', 11, 0.4, share(stated, "code = '107691000000105'")),
  ranked(
    'O9',
    'diversity among 326 districts',
    14,
    rank('ethnic_minority', share(stated, `code not in ${white}`)),
  ),
  {
    ...ranked(
      'O10',
      'deprivation among 326 districts',
      48,
      rank('mean_imd_decile', 'select avg(decile) as value from (select decile from area limit 169)', false),
    ),
    from: 0,
  },
  exact(
    'O11',
    'residents more in five years',
    20_000,
    `select ${residents(2021)} - ${residents(2016)} as value, null as n`,
  ),
  {
    ...about(
      'O11',
      'that is, of the list',
      6.3,
      0.05,
      `select 100.0 * (${residents(2021)} - ${residents(2016)}) / 316475 as value, null as n`,
    ),
  },
  direction(
    'O11',
    'residents of 20 to 29 fall, by less than 2%',
    truth(
      `${residents(2021, 'age_from between 20 and 25')} between 0.98 * ${residents(2016, 'age_from between 20 and 25')} and ${residents(2016, 'age_from between 20 and 25')} - 1`,
    ),
  ),
  direction('O11', 'residents are another population than the list', truth(`${residents(2016)} < 316475`)),
  about('O12', 'deaths by cancer', 28.3, 1, deaths('cancer')),
  about('O12', 'deaths by circulatory disease', 28.1, 1, deaths('circulatory')),
  about('O12', 'deaths by respiratory disease', 13.8, 1, deaths('respiratory')),
  about('O12', 'deaths by dementia', 9, 1, deaths('dementia')),
  {
    ...direction(
      'O12',
      'in that order',
      truth(
        `(select string_agg(cause, ' ' order by n desc) from (select cause, count(*) as n from deaths where cause <> 'other' group by 1)) = 'cancer circulatory respiratory dementia'`,
      ),
    ),
    from: MANY,
  },
  about('O13', 'pneumococcal vaccination, 65 and over', 72.6, 0.8, uptake.pneumococcal),
  ranked('O13', 'rank of it in London', 1, rank('pneumococcal_65', uptake.pneumococcal)),
  about('O14', 'flu vaccination, 65 and over', 68, 0.8, uptake.older),
  direction('O14', 'above London, in points', above(uptake.older, 'flu_65', 'London in points')),
  direction('O14', 'above London, relative', above(uptake.older, 'flu_65', 'London relative')),
  about('O15', 'flu vaccination, under 65 at risk', 44.3, 0.8, uptake.atRisk),
  direction('O15', 'above London', above(uptake.atRisk, 'flu_at_risk', 'London in points')),
  about('O16', 'flu vaccination in pregnancy', 43.6, 1.2, uptake.pregnant),
  direction('O16', 'above London, in points', above(uptake.pregnant, 'flu_pregnant', 'London in points')),
  ranked('O16', 'rank of it in London', 5, rank('flu_pregnant', uptake.pregnant)),
  ...['nurse_trust', 'phone_ease', 'ltc_support'].flatMap((question) =>
    ['london', 'england'].map((place) => ({
      ...direction(
        'O17',
        `${question.replace('_', ' ')} below ${place}`,
        truth(`${surveyed(question)} < ${surveyOf(question, place)}`),
      ),
    })),
  ),
  ...screeningTargets('cervical'),
  ...screeningTargets('breast'),
  ...screeningTargets('bowel'),
  {
    ...direction(
      'O19',
      'four-week quitters: the south-east above the borough',
      truth(`${quitters("neighbourhood = 'lewisham-n3'")} > ${quitters('true')}`),
    ),
    from: 50_000,
  },
  {
    ...direction(
      'O19',
      'four-week quitters: the south-west below the borough',
      truth(`${quitters("neighbourhood = 'lewisham-n4'")} < ${quitters('true')}`),
    ),
    from: 50_000,
  },
  about(
    'O20',
    'hospital emergency attendances, more in a year',
    12,
    0.05,
    `select 100.0 * ${attended('2015/16')} / ${attended('2014/15')} - 100 as value, null as n`,
  ),
  {
    ...atLeast('O25', 'clinical workforce trained in care planning', 95),
    unit: '%',
    sql: 'select 100.0 * sum(trained) / sum(clinical_staff) as value, null as n from training',
  },
];

function about(oracle: string, what: string, target: number, tolerance: number, sql: string): Target {
  return { oracle, what, unit: '%', target, tolerance, source: 'strategy', sql };
}

function exact(oracle: string, what: string, target: number, sql: string, place?: 'sel'): Target {
  return {
    oracle,
    what,
    unit: '',
    target,
    tolerance: 0,
    source: 'strategy',
    sql,
    ...(place ? { place } : {}),
  };
}

function atLeast(oracle: string, what: string, target: number): Omit<Target, 'sql'> {
  return { oracle, what, unit: '', target, tolerance: null, source: 'strategy' };
}

function direction(oracle: string, what: string, sql: string): Target {
  return { oracle, what, unit: '', target: 1, tolerance: 0, source: 'direction', sql, from: 20_000 };
}

function ranked(oracle: string, what: string, target: number, sql: string): Target {
  return { oracle, what, unit: '', target, tolerance: 0, source: 'comparators', sql, from: MANY };
}
