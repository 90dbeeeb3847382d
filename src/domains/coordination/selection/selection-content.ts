import { join } from 'node:path';
import { z } from 'zod';
import { provenanceFields, readContent } from '../../../platform/content/index.ts';
import { readMdtPathway } from '../mdt/mdt-pathway.ts';

const groups = z.array(z.string()).min(1);

const selectionContent = z
  .strictObject({
    title: z.string(),
    version: z.string(),
    ...provenanceFields,
    period_weeks: z.int().positive(),
    take_back_within_days: z.int().nonnegative(),
    visits: z
      .array(
        z.strictObject({
          id: z.string(),
          title: z.string(),
          discipline: z.string(),
          minutes: z.int().positive(),
          every_weeks: z.int().positive(),
        }),
      )
      .min(1),
    needs: z.strictObject({
      everybody: z.array(z.string()).min(1),
      by_need: z.array(z.strictObject({ visit: z.string(), in: groups })),
    }),
    worth: z.strictObject({
      need: z.array(
        z.strictObject({ top_percent: z.number().positive().max(100), points: z.int().positive() }),
      ),
      gaps: z.array(z.strictObject({ title: z.string(), points: z.int().positive(), in: groups })),
      continuity: z.strictObject({
        title: z.string(),
        points: z.int().positive(),
        within_weeks: z.int().positive(),
      }),
    }),
    first_step_over_weeks: z.int().positive(),
    seconds: z.number().positive().max(60),
  })
  .superRefine(({ visits, needs, worth }, context) => {
    const known = new Set(visits.map(({ id }) => id));
    for (const id of [...needs.everybody, ...needs.by_need.map(({ visit }) => visit)])
      if (!known.has(id))
        context.addIssue({ code: 'custom', path: ['needs'], message: `there is no visit ${id}` });
    const lines = worth.need;
    for (const [at, line] of lines.entries())
      if (at > 0 && line.top_percent <= (lines[at - 1]?.top_percent ?? 0))
        context.addIssue({
          code: 'custom',
          path: ['worth', 'need'],
          message: 'the lines must widen: each further down the ranking than the one before',
        });
  });

export interface Discipline {
  readonly id: string;
  readonly title: string;
}

/** What people take of a team's hours and what helping them is worth, as content says, with the disciplines there are. */
export type SelectionContent = z.output<typeof selectionContent> & {
  readonly disciplines: readonly Discipline[];
};

/** Reads the content. The disciplines are those of meetings, so that a team has one list of them. */
export function readSelectionContent(content: string): SelectionContent {
  const read = readContent(join(content, 'pathways', 'selection.yaml'), selectionContent);
  const { disciplines } = readMdtPathway(content);
  const strange = read.visits.find(({ discipline }) => !disciplines.some(({ id }) => id === discipline));
  if (strange) throw new Error(`selection.yaml: visit ${strange.id} is of no discipline of mdt.yaml`);
  return { ...read, disciplines };
}

export function disciplineTitle({ disciplines }: Pick<SelectionContent, 'disciplines'>, id: string): string {
  return disciplines.find((each) => each.id === id)?.title ?? id;
}
