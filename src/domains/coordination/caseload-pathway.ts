import { join } from 'node:path';
import { z } from 'zod';
import type { PlainDate } from '../../kernel/index.ts';
import { provenanceFields, readContent } from '../../platform/content/index.ts';
import { endOfDayClock, type StateTable, type WorkClock } from '../work/index.ts';

const caseloadPathway = z.strictObject({
  title: z.string(),
  version: z.string(),
  ...provenanceFields,
  default_next_step_days: z.int().positive(),
  breach_after_days: z.int().nonnegative(),
  default_put_off_days: z.int().positive(),
  outcomes: z
    .array(
      // An outcome that is not given by hand is one that an act of another page brings.
      z.strictObject({ id: z.string(), title: z.string(), by_hand: z.boolean().default(true) }),
    )
    .min(1),
});

/** The clock and the endings of a caseload entry, as the team has agreed them. */
export type CaseloadPathway = z.output<typeof caseloadPathway>;

export function readCaseloadPathway(content: string): CaseloadPathway {
  return readContent(join(content, 'pathways', 'caseload.yaml'), caseloadPathway);
}

/** How a caseload entry moves. Every entry ends by being discharged with an outcome; none just stops. */
export const caseloadStates: StateTable = {
  kind: 'caseload',
  initial: 'active',
  escalated: 'escalated',
  actions: [
    { name: 'set_next_step', from: ['active', 'escalated'], to: 'active', clock: true },
    { name: 'hand_over', from: ['active', 'escalated'], to: 'active', owner: true, clock: true },
    { name: 'discharge', from: ['active', 'escalated'], to: 'discharged', ends: true },
  ],
};

/** A step is due by the end of its day in London; the breach is so many days later. */
export function stepClock(due: PlainDate, pathway: CaseloadPathway): WorkClock {
  return endOfDayClock(due, pathway.breach_after_days);
}
