import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { actAs, drawStaff } from '../../../../test/support/drawn-team.ts';
import { useSite } from '../../../../test/support/site.ts';
import { useTestBorough } from '../../../../test/support/test-book.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { LakeReader } from '../../../platform/lake/index.ts';
import type { Definition } from '../language/definition.ts';
import { readLibrary } from '../language/library.ts';
import { CohortLake } from './cohort-lake.ts';
import { useCohorts, writtenDefinition } from './cohorts.testing.ts';
import { CountDesk } from './count-desk.ts';

const at = useTestBorough();
const shared = useCohorts(at);
const library = readLibrary('content');

/** What takes a processor some hours. */
const FOR_EVER = 'select count(*) as n from range(1_000_000_000_000_000) where hash(range) = 1';

/** In place of each answer for everybody, what was put here: nothing for the answer itself. */
let instead: ((stop: AbortSignal | undefined) => Promise<void>) | null = null;
/** How many answers for everybody were asked for. */
let answers = 0;

const rows: LakeReader['rows'] = async (sql, values, stop) => {
  if (sql.includes('temp table found as')) {
    answers += 1;
    await instead?.(stop);
  }
  return await shared.duck.rows(sql, values, stop);
};

const site = useSite(at, () => ({ counter: rows }));

const women = writtenDefinition('women', 'rule: { sex: female }');
const men = writtenDefinition('men', 'rule: { sex: male }');

function newDesk() {
  const faults: unknown[] = [];
  const desk = new CountDesk(new CohortLake({ rows, close: async () => {} }, at.home), (error) =>
    faults.push(error),
  );
  const count = (by: Actor, candidate: Definition, left = new AbortController().signal, draft = 1) =>
    actAs(at.book, by, (tx) => desk.count(tx, by, { draft, library, candidate, left }));
  return { count, faults };
}

/** From now on answers take for ever. Resolves when the first has been begun. */
function holdForEver(): Promise<void> {
  return new Promise((begun) => {
    instead = async (stop) => {
      const answer = shared.duck.rows(FOR_EVER, [], stop);
      begun();
      await answer;
    };
  });
}

const analyst = () => drawStaff(at.book, 'analyst');

test('a count is ended when its reader asks for another, and that one need not wait', async () => {
  const [{ count, faults }, by] = [newDesk(), await analyst()];
  const begun = holdForEver();
  const first = count(by, women);
  await begun;
  instead = null;
  expect(await count(by, men)).toMatchObject({ is: 'counted' });
  expect(await first).toEqual({ is: 'given_up' });
  // It was given up and not kept.
  expect(await count(by, women)).toMatchObject({ is: 'counted' });
  expect(faults).toEqual([]);
});

test('a count goes on while its reader has another draft counted beside it', async () => {
  const [{ count }, by] = [newDesk(), await analyst()];
  let release = () => {};
  const begun = new Promise<void>((resolve) => {
    instead = async () => {
      resolve();
      await new Promise<void>((go) => {
        release = go;
      });
    };
  });
  const { signal } = new AbortController();
  const first = count(by, women, signal, 1);
  await begun;
  instead = null;
  const beside = count(by, men, signal, 2);
  release();
  expect((await Promise.all([first, beside])).map(({ is }) => is)).toEqual(['counted', 'counted']);
});

test('a count is ended when its reader has left', async () => {
  const [{ count }, by, other] = [newDesk(), await analyst(), await analyst()];
  const begun = holdForEver();
  const leaving = new AbortController();
  const first = count(by, women, leaving.signal);
  await begun;
  instead = null;
  leaving.abort();
  expect(await count(other, men)).toMatchObject({ is: 'counted' });
  expect(await first).toEqual({ is: 'given_up' });
});

test('a count that somebody else waits for goes on', async () => {
  const [{ count }, by, other] = [newDesk(), await analyst(), await analyst()];
  let release = () => {};
  const begun = new Promise<void>((resolve) => {
    instead = async () => {
      resolve();
      await new Promise<void>((go) => {
        release = go;
      });
    };
  });
  const leaving = new AbortController();
  const both = [count(by, women, leaving.signal), count(other, women)];
  await begun;
  instead = null;
  leaving.abort();
  const another = count(by, men);
  release();
  expect((await Promise.all(both)).map(({ is }) => is)).toEqual(['counted', 'counted']);
  expect(await another).toMatchObject({ is: 'counted' });
});

test('what was counted is kept when its reader goes on to another', async () => {
  const [{ count }, by] = [newDesk(), await analyst()];
  for (const candidate of [women, men]) await count(by, candidate);
  const before = answers;
  for (const candidate of [women, men, women])
    expect(await count(by, candidate)).toMatchObject({ is: 'counted' });
  expect(answers).toBe(before);
});

test('a browser that goes away ends the count of its page', async () => {
  const visitor = await site.signedIn('analyst');
  const _csrf = await visitor.formToken();
  const made = await visitor.post('/definitions/drafts/new', { _csrf, title: 'Trial', why: 'A test' });
  const draft = String(made.headers.location);
  const text = /<textarea[^>]*>([^<]*)</.exec((await visitor.get(`${draft}/text`)).body)?.[1] ?? '';
  const definition = `${text.trim()}\nrule: { age: { from: 50 } }\n`;
  await visitor.post(`${draft}/text`, { _csrf, seen: '1', definition });
  await site.web.fastify.listen({ port: 0, host: '127.0.0.1' });
  const { port } = site.web.fastify.server.address() as AddressInfo;
  const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const ended = new Promise<void>((resolve, reject) => {
    const page = get({ port, host: '127.0.0.1', path: draft, headers: { cookie } });
    page.on('error', () => {});
    page.on('response', (answer) => reject(new Error(`answered with ${answer.statusCode}`)));
    instead = async (stop) => {
      stop?.addEventListener('abort', () => resolve());
      page.destroy();
      await shared.duck.rows(FOR_EVER, [], stop);
    };
  });
  await ended;
  instead = null;
});
