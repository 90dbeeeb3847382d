import type { CopyIn, Tx } from '../../../platform/database/index.ts';
import type { PlaceTree } from '../../directory/index.ts';
import type { EquityFiles, EquitySource } from '../equity/count-equity.ts';
import { loadExactEquity, protectEquity, writeEquity } from '../equity/publish-equity.ts';
import type { DisclosureRules } from './disclosure.ts';
import { Ledger } from './ledger.ts';
import { protectCube, writeCube } from './protect-cube.ts';
import { proveWide } from './prove-wide.ts';

export interface CountPublication extends EquitySource {
  readonly places: PlaceTree;
  readonly disclosure: DisclosureRules;
  /** The exact counts by group. */
  readonly equity: EquityFiles;
}

/**
 * A linear programme tells a little more than sums that are gone through one after another: numbers of groups, which are too
 * many to be put to a solver one by one, are kept wider than the protected range by so much. Of 1,580 that sums tell to be at
 * most 16, it told 7 that are of groups to be small, and sums told each of those to be at most 9.
 */
const MARGIN = 3;

/**
 * The one exit of counts for planning: without those who object, for every place and for groups of its people. Numbers of
 * everybody are protected first, and held against linear programmes; then those of groups, of which what is hidden of everybody
 * is not split; then all that one definition shows is held together.
 */
export async function publishCounts(tx: Tx, copyIn: CopyIn, publication: CountPublication): Promise<void> {
  const ledger = new Ledger(publication.disclosure);
  const cube = await protectCube(publication, ledger);
  await proveWide(ledger);
  const equity = await protectEquity(publication, ledger);
  ledger.keepWide(MARGIN);
  await writeCube(tx, publication, { ledger, cube });
  await loadExactEquity(copyIn, publication.equity);
  await writeEquity(copyIn, publication, { ledger, equity });
}
