import { type ChildProcess, spawn } from 'node:child_process';
import { afterAll, beforeAll } from 'vitest';
import type { TestBook } from './test-book.ts';

export interface ServedProduct {
  /** Where its pages are: `http://localhost:41234`. */
  readonly address: string;
}

/** Serves the built product over a test book, as its users run it: another process, on a port that is free. */
export function useServedProduct(at: TestBook): ServedProduct {
  let child: ChildProcess | null = null;
  let address = '';
  beforeAll(async () => {
    child = spawn('bin/neighbourhold', ['serve', '--json'], {
      env: {
        ...process.env,
        DATABASE_URL: at.url,
        NEIGHBOURHOLD_HOME: at.home.path,
        PORT: '0',
        LOG_LEVEL: 'warn',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    address = await firstAddress(child);
  }, 120_000);
  afterAll(async () => {
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child?.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }, 30_000);
  return {
    get address() {
      return address;
    },
  };
}

async function firstAddress(child: ChildProcess): Promise<string> {
  let said = '';
  for await (const part of child.stdout ?? []) {
    said += part;
    if (said.trimEnd().endsWith('}')) return JSON.parse(said).address;
  }
  throw new Error(`the product ended with ${child.exitCode} before it served`);
}
