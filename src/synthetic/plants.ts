import type { Planted } from './chart.ts';
import { concept, measurement } from './concepts.ts';
import type { PlantName } from './plant-names.ts';
import type { Subject } from './subject.ts';

const SYSTOLIC = measurement('271649006', 'Systolic blood pressure', 'mmHg');
const DIASTOLIC = measurement('271650006', 'Diastolic blood pressure', 'mmHg');
const HBA1C = measurement('999791000000106', 'Haemoglobin A1c level, IFCC standardised', 'mmol/mol');
const WEIGHT = measurement('27113001', 'Body weight', 'kg', 1);
const SMOKER = concept('77176002', 'Smoker', 'Current smoker');

const PRESSURE_ONE_IN = 250;
const DEFECT_ONE_IN = 500;

/** Writes what is planted into one life, and says what that was. `dice` has begun the plants stream. */
export function plantIn(subject: Subject, chosen: readonly PlantName[]): Planted[] {
  const planted: Planted[] = [];
  const { dice } = subject;
  const pressed = dice.below(PRESSURE_ONE_IN) === 7;
  const defective = dice.below(DEFECT_ONE_IN) === 7;
  if (chosen.includes('undiagnosed-hypertension') && pressed) planted.push(...highPressure(subject));
  if (chosen.includes('defects') && defective) planted.push(defect(subject));
  return planted;
}

/** What case finding should find in a life as it was drawn, planted or not. */
export function uncodedConditions({ health }: Subject): Planted[] {
  return (['hypertension', 'type2Diabetes', 'kidneyDisease', 'prediabetes'] as const)
    .filter((condition) => health.active(condition) && health.code(condition) === null)
    .map((condition) => ({
      what: `uncoded-${condition}`,
      detail: 'shows in results, no diagnosis on record',
    }));
}

/** Two clinic readings in the last year that ask for a diagnosis (NICE NG136: 160/100 is stage 2). */
function highPressure({ chart, dice, person, health }: Subject): Planted[] {
  if (person.age < 30 || person.age >= 80 || health.has('hypertension')) return [];
  const second = person.until - dice.between(20, 90);
  const first = second - dice.between(30, 180);
  const readings = [first, second].map((day) => {
    const high = dice.between(164, 186);
    chart.measure(day, SYSTOLIC, high);
    chart.measure(day, DIASTOLIC, dice.between(101, 112));
    return high;
  });
  return [{ what: 'undiagnosed-hypertension', detail: `systolic ${readings.join(' and ')} mmHg` }];
}

function defect({ chart, dice, person }: Subject): Planted {
  const day = person.until - dice.between(30, 300);
  switch (dice.below(4)) {
    case 0:
      chart.misfile(person.until + dice.between(40, 300), SMOKER, null);
      return { what: 'future-date', detail: 'an entry dated after the extract' };
    case 1:
      chart.misfile(person.born - dice.between(200, 900), WEIGHT, 700);
      return { what: 'before-birth', detail: 'an entry dated before birth' };
    case 2:
      chart.misfile(day, HBA1C, 7);
      return { what: 'unit-error', detail: 'HbA1c 7, a percentage in mmol/mol' };
    default:
      chart.misfile(day, SYSTOLIC, 1320);
      return { what: 'implausible-value', detail: 'systolic 1320 mmHg' };
  }
}
