import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import {
  type Call,
  databasePid,
  isAlive,
  processesOf,
  type Running,
  useProgram,
} from '../support/program.ts';

// The server as a process: how it begins, what it says of itself, and how it ends.

const program = useProgram();
const { home } = program;

function serve(words: readonly string[] = ['serve'], { env }: Call = {}): Running {
  return program.begin([...words, '--json'], { env: { PORT: '0', LOG_LEVEL: 'warn', ...env } });
}

const health = async (address: string) => {
  const answer = await fetch(`${address}/health`);
  return { status: answer.status, body: await answer.json() };
};

const nothingRuns = () =>
  expect({ database: databasePid(home), processes: processesOf(home) }).toEqual({
    database: null,
    processes: [],
  });

describe('start --empty', () => {
  test('begins on an empty data folder without the borough, says where to go, and ends with everything it started', async () => {
    const server = program.begin(['start', '--empty'], { env: { PORT: '0', LOG_LEVEL: 'warn' } });
    const line = await server.line(
      /^Ready in \d+ s\. Open (http:\S+) and choose who to be on the sign-in page\. Ctrl-C/m,
    );
    const address = line[1] ?? '';
    expect(await health(address)).toEqual({ status: 200, body: { status: 'ok', snapshot: null } });
    const page = await (await fetch(`${address}/sign-in`)).text();
    expect(page).toContain('Choose who to be');
    expect(page).toContain('made up');
    const database = databasePid(home) ?? 0;
    expect(isAlive(database)).toBe(true);
    server.signal('SIGTERM');
    expect(await server.ended).toMatchObject({ code: 0, err: expect.stringContaining('Stopping') });
    expect(isAlive(database)).toBe(false);
    nothingRuns();
  });
});

describe('serve', () => {
  test.each(['SIGINT', 'SIGHUP'] as const)('ends in order at %s, its database too', async (signal) => {
    const server = serve();
    const { address, pid } = await server.ready();
    expect(pid).toBe(server.pid);
    expect((await health(address)).body).toEqual({ status: 'ok', snapshot: null });
    server.signal(signal);
    expect(await server.ended).toMatchObject({ code: 0 });
    nothingRuns();
  });

  test('does not wait for a browser that keeps its connection', async () => {
    const server = serve();
    const { address } = await server.ready();
    await fetch(`${address}/sign-in`);
    const asked = Date.now();
    server.signal('SIGTERM');
    await server.ended;
    expect(Date.now() - asked).toBeLessThan(8000);
    nothingRuns();
  });

  test('that is told to end while it begins leaves nothing behind', async () => {
    const server = serve();
    while (databasePid(home) === null) await pause(5);
    server.signal('SIGTERM');
    expect((await server.ended).out).not.toContain('address');
    nothingRuns();
  });

  test('begins after a kill -9, on the database that was left running or on a new one', async () => {
    const first = serve();
    await first.ready();
    first.signal('SIGKILL');
    await first.ended;
    const left = databasePid(home) ?? 0;
    expect(isAlive(left)).toBe(true);
    const second = serve();
    expect(await health((await second.ready()).address)).toMatchObject({ status: 200 });
    second.signal('SIGKILL');
    await second.ended;
    process.kill(left, 'SIGKILL');
    const third = serve();
    expect(await health((await third.ready()).address)).toMatchObject({ status: 200 });
    third.signal('SIGTERM');
    expect(await third.ended).toMatchObject({ code: 0 });
    nothingRuns();
  });

  test('on a port that is taken is refused with a remedy, and leaves the other one alone', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const port = String((other.address() as { port: number }).port);
    const { code, err, out } = await serve(['serve'], { env: { PORT: port } }).ended;
    other.close();
    expect({ code, out: JSON.parse(out) }).toEqual({
      code: 2,
      out: {
        refused: {
          code: 'port_taken',
          because: expect.stringContaining(port),
          remedy: expect.stringContaining('PORT='),
        },
      },
    });
    expect(err).not.toMatch(/^\s+at /m);
    nothingRuns();
  });

  test('twice on one data folder shares its database; the last to end stops it', async () => {
    const [one, two] = [serve(), serve()];
    const addresses = await Promise.all([one.ready(), two.ready()]);
    expect(new Set(addresses.map(({ address }) => address)).size).toBe(2);
    one.signal('SIGTERM');
    expect(await one.ended).toMatchObject({ code: 0 });
    expect(await health(addresses[1]?.address ?? '')).toMatchObject({ status: 200 });
    two.signal('SIGTERM');
    expect(await two.ended).toMatchObject({ code: 0 });
    nothingRuns();
  });
});
