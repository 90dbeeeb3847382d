import { join } from 'node:path';
import { z } from 'zod';
import { provenanceFields, readContent } from '../../../platform/content/index.ts';
import type { OwnEndings } from '../../work/index.ts';

/** What an ending says: it reached the person, it did not, or they are gone and there was nobody to reach. */
const counts = z.enum(['reached', 'not_reached', 'gone']);
const id = z.string().regex(/^[a-z_]+$/);
const ending = z.strictObject({ title: z.string(), counts });

const outreachPathway = z.strictObject({
  title: z.string(),
  version: z.string(),
  ...provenanceFields,
  register: z.string(),
  seen: z.string(),
  measured_months: z.int().positive(),
  outcomes: z.array(ending.extend({ id })).min(1),
  endings: z.strictObject({ seen: ending, off_register: ending, left: ending }),
});

/** Whom outreach is for, how it ends, and which endings reached somebody. */
export type OutreachPathway = z.output<typeof outreachPathway>;
export type OutreachEnding = keyof OutreachPathway['endings'];

export function readOutreachPathway(content: string): OutreachPathway {
  return readContent(join(content, 'pathways', 'outreach.yaml'), outreachPathway);
}

/** The kind of work of reaching out to somebody who does not come: a task, one for each person at a time. */
export const OUTREACH = 'outreach';

/** Every way in which outreach ends, by hand and by itself. */
export function allEndings(pathway: OutreachPathway): OutreachPathway['outcomes'] {
  const byItself = Object.entries(pathway.endings).map(([key, each]) => ({ id: key, ...each }));
  return [...pathway.outcomes, ...byItself];
}

/** The endings of outreach in the place of those of other tasks. */
export function outreachEndings(pathway: OutreachPathway): Readonly<Record<string, OwnEndings>> {
  const words = (endings: OutreachPathway['outcomes']) =>
    endings.map(({ id: key, title }) => ({ id: key, title }));
  const byItself = allEndings(pathway).slice(pathway.outcomes.length);
  return { [OUTREACH]: { byHand: words(pathway.outcomes), byItself: words(byItself) } };
}
