import { Agent } from 'node:http';
import { loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Product } from '../src/app/product.ts';
import {
  onlyEntryId,
  readCaseloadPathway,
  readLeads,
  readPlanContent,
  startPlan,
  takeOn,
} from '../src/domains/coordination/index.ts';
import { readActor } from '../src/domains/directory/index.ts';
import { openScope, type RegisterTables } from '../src/domains/register/index.ts';
import { addDays, londonDay, Refusal } from '../src/kernel/index.ts';
import { type Actor, act, beginSession, readPersonas } from '../src/platform/auth/index.ts';
import { type Chance, openChance } from './chance.ts';
import { listAddresses } from './pages.ts';
import { ask, cpuMs, rssMb, type Started, start } from './served.ts';

/** How many people are signed in, and how long each thinks between two pages, in milliseconds: 5 to 15 s, 10 s on average. */
const PEOPLE = 300;
const THINKING = { least: 5000, most: 15_000 } as const;
/** What they do, in hundredths. A change of the caseload, or of a plan, is its form and then what is sent. */
const MIX = { list: 30, person: 30, inbox: 10, change: 10, plan: 10, home: 10 } as const;
/** The first part of the time is not counted: connections are opened and code is compiled. */
const WARM_UP = 0.2;
const ON_CASELOAD = 30;

type Kind = keyof typeof MIX | 'bare';

export interface LoadBench {
  readonly people: number;
  readonly minutes: number;
  readonly mix: typeof MIX;
  readonly thinkingSeconds: readonly [number, number];
  readonly requests: number;
  readonly aSecond: number;
  readonly errors: number;
  /** Milliseconds from asking to the last byte. */
  readonly all: Times;
  readonly kinds: Readonly<Record<keyof typeof MIX, Times>>;
  readonly rssMb: { readonly warm: number; readonly end: number; readonly most: number };
  /** Processor time of the web server for one request. */
  readonly cpuMs: number;
  /** The same arrivals on a bare route that reads one row by its index. */
  readonly bare: Times & { readonly cpuMs: number };
  readonly ratio: { readonly p50: number; readonly cpu: number };
  /** What else the machine does shows in every time: processes that could run, a minute's average. */
  readonly loadAverage: { readonly before: number; readonly after: number };
}

export interface Times {
  readonly requests: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly most: number;
}

/** Has many people at work on a server in a process of its own for some minutes, then as many ask a bare route. */
export async function benchLoad(
  product: Product,
  minutes: number,
  onProgress: (what: string) => void,
): Promise<LoadBench> {
  const before = loadavg()[0] ?? 0;
  const world = await prepare(product);
  const server = await start([process.argv[1] ?? '', 'serve', '--json', '--home', product.home.path], {
    PORT: '0',
    LOG_LEVEL: 'error',
  });
  const load = await putUnderLoad({
    server,
    seconds: minutes * 60,
    onProgress,
    act: (chance, who) => actOf(chance, who, world),
  });
  server.child.kill('SIGTERM');
  const bareServer = await start([fileURLToPath(new URL('./bare-server.js', import.meta.url))], {
    BENCH_DATABASE: JSON.stringify(databaseOf(product)),
  });
  const bare = await putUnderLoad({
    server: bareServer,
    seconds: Math.min(30, minutes * 60),
    onProgress,
    act: (chance) => ({ kind: 'bare', address: `/${1 + chance.below(40)}` }),
  });
  bareServer.child.kill('SIGTERM');
  const all = timesOf(load.done);
  const bareTimes = timesOf(bare.done);
  const kindTimes = (kind: Kind) => timesOf(load.done.filter((each) => each.kind === kind));
  return {
    people: PEOPLE,
    minutes,
    mix: MIX,
    thinkingSeconds: [THINKING.least / 1000, THINKING.most / 1000],
    requests: all.requests,
    aSecond: round(all.requests / load.seconds),
    errors: load.done.filter(({ ok }) => !ok).length,
    all,
    kinds: {
      list: kindTimes('list'),
      person: kindTimes('person'),
      inbox: kindTimes('inbox'),
      change: kindTimes('change'),
      plan: kindTimes('plan'),
      home: kindTimes('home'),
    },
    rssMb: load.rssMb,
    cpuMs: load.cpuMs,
    bare: { ...bareTimes, cpuMs: bare.cpuMs },
    ratio: { p50: round(all.p50 / bareTimes.p50), cpu: round(load.cpuMs / bare.cpuMs) },
    loadAverage: { before: round(before), after: round(loadavg()[0] ?? 0) },
  };
}

