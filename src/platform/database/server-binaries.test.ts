import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openHome } from '../home/index.ts';
import { joinEmbeddedServer } from './embedded-server.ts';
import { copyPrograms } from './server-binaries.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nh-programs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe('programs in a place that the server’s user cannot enter', () => {
  test('are copied into the data folder once, for everybody to read and run', () => {
    const native = join(folder, 'package', 'native');
    mkdirSync(join(native, 'bin'), { recursive: true, mode: 0o700 });
    mkdirSync(join(native, 'lib'), { mode: 0o700 });
    writeFileSync(join(folder, 'package', 'package.json'), '{ "version": "18.4.0" }');
    writeFileSync(join(native, 'bin', 'postgres'), 'program', { mode: 0o700 });
    writeFileSync(join(native, 'lib', 'libpq.so.5.18'), 'library', { mode: 0o600 });
    symlinkSync('libpq.so.5.18', join(native, 'lib', 'libpq.so.5'));
    const home = openHome(join(folder, 'home'), folder);

    const copy = copyPrograms(native, home);
    expect(copy).toBe(join(home.path, 'postgresql-18.4.0'));
    expect([mode(copy), mode(join(copy, 'bin')), mode(join(copy, 'bin', 'postgres'))]).toEqual([
      '755',
      '755',
      '755',
    ]);
    expect(mode(join(copy, 'lib', 'libpq.so.5')), 'a link leads to its file beside it').toBe('644');

    rmSync(native, { recursive: true });
    expect(copyPrograms(native, home)).toBe(copy);
    expect(readdirSync(home.path).filter((name) => name.startsWith('postgresql-'))).toEqual([
      'postgresql-18.4.0',
    ]);
  });
});

describe.skipIf(process.getuid?.() !== 0)('a data folder, when root starts the product,', () => {
  test('below a folder that others cannot enter is refused, with what to do', async () => {
    const home = openHome(join(folder, 'home'), folder);
    await expect(joinEmbeddedServer(home)).rejects.toMatchObject({
      code: 'closed_place',
      remedy: expect.stringContaining('--home'),
    });
  });
});
