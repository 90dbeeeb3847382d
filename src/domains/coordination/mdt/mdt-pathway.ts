import { join } from 'node:path';
import { z } from 'zod';
import { addDays, type PlainDate } from '../../../kernel/index.ts';
import { provenanceFields, readContent } from '../../../platform/content/index.ts';

const weeks = z.strictObject({
  stable: z.int().positive(),
  changing: z.int().positive(),
  unstable: z.int().positive(),
});

const mdtPathway = z
  .strictObject({
    title: z.string(),
    version: z.string(),
    ...provenanceFields,
    people_an_hour: z.int().positive(),
    agenda: z
      .array(
        z.strictObject({
          id: z.enum(['hospital', 'referral', 'overdue_step', 'review', 'plan_review', 'new_high_need']),
          title: z.string(),
          within_days: z.int().positive().optional(),
          top_percent: z.number().positive().max(100).optional(),
          not_seen_months: z.int().positive().optional(),
          most: z.int().positive().optional(),
        }),
      )
      .min(1),
    disciplines: z.array(z.strictObject({ id: z.string(), title: z.string() })).min(1),
    quorum: z.strictObject({
      always: z.array(z.string()),
      by_need: z.array(z.strictObject({ discipline: z.string(), in: z.array(z.string()).min(1) })),
    }),
    next_review_weeks: z.strictObject({ low: weeks, medium: weeks, high: weeks }),
  })
  .superRefine(({ disciplines, quorum }, context) => {
    const known = new Set(disciplines.map(({ id }) => id));
    const named = [...quorum.always, ...quorum.by_need.map(({ discipline }) => discipline)];
    for (const id of named)
      if (!known.has(id))
        context.addIssue({ code: 'custom', path: ['quorum'], message: `no discipline ${id}` });
  });

/** How meetings build their agenda, who has to be there, and when somebody is looked at again. */
export type MdtPathway = z.output<typeof mdtPathway>;

export function readMdtPathway(content: string): MdtPathway {
  return readContent(join(content, 'pathways', 'mdt.yaml'), mdtPathway);
}

export const complexities = ['low', 'medium', 'high'] as const;
export const stabilities = ['stable', 'changing', 'unstable'] as const;
export type Complexity = (typeof complexities)[number];
export type Stability = (typeof stabilities)[number];

/** The day on which somebody is looked at again: the table's weeks after the meeting. */
export function nextReview(
  pathway: MdtPathway,
  meeting: PlainDate,
  complexity: Complexity,
  stability: Stability,
): PlainDate {
  return addDays(meeting, 7 * pathway.next_review_weeks[complexity][stability]);
}

/** How many people there is time for in a meeting of so many minutes, one at the least. */
export function roomFor(pathway: MdtPathway, minutes: number): number {
  return Math.max(1, Math.floor((minutes * pathway.people_an_hour) / 60));
}
