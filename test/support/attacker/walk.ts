import { formsOf, linksOf } from './page-text.ts';
import type { ReadPage } from './sightings.ts';

/** Somebody signed in, who gets pages. */
export interface Reading {
  get(url: string): Promise<{ readonly statusCode: number; readonly body: string }>;
}

export interface WalkOptions {
  readonly sequences: number;
  readonly seed: number;
  /** How many pages may be fetched; after that only known ones are looked at again. */
  readonly fetches: number;
  /** Days that somebody may ask for. */
  readonly days: readonly string[];
  onPage(page: ReadPage): void;
}

export interface Walked {
  readonly steps: number;
  readonly fetched: number;
  /** Steps by kind: drill, split, export, date. */
  readonly kinds: ReadonlyMap<string, number>;
  readonly refused: readonly string[];
}

const BEGINNINGS = ['/places', '/places/all', '/definitions', '/equity', '/projection', '/need/calibration'];
/** Where numbers are; the rest of the product is for other attackers. */
const NUMBERS = /^\/(places|definitions|equity|projection|need)([/.?]|$)/;
const NOT_NUMBERS = /\/(history|event|changes|directory|export|drafts)|why/;
const LONGEST = 8;

/**
 * Walks the pages as somebody does who wants to know: each sequence begins somewhere and follows links (drills), changes what
 * a form offers (filters and splits), asks for other days, and takes files. What a page says is read once; a page is
 * fetched once, as it says the same to the same reader until something is published.
 */
export async function walk(reader: Reading, options: WalkOptions): Promise<Walked> {
  const dice = diceOf(options.seed);
  const pages = new Map<string, readonly Step[]>();
  const kinds = new Map<string, number>();
  const refused: string[] = [];
  let steps = 0;
  const open = async (url: string): Promise<readonly Step[] | null> => {
    const known = pages.get(url);
    if (known) return known;
    if (pages.size >= options.fetches) return null;
    const { statusCode, body } = await reader.get(url);
    if (statusCode !== 200) refused.push(`${statusCode} ${url}`);
    else options.onPage({ url, body });
    const next = statusCode === 200 ? stepsFrom(url, body, options.days) : [];
    pages.set(url, next);
    return next;
  };
  for (let sequence = 0; sequence < options.sequences; sequence++) {
    let here = await open(pick(BEGINNINGS, dice) ?? '/places');
    for (let step = 0; here !== null && here.length > 0 && step < LONGEST; step++) {
      // A kind of step first, and then one of that kind: a page has many links and one form.
      const kind = pick([...new Set(here.map((each) => each.kind))], dice);
      const next = pick(
        here.filter((each) => each.kind === kind),
        dice,
      );
      if (!next) break;
      const opened = await open(next.url(dice));
      if (opened === null) continue;
      steps += 1;
      kinds.set(next.kind, (kinds.get(next.kind) ?? 0) + 1);
      // A file leads nowhere: whoever took it goes on where they were.
      if (next.kind !== 'export') here = opened;
    }
  }
  return { steps, fetched: pages.size, kinds, refused };
}

interface Step {
  readonly kind: 'drill' | 'split' | 'export' | 'date';
  url(dice: () => number): string;
}

function stepsFrom(url: string, body: string, days: readonly string[]): Step[] {
  if (/\.(csv|pdf)(\?|$)/.test(url)) return [];
  const links = [...new Set(linksOf(body))].filter((href) => NUMBERS.test(href) && !NOT_NUMBERS.test(href));
  return [
    ...links.map(
      (href): Step => ({ kind: /\.(csv|pdf)(\?|$)/.test(href) ? 'export' : 'drill', url: () => href }),
    ),
    ...formsOf(body)
      .filter(({ action }) => NUMBERS.test(action))
      .map(({ action, fields }): Step => {
        const isDate = fields.some(({ name }) => name === 'on');
        return {
          kind: isDate ? 'date' : 'split',
          url: (dice) => {
            const words = new URLSearchParams();
            for (const { name, options } of fields) {
              const value = name === 'on' ? pick(days, dice) : pick(options, dice);
              if (value !== undefined) words.set(name, value);
            }
            return `${action}?${words}`;
          },
        };
      }),
  ];
}

function pick<Item>(items: readonly Item[], dice: () => number): Item | undefined {
  return items[Math.floor(dice() * items.length)];
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function diceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
