import { measurement } from './concepts.ts';
import type { Subject } from './subject.ts';

const boneScan = measurement('241686001', 'Dual energy X-ray absorptiometry', '{T-score}', 1);

/** Writes the scan by which most osteoporosis was found, with its T-score. */
export function noteBoneScan({ chart, dice, person, health }: Subject): void {
  if (!health.has('osteoporosis') || !dice.chance(80)) return;
  chart.measure(person.until - dice.between(30, 3650), boneScan, -dice.between(21, 41));
}
