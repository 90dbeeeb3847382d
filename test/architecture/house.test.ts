import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findCycles, floors, readSource, roomOf, type SourceFile } from './house.ts';

// Each rule says why. A rule that stands in the way of better code is changed here first, with a decision.

const files = readSource();
const floorOf = new Map(floors.flatMap((rooms, floor) => rooms.map((room) => [room, floor] as const)));

/** Each import of a file of ours that the rule forbids, as one line. */
function importsThat(forbidden: (from: SourceFile, to: string) => boolean): string[] {
  return files.flatMap((from) =>
    from.imports.filter((to) => forbidden(from, to)).map((to) => `${from.path} imports ${to}`),
  );
}

function linesThat(pattern: RegExp, in_: (file: SourceFile) => boolean): string[] {
  return files.filter(in_).flatMap(({ path, text }) =>
    text
      .split('\n')
      .map((line, at) => ({ line, at }))
      .filter(({ line }) => pattern.test(line))
      .map(({ line, at }) => `${path}:${at + 1} ${line.trim()}`),
  );
}

describe('the house', () => {
  test('has a floor for every room, so that no room is outside the rules', () => {
    const rooms = [...new Set(files.map(({ room }) => room))].sort();
    expect(rooms).toEqual([...floorOf.keys()].sort());
    expect(files.length).toBeGreaterThan(200);
  });

  test('lets imports fall downstairs only: what is below can be understood, tested and changed without what is above', () => {
    const upstairs = importsThat((from, to) => {
      const here = floorOf.get(from.room) ?? -1;
      const there = floorOf.get(roomOf(to)) ?? Number.POSITIVE_INFINITY;
      return from.room !== roomOf(to) && there >= here;
    });
    expect(upstairs).toEqual([]);
  });

  test('has rooms that are entered through index.ts: what is behind the door can change without asking anybody', () => {
    const throughTheWall = importsThat((from, to) => from.room !== roomOf(to) && !to.endsWith('/index.ts'));
    expect(throughTheWall).toEqual([]);
  });

  test('has no round of files that import each other: such files are one file in pieces', () => {
    expect(findCycles(files)).toEqual([]);
  });

  test('imports only files that exist', () => {
    expect(importsThat((_, to) => !existsSync(to))).toEqual([]);
  });
});

describe('each thing has one place', () => {
  const only =
    (room: string, ...more: string[]) =>
    ({ path, room: own }: SourceFile) =>
      own !== room && !more.includes(path);

  test.each([
    ['pg', 'platform/database', 'because there the roles are that decide who sees what'],
    ['@duckdb/node-api', 'platform/lake', 'because there memory and threads are limited'],
    [
      'fastify',
      'platform/web',
      'because there security headers, form tokens and audit are put on every route',
    ],
    ['pg-boss', 'platform/jobs', 'because a job has to end in order when the server does'],
    ['openid-client', 'platform/auth', 'because sign-in is read by people who look for its faults'],
    ['prom-client', 'platform/metrics', 'because a label must not tell of people'],
    ['pino', 'platform/log', 'because what is logged must not tell of people'],
    [
      '@myriaddreamin/typst-ts-node-compiler',
      'platform/pdf',
      'because there text of people is data and never a program',
    ],
    ['yaml', 'platform/content', 'because content is checked where it is read'],
  ])('package %s is used in %s alone, %s', (name, room) => {
    const users = files.filter(({ packages }) => packages.includes(name));
    const writesContent = new Set([
      'src/synthetic/place-pack.ts',
      'src/interoperability/place-pack/import-place-pack.ts',
    ]);
    expect(users.length).toBeGreaterThan(0);
    expect(
      users
        .filter(only(room))
        .map(({ path }) => path)
        .filter((path) => !writesContent.has(path)),
    ).toEqual([]);
  });

  test('each table is written by the room whose schema it is in: one place knows what its rows mean', () => {
    const written =
      /(?:insertInto|updateTable|deleteFrom|mergeInto)\(\s*'(\w+)\.|\b(?:insert into|update|delete from|truncate) (\w+)\.\w+/g;
    const faults = files.flatMap(({ path, room, text }) =>
      [...text.matchAll(written)]
        .map((match) => match[1] ?? match[2])
        .filter((schema) => schema !== room.split('/')[1])
        .map((schema) => `${path} writes to ${schema}`),
    );
    expect(faults).toEqual([]);
  });

  test('the environment is read in platform/config alone: a setting that nobody checks fails at night', () => {
    const readers = linesThat(/process\.env/, () => true).filter(
      (line) => !line.includes('readConfig(process.env)'),
    );
    expect(readers).toEqual([]);
  });

  test('rules are told the time and throw no dice, so that a test can say what day it is', () => {
    const rooms = (file: SourceFile) =>
      file.room.startsWith('domains/') || file.room === 'kernel' || file.room === 'synthetic';
    expect(linesThat(/new Date\(\)|Math\.random/, rooms)).toEqual([]);
  });

  test('HTML is written as components, never as text: text is where an injected script gets in', () => {
    const raw = linesThat(/dangerouslySetInnerHTML|\.innerHTML/, () => true);
    expect(raw).toEqual([]);
  });

  test('nothing writes to the terminal but platform/cli and the log: standard output belongs to --json', () => {
    const writers = linesThat(/process\.(stdout|stderr)\.write|console\./, only('platform/cli'));
    expect(writers).toEqual([]);
  });
});

describe('the repository', () => {
  const tracked = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' }).split('\0').filter(Boolean);

  test("has a lock file that names no registry: it installs from anybody's mirror", () => {
    expect(readFileSync('package-lock.json', 'utf8')).not.toMatch(/"resolved"|https?:\/\/[^"]*registry/);
  });

  test("holds no data folder, no build and no picture of a real person's record", () => {
    expect(tracked.filter((path) => /^(data|dist|node_modules)\//.test(path))).toEqual([]);
    expect(tracked.filter((path) => /\.(parquet|duckdb|sqlite|zip|xlsx)$/.test(path))).toEqual([]);
  });

  test('holds only NHS numbers that can belong to nobody: the 999 range', () => {
    const numbers = tracked
      .filter(
        (path) =>
          /\.(tsx?|ya?ml|md|json|csv)$/.test(path) && path !== 'package-lock.json' && existsSync(path),
      )
      .flatMap((path) =>
        [...readFileSync(path, 'utf8').matchAll(/\b(\d{10})\b/g)].map((match) => ({
          path,
          number: match[1] ?? '',
        })),
      );
    // The example that the NHS data dictionary prints, and rows of one digit, which are never issued.
    const example = /^(9434765919|(\d)\2{9})$/;
    const real = numbers.filter(
      ({ number }) => isNhsNumber(number) && !number.startsWith('999') && !example.test(number),
    );
    expect(real).toEqual([]);
  });
});

function isNhsNumber(text: string): boolean {
  const sum = [...text.slice(0, 9)].reduce((total, digit, at) => total + Number(digit) * (10 - at), 0);
  return (11 - (sum % 11)) % 11 === Number(text[9]) && sum % 11 !== 1;
}
