import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openHome } from '../home/index.ts';
import { joinEmbeddedServer } from './embedded-server.ts';

describe('a database that cannot start', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nh-no-start-'));
    chmodSync(folder, 0o755);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('is said with what its log says of this time, and where all of it is; mended, it starts', async () => {
    const home = openHome(join(folder, 'home'), folder);
    await (await joinEmbeddedServer(home)).release();
    const version = join(home.postgres, 'PG_VERSION');
    const right = readFileSync(version, 'utf8');
    writeFileSync(version, '9.6\n');
    const log = join(home.path, 'postgres.log');
    writeFileSync(log, 'what it said before\n', { flag: 'a' });

    const failed = joinEmbeddedServer(home);
    await expect(failed).rejects.toMatchObject({
      code: 'database_did_not_start',
      message: expect.stringMatching(/did not start\. It says: .*incompatible with server/),
      remedy: expect.stringContaining(log),
    });
    await expect(failed).rejects.not.toMatchObject({ message: expect.stringContaining('said before') });

    writeFileSync(version, right);
    const server = await joinEmbeddedServer(home);
    await server.release();
  });
});
