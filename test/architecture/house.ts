import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

// The plan of the house, and what the source says of itself. `house.test.ts` holds one against the other.

/**
 * The floors, from the ground up; the rooms of one floor stand side by side in one line. A file may import from its
 * own room, and from rooms on floors below.
 */
export const floors: readonly (readonly string[])[] = [
  ['kernel'],
  [
    'platform/clock',
    'platform/config',
    'platform/content',
    'platform/home',
    'platform/log',
    'platform/metrics',
    'platform/thread',
  ],
  ['platform/lake', 'platform/pdf', 'platform/solver'],
  ['platform/database', 'platform/cli'],
  ['platform/audit', 'platform/auth', 'platform/jobs', 'platform/operation'],
  ['platform/web'],
  ['domains/directory', 'domains/national'],
  ['domains/register'],
  ['domains/work'],
  ['domains/need', 'domains/identity', 'domains/governance'],
  ['domains/coordination', 'domains/defects'],
  ['interoperability', 'synthetic'],
  ['app'],
];

export interface SourceFile {
  /** From the project's folder, with forward slashes: `src/kernel/nhs-number.ts`. */
  readonly path: string;
  readonly room: string;
  readonly text: string;
  /** Every file of ours that it imports, for values or for types. */
  readonly imports: readonly string[];
  /** Every package that it imports, by the name that package.json knows. */
  readonly packages: readonly string[];
}

/** What is needed to test a file and never runs in the product. */
function isTestFile(path: string): boolean {
  return /\.(test|testing)\.tsx?$/.test(path) || /\/(fixture-[\w-]+|html-tree)\.tsx?$/.test(path);
}

/** Every file that becomes part of the product. */
export function readSource(): SourceFile[] {
  return readdirSync('src', { recursive: true, encoding: 'utf8' })
    .map((name) => join('src', name).replaceAll('\\', '/'))
    .filter((path) => /\.tsx?$/.test(path) && !isTestFile(path))
    .sort()
    .map(readSourceFile);
}

function readSourceFile(path: string): SourceFile {
  const text = readFileSync(path, 'utf8');
  const names = [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '');
  const own = names.filter((name) => name.startsWith('.'));
  const others = names.filter((name) => !name.startsWith('.') && !name.startsWith('node:'));
  return {
    path,
    room: roomOf(path),
    text,
    imports: own.map((name) => relative('.', resolve(dirname(path), name)).replaceAll('\\', '/')),
    packages: others.map((name) =>
      name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/'),
    ),
  };
}

/** `src/domains/need/web/measures.ts` stands in room `domains/need`. */
export function roomOf(path: string): string {
  const [, first = '', second = ''] = path.split('/');
  return first === 'domains' || first === 'platform' ? `${first}/${second}` : first;
}

/** The rounds in which files import each other, each as the files one meets on the way. */
export function findCycles(files: readonly SourceFile[]): string[] {
  const importsOf = new Map(files.map(({ path, imports }) => [path, imports]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, way: readonly string[]) => {
    const met = way.indexOf(path);
    if (met >= 0) cycles.push([...way.slice(met), path].join(' > '));
    if (met >= 0 || done.has(path)) return;
    for (const next of importsOf.get(path) ?? []) visit(next, [...way, path]);
    done.add(path);
  };
  for (const { path } of files) visit(path, []);
  return cycles;
}
