import { concept } from './concepts.ts';
import type { Subject } from './subject.ts';

const statusAtFourWeeks = concept('390902009', 'Smoking status at 4 weeks');
const exSmoker = concept('8517006', 'Ex-smoker');
const smoker = concept('77176002', 'Smoker', 'Current smoker');

/** Years in which somebody may have set a day to stop, and how many of 1,000 smokers do so in a year. Invented. */
const YEARS = 2;
const TRIES = 70;

/** Of 100 who set a day, so many do not smoke four weeks later. Invented, near what services in London report. */
const SUCCEED = 48;

/**
 * Percent of both by neighbourhood: the south-east has more who stop than the borough, the south-west fewer
 * (strategy of 2016). By how much is invented.
 */
const BY_NEIGHBOURHOOD = [98, 100, 122, 78];

/** Writes the attempts to stop smoking with the service. `dice` has begun the stream of stopping. */
export function noteStopSmoking({ chart, dice, person, body }: Subject): void {
  if (body.smoking === 'never' || person.age < 16) return;
  const percent = BY_NEIGHBOURHOOD[person.practice.neighbourhood] ?? 100;
  // Some of those who have given up are on record as having done so with the service.
  const tries = body.smoking === 'now' ? TRIES : TRIES / 2;
  for (let year = 0; year < YEARS; year++) {
    const set = person.until - 365 * (year + 1) + dice.below(330);
    const succeeds = dice.chance(SUCCEED * percent, 10_000);
    if (!dice.chance(tries * percent, 100_000)) continue;
    chart.note(set, smoker);
    chart.note(set + 28, statusAtFourWeeks);
    chart.note(set + 28, succeeds ? exSmoker : smoker);
  }
}
