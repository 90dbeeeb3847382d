import type { Sex } from './people.ts';
import type { Body, Subject } from './subject.ts';

/** Centimetres at each birthday up to the eighteenth. Rounded from the growth charts that every red book has. */
const GROWTH = [50, 75, 87, 96, 103, 110, 116, 122, 128, 133, 138, 143, 149, 155, 161, 165, 168, 169, 170];

/** BMI in tenths at the same birthdays. */
const CHILD_BMI = [
  150, 172, 166, 162, 159, 157, 157, 158, 161, 165, 170, 176, 182, 189, 196, 203, 209, 214, 218,
];

type Bodiless = Omit<Subject, 'body' | 'pregnancies'>;

/** Draws what is usual for a person. `dice` has begun the lifestyle stream. */
export function drawBody(subject: Bodiless): Body {
  const { dice, person, health } = subject;
  const bmi = adultBmi(subject);
  const systolic = systolicOf(subject);
  return {
    height: person.sex === 'F' ? dice.bell(162, 7) : dice.bell(176, 7),
    bmi,
    systolic,
    diastolic: within(Math.floor((systolic * 58) / 100) + dice.bell(3, 6), 44, 118),
    hba1c: hba1cOf(subject),
    egfr: egfrOf(subject),
    haemoglobin: haemoglobinOf(subject),
    cholesterol: within(dice.bell(50, 9) - (health.active('coronaryDisease') ? 10 : 0), 26, 92),
    smoking: smokingOf(subject),
    alcohol: alcoholOf(subject),
  };
}

/** Centimetres at an age in years; adults have their own height. */
export function heightAt(body: Body, age: number, sex: Sex): number {
  if (age >= 18) return body.height;
  const adult = sex === 'F' ? 162 : 176;
  return Math.floor(((GROWTH[age] ?? 170) * (adult * 9 + body.height)) / (adult * 10));
}

/** Tenths of kg/m2 at an age in years. */
export function bmiAt(body: Body, age: number): number {
  if (age >= 18) return body.bmi;
  return (CHILD_BMI[age] ?? 218) + Math.floor((body.bmi - 262) / 4);
}

function adultBmi({ dice, person, health }: Bodiless): number {
  const older = Math.min(person.age, 60) >> 1;
  const deprived = (5 - person.area.decile) * 2;
  const diabetic = health.has('type2Diabetes') ? 34 : health.has('prediabetes') ? 16 : 0;
  const wasted = health.has('weightLoss') ? -26 : 0;
  return within(dice.bell(242, 44) + older + deprived + diabetic + wasted, 158, 560);
}

function systolicOf({ dice, person, health, style }: Bodiless): number {
  if (health.has('hypertension')) {
    // Nobody treats what nobody has coded.
    const treated = health.code('hypertension') !== null;
    return within(treated ? dice.bell(134, 11) + style.pressure : dice.bell(153, 9), 108, 205);
  }
  const young = person.age < 18 ? 18 - person.age : 0;
  return within(dice.bell(112, 9) + Math.floor((person.age * 22) / 100) - young, 78, 150);
}

function hba1cOf({ dice, person, health }: Bodiless): number {
  if (health.has('type1Diabetes')) return within(dice.bell(66, 13), 46, 122);
  if (health.has('type2Diabetes')) {
    if (health.code('type2Diabetes') === null) return within(dice.bell(54, 5), 49, 72);
    return within(dice.bell(57, 13) + Math.floor((person.frailty - 100) / 40), 43, 128);
  }
  if (health.has('prediabetes')) return dice.between(42, 47);
  return within(dice.bell(34, 3) + Math.floor(person.age / 40), 27, 41);
}

/** Coded stages by the range of the stage; nobody else is below 62 by nature. */
function egfrOf({ dice, person, health }: Bodiless): number {
  if (health.active('kidneyDisease')) {
    const worse = dice.below(100);
    if (worse < 66) return dice.between(46, 57);
    if (worse < 90) return dice.between(32, 45);
    return worse < 98 ? dice.between(17, 29) : dice.between(7, 14);
  }
  return within(dice.bell(122, 9) - Math.floor((person.age * 62) / 100), 63, 128);
}

function haemoglobinOf({ dice, person, health }: Bodiless): number {
  const female = person.sex === 'F';
  if (health.has('anaemia') && dice.chance(45))
    return within(dice.bell(female ? 108 : 118, 8), 72, female ? 118 : 128);
  return within(dice.bell(female ? 133 : 147, 7), female ? 122 : 132, 178);
}

function smokingOf({ dice, person, health }: Bodiless): Body['smoking'] {
  if (health.has('copd')) return dice.chance(40) ? 'now' : dice.chance(92) ? 'ex' : 'never';
  const ill = health.has('psychosis') ? 24 : health.has('alcoholProblem') ? 22 : 0;
  const older = person.age >= 70 ? -6 : 0;
  const now = 9 + (6 - person.area.decile) * 2 + ill + older + (person.sex === 'M' ? 3 : 0);
  if (dice.chance(Math.max(2, now))) return 'now';
  return dice.chance(8 + Math.min(26, person.age >> 1)) ? 'ex' : 'never';
}

function alcoholOf({ dice, person, health }: Bodiless): number {
  if (health.has('alcoholProblem')) return dice.between(30, 90);
  const abstains = person.group.heritage === 'southAsian' ? 62 : person.group.heritage === 'black' ? 42 : 22;
  return dice.chance(abstains) ? 0 : within(dice.bell(9, 7), 1, 34);
}

/** A number held between two others. */
export function within(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
