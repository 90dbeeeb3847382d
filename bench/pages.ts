import type { Product } from '../src/app/product.ts';
import type { RunningServer } from '../src/app/serve.ts';
import { readPlaces } from '../src/domains/directory/index.ts';
import { readLibrary } from '../src/domains/need/index.ts';
import { type Chance, openChance } from './chance.ts';

/** How long the pages of one kind took, each asked for once. Milliseconds, from asking to the last byte. */
export interface PageBench {
  readonly pages: number;
  readonly median: number;
  readonly p95: number;
  readonly longest: number;
  /** The address that took longest. */
  readonly slowest: string;
}

export interface PagesBench {
  /** Lists of the people of the whole borough and its parts, with random filters, as the INT lead. */
  readonly peopleLists: PageBench;
  /** Places, with every count on their page, as the commissioner and as the INT lead. */
  readonly places: PageBench;
  /** People with their needs, their timeline and their caseload, as the INT lead. */
  readonly people: PageBench;
}

const LISTS = 200;
const PLACES = 200;
const PEOPLE = 100;

/**
 * Asks a running server for pages, one after another, as a browser would. The filters are random and the same in
 * every run. Throws when a page does not come.
 */
export async function benchPages(
  product: Product,
  server: RunningServer,
  onProgress: (what: string) => void,
): Promise<PagesBench> {
  const lead = await signIn(server, 'int_lead');
  const commissioner = await signIn(server, 'commissioner');
  const chance = openChance(20_261_122);
  const places = (await readPlaces(product.book.as('app'))).all.map(({ code }) => code);
  const registers = readLibrary(product.content)
    .definitions.filter(({ kind }) => kind === 'register')
    .map(({ id }) => id);
  // What a server does once, such as opening its connections, is not the time of a page.
  for (let warming = 0; warming < 10; warming += 1) await lead('/people');

  const seen: string[] = [];
  onProgress(`Asking for ${LISTS} lists`);
  const lists = await timeEach(LISTS, async () => {
    const address = randomList(chance, places, registers);
    const html = await lead(address);
    seen.push(...[...html.matchAll(/href="(\/people\/[0-9a-f-]{20,})"/g)].map((match) => match[1] ?? ''));
    return address;
  });
  onProgress(`Asking for ${PLACES} places`);
  const placePages = await timeEach(PLACES, async (at) => {
    const address = `/places/${chance.pick(places)}`;
    await (at % 2 === 0 ? lead : commissioner)(address);
    return address;
  });
  onProgress(`Asking for ${PEOPLE} people`);
  const people = await timeEach(PEOPLE, async () => {
    const address = chance.pick(seen);
    await lead(address);
    return address;
  });
  return { peopleLists: lists, places: placePages, people };
}

/** Addresses of lists with random filters, the same in every run. */
export async function listAddresses(product: Product, chance: Chance, lists: number): Promise<string[]> {
  const places = (await readPlaces(product.book.as('app'))).all.map(({ code }) => code);
  const registers = readLibrary(product.content)
    .definitions.filter(({ kind }) => kind === 'register')
    .map(({ id }) => id);
  return Array.from({ length: lists }, () => randomList(chance, places, registers));
}

function randomList(chance: Chance, places: readonly string[], registers: readonly string[]): string {
  const words = new URLSearchParams();
  if (chance.one(2)) words.set('place', chance.pick(places));
  for (let conditions = chance.below(3); conditions > 0; conditions -= 1) {
    words.append('condition', chance.pick(registers));
  }
  if (chance.one(4)) words.set('frailty', chance.pick(['fit', 'mild', 'moderate', 'severe']));
  if (chance.one(3)) words.set('top', String(chance.pick([1, 5, 10, 50])));
  const youngest = chance.below(90);
  if (chance.one(3)) words.set('from', String(youngest));
  if (chance.one(4)) words.set('to', String(youngest + chance.below(40)));
  words.set('sort', chance.pick(['need', 'name', 'age', 'practice']));
  if (chance.one(4)) words.set('page', String(1 + chance.below(5)));
  return `/people?${words}`;
}

type Ask = (address: string) => Promise<string>;

export async function signIn(server: RunningServer, persona: string): Promise<Ask> {
  const entered = await fetch(`${server.address}/sign-in/demo`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ persona, next: '/' }),
  });
  const cookie = entered.headers.get('set-cookie')?.split(';')[0];
  if (!cookie) throw new Error(`${persona} cannot sign in: ${entered.status}`);
  return async (address) => {
    const answer = await fetch(`${server.address}${address}`, { headers: { cookie }, redirect: 'manual' });
    const html = await answer.text();
    if (answer.status !== 200) throw new Error(`${address} answered ${answer.status}`);
    return html;
  };
}

export async function timeEach(pages: number, ask: (at: number) => Promise<string>): Promise<PageBench> {
  const times: { address: string; took: number }[] = [];
  for (let at = 0; at < pages; at += 1) {
    const began = performance.now();
    const address = await ask(at);
    times.push({ address, took: performance.now() - began });
  }
  times.sort((one, other) => one.took - other.took);
  const at = (share: number) => Math.round(times[Math.ceil(share * pages) - 1]?.took ?? 0);
  return { pages, median: at(0.5), p95: at(0.95), longest: at(1), slowest: times.at(-1)?.address ?? '' };
}
