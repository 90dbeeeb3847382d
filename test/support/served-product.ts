import { type ChildProcess, spawn } from 'node:child_process';
import { afterAll, beforeAll, expect } from 'vitest';
import type { TestBook } from './test-book.ts';
import { readIdentifiers, toldInLogs } from './told-in-logs.ts';

export interface ServedProduct {
  /** Where its pages are: `http://localhost:41234`. */
  readonly address: string;
}

/**
 * Serves the built product over a test book, as its users run it: another process, on a port that is free. Whatever is
 * done there, what it and the processes that it starts log tells of nobody.
 */
export function useServedProduct(at: TestBook): ServedProduct {
  let child: ChildProcess | null = null;
  let address = '';
  let logged = '';
  beforeAll(async () => {
    child = spawn('bin/neighbourhold', ['serve', '--json'], {
      env: {
        ...process.env,
        DATABASE_URL: at.url,
        NEIGHBOURHOLD_HOME: at.home.path,
        PORT: '0',
        LOG_LEVEL: 'info',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      logged += text;
    });
    address = await firstAddress(child);
  }, 120_000);
  afterAll(async () => {
    if (child && child.exitCode === null) {
      const ended = new Promise((resolve) => child?.once('close', resolve));
      child.kill('SIGTERM');
      await ended;
    }
    const lines = logged.split('\n').filter((line) => line !== '');
    // What went wrong is shown, as it would be without us.
    for (const line of lines) if (!/"level":[1-3]0/.test(line)) process.stderr.write(`${line}\n`);
    expect(toldInLogs(lines, await readIdentifiers(at.book))).toEqual([]);
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