/** Somebody with a session: what the browser sends with each request. */
interface SignedIn {
  readonly by: Actor;
  readonly cookie: string;
}

interface World {
  readonly lists: readonly string[];
  readonly sessions: readonly SignedIn[];
  /** Addresses of people that an actor may open. */
  readonly people: ReadonlyMap<string, readonly string[]>;
  /** Entries of the caseload that the team's lead changes. */
  readonly items: readonly number[];
  /** The first part of the plans of those people: what matters to them. */
  readonly plans: readonly string[];
  readonly due: string;
}

interface Asked {
  readonly kind: Kind;
  readonly who?: SignedIn;
  readonly address: string;
  /** Sent to the same address as a form after the page was read, with the page's own token. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** Sessions for people in direct care, and people on the caseload of their team. */
async function prepare(product: Product): Promise<World> {
  const db = product.book.as('app');
  const personas = await readPersonas(db);
  const actors: Actor[] = [];
  for (const { account } of personas) {
    const by = await readActor(db, account);
    if (by && ['int_lead', 'care_coordinator', 'gp', 'practice_nurse'].includes(by.role)) actors.push(by);
  }
  const lead = actors.find(({ role }) => role === 'int_lead');
  if (!lead) throw nobodyToSignInAs();
  const people = new Map<string, string[]>();
  for (const by of actors) people.set(by.account, await visiblePeople(product, by));
  const { items, plans } = await fillCaseload(product, lead, people.get(lead.account) ?? []);
  const sessions: SignedIn[] = [];
  for (let at = 0; at < PEOPLE; at += 1) {
    const by = actors[at % actors.length] as Actor;
    // The demonstration's cookie: its address is not https.
    sessions.push({ by, cookie: `neighbourhold=${await beginSession(db, by.account, new Date())}` });
  }
  const lists = await listAddresses(product, openChance(20_261_122), 200);
  return { lists, sessions, people, items, plans, due: addDays(londonDay(new Date()), 14) };
}

async function visiblePeople(product: Product, by: Actor): Promise<string[]> {
  const origin = { requestId: 'bench', from: 'bench' };
  const rows = await act(product.book, { by, origin, scope: openScope }, (tx) =>
    tx
      .withTables<RegisterTables>()
      .selectFrom('register.person')
      .select('public_id')
      .where('registered', '=', true)
      .where('sensitive', '=', false)
      .orderBy('person_no')
      .limit(500)
      .execute(),
  );
  return rows.map(({ public_id }) => public_id);
}

async function fillCaseload(
  product: Product,
  by: Actor,
  people: readonly string[],
): Promise<Pick<World, 'items' | 'plans'>> {
  const origin = { requestId: 'bench', from: 'bench' };
  const pathway = readCaseloadPathway(product.content);
  const content = readPlanContent(product.content);
  const items: number[] = [];
  const plans: string[] = [];
  for (const personId of people) {
    if (items.length === ON_CASELOAD) break;
    try {
      const made = await act(product.book, { by, origin, scope: openScope }, async (tx) => {
        const leads = await readLeads(tx, by.team ?? 0);
        const item = await takeOn(tx, {
          by,
          now: new Date(),
          pathway,
          personId,
          lead: leads.at(-1)?.account ?? by.account,
          reason: 'A made-up person of a bench',
          nextStep: 'Nothing: a bench',
          due: addDays(londonDay(new Date()), 14),
          overrideReason: 'A bench asks for more than anybody could lead',
          evidence: {},
        });
        return { item, plan: await startPlan(tx, { by, now: new Date(), content, personId }) };
      });
      items.push(made.item);
      plans.push(`/plans/${made.plan}/parts/about_me/${onlyEntryId({ publicId: made.plan }, 'about_me')}`);
    } catch (error) {
      // Somebody who is on a caseload already, has a plan in preparation or has died, is left out.
      if (!(error instanceof Refusal)) throw error;
    }
  }
  return { items, plans };
}

function actOf(chance: Chance, at: number, world: World): Asked {
  const who = world.sessions[at] as SignedIn;
  const lead = world.sessions.find(({ by }) => by.role === 'int_lead') as SignedIn;
  const kind = drawKind(chance);
  switch (kind) {
    case 'list':
      return { kind, who, address: chance.pick(world.lists) };
    case 'person':
      return { kind, who, address: `/people/${chance.pick(world.people.get(who.by.account) ?? [])}` };
    case 'inbox':
      return { kind, who, address: '/work' };
    case 'home':
      return { kind, who, address: '/' };
    case 'plan': {
      // As the newest version: whoever opened the form now would write against it.
      const fields = { seen: '1000000', what_matters: `The garden, ${chance.below(1_000_000)}` };
      return { kind, who: lead, address: chance.pick(world.plans), fields };
    }
    case 'change': {
      const [year = '', month = '', day = ''] = world.due.split('-');
      const nextStep = `Ring them, ${chance.below(1_000_000)}`;
      const fields = { nextStep, 'due-day': day, 'due-month': month, 'due-year': year };
      return { kind, who: lead, address: `/caseload/${chance.pick(world.items)}/next-step`, fields };
    }
  }
}

function drawKind(chance: Chance): keyof typeof MIX {
  let drawn = chance.below(100);
  for (const [kind, share] of Object.entries(MIX) as [keyof typeof MIX, number][]) {
    if (drawn < share) return kind;
    drawn -= share;
  }
  return 'home';
}

interface Done {
  readonly kind: Kind;
  readonly ms: number;
  readonly ok: boolean;
}

async function putUnderLoad(load: {
  server: Started;
  seconds: number;
  onProgress: (what: string) => void;
  act: (chance: Chance, who: number) => Asked;
}): Promise<{ done: Done[]; seconds: number; rssMb: LoadBench['rssMb']; cpuMs: number }> {
  const { server, seconds } = load;
  const agent = new Agent({ keepAlive: true, maxSockets: PEOPLE });
  const began = Date.now();
  const warm = began + seconds * 1000 * WARM_UP;
  const end = began + seconds * 1000;
  const done: Done[] = [];
  let asked = 0;
  const somebody = async (who: number) => {
    const chance = openChance(1000 + who);
    // Nobody begins at the same moment as everybody else.
    await pause(chance.below(THINKING.most));
    while (Date.now() < end) {
      const each = await carryOut(server, agent, load.act(chance, who));
      asked += each.length;
      if (Date.now() > warm) done.push(...each);
      await pause(THINKING.least + chance.below(THINKING.most - THINKING.least));
    }
  };
  const memory: number[] = [];
  const watching = setInterval(() => {
    load.onProgress(`${asked} requests, ${Math.round((end - Date.now()) / 1000)} s to go`);
    if (Date.now() > warm) memory.push(rssMb(server.pid));
  }, 1000);
  const working = Array.from({ length: PEOPLE }, (_, who) => somebody(who));
  await pause(Math.max(0, warm - Date.now()));
  const [cpuBefore, askedBefore] = [cpuMs(server.pid), asked];
  await pause(Math.max(0, end - Date.now()));
  const cpu = (cpuMs(server.pid) - cpuBefore) / Math.max(1, asked - askedBefore);
  clearInterval(watching);
  await Promise.all(working);
  agent.destroy();
  return {
    done,
    seconds: (end - warm) / 1000,
    rssMb: {
      warm: average(memory.slice(0, 5)),
      end: average(memory.slice(-5)),
      most: Math.max(0, ...memory),
    },
    cpuMs: round(cpu),
  };
}

/** A page; and where something is sent, the form first. Each answer counts. */
async function carryOut({ address: base }: Started, agent: Agent, asked: Asked): Promise<Done[]> {
  const { kind, who, address, fields } = asked;
  const page = await ask(agent, `${base}${address}`, who?.cookie);
  const got: Done = { kind, ms: page.ms, ok: page.status === 200 };
  if (fields === undefined || !got.ok) return [got];
  const _csrf = /name="_csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
  const body = new URLSearchParams({ _csrf, ...fields }).toString();
  const sent = await ask(agent, `${base}${address}`, who?.cookie, body);
  return [got, { kind, ms: sent.ms, ok: sent.status === 303 }];
}

/** The settings of the pool that pages use, for a process that opens one of its own. */
function databaseOf({ book }: Product): object {
  const { host, port, user, password, database, connectionString, options } = book.pool('app').options;
  return { host, port, user, password, database, connectionString, options };
}

function timesOf(done: readonly Done[]): Times {
  const sorted = done.map(({ ms }) => ms).sort((a, b) => a - b);
  const at = (share: number) => round(sorted[Math.ceil(share * sorted.length) - 1] ?? 0);
  return { requests: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), most: at(1) };
}

function average(values: readonly number[]): number {
  return Math.round(values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function nobodyToSignInAs(): Refusal {
  return new Refusal({
    code: 'no_team',
    because: 'There is no INT lead to sign in as.',
    remedy: 'Run bench on a borough that start has made.',
  });
}
