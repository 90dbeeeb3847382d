import { ageAt, day as dayOf } from './calendar.ts';
import { concept } from './concepts.ts';
import type { Subject } from './subject.ts';

const rotavirusFirst = concept('868631000000102', 'First rotavirus vaccination');
const rotavirusSecond = concept('868651000000109', 'Second rotavirus vaccination');
const mmrFirst = concept('308081000000105', 'Measles, mumps and rubella vaccination, first dose');
const mmrSecond = concept('170433008', 'Measles, mumps and rubella vaccination, second dose');
const mmrvSecond = concept('433733003', 'Measles, mumps, rubella and varicella vaccination, second dose');
const sixInOneThird = concept('1082461000000109', 'Third six-in-one vaccination');
const sixInOne = concept('1082431000000104', 'Six-in-one vaccination');
const fourInOne = concept(
  '247821000000102',
  'Booster diphtheria, tetanus, acellular pertussis and inactivated polio vaccination',
  'Pre-school booster',
);
const hibMenC = concept(
  '428975001',
  'Haemophilus influenzae type b and meningitis C vaccination',
  'Hib/MenC',
);
const teenageBooster = concept(
  '414619005',
  'Low dose diphtheria, inactivated polio and tetanus vaccination',
  'Teenage booster',
);
const menACWY = concept('390892002', 'Meningitis ACWY vaccination');
const covidBooster = concept('1362591000000103', 'Booster dose of SARS-CoV-2 vaccine');

/** Children born from this day on have the schedule with visits at 18 months. */
const newSchedule = dayOf('2024-07-01');
const EIGHTEEN_MONTHS = 548;
/** The booster at one year came in for children born from about here on. */
const hibMenCBegins = dayOf('2005-09-01');
/** Meningitis ACWY is given at school since 2015, to those born from here on. */
const menACWYBegins = dayOf('2001-09-01');
const FOURTEEN_YEARS = 14 * 365;
/** Uptake of the school-age boosters in points; invented. */
const SCHOOL_UPTAKE = 72;
/** MMRV is given in place of MMR. */
const chickenpoxBegins = dayOf('2026-01-01');
const lastAutumn = dayOf('2025-10-01');
const thisAutumn = dayOf('2026-10-01');

/** Writes the doses that follow earlier ones: whoever came for those comes for most of these. */
export function noteLaterDoses(subject: Subject): void {
  const { chart, dice, person } = subject;
  const rotavirus = chart.firstDay(rotavirusFirst);
  if (rotavirus !== null && dice.chance(93)) chart.note(rotavirus + 28 + dice.below(14), rotavirusSecond);
  const beforeSchool = chart.firstDay(mmrSecond);
  if (beforeSchool !== null && dice.chance(95)) chart.note(beforeSchool, fourInOne);
  if (person.born >= newSchedule) {
    const visit = person.born + EIGHTEEN_MONTHS + dice.below(40);
    const vaccine = visit < chickenpoxBegins ? mmrSecond : mmrvSecond;
    if (chart.firstDay(mmrFirst) !== null && dice.chance(88)) chart.note(visit, vaccine);
    if (chart.firstDay(sixInOneThird) !== null && dice.chance(88)) chart.note(visit, sixInOne);
  }
  const came = chart.firstDay(covidBooster, lastAutumn) !== null;
  if (came && ageAt(thisAutumn, person.born) >= 75 && dice.chance(72))
    chart.note(thisAutumn + dice.below(60), covidBooster);
  noteBoosters(subject);
}

/** The booster at one year, and those at school: after everything else, so that nobody else's dice fall otherwise. */
function noteBoosters({ chart, dice, person }: Subject): void {
  const firstBirthday = chart.firstDay(mmrFirst);
  if (firstBirthday !== null && person.born >= hibMenCBegins && person.born < newSchedule && dice.chance(95))
    chart.note(firstBirthday, hibMenC);
  if (person.age < 14 || person.age >= 30 || person.reluctance >= SCHOOL_UPTAKE) return;
  const atSchool = person.born + FOURTEEN_YEARS + dice.below(300);
  if (dice.chance(96)) chart.note(atSchool, teenageBooster);
  if (person.born >= menACWYBegins && dice.chance(97)) chart.note(atSchool, menACWY);
}
