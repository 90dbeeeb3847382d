/** Compares versions of three numbers: below 0 where the first is the lower one. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [partsOf(one), partsOf(other)];
  const at = a.findIndex((part, place) => part !== b[place]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

/** The next version for a changed meaning: 1.4.2 becomes 1.5.0. */
export function nextVersion(version: string): string {
  const [major = 0, minor = 0] = partsOf(version);
  return `${major}.${minor + 1}.0`;
}

function partsOf(version: string): number[] {
  return version.split('.').map(Number);
}
