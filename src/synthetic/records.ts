import type { Practice } from './borough.ts';
import { EXTRACT_DAY } from './calendar.ts';
import type { Dice } from './dice.ts';
import type { Kept } from './life.ts';
import { addressLine, familyName, givenNames, title } from './names.ts';
import { drawPerson, type Ending, type Person } from './people.ts';
import { type BoroughPlan, hasMoved, type PracticePlan } from './plan.ts';
import { drawStart, drawTemporaryStay } from './registration.ts';
import { streams } from './streams.ts';
import {
  CARER_NAME,
  carerOf,
  VICTORIA_HOME,
  VICTORIA_NAME,
  VICTORIA_REGISTERED,
  victoria,
} from './victoria.ts';

/** How people are called on paper. */
export interface Label {
  readonly title: string;
  readonly family: string;
  readonly given: string;
  readonly address: string;
  /** Which of the postcodes of their area: any number. */
  readonly postcode: number;
}

/** One patient record of one practice: why it is held, and for which part of a life. */
export interface PatientRecord {
  readonly person: Person;
  readonly label: Label;
  readonly kept: Kept | 'dummy';
  /** Registered from, and until when if no longer. For somebody who moved: before the day of the move is known. */
  readonly start: number;
  readonly end: number | null;
  /** Somebody who moved: the later part of their life stands here, or the earlier part. */
  readonly part: 'whole' | 'later' | 'earlier';
  readonly sensitive: boolean;
  /** Somebody's second record, or their namesake's, put there on purpose. */
  readonly copy?: Copy;
}

export interface Copy {
  readonly kind: 'duplicate' | 'namesake';
  /** The person that it is, or is not, the same as. */
  readonly of: number;
}

/** Every so many registered people one's record is marked sensitive. Invented. */
const SENSITIVE_EVERY = 2_500;

/** All records of a practice, in the order in which they are written: registered people first. */
export function* recordsOf(plan: BoroughPlan, at: PracticePlan, dice: Dice): Generator<PatientRecord> {
  for (let place = 0; place < at.registered; place++)
    yield registered(plan, at.practice, dice, at.firstPerson + place);
  for (let place = 0; place < at.former; place++) yield former(plan, at, dice, at.firstExtra + place);
  const firstTemporary = at.firstExtra + at.former;
  for (let place = 0; place < at.temporary; place++) yield temporary(plan, at, dice, firstTemporary + place);
  const firstDummy = firstTemporary + at.temporary;
  for (let place = 0; place < at.dummies; place++) yield dummy(plan, at, dice, firstDummy + place);
  for (const number of at.movedAway)
    yield { ...registered(plan, practiceOf(plan, number), dice, number), part: 'earlier' };
  for (let place = 0; place < at.copies; place++) yield copy(plan, at, dice, place);
}

function registered(plan: BoroughPlan, practice: Practice, dice: Dice, number: number): PatientRecord {
  const moved = hasMoved(plan, number);
  const person = describe(plan, practice, dice, number);
  return {
    person,
    label: labelOf(plan, dice, person),
    kept: moved ? 'moved' : 'registered',
    start: number === plan.victoria ? VICTORIA_REGISTERED : startOf(plan, dice, person),
    end: null,
    part: moved ? 'later' : 'whole',
    sensitive: number % SENSITIVE_EVERY === 1_203,
  };
}

function describe(plan: BoroughPlan, practice: Practice, dice: Dice, number: number): Person {
  if (number === plan.victoria) return victoria(number, practice);
  const drawn = draw(plan, practice, dice, number, 'registered');
  return number === plan.carer ? carerOf(drawn) : drawn;
}

function former(plan: BoroughPlan, at: PracticePlan, dice: Dice, number: number): PatientRecord {
  // Two in ten of those who went have died; the others moved away.
  const person = draw(plan, at.practice, dice, number, number % 10 < 2 ? 'died' : 'left');
  const start = startOf(plan, dice, person);
  const label = labelOf(plan, dice, person);
  return { person, label, kept: 'former', start, end: person.until, part: 'whole', sensitive: false };
}

function temporary(plan: BoroughPlan, at: PracticePlan, dice: Dice, number: number): PatientRecord {
  const person = draw(plan, at.practice, dice, number, 'registered');
  const { start, end } = drawTemporaryStay(dice.begin(plan.seed, number, streams.registration), person);
  const here = { ...person, until: end ?? EXTRACT_DAY };
  const label = labelOf(plan, dice, person);
  return { person: here, label, kept: 'temporary', start, end, part: 'whole', sensitive: false };
}

/** One in three is of a namesake born on the same day: with an NHS number of their own, they are not the same. */
function copy(plan: BoroughPlan, at: PracticePlan, dice: Dice, place: number): PatientRecord {
  let number = at.firstPerson + ((place * 397 + 11) % at.registered);
  const isFit = (one: number) => one !== plan.victoria && one !== plan.carer && !hasMoved(plan, one);
  while (!isFit(number)) number = at.firstPerson + ((number + 1 - at.firstPerson) % at.registered);
  const original = registered(plan, at.practice, dice, number);
  const kind = (at.firstCopy + place) % 3 === 2 ? 'namesake' : 'duplicate';
  const person = { ...original.person, number: at.firstCopy + place };
  const address = addressLine(dice.begin(plan.seed, person.number, streams.names));
  const label = kind === 'namesake' ? { ...original.label, address } : original.label;
  const start = Math.max(person.born + 8, EXTRACT_DAY - dice.between(30, 500));
  return { ...original, person, label, start, copy: { kind, of: number } };
}

/** A record with which a practice tries its system out: an open registration, and nobody. */
function dummy(plan: BoroughPlan, at: PracticePlan, dice: Dice, number: number): PatientRecord {
  const person = draw(plan, at.practice, dice, number, 'registered');
  const label = { ...labelOf(plan, dice, person), title: '', family: 'Zztestpatient', given: 'Dummy' };
  const start = startOf(plan, dice, person);
  return { person, label, kept: 'dummy', start, end: null, part: 'whole', sensitive: false };
}

function draw(plan: BoroughPlan, practice: Practice, dice: Dice, number: number, ending: Ending): Person {
  return drawPerson(dice.begin(plan.seed, number, streams.identity), number, practice, ending);
}

function startOf(plan: BoroughPlan, dice: Dice, person: Person): number {
  return drawStart(dice.begin(plan.seed, person.number, streams.registration), person);
}

function labelOf(plan: BoroughPlan, dice: Dice, person: Person): Label {
  if (person.number === plan.victoria) return { ...VICTORIA_NAME, ...VICTORIA_HOME };
  if (person.number === plan.carer) return { ...CARER_NAME, ...VICTORIA_HOME };
  dice.begin(plan.seed, person.number, streams.names);
  return {
    title: title(dice, person.sex, person.age),
    family: familyName(dice),
    given: givenNames(dice, person.sex, person.group.names),
    address: addressLine(dice),
    postcode: dice.below(100),
  };
}

function practiceOf(plan: BoroughPlan, person: number): Practice {
  const found = plan.practices.findLast(({ firstPerson }) => firstPerson <= person);
  if (found === undefined) throw new Error(`nobody has person ${person}`);
  return found.practice;
}
