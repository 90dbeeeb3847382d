import { yearsBeforeExtract } from './calendar.ts';
import { concept, conceptAt } from './concepts.ts';
import { ENGLISH, NOT_STATED } from './ethnicity.ts';
import type { Subject } from './subject.ts';
import { ethnicWords, languageWords } from './wordings.ts';

// Who people are and what they have decided: asked when they register, written once or twice.

/** Of 1,000 people: never asked, asked and did not say. Invented; together the 3% that is not known. */
const NEVER_ASKED = 15;
const DID_NOT_SAY = 16;

/** Of 100 people whose ethnic group is known, whose own words for it stand beside the code. Invented. */
const IN_OWN_WORDS = 30;

/** Of 100 who speak another language at home, who need an interpreter. Invented. */
const INTERPRETER = 24;

/** Type 1 objections, of 1,000 people, and how many of a hundred of them took it back. Invented. */
const OBJECT = 20;
const WITHDRAW = 14;

const objection = concept(
  '827241000000103',
  'Dissent from secondary use of general practice patient identifiable data',
);
const objectionWithdrawn = concept(
  '827261000000102',
  'Dissent withdrawn for secondary use of general practice patient identifiable data',
);
const carer = concept('1364141000000107', 'Unpaid carer', 'Carer');
const caresForRelative = concept('302767002', 'Cares for a relative');
const noLongerCarer = concept('199361000000101', 'Is no longer a carer');
const interpreterNeeded = concept('315594003', 'Interpreter needed');
const signLanguage = concept('415803005', 'Uses British sign language');

/** Writes ethnic group, language, caring and objections, asked about when a person registers or decides. */
export function noteBackground(subject: Subject): void {
  const { chart, dice, person, health, since } = subject;
  const asked = since + dice.below(30);
  noteEthnicity(subject, asked);
  const speaksOther = person.group.languages.length > 0 && dice.chance(person.group.otherLanguage);
  if (speaksOther) {
    chart.note(asked, dice.one(person.group.languages));
    if (dice.chance(INTERPRETER)) chart.noteInWords(asked, interpreterNeeded, languageWords(dice));
  } else if (dice.chance(35)) chart.note(asked, ENGLISH);
  if (health.has('hearingLoss') && dice.chance(2)) chart.note(asked, signLanguage);
  noteCaring(subject);
  noteObjection(subject);
}

function noteEthnicity({ chart, dice, person }: Subject, asked: number): void {
  const answer = dice.below(1000);
  if (answer < NEVER_ASKED) return;
  if (answer < NEVER_ASKED + DID_NOT_SAY) chart.note(asked, NOT_STATED);
  else if (!dice.chance(IN_OWN_WORDS)) chart.note(asked, person.group.concept);
  else {
    const { concept: group } = person.group;
    chart.noteInWords(asked, group, ethnicWords(dice, conceptAt(group).term));
  }
  // Asked again at a later registration or review, mostly with the same answer.
  if (dice.chance(22)) chart.note(asked + dice.between(300, 2400), person.group.concept);
}

function noteCaring({ chart, dice, person }: Subject): void {
  const usual = person.age < 16 ? 2 : person.age < 40 ? 8 : person.age < 75 ? 32 : 22;
  if (!dice.chance(usual, 1000)) return;
  const began = person.until - dice.between(60, 3000);
  chart.note(began, dice.chance(65) ? carer : caresForRelative);
  if (dice.chance(12)) chart.note(began + dice.between(200, 1500), noLongerCarer);
}

function noteObjection({ chart, dice, person }: Subject): void {
  if (!dice.chance(OBJECT, 1000)) return;
  // The objection exists since 2013; many came with the summer of 2021.
  const first = Math.max(person.born + 30, yearsBeforeExtract(13));
  const day = first + dice.below(Math.max(1, person.until - first));
  chart.note(day, objection);
  if (dice.chance(WITHDRAW)) chart.note(day + dice.between(40, 900), objectionWithdrawn);
}
