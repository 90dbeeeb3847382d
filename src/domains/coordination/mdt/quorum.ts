import type { MdtPathway } from './mdt-pathway.ts';

/** Somebody on an agenda, with the definitions and bands that they are in: `diabetes`, `electronic-frailty-index/severe`. */
export interface PersonInNeed {
  readonly name: string;
  readonly groups: ReadonlySet<string>;
}

/** A discipline that a meeting needs, for whom, and whether it is there. */
export interface NeededDiscipline {
  readonly id: string;
  readonly title: string;
  /** Empty: it is needed whoever is on the agenda. */
  readonly neededBy: readonly string[];
  readonly belongs: boolean;
  readonly present: boolean;
}

/**
 * The disciplines that a meeting about these people needs: those that are always needed, and those that somebody needs
 * for what they have. With whether any member is of it, and whether any who is there is.
 */
export function neededDisciplines(
  pathway: MdtPathway,
  people: readonly PersonInNeed[],
  members: readonly { readonly discipline: string; readonly present: boolean }[],
): NeededDiscipline[] {
  const { always, by_need } = pathway.quorum;
  return pathway.disciplines.flatMap(({ id, title }) => {
    const groups = by_need.filter(({ discipline }) => discipline === id).flatMap((need) => need.in);
    const neededBy = people
      .filter((person) => groups.some((group) => person.groups.has(group)))
      .map(({ name }) => name);
    if (!always.includes(id) && neededBy.length === 0) return [];
    const own = members.filter(({ discipline }) => discipline === id);
    return [
      {
        id,
        title,
        neededBy: always.includes(id) ? [] : neededBy,
        belongs: own.length > 0,
        present: own.some(({ present }) => present),
      },
    ];
  });
}

/** Whether every discipline that is needed is there. */
export function isQuorate(needed: readonly NeededDiscipline[]): boolean {
  return needed.every(({ present }) => present);
}
