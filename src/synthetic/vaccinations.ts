import { ageAt, day as dayOf, yearOf } from './calendar.ts';
import { type ConceptNumber, concept } from './concepts.ts';
import type { Condition } from './conditions.ts';
import { BOOKED_AFTER, TERM } from './maternity.ts';
import type { Subject } from './subject.ts';

const flu = concept('822851000000102', 'Seasonal influenza vaccination', 'Flu jab');
const fluByPharmacist = concept('955691000000108', 'Seasonal influenza vaccination given by pharmacist');
const fluSpray = concept('884861000000100', 'First intranasal seasonal influenza vaccination');
const pneumococcal = concept('12866006', 'Pneumococcal vaccination', 'Pneumovax');
const pneumococcalFirst = concept('247631000000101', 'First pneumococcal conjugated vaccination');
const pneumococcalSecond = concept('247641000000105', 'Second pneumococcal conjugated vaccination');
const shingles = concept('722215002', 'Shingles vaccination');
const rsv = concept('1303503001', 'Respiratory syncytial virus vaccination');
const covidFirst = concept('1324681000000101', 'First dose of SARS-CoV-2 vaccine');
const covidSecond = concept('1324691000000104', 'Second dose of SARS-CoV-2 vaccine');
const covidBooster = concept('1362591000000103', 'Booster dose of SARS-CoV-2 vaccine');
const hpv = concept('761841000', 'Human papillomavirus vaccination');
const mmrFirst = concept('308081000000105', 'Measles, mumps and rubella vaccination, first dose');
const mmrSecond = concept('170433008', 'Measles, mumps and rubella vaccination, second dose');

/** Days of age at which a child is called, and which vaccine. What follows from these doses: see later-doses.ts. */
const CHILDHOOD: readonly (readonly [age: number, vaccine: ConceptNumber])[] = [
  [57, concept('1082441000000108', 'First six-in-one vaccination')],
  [57, concept('720539004', 'First dose of meningococcal B vaccine')],
  [57, concept('868631000000102', 'First rotavirus vaccination')],
  [85, concept('1082451000000106', 'Second six-in-one vaccination')],
  [86, pneumococcalFirst],
  [113, concept('1082461000000109', 'Third six-in-one vaccination')],
  [113, concept('720540002', 'Second dose of meningococcal B vaccine')],
  [368, mmrFirst],
  [368, pneumococcalSecond],
  [368, concept('720544006', 'Booster dose of meningococcal B vaccine')],
  [1220, mmrSecond],
];

/**
 * Uptake in points. Flu 65 and over (68), at risk under 65 (44.3), pregnant (43.6) and pneumococcal (72.6): primary care
 * strategy 2016; those of smaller groups are set a little higher, until the borough came out at these.
 * The rest is invented, in the shape of inner London.
 */
const UPTAKE = {
  childhood: 87,
  flu65: 68,
  fluAtRisk: 45,
  fluPregnant: 45,
  fluChild: 38,
  pneumococcal65: 73,
  shingles: 42,
  rsv: 44,
  covidOlder: 86,
  covidYounger: 66,
  hpv: 68,
} as const;

const AT_RISK: readonly Condition[] = [
  'type1Diabetes',
  'type2Diabetes',
  'coronaryDisease',
  'heartFailure',
  'stroke',
  'kidneyDisease',
  'copd',
  'asthma',
  'lungDisease',
  'learningDisability',
];

/** First flu season on record and the one that has just begun. */
const FIRST_SEASON = 2021;
const THIS_SEASON = 2026;

/** Days from the first of September to the end of March. */
const SEASON = 211;

const seasons = Array.from({ length: THIS_SEASON - FIRST_SEASON + 1 }, (_, at) =>
  dayOf(`${FIRST_SEASON + at}-09-01`),
);
const covidOpening = dayOf('2020-12-15');
const covidBoosters = dayOf('2021-10-10');
const covidAutumn = dayOf('2025-10-01');
const rsvOpening = dayOf('2024-09-02');

