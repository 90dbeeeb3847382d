import type { PlanEntry } from './plan-document.ts';
import { fieldsOf, type SectionId } from './plan-parts.ts';

/** What became of one field between two versions. Null: it said nothing. */
export interface FieldDifference {
  readonly section: SectionId;
  readonly entry: string;
  readonly field: string;
  readonly was: string | null;
  readonly is: string | null;
}

/** Every field that says something else in the later version, in the order of the parts. */
export function compareVersions(
  earlier: readonly PlanEntry[],
  later: readonly PlanEntry[],
): readonly FieldDifference[] {
  const before = new Map(earlier.map((each) => [each.entry, each]));
  const after = new Map(later.map((each) => [each.entry, each]));
  const all = [...new Map([...before, ...after]).values()];
  return all.flatMap(({ entry, section }) =>
    fieldsOf(section).flatMap((field) => {
      const was = before.get(entry)?.content[field] ?? null;
      const is = after.get(entry)?.content[field] ?? null;
      return was === is ? [] : [{ section, entry, field, was, is }];
    }),
  );
}
