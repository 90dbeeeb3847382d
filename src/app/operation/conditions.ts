import { lakeFaults, readSnapshot } from '../../domains/register/index.ts';
import type { Jobs } from '../../platform/jobs/index.ts';
import { diskSpace, LEAST_FREE_BYTES } from '../../platform/operation/index.ts';
import { migrations } from '../migrations.ts';
import type { Product } from '../product.ts';

/** One thing that has to be so for the product to do its work. */
export interface Condition {
  readonly name: 'book' | 'migrations' | 'lake' | 'jobs' | 'disk';
  readonly ok: boolean;
  /** For whoever runs the product; nobody else is shown it. */
  readonly detail: string;
}

const PATIENCE_MS = 3000;
/** A job that could begin begins within seconds, unless nobody does jobs. */
const WAITS_TOO_LONG_MS = 15 * 60_000;

type Found = Omit<Condition, 'name'>;

/** Looks whether the product can do its work now. One that does not answer in three seconds is not well. */
export async function readConditions(product: Product, jobs: Jobs, now: Date): Promise<Condition[]> {
  const looks: [Condition['name'], () => Promise<Found>][] = [
    ['book', () => bookAnswers(product)],
    ['migrations', () => schemaIsOurs(product)],
    ['lake', () => lakeIsWhole(product)],
    ['jobs', () => jobsAreDone(jobs, now)],
    ['disk', () => diskHasRoom(product)],
  ];
  return await Promise.all(
    looks.map(async ([name, look]) => ({
      name,
      ...(await Promise.race([look().catch(didNot), tooLate()])),
    })),
  );
}

function didNot(error: unknown): Found {
  const { code } = error as { code?: string };
  return { ok: false, detail: `It did not answer${code === undefined ? '' : ` (${code})`}.` };
}

async function tooLate(): Promise<Found> {
  await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS).unref());
  return { ok: false, detail: 'It did not answer in time.' };
}

async function bookAnswers({ book }: Product): Promise<Found> {
  const { rows } = await book.pool('app').query("select current_setting('server_version') as version");
  return { ok: true, detail: `PostgreSQL ${rows[0].version} answers.` };
}

async function schemaIsOurs({ book }: Product): Promise<Found> {
  const { rows } = await book.pool('owner').query('select name from public.migration');
  const there = new Set(rows.map(({ name }) => name));
  const ours = new Set(migrations.map(({ name }) => name));
  const missing = [...ours].filter((name) => !there.has(name));
  const newer = [...there].filter((name) => !ours.has(name));
  if (missing.length > 0) return { ok: false, detail: `${missing.length} steps of the schema are missing.` };
  if (newer.length > 0)
    return { ok: false, detail: 'The schema is that of a newer version than this program.' };
  return { ok: true, detail: `${ours.size} steps, none missing.` };
}

async function lakeIsWhole({ book, home }: Product): Promise<Found> {
  const snapshot = await readSnapshot(book.as('app'), home.lake);
  if (!snapshot) return { ok: true, detail: 'Nothing has been imported yet.' };
  const faults = lakeFaults(snapshot.lake);
  return faults.length === 0
    ? { ok: true, detail: `Snapshot ${snapshot.id} has its files.` }
    : { ok: false, detail: `${faults.length} files of snapshot ${snapshot.id} are missing or damaged.` };
}

async function jobsAreDone(jobs: Jobs, now: Date): Promise<Found> {
  const queues = await jobs.overview();
  const stuck = queues.filter(
    ({ waitingSince, active }) =>
      active === 0 && waitingSince !== null && now.getTime() - waitingSince.getTime() > WAITS_TOO_LONG_MS,
  );
  return stuck.length === 0
    ? { ok: true, detail: 'None waits longer than it should.' }
    : { ok: false, detail: `Nobody does the jobs of ${stuck.map(({ queue }) => queue).join(', ')}.` };
}

async function diskHasRoom({ home }: Product): Promise<Found> {
  const { freeBytes } = await diskSpace(home.path);
  const gigabytes = (freeBytes / 1e9).toFixed(1);
  return { ok: freeBytes >= LEAST_FREE_BYTES, detail: `${gigabytes} GB are free.` };
}