/** Writes the vaccinations that a person has had. `dice` has begun the vaccinations stream. */
export function noteVaccinations(subject: Subject): void {
  const { chart, dice, person, health, style } = subject;
  if (person.age < 28 && person.bornHere) noteChildhood(subject);
  noteFlu(subject);
  noteCovid(subject);
  if (person.age >= 65 || health.has('copd')) {
    noteOnce(subject, { vaccine: pneumococcal, from: 65, uptake: UPTAKE.pneumococcal65 + style.uptake });
  }
  if (person.age >= 70)
    noteOnce(subject, { vaccine: shingles, from: 70, uptake: UPTAKE.shingles + style.uptake });
  if (person.age >= 75 && takes(subject, UPTAKE.rsv + style.uptake)) {
    chart.note(Math.max(person.born + 75 * 366, rsvOpening) + dice.below(300), rsv);
  }
  if (person.age >= 13 && person.age < 27 && takes(subject, UPTAKE.hpv)) {
    chart.note(person.born + 12 * 365 + dice.between(250, 600), hpv);
  }
}

function noteChildhood(subject: Subject): void {
  const { chart, dice, person, style } = subject;
  for (const [age, vaccine] of CHILDHOOD) {
    // Meningococcal B and rotavirus are in the schedule since 2013 and 2015; older children never had them.
    if (!takes(subject, UPTAKE.childhood + style.uptake)) continue;
    const late = dice.chance(70) ? dice.below(10) : dice.below(age > 300 ? 150 : 30);
    if (vaccine === mmrFirst || vaccine === mmrSecond || yearOf(person.born) >= 2016) {
      chart.note(person.born + age + late, vaccine);
    }
  }
}

function noteFlu(subject: Subject): void {
  const { chart, dice, person, health, style, pregnancies } = subject;
  const atRisk = AT_RISK.some((condition) => health.active(condition));
  for (const opening of seasons) {
    // Whoever will be 65 before the season ends is called.
    const age = ageAt(opening + SEASON, person.born);
    const begun = pregnancies.find((day) => isPregnantIn(day, opening));
    const uptake = begun === undefined ? fluUptake(age, atRisk) : UPTAKE.fluPregnant;
    if (uptake === 0 || !takes(subject, uptake + style.uptake)) continue;
    // Children from September, adults from October; most before Christmas.
    const usual = opening + (age < 18 ? dice.below(90) : 30 + Math.min(dice.below(110), dice.below(110)));
    const day = begun === undefined ? usual : Math.max(begun + 42, Math.min(usual, begun + TERM));
    const spray = age < 18 ? fluSpray : flu;
    chart.note(day, age >= 18 && dice.chance(28) ? fluByPharmacist : spray);
  }
}

/** Whether a pregnancy that began on a day was under way, and known, between September and January. */
function isPregnantIn(begun: number, opening: number): boolean {
  return begun + TERM > opening && begun + BOOKED_AFTER <= opening + 152;
}

function fluUptake(age: number, atRisk: boolean): number {
  if (age >= 65) return UPTAKE.flu65;
  if (atRisk) return UPTAKE.fluAtRisk;
  if (age === 2 || age === 3) return UPTAKE.fluChild;
  return 0;
}

function noteCovid(subject: Subject): void {
  const { chart, dice, person } = subject;
  const age = ageAt(covidOpening, person.born);
  if (age < 12 || !takes(subject, age >= 50 ? UPTAKE.covidOlder : UPTAKE.covidYounger)) return;
  const first = covidOpening + Math.max(0, 80 - age) * 3 + dice.below(40);
  chart.note(first, covidFirst);
  chart.note(first + dice.between(56, 84), covidSecond);
  if (age >= 40 || dice.chance(50)) chart.note(covidBoosters + dice.below(70), covidBooster);
  if (age >= 70) chart.note(covidAutumn + dice.below(60), covidBooster);
}

function noteOnce(
  subject: Subject,
  { vaccine, from, uptake }: { vaccine: ConceptNumber; from: number; uptake: number },
): void {
  const { chart, dice, person } = subject;
  if (!takes(subject, uptake)) return;
  const first = person.born + from * 366;
  const span = Math.max(30, Math.min(2200, person.until - first));
  chart.note(Math.min(first + dice.below(span), person.until - 2), vaccine);
}

/** People who take one offer take the next: four answers in five are the person's, one is the day's. */
function takes({ dice, person }: Subject, uptake: number): boolean {
  return (dice.chance(80) ? person.reluctance : dice.below(100)) < uptake;
}
