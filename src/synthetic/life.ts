import { bookAppointments } from './appointments.ts';
import { noteBackground } from './background.ts';
import { drawBody } from './body.ts';
import { noteBoneScan } from './bone-scans.ts';
import { isCase, writeCase } from './case-finding-plants.ts';
import { Chart } from './chart.ts';
import { concept } from './concepts.ts';
import { nameTheCancer, noteDiagnoses } from './diagnoses.ts';
import { Dice } from './dice.ts';
import { fillUp, LEAST_ROWS } from './filling.ts';
import { Health } from './health.ts';
import { noteHospital } from './hospital.ts';
import { noteInclusion } from './inclusion.ts';
import { noteLaterDoses } from './later-doses.ts';
import { drawPregnancies, noteMaternity } from './maternity.ts';
import { noteMonitoring } from './monitoring.ts';
import { drawCause } from './mortality.ts';
import type { Person } from './people.ts';
import type { BoroughPlan } from './plan.ts';
import { plantIn, uncodedConditions } from './plants.ts';
import { type PracticeStyle, styleOf } from './practice-style.ts';
import { prescribeAll } from './prescribing.ts';
import { noteRefusals } from './refusals.ts';
import { noteRestricted } from './restricted.ts';
import { noteScreening } from './screening.ts';
import { noteStopSmoking } from './stop-smoking.ts';
import { streams } from './streams.ts';
import type { Subject } from './subject.ts';
import { noteVaccinations } from './vaccinations.ts';
import { writeVictoria } from './victoria.ts';

/** Rows that a record is filled up to, by why it is held. Those of people who went are thinner. */
const ROWS = { registered: LEAST_ROWS, moved: LEAST_ROWS + 14, former: 12 } as const;

/** Why a practice holds a record. */
export type Kept = keyof typeof ROWS | 'temporary';

const caresForRelative = concept('302767002', 'Cares for a relative');

/** What is written about everybody, one idea after the other, each with a stream of throws of its own. */
const CHAPTERS: readonly (readonly [keyof typeof streams, (subject: Subject) => void])[] = [
  ['tumours', nameTheCancer],
  ['diagnoses', noteDiagnoses],
  ['background', noteBackground],
  ['maternity', noteMaternity],
  ['vaccinations', noteVaccinations],
  ['laterDoses', noteLaterDoses],
  ['screening', noteScreening],
  ['refusals', noteRefusals],
  ['boneScans', noteBoneScan],
  ['stopSmoking', noteStopSmoking],
  ['restricted', noteRestricted],
  ['monitoring', noteMonitoring],
  ['medicines', prescribeAll],
  ['appointments', bookAppointments],
  ['hospital', noteHospital],
  ['inclusion', noteInclusion],
];

/**
 * Draws one life after the other: what a person has, what was written about it, what they were given, when they
 * came. One chart is used again and again, so that a borough needs no more room than its largest record.
 */
export class LifeDrawer {
  private readonly dice = new Dice();
  private readonly health = new Health();
  private readonly chart = new Chart();
  private readonly styles = new Map<string, PracticeStyle>();

  constructor(private readonly plan: BoroughPlan) {}

  /** The chart of a person, valid until the next one is drawn. `since`: registered at this practice since. */
  draw(person: Person, since: number, kept: Kept): Chart {
    const chart = this.chart.open(kept === 'temporary' ? since : person.born, person.until);
    if (person.number === this.plan.victoria) writeVictoria(chart, person);
    else if (!this.plantCase(person, since, kept)) this.fill(chart, person, since, kept);
    if (person.number === this.plan.carer) chart.note(person.until - 1_000, caresForRelative);
    return chart;
  }

  /** Writes the record of somebody whom case finding should find, or should not, if the person is one. */
  private plantCase(person: Person, since: number, kept: Kept): boolean {
    if (kept !== 'registered' || person.number === this.plan.carer || !isCase(this.plan, person))
      return false;
    const planted = writeCase({ chart: this.chart, dice: this.begin(person, 'plants'), person }, since);
    if (planted !== null) this.chart.planted.push(planted);
    return planted !== null;
  }

  private fill(chart: Chart, person: Person, since: number, kept: Kept): void {
    const style = this.styleAt(person);
    const health = this.health.draw(this.begin(person, 'health'), person, {
      ...style,
      reading: this.plan.reading,
    });
    chart.inCareHome = health.known('careHome') && person.number !== this.plan.carer;
    const pregnancies = drawPregnancies(this.begin(person, 'maternity'), person);
    const bodiless = { person, since, style, health, chart, dice: this.begin(person, 'lifestyle') };
    const subject: Subject = { ...bodiless, body: drawBody(bodiless), pregnancies };
    for (const [stream, write] of CHAPTERS) {
      this.begin(person, stream);
      write(subject);
    }
    if (person.died) chart.cause = drawCause({ ...subject, dice: this.begin(person, 'mortality') });
    if (kept === 'temporary') return;
    if (kept !== 'former') this.plant(subject, kept);
    const dice = this.begin(person, 'filling');
    fillUp(subject, ROWS[kept] + dice.below(4));
  }

  /** Nothing is planted in a life that two practices share: it would stand in either part. */
  private plant(subject: Subject, kept: Kept): void {
    const { chart, person } = subject;
    chart.planted.push(...uncodedConditions(subject));
    if (this.plan.plants.length === 0 || kept === 'moved') return;
    chart.planted.push(...plantIn({ ...subject, dice: this.begin(person, 'plants') }, this.plan.plants));
  }

  private begin(person: Person, stream: keyof typeof streams): Dice {
    return this.dice.begin(this.plan.seed, person.number, streams[stream]);
  }

  private styleAt({ practice }: Person): PracticeStyle {
    const known = this.styles.get(practice.code);
    if (known !== undefined) return known;
    const style = styleOf(practice, this.plan);
    this.styles.set(practice.code, style);
    return style;
  }
}
