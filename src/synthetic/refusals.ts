import { day as dayOf } from './calendar.ts';
import { type ConceptNumber, concept } from './concepts.ts';
import type { Subject } from './subject.ts';

/** Something that is offered to people of some ages, and what is written when they say no. */
interface Offer {
  readonly declined: ConceptNumber;
  readonly from: number;
  readonly to: number;
  readonly women?: true;
  /** Whoever has one of these since the offer began did not refuse. */
  readonly accepted: readonly ConceptNumber[];
  readonly since: number;
}

const season = dayOf('2026-09-01');
const lastYear = dayOf('2025-11-20');

/** Invented: a practice writes down few of those who say no. */
const OFFERS: readonly Offer[] = [
  {
    declined: concept('822931000000100', 'Seasonal influenza vaccination declined', 'Declined flu jab'),
    from: 65,
    to: 120,
    accepted: [
      concept('822851000000102', 'Seasonal influenza vaccination'),
      concept('955691000000108', 'Seasonal influenza vaccination given by pharmacist'),
    ],
    since: season,
  },
  {
    declined: concept('1324721000000108', 'SARS-CoV-2 vaccination dose declined'),
    from: 75,
    to: 120,
    accepted: [concept('1362591000000103', 'Booster dose of SARS-CoV-2 vaccine')],
    since: season,
  },
  {
    declined: concept('401086001', 'Pneumococcal vaccination declined'),
    from: 66,
    to: 120,
    accepted: [concept('12866006', 'Pneumococcal vaccination')],
    since: dayOf('2016-01-01'),
  },
  {
    declined: concept('9691000175102', 'Herpes zoster vaccination declined'),
    from: 71,
    to: 79,
    accepted: [concept('722215002', 'Shingles vaccination')],
    since: dayOf('2021-01-01'),
  },
  {
    declined: concept('554366121000119108', 'Human respiratory syncytial virus vaccination declined'),
    from: 75,
    to: 81,
    accepted: [concept('1303503001', 'Respiratory syncytial virus vaccination')],
    since: lastYear,
  },
  {
    declined: concept('9711000175104', 'Measles, mumps and rubella vaccination declined'),
    from: 2,
    to: 11,
    accepted: [concept('308081000000105', 'Measles, mumps and rubella vaccination, first dose')],
    since: dayOf('2016-01-01'),
  },
  {
    declined: concept('112241000119107', 'Cervical cancer screening by smear declined'),
    from: 25,
    to: 64,
    women: true,
    accepted: [concept('417036008', 'Liquid based cervical cytology screening')],
    since: dayOf('2021-05-05'),
  },
  {
    declined: concept('12275351000119103', 'Breast cancer screening declined'),
    from: 50,
    to: 70,
    women: true,
    accepted: [concept('168749009', 'Mammography normal'), concept('168750009', 'Mammography abnormal')],
    since: dayOf('2023-11-01'),
  },
];

const WRITTEN_DOWN = 9;

/** Writes down some of what people did not want, of those who did not have it. */
export function noteRefusals({ chart, dice, person }: Subject): void {
  for (const { declined, from, to, women, accepted, since } of OFFERS) {
    if (person.age < from || person.age > to || (women && person.sex !== 'F')) continue;
    if (accepted.some((vaccine) => chart.firstDay(vaccine, since) !== null)) continue;
    if (!dice.chance(WRITTEN_DOWN)) continue;
    const first = Math.max(since, person.until - 340);
    chart.note(first + dice.below(Math.max(1, person.until - first)), declined);
  }
}
