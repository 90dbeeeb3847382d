import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const HERE = new URL('../../../../', import.meta.url).pathname;
const root = mkdtempSync(join(tmpdir(), 'neighbourhold-build-'));
const asset = (name: string) => readFileSync(join(root, 'dist/assets', name), 'utf8');
const manifest = () => JSON.parse(asset('manifest.json')) as Readonly<Record<string, string>>;

beforeAll(async () => {
  mkdirSync(join(root, 'src/platform/web'), { recursive: true });
  for (const path of ['node_modules', 'package.json', 'content', 'src/platform/web/assets']) {
    symlinkSync(join(HERE, path), join(root, path));
  }
  const { build } = (await import(join(HERE, 'build/build.mjs'))) as {
    build: (options: { root: string; quiet: boolean }) => Promise<void>;
  };
  await build({ root, quiet: true });
}, 60_000);

afterAll(() => rmSync(root, { recursive: true }));

describe('the built files', () => {
  test('are listed under their plain names and bear the hash of their content', () => {
    expect(Object.keys(manifest()).sort()).toEqual([
      'keep-typed.js',
      'mark.svg',
      'nhsuk.js',
      'start.js',
      'styles.css',
    ]);
    for (const name of Object.values(manifest())) expect(name).toMatch(/-[0-9a-f]{10}\.\w+$/);
  });

  test('hold neither a font nor anything else that is not ours to use', () => {
    const styles = asset(manifest()['styles.css'] ?? '');
    expect(styles).not.toMatch(/@font-face|frutiger|assets\.nhs\.uk/i);
    expect(styles).toContain('html,body{font-family:arial,sans-serif}');
  });

  test('fetch nothing from elsewhere, and everything that the style sheet asks for is there', () => {
    const wanted = [...asset(manifest()['styles.css'] ?? '').matchAll(/url\("?([^")]+)"?\)/g)];
    expect(wanted.length).toBeGreaterThan(0);
    for (const [, path = ''] of wanted) expect(existsSync(join(root, 'dist/assets', path))).toBe(true);
  });

  test('know each other by their hashed names', () => {
    expect(asset(manifest()['start.js'] ?? '')).toContain(`from './${manifest()['nhsuk.js']}'`);
  });
});
