import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apportion } from './apportion.ts';
import { Dice } from './dice.ts';
import * as figures from './figures.ts';
import type { BoroughPlan } from './plan.ts';
import { styleOf } from './practice-style.ts';
import { streams } from './streams.ts';
import type { Territory } from './territory.ts';

/** A file of the folder: comma-separated lines, the first of them the names of the columns. */
export interface SourceFile {
  readonly name: string;
  readonly lines: readonly string[];
}

/** The folder beside the extracts. Its files end in .txt, so that an import takes them for what stands beside data. */
export const OTHER_SOURCES = 'other-sources';

const README = `# Beside the records

What other systems than a practice's would tell about the synthetic borough. Nobody and nothing in it is real. A line
that says invented in its last column was made up; one that says strategy carries a figure of the primary care
strategies of 2016 and 2022. The files are comma-separated, with a line of column names.

deaths.txt        underlying causes of death as registered: every one invented, tuned to the strategy's shares
residents.txt     people who live in the borough, 2016 and five years later: another population than the list
survey.txt        the patient survey by practice, with London and England
attendances.txt   hospital emergency attendances by month
training.txt      who of the clinical workforce had training in care planning
comparators.txt   other groups of London and districts of England, for ranks and comparisons
federations.txt   federations of practices and the neighbourhoods that they cover
pharmacies.txt    community pharmacies by borough
`;

/** Everything that is told beside the records. `deaths`: their lines, in the order of the practices. */
export function otherSources(
  plan: BoroughPlan,
  territory: Territory,
  deaths: readonly string[],
): readonly SourceFile[] {
  return [
    { name: 'deaths.txt', lines: ['person,practice,month,age,sex,icd10,cause', ...deaths] },
    { name: 'residents.txt', lines: residents() },
    { name: 'survey.txt', lines: survey(plan) },
    { name: 'attendances.txt', lines: attendances() },
    { name: 'training.txt', lines: training(plan) },
    { name: 'comparators.txt', lines: comparators(plan.seed) },
    { name: 'federations.txt', lines: federations(territory) },
    { name: 'pharmacies.txt', lines: pharmacies(territory) },
  ];
}

/** Writes the files into their folder under `out`. */
export function writeOtherSources(out: string, files: readonly SourceFile[]): void {
  const folder = join(out, OTHER_SOURCES);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'README.md'), README);
  for (const { name, lines } of files) writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
}

function residents(): string[] {
  const bands = figures.RESIDENTS_BY_AGE;
  const then = apportion(
    figures.RESIDENTS_2016.value,
    bands.map(([, share]) => share),
  );
  const rows = bands.flatMap(([from, , change], at) => [
    `2016,${from},${then[at] ?? 0},invented`,
    `2021,${from},${(then[at] ?? 0) + change},invented`,
  ]);
  return ['year,age_from,people,source', ...rows];
}

function survey({ practices, seed }: BoroughPlan): string[] {
  const dice = new Dice();
  const rows = figures.SURVEY.flatMap(({ question, place, london, england }, at) => [
    `london,${question},${london},,invented`,
    `england,${question},${england},,invented`,
    ...practices.map(({ practice }) => {
      dice.begin(seed, practice.number, streams.figures + at);
      const answers = dice.between(figures.SURVEY_ANSWERS - 30, figures.SURVEY_ANSWERS + 30);
      return `${practice.code},${question},${dice.bell(place, figures.SURVEY_SPREAD)},${answers},invented`;
    }),
  ]);
  return ['place,question,percent,answers,source', ...rows];
}

function attendances(): string[] {
  const { base, percentMore } = figures.ATTENDANCES;
  const years = [base, Math.floor((base * (100 + percentMore)) / 100)].map((total) =>
    apportion(total, figures.ATTENDANCES_BY_MONTH),
  );
  const rows = years.flatMap((months, year) =>
    months.map((count, at) => {
      const month = `${2014 + year + (at >= 9 ? 1 : 0)}-${String(((at + 3) % 12) + 1).padStart(2, '0')}`;
      return `${2014 + year}/${15 + year},${month},${count},strategy`;
    }),
  );
  return ['year,month,attendances,source', ...rows];
}

function training(plan: BoroughPlan): string[] {
  let staff = 0;
  const rows = plan.practices.map(({ practice }) => {
    const { doctors, nurses } = styleOf(practice, plan);
    const before = Math.floor(staff / figures.UNTRAINED_EVERY);
    staff += doctors + nurses;
    const untrained = Math.floor(staff / figures.UNTRAINED_EVERY) - before;
    return `${practice.code},${doctors + nurses},${doctors + nurses - untrained},invented`;
  });
  return ['practice,clinical_staff,trained,source', ...rows];
}

/** The others on either side of the borough's own figure, so that its rank is that of the strategy. */
function comparators(seed: number): string[] {
  const dice = new Dice().begin(seed, 0, streams.figures);
  const rows = figures.UPTAKE_IN_LONDON.flatMap(({ measure, target, rank, london }) => {
    const others = figures.GROUPS_IN_LONDON - 1;
    const above = rank === null ? Math.floor(others / 3) : rank - 1;
    // Far enough below the target that the groups lie around London's figure.
    const below = Math.floor((target - london.points) * 200 + 450);
    return [
      `London in points,region,${measure},${london.points},strategy`,
      `London relative,region,${measure},${london.relative},strategy`,
      ...Array.from({ length: others }, (_, at) => {
        // Nobody within a point of the target: the borough's own figure may lie that far from it.
        const away = at < above ? 120 + dice.below(500) : -120 - dice.below(below);
        return `Group ${at + 1},group,${measure},${decimal(Math.floor(target * 100) + away, 100)},invented`;
      }),
    ];
  });
  const { count, deprivationRank, diversityRank, diversity } = figures.DISTRICTS;
  for (let at = 1; at < count; at++) {
    const poorer = at < deprivationRank;
    const decile = figures.MEAN_DECILE + (poorer ? -60 - dice.below(1_700) : 60 + dice.below(5_000));
    rows.push(`District ${at},district,mean_imd_decile,${decimal(decile, 1000)},invented`);
    const share =
      Math.floor(diversity * 10) + (at < diversityRank ? 15 + dice.below(190) : -15 - dice.below(460));
    rows.push(`District ${at},district,ethnic_minority,${decimal(share, 10)},invented`);
  }
  return ['place,kind,measure,value,source', ...rows];
}

function federations({ federations: all }: Territory): string[] {
  return [
    'federation,name,neighbourhood,source',
    ...all.flatMap(({ id, name, neighbourhoods }) =>
      neighbourhoods.map((neighbourhood) => `${id},${name},${neighbourhood},invented`),
    ),
  ];
}

function pharmacies({ pharmacies: all }: Territory): string[] {
  return [
    'pharmacy,name,borough,source',
    ...all.map(({ id, name, borough }) => `${id},${name},${borough},invented`),
  ];
}

/** A whole number of tenths, hundredths or thousandths, as people write it. */
function decimal(value: number, scale: number): string {
  return (value / scale).toFixed(String(scale).length - 1);
}
