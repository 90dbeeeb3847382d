import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openProduct, type Product } from '../src/app/product.ts';
import { onlyEntryId, readPlanContent, startPlan } from '../src/domains/coordination/index.ts';
import { changePlaces, changeStaff, changeTeam } from '../src/domains/directory/index.ts';
import { openRelationship, openScope } from '../src/domains/register/index.ts';
import { type Actor, act, beginSession, changeAccount } from '../src/platform/auth/index.ts';
import { openChance } from './chance.ts';
import { ask, cpuMs, type Started, start } from './served.ts';

/** How long saving takes, in milliseconds from sending the form to its answer. */
export interface SaveTimes {
  readonly saves: number;
  readonly median: number;
  readonly p99: number;
  readonly longest: number;
  readonly aSecond: number;
}

export interface PlansBench {
  readonly people: number;
  readonly plans: number;
  /** Everybody saves once in five seconds or so, as people do who write. */
  readonly writing: SaveTimes;
  /** Everybody saves once within the same second, at a moment of their own, second after second: as at the end of a meeting. */
  readonly inOneSecond: SaveTimes;
  /** Everybody saves again as soon as the last save is answered: more than people can do. */
  readonly hammering: SaveTimes;
  /** As many clients update one indexed row each by its key, through the same pool, and nothing else. */
  readonly bare: SaveTimes;
  /** Processor milliseconds of one save without a pause: of the web server, of PostgreSQL, and of those who ask, who share the machine. */
  readonly cpuMs: { readonly server: number; readonly database: number; readonly clients: number };
  /** Saves of which the text is not what the plan says at the end, or that are not a version of their own. */
  readonly lost: number;
}

const PEOPLE = 200;
const PLANS = 50;
const WRITING_SECONDS = 20;
const PAUSE_MS = 5000;
const ROUNDS = 10;
const SECONDS = 10;

/** One person with a browser who writes in a part of their own of a plan that others write in too. */
interface Writer {
  readonly cookie: string;
  readonly token: string;
  readonly plan: string;
  readonly section: string;
  readonly field: string;
  readonly entry: string;
  seen: number;
  text: string;
  saves: number;
}

/**
 * Has 200 people save different parts of 50 plans at once, through the pages, into a book of its own, and looks whether
 * every save is there.
 */
