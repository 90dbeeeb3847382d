import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { type OfferedVintage, offerVintage, type Vintage } from '../../domains/directory/index.ts';
import { londonDay, type PlainDate } from '../../kernel/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import type { TakenRows } from './ods-table.ts';

/** How national files are taken: offered to be decided on, or with `apply` carried out at once. */
export interface HowToTake {
  readonly apply: boolean;
}

/** What a file is called and of which day it is. None says its day; the day on which it was written is the nearest. */
export function originOfFile(title: string, file: string): { source: string; asOf: PlainDate } {
  return { source: `${title} ${basename(file)}`, asOf: londonDay(statSync(file).mtime) };
}

/** A vintage that was taken, and what became of each of its rows. */
export interface TakenVintage {
  places(codes: readonly string[]): TakenRows;
  parents(): TakenRows;
}

/** Takes a vintage: the first of its kind at once, later ones as differences to be decided on. */
export async function takeVintage(
  tx: Tx,
  vintage: Vintage,
  about: { readonly format: string; readonly runId: number } & HowToTake,
): Promise<TakenVintage> {
  const { source, asOf } = vintage;
  const origin = { format: about.format, source, asOf, runId: about.runId };
  const offered = await offerVintage(tx, vintage, origin, about);
  const { newPlaces, newParents, contradictions } = offered.plan;
  return {
    places: (codes) => rowsOf(offered, codes.length, codes.filter((code) => newPlaces.has(code)).length),
    parents: () => rowsOf(offered, vintage.parents.length, newParents.size, contradictions.size),
  };
}

function rowsOf({ outcome }: OfferedVintage, rows: number, news: number, contradicting = 0): TakenRows {
  const duplicate = rows - news - contradicting;
  return outcome === 'offered'
    ? { loaded: 0, waiting: news, duplicate, contradicting }
    : { loaded: news, duplicate, contradicting };
}
