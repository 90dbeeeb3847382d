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
const covidBooster = concept('1362591000000103', 'Booster dose of SARS-CoV-2 vaccine');

/** Children born from this day on have the schedule with visits at 18 months. */
const newSchedule = dayOf('2024-07-01');
const EIGHTEEN_MONTHS = 548;
/** MMRV is given in place of MMR. */
const chickenpoxBegins = dayOf('2026-01-01');
const lastAutumn = dayOf('2025-10-01');
const thisAutumn = dayOf('2026-10-01');

/** Writes the doses that follow earlier ones: whoever came for those comes for most of these. */
export function noteLaterDoses({ chart, dice, person }: Subject): void {
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
}
