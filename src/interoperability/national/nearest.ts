import { bareName, nearestName, plainName } from './column-names.ts';
import type { FileDescription } from './description.ts';
import { misfits, missingColumns } from './recognise.ts';

/** A kind that a file comes near to, and what keeps it from being one. */
interface NearKind {
  readonly description: FileDescription;
  readonly names: readonly string[];
  readonly missing: readonly string[];
  /** The part of the needed columns that is there. */
  readonly nearness: number;
  /** Its columns are known by where they stand: `missing` are those that the first row does not fit. */
  readonly byPosition?: true;
}

/** How many kinds are named to somebody whose file is of none, and which part of its columns each must have. */
const MOST = 3;
const NEAR_ENOUGH = 0.4;
/** A column in common is no likeness: nearly every file about practices has a practice’s code. */
const SHARED = 2;
const MANY_COLUMNS = 10;

/**
 * Says which kinds a file of no kind comes near to and what differs: columns that are missing, those that may be them
 * under another name, and those that the kind does not know. A kind without column names is near, too, when the file has its
 * name. Empty when it comes near to none.
 */
export function describeNearest(
  records: readonly (readonly string[])[],
  descriptions: readonly FileDescription[],
  fileName = '',
): { readonly what: readonly string[]; readonly remedy: string | null } {
  const near = descriptions
    .flatMap((description) => nearKind(records, description, fileName))
    .sort((a, b) => b.nearness - a.nearness)
    .slice(0, MOST);
  return { what: near.map(differences), remedy: near[0] ? remedyFor(near[0]) : null };
}

/**
 * What to write where, if the file is of a newer vintage of that kind; null where nothing would do, or some column that the
 * kind needs is there under no name.
 */
function remedyFor(kind: NearKind): string | null {
  const file = `content/formats/national/${kind.description.id}.yaml; no program has to change.`;
  if (kind.byPosition)
    return kind.names.length === kind.description.width
      ? null
      : `If the columns of a new vintage stand elsewhere, write where into “at”, and how many there are into “width”, in ${file}`;
  const renamed = renamedColumns(kind);
  const [first] = renamed;
  if (!first || renamed.length < kind.missing.length) return null;
  if (renamed.length === 1)
    return `If ${first.called} is ${first.column}, write that name into “from” of ${first.column} in ${file}`;
  const pairs = renamed.map(({ called, column }) => `${called} is ${column}`);
  return `If ${listed(pairs)}, write each name into “from” of that column in ${file}`;
}

function listed(parts: readonly string[]): string {
  return [parts.slice(0, -1).join(', '), parts.at(-1)].filter((part) => part !== '').join(' and ');
}

function nearKind(
  records: readonly (readonly string[])[],
  description: FileDescription,
  fileName: string,
): NearKind[] {
  const needed = Object.values(description.columns).filter((column) => column.needed).length;
  const byPosition = widthKind(records, description, fileName);
  if (needed === 0) return byPosition;
  const lines = records.map((names) => {
    const missing = missingColumns(names, description);
    return { description, names, missing, nearness: (needed - missing.length) / needed };
  });
  const best = lines.reduce<NearKind | null>((a, b) => (a && a.nearness >= b.nearness ? a : b), null);
  const isNear = best && best.nearness >= NEAR_ENOUGH && needed - best.missing.length >= SHARED;
  return isNear ? [best] : byPosition;
}

/**
 * A kind without column names comes near when the number of columns is its own, when the file has its name, or when a
 * longer row fits wherever a day, a number or a code is to stand.
 */
function widthKind(
  records: readonly (readonly string[])[],
  description: FileDescription,
  fileName: string,
): NearKind[] {
  const [names = []] = records;
  const { id, width = 0, columns } = description;
  const isNamed = fileName !== '' && plainName(fileName).includes(plainName(id));
  // So many columns have names that somebody put above them; fewer are so many by chance.
  const isLikely = isNamed || (names.length === width && width >= MANY_COLUMNS);
  const isTitle = names.filter((name) => name !== '').length < 2;
  if (width === 0 || (isTitle && !isNamed) || (looksLikeNames(names) && !isLikely)) return [];
  const missing = misfits(names, description);
  const near = { description, names, missing, byPosition: true } as const;
  if (names.length === width) return [{ ...near, nearness: 0.5 }];
  if (isNamed) return [{ ...near, nearness: 0.45 }];
  const telling = Object.values(columns).filter(
    ({ at = 0, type }) => type !== 'text' && (names[at - 1] ?? '') !== '',
  );
  const fits = names.length > width && missing.length === 0 && telling.length > 1;
  return fits ? [{ ...near, nearness: 0.45 }] : [];
}

/** A line of names has no number in it; a row of a kind without names has days, and mostly other numbers. */
function looksLikeNames(fields: readonly string[]): boolean {
  const filled = fields.filter((field) => field !== '');
  return filled.length > 1 && filled.every((field) => /\p{L}/u.test(field));
}

function differences(kind: NearKind): string {
  const { description, missing } = kind;
  const { width } = description;
  if (kind.byPosition && (kind.names.length !== width || !looksLikeNames(kind.names))) return misfitOf(kind);
  if (kind.byPosition)
    return `${description.id} (${description.title}) also has ${description.width} columns, but begins with a row of data, not of names`;
  const wanted = missing.map((name) => description.columns[name]?.from[0] ?? name);
  const renamed = renamedColumns(kind).map(({ called, wants }) => `${called} may be ${wants}`);
  const extra = extraColumns(kind);
  const parts = [
    `lacks ${wanted.join(', ')}`,
    ...(renamed.length > 0 ? [`by their names ${renamed.join(', ')}`] : []),
    ...(extra.length > 0 ? [`does not know ${shortList(extra)}`] : []),
  ];
  return `as ${description.id} (${description.title}) it ${parts.join('; ')}`;
}

function misfitOf({ description, names, missing }: NearKind): string {
  const { id, title, width, columns } = description;
  const misfit = missing.map((name) => {
    const at = columns[name]?.at ?? 0;
    return `${name} (column ${at}${names[at - 1] ? '' : ', which is blank'})`;
  });
  const row = misfit.length > 0 ? `does not fit at ${misfit.join(', ')}` : 'fits wherever it says something';
  const has = names.length === width ? 'as this has' : `and this has ${names.length}`;
  return `${id} (${title}) has ${width} columns ${has}; its first row ${row}`;
}

function renamedColumns({ description, names, missing }: NearKind) {
  const free = unknownNames(names, description);
  return missing.flatMap((column) => {
    const from = description.columns[column]?.from ?? [];
    const called = from.map((name) => nearestName(name, free)).find((found) => found !== null);
    if (!called) return [];
    // A column of the file can be one column of the kind and not two.
    free.splice(free.indexOf(called), 1);
    return [{ column, called, wants: from[0] ?? column }];
  });
}

/** The columns that the kind does not know and that are none of its columns under another name. */
function extraColumns(kind: NearKind): string[] {
  const renamed = new Set(renamedColumns(kind).map(({ called }) => called));
  return unknownNames(kind.names, kind.description).filter((name) => !renamed.has(name));
}

function unknownNames(names: readonly string[], { columns }: FileDescription): string[] {
  const known = new Set(Object.values(columns).flatMap(({ bare }) => bare));
  return names.filter((name) => name !== '' && !known.has(bareName(name)));
}

function shortList(names: readonly string[]): string {
  const shown = names.slice(0, 8).join(', ');
  return names.length > 8 ? `${shown} and ${names.length - 8} more` : shown;
}
