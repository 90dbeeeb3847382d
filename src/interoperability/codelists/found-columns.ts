import type { LoadableKind } from '../../domains/need/index.ts';
import { bareName } from '../national/column-names.ts';
import { type CodelistFormat, columnAt } from './description.ts';

/** Where in a table what stands. A column that it does not have is null. */
export interface FoundColumns {
  /** What the columns are called; empty where the table has no such line. */
  readonly names: readonly string[];
  readonly code: number;
  /** Of which kind the codes are, where the column or its neighbours say it. */
  readonly kind: LoadableKind | null;
  readonly term: number | null;
  readonly list: number | null;
  readonly listTitle: number | null;
  readonly category: number | null;
  readonly system: number | null;
  readonly member: number | null;
  /** Words that say in it that a code is not on the list. */
  readonly notMembers: readonly string[];
  /** A release of SNOMED CT (RF2), which has a row for each time that a membership changed. */
  readonly isRf2: boolean;
  readonly released: number | null;
}

/** Finds the columns of a table of codes by their names. Null: no column of codes is among them. */
export function findColumns(names: readonly string[], format: CodelistFormat): FoundColumns | null {
  const code = format.codes
    .map((column) => ({ at: columnAt(names, column), kind: column.kind ?? null }))
    .find(({ at }) => at !== null);
  if (code?.at === undefined || code.at === null) return null;
  const taken = new Set([code.at]);
  // A column has one meaning: the list before its title, and both before the words for a code.
  const free = (wanted: Parameters<typeof columnAt>[1]) => {
    const at = columnAt(
      names.map((name, place) => (taken.has(place) ? '' : name)),
      wanted,
    );
    if (at !== null) taken.add(at);
    return at;
  };
  const list = free(format.list);
  const listTitle = free(format.list_title);
  const system = free(format.system);
  const isRf2 = bareName(names[code.at] ?? '') === 'referencedcomponentid';
  const member = free(isRf2 ? { names: format.member_in_rf2, patterns: [] } : format.member);
  const term = free(format.term);
  return {
    names,
    code: code.at,
    // Medicines have SNOMED CT numbers too; what stands beside them says that they are from dm+d.
    kind: (code.kind === null || code.kind === 'snomed') && isOfMedicines(names, format) ? 'dmd' : code.kind,
    term,
    list,
    listTitle,
    category: free(format.category),
    system,
    member,
    notMembers: format.member.no,
    isRf2,
    released: free(format.released),
  };
}

function isOfMedicines(names: readonly string[], format: CodelistFormat): boolean {
  const signs = new Set(format.medicine_signs.map(bareName));
  return names.some((name) => signs.has(bareName(name)));
}
