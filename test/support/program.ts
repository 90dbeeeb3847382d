import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect } from 'vitest';
import type { z } from 'zod';

/** How a call of the program ended. */
export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A call of the program that is still going on. */
export interface Running {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** What it has written to standard error so far. */
  said(): string;
  /** Waits for the JSON that a server prints when it can be asked: its address and process. */
  ready(): Promise<{ address: string; pid: number }>;
  /** Waits for a line of standard output. */
  line(says: RegExp): Promise<RegExpExecArray>;
  signal(name: NodeJS.Signals): void;
}

export interface Call {
  readonly stdin?: string;
  readonly env?: Record<string, string>;
  /** So many files it may have open at once, instead of what the machine allows. */
  readonly openFiles?: number;
}

export interface Program {
  /** The data folder of this test file's calls, reached by the server's own user too. */
  readonly home: string;
  /** A folder for files to import. */
  readonly files: string;
  begin(words: readonly string[], call?: Call): Running;
  run(words: readonly string[], call?: Call): Promise<Ended>;
  /** Runs a verb with --json and holds what it prints to a shape; fails when it ends with another code. */
  json<Shape extends z.ZodType>(
    shape: Shape,
    words: readonly string[],
    call?: Call & { code?: number },
  ): Promise<z.output<Shape>>;
}

/** The program as its users call it: bin/neighbourhold in a process of its own, on a data folder of its own. */
export function useProgram(): Program {
  const folder = mkdtempSync(join(tmpdir(), 'nh-run-'));
  chmodSync(folder, 0o755);
  const home = join(folder, 'home');
  const running = new Set<ChildProcess>();
  afterAll(async () => {
    for (const child of running) child.kill('SIGKILL');
    const database = databasePid(home);
    if (database !== null) process.kill(database, 'SIGINT');
    for (let tries = 0; databasePid(home) !== null && tries < 500; tries++) await pause(20);
    rmSync(folder, { recursive: true, force: true });
  });
  const begin = (words: readonly string[], call: Call = {}): Running => {
    const [limit, ...limited] = call.openFiles
      ? ['sh', '-c', `ulimit -n ${call.openFiles} && exec "$0" "$@"`, 'bin/neighbourhold']
      : ['bin/neighbourhold'];
    const child = spawn(limit, [...limited, ...words], {
      env: { ...ownEnvironment(), NEIGHBOURHOLD_HOME: home, ...call.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    running.add(child);
    child.on('exit', () => running.delete(child));
    child.stdin.on('error', () => {});
    child.stdin.end(call.stdin ?? '');
    return watch(child);
  };
  const run = (words: readonly string[], call: Call = {}) => begin(words, call).ended;
  return {
    home,
    files: folder,
    begin,
    run,
    async json(shape, words, { code = 0, ...call } = {}) {
      const ended = await run([...words, '--json'], call);
      expect(ended, ended.err).toMatchObject({ code });
      return shape.parse(JSON.parse(ended.out));
    },
  };
}

/** The settings of whoever runs the tests are not the settings of the program under test. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const ours = /^(PORT|HOST|PUBLIC_URL|LOG_LEVEL|NEIGHBOURHOLD_(?!PG_BIN).*|DATABASE_.*|OIDC_.*)$/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));
}

function watch(child: ChildProcess): Running {
  let out = '';
  let err = '';
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    err += text;
  });
  let over = false;
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code) => {
      over = true;
      resolve({ code, out, err });
    }),
  );
  const line = async (says: RegExp) => {
    for (;;) {
      const found = says.exec(out);
      if (found) return found;
      if (over) throw new Error(`It ended before it said ${says}: ${out}${err}`);
      await pause(20);
    }
  };
  return {
    pid: child.pid ?? 0,
    ended,
    said: () => err,
    line,
    ready: async () => JSON.parse((await line(/^\{\n.*^\}$/ms))[0]),
    signal: (name) => {
      child.kill(name);
    },
  };
}

/** The process of the database in a data folder; null when none runs. */
export function databasePid(home: string): number | null {
  const file = join(home, 'postgres', 'postmaster.pid');
  if (!existsSync(file)) return null;
  const pid = Number(readFileSync(file, 'utf8').split('\n', 1)[0]);
  return isAlive(pid) ? pid : null;
}

export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Every process that has a folder open as its argument or setting: what a call started and has not ended. */
export function processesOf(home: string): string[] {
  return processesIn(home).map(({ words }) => words);
}

/** The same, with their numbers. */
export function processesIn(home: string): { pid: number; words: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && isAlive(Number(name)))
    .flatMap((name) => {
      try {
        const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        const cwd = readFileSync(`/proc/${name}/environ`, 'utf8');
        const ours = words.includes(home) || cwd.includes(`NEIGHBOURHOLD_HOME=${home}\0`);
        return ours ? [{ pid: Number(name), words }] : [];
      } catch {
        return [];
      }
    });
}
