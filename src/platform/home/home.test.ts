import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openHome, reachableByOthers } from './home.ts';

describe('the data folder', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'nh-home-'));
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  test('a chosen folder is made with its parts, closed to other users', () => {
    const home = openHome(join(root, 'here'), root);
    expect(home.path).toBe(join(root, 'here'));
    expect(existsSync(home.lake)).toBe(true);
    expect(statSync(home.lake).mode & 0o077).toBe(0);
  });

  test('a folder below a closed one cannot be reached by others', () => {
    const closed = join(root, 'closed');
    mkdirSync(join(closed, 'open'), { recursive: true });
    chmodSync(root, 0o755);
    chmodSync(closed, 0o700);
    expect(reachableByOthers(join(closed, 'open'))).toBe(false);
    chmodSync(closed, 0o755);
    expect(reachableByOthers(join(closed, 'open'))).toBe(true);
  });
});
