import { join } from 'node:path';
import { z } from 'zod';
import { provenanceFields, readContent } from '../../../platform/content/index.ts';
import { readMdtPathway } from '../mdt/mdt-pathway.ts';
import type { MemberHours } from './team-hours.ts';

const intStandard = z.strictObject({
  title: z.string(),
  version: z.string(),
  ...provenanceFields,
  outcomes: z.array(z.string()).min(1),
  disciplines: z
    .array(z.strictObject({ discipline: z.string(), hours: z.number().nonnegative(), why: z.string() }))
    .min(1),
});

/** What an integrated neighbourhood team is for, and which disciplines it has to have. */
export type IntStandard = z.output<typeof intStandard>;

/** Reads the standard. Throws where it asks for a discipline that meetings do not know. */
export function readIntStandard(content: string): IntStandard {
  const standard = readContent(join(content, 'pathways', 'int-standard.yaml'), intStandard);
  const { disciplines } = readMdtPathway(content);
  const strange = standard.disciplines.find(
    ({ discipline }) => !disciplines.some(({ id }) => id === discipline),
  );
  if (strange) throw new Error(`int-standard.yaml: ${strange.discipline} is no discipline of mdt.yaml`);
  return standard;
}

/** How a team stands with a discipline that it has to have. */
export interface Readiness {
  readonly discipline: string;
  readonly why: string;
  /** Hours a week that are asked for, and that its people have. */
  readonly asked: number;
  readonly hours: number;
  /** Who is of it and is counted. */
  readonly people: readonly string[];
  /** `unknown`: nobody has said yet who is in the team. */
  readonly stands: 'in_place' | 'too_few_hours' | 'gap' | 'unknown';
}

/** Holds a team against the standard, in its order. A team of which nothing has been said has no gaps that are known. */
export function readinessOf(
  standard: IntStandard,
  hours: readonly Pick<MemberHours, 'name' | 'discipline' | 'minutes'>[],
): Readiness[] {
  return standard.disciplines.map(({ discipline, why, hours: asked }) => {
    const members = hours.flatMap((each) =>
      each.discipline === discipline && each.minutes !== null ? [{ ...each, minutes: each.minutes }] : [],
    );
    const has = members.reduce((sum, { minutes }) => sum + minutes, 0) / 60;
    const people = members.map(({ name }) => name);
    const stands =
      hours.length === 0
        ? 'unknown'
        : people.length === 0
          ? 'gap'
          : has < asked
            ? 'too_few_hours'
            : 'in_place';
    return { discipline, why, asked, hours: has, people, stands };
  });
}