export async function benchPlans(onProgress: (what: string) => void): Promise<PlansBench> {
  const folder = mkdtempSync(join(tmpdir(), 'nh-plans-'));
  chmodSync(folder, 0o711);
  const settings = {
    databaseUrl: undefined,
    databaseAppUrl: undefined,
    databaseBatchUrl: undefined,
    port: 0,
    logLevel: 'error',
  } as const;
  const product = await openProduct({ home: join(folder, 'home'), demo: true, settings });
  let server: Started | null = null;
  const agent = new Agent({ keepAlive: true, maxSockets: PEOPLE });
  try {
    onProgress(`Drawing ${PLANS} plans and ${PEOPLE} people who write in them`);
    const writers = await drawWriters(product);
    const words = [process.argv[1] ?? '', 'serve', '--json', '--home', product.home.path];
    const served = await start(words, { PORT: '0', LOG_LEVEL: 'error' });
    server = served;
    const saves = (writer: Writer) => save({ served, agent }, writer);
    for (const writer of writers) await saves(writer);
    onProgress(`Writing for ${WRITING_SECONDS} s`);
    const writing = await writeAsPeopleDo(saves, writers);
    onProgress('Saving in the same second');
    const inOneSecond = await saveInOneSecond(saves, writers);
    onProgress('Saving without a pause');
    const before = await spentBy(product, served);
    const hammering = await timed(writers, ROUNDS, saves);
    const after = await spentBy(product, served);
    const aSave = (part: keyof Spending) =>
      Math.round(((after[part] - before[part]) / hammering.saves) * 100) / 100;
    const spent = { server: aSave('server'), database: aSave('database'), clients: aSave('clients') };
    const bare = await updateBare(product);
    const lost = await countLost(product, writers);
    return { people: PEOPLE, plans: PLANS, writing, inOneSecond, hammering, bare, cpuMs: spent, lost };
  } finally {
    agent.destroy();
    await ended(server);
    await product.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Spending {
  readonly server: number;
  readonly database: number;
  readonly clients: number;
}

/** Processor milliseconds until now. Of the database those of the web server's own connections: they stay open. */
async function spentBy({ book }: Product, { pid }: Started): Promise<Spending> {
  const { rows } = await book
    .pool('owner')
    .query<{ pid: number }>(
      "select pid from pg_stat_activity where application_name = 'neighbourhold app' and pid <> pg_backend_pid()",
    );
  const { user, system } = process.cpuUsage();
  return {
    server: cpuMs(pid),
    database: rows.reduce((sum, row) => sum + cpuMs(row.pid), 0),
    clients: (user + system) / 1000,
  };
}

async function ended(server: Started | null): Promise<void> {
  if (!server || server.child.exitCode !== null) return;
  const end = new Promise((done) => server.child.once('exit', done));
  server.child.kill('SIGTERM');
  await end;
}

const PARTS = [
  ['about_me', 'what_matters'],
  ['need', 'what'],
  ['goal', 'words'],
  ['contingency', 'trigger'],
] as const;

async function drawWriters(product: Product): Promise<Writer[]> {
  const { book } = product;
  const accounts: Actor[] = [];
  const team = await book
    .as('batch')
    .transaction()
    .execute(async (tx) => {
      await changePlaces(tx, [{ code: 'Z90001', kind: 'practice', name: 'Bench practice' }], 'bench');
      const made = await changeTeam(tx, { code: 'BENCH', name: 'Bench team', kind: 'int', placeId: null });
      for (let at = 0; at < PEOPLE; at += 1) {
        const name = `Writer ${at}`;
        const account = await changeAccount(tx, { name, issuer: 'bench', subject: name });
        const staff = { role: 'care_coordinator', organisation: null, teamId: made, capacity: null } as const;
        await changeStaff(tx, { account, ...staff });
        const organisation = { organisation: null, organisationKind: null };
        accounts.push({
          account,
          name,
          role: 'care_coordinator',
          ...organisation,
          team: made,
          teamKind: 'int',
        });
      }
      return made;
    });
  const rules = readPlanContent(product.content);
  const writers: Writer[] = [];
  for (let at = 0; at < PLANS; at += 1) {
    const person = at + 1;
    const personId = randomUUID();
    await book.pool('batch').query(
      `insert into register.person (person_no, public_id, sex, birth_approximate, registered, open_registrations,
         sensitive, confidential, records, buckets, snapshot_id)
       values ($1, $2, 'unknown', false, false, 0, false, false, '{}', '{}', 1)`,
      [person, personId],
    );
    const about = { kind: 'caseload', holder: { team }, about: { person }, purpose: 'bench' } as const;
    await book
      .as('batch')
      .transaction()
      .execute((tx) => openRelationship(tx, about));
    const by = accounts[at] as Actor;
    const origin = { requestId: 'bench', from: 'bench' };
    const plan = await act(book, { by, origin, scope: openScope }, (tx) =>
      startPlan(tx, { by, now: new Date(), content: rules, personId }),
    );
    for (const [nth, [section, field]] of PARTS.entries()) {
      const who = accounts[(at + nth * PLANS) % PEOPLE] as Actor;
      writers.push(await drawWriter(product, who, plan, section, field));
    }
  }
  return writers;
}

async function drawWriter(
  { book }: Product,
  { account }: Actor,
  plan: string,
  section: string,
  field: string,
): Promise<Writer> {
  const cookie = `neighbourhold=${await beginSession(book.as('app'), account, new Date())}`;
  const session = await book
    .pool('owner')
    .query('select form_token as token from auth.session where account = $1', [account]);
  const { token } = session.rows[0];
  const entry = section === 'about_me' ? onlyEntryId({ publicId: plan }, section) : randomUUID();
  return { cookie, token, plan, section, field, entry, seen: 0, text: '', saves: 0 };
}

/** Saves a new text in the writer's own part, against the version that they saw last. Throws when it is refused. */
async function save({ served, agent }: { served: Started; agent: Agent }, writer: Writer): Promise<number> {
  const text = `Saved ${writer.saves + 1} times`;
  const body = new URLSearchParams({ _csrf: writer.token, seen: String(writer.seen), [writer.field]: text });
  if (writer.section === 'goal') body.set('whose', 'person');
  const address = `${served.address}/plans/${writer.plan}/parts/${writer.section}/${writer.entry}`;
  const answer = await ask(agent, address, writer.cookie, body.toString());
  if (answer.status !== 303) throw new Error(`a save answered ${answer.status}`);
  // A page that was opened now would be written against the newest version: ours is the last in this part.
  writer.seen = 1_000_000;
  writer.saves += 1;
  writer.text = text;
  return answer.ms;
}

async function writeAsPeopleDo(
  saves: (writer: Writer) => Promise<number>,
  writers: readonly Writer[],
): Promise<SaveTimes> {
  const times: number[] = [];
  const chance = openChance(20_261_122);
  const began = performance.now();
  const ends = began + WRITING_SECONDS * 1000;
  await Promise.all(
    writers.map(async (writer) => {
      await pause(chance.below(PAUSE_MS));
      while (performance.now() < ends) {
        times.push(await saves(writer));
        await pause(PAUSE_MS / 2 + chance.below(PAUSE_MS));
      }
    }),
  );
  return summed(times, performance.now() - began);
}

/** A save is timed from the moment at which it was due: who waits for the one before waits longer, and that counts. */
async function saveInOneSecond(
  saves: (writer: Writer) => Promise<number>,
  writers: readonly Writer[],
): Promise<SaveTimes> {
  const chance = openChance(20_261_123);
  const began = performance.now();
  const times = await Promise.all(
    writers.map(async (writer) => {
      const own: number[] = [];
      for (let second = 0; second < SECONDS; second += 1) {
        const due = began + second * 1000 + chance.below(1000);
        await pause(Math.max(due - performance.now(), 0));
        const late = Math.max(performance.now() - due, 0);
        own.push(late + (await saves(writer)));
      }
      return own;
    }),
  );
  return summed(times.flat(), performance.now() - began);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}

async function timed<Client>(
  clients: readonly Client[],
  rounds: number,
  work: (client: Client) => Promise<number>,
): Promise<SaveTimes> {
  const times: number[] = [];
  const began = performance.now();
  await Promise.all(
    clients.map(async (client) => {
      for (let round = 0; round < rounds; round += 1) times.push(await work(client));
    }),
  );
  return summed(times, performance.now() - began);
}

function summed(times: number[], took: number): SaveTimes {
  times.sort((one, other) => one - other);
  const at = (share: number) => Math.round((times[Math.ceil(share * times.length) - 1] ?? 0) * 10) / 10;
  return {
    saves: times.length,
    median: at(0.5),
    p99: at(0.99),
    longest: at(1),
    aSecond: Math.round(times.length / (took / 1000)),
  };
}

async function updateBare({ book }: Product): Promise<SaveTimes> {
  await book.pool('owner').query(
    `create table public.bench_bare (id int primary key, said text not null);
       insert into public.bench_bare select id, '' from generate_series(1, ${PEOPLE}) as id;
       grant select, update on public.bench_bare to neighbourhold_app`,
  );
  const ids = Array.from({ length: PEOPLE }, (_, at) => at + 1);
  return await timed(ids, ROUNDS, async (id) => {
    const began = performance.now();
    await book
      .pool('app')
      .query('update public.bench_bare set said = $2 where id = $1', [id, `Saved ${began}`]);
    return performance.now() - began;
  });
}

async function countLost({ book }: Product, writers: readonly Writer[]): Promise<number> {
  const { rows } = await book.pool('owner').query<{ entry: string; said: string; saves: number }>(
    `select entry, (array_agg(content order by version desc))[1] ->> min(field) as said, count(*)::int as saves
       from coordination.plan_revision
       join (values ('about_me', 'what_matters'), ('need', 'what'), ('goal', 'words'), ('contingency', 'trigger'))
         as part (section, field) using (section)
      group by entry`,
  );
  const known = new Map(rows.map((row) => [row.entry, row]));
  return writers.reduce((lost, { entry, text, saves }) => {
    const stands = known.get(entry);
    return lost + Math.abs(saves - (stands?.saves ?? 0)) + (stands?.said === text ? 0 : 1);
  }, 0);
}
