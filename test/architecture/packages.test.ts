import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

// What others wrote and we run: under which licences, and all of it listed.

interface Package {
  readonly version: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const lock: { packages: Record<string, Package> } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const packages = Object.entries(lock.packages)
  .filter(([path]) => path !== '')
  .map(([path, about]) => ({ name: path.replace(/^.*node_modules\//, ''), ...about }));

/** Licences that let anybody use, change and pass on; none asks that our own code be given away. */
const FREE = new Set([
  '(MIT OR CC0-1.0)',
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'MIT AND OFL-1.1',
  'MIT OR Apache-2.0',
]);
/** For tools that are never passed on with the product: changed files of theirs would have to be published. */
const FREE_FOR_TOOLS = new Set([...FREE, 'MPL-2.0']);

test('every package that runs in the product is free, and every tool is', () => {
  const others = packages.filter(({ license = 'none', dev }) => !(dev ? FREE_FOR_TOOLS : FREE).has(license));
  expect(others.map(({ name, license }) => `${name}: ${license}`)).toEqual([]);
});

test('the lock file has a line for every kind of machine a package names', () => {
  // npm drops those its registry lacks, and newer versions of npm then refuse to install the whole product.
  const named = packages.flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies));
  const locked = new Set(packages.map(({ name }) => name));
  expect(named.filter((name) => !locked.has(name))).toEqual([]);
});

test('the list of packages is what is installed', async () => {
  const rows = packages
    .filter(({ dev }) => !dev)
    .map(({ name, version, license }) => `| ${name} | ${version} | ${license} |`);
  const text = [
    '# Packages that run in the product',
    '',
    'Made from the lock file; a test fails when it differs. `bin/sbom` prints a bill of materials (CycloneDX).',
    '',
    '| Package | Version | Licence |',
    '|---|---|---|',
    ...new Set(rows),
    '',
  ].join('\n');
  await expect(text).toMatchFileSnapshot('../../docs/security/packages.md');
});

test('the bill of materials names each of them', () => {
  const bill = JSON.parse(execFileSync('bin/sbom', { encoding: 'utf8' }));
  expect(bill.bomFormat).toBe('CycloneDX');
  const named = new Set(
    bill.components.map(({ name, version }: { name: string; version: string }) => `${name}@${version}`),
  );
  const missing = packages
    .filter(({ dev, optional }) => !dev && !optional)
    .map(({ name, version }) => `${name}@${version}`)
    .filter((each) => !named.has(each));
  expect(missing).toEqual([]);
});
