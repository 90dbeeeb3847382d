import type { Place, PlaceTree } from '../../directory/index.ts';
import type { ComparedDimension } from '../equity/compare-groups.ts';
import type { Figure } from '../equity/figures.ts';
import type { Publication } from '../facts/publication.ts';

/** What is shown of one figure at one place, by every group of people. */
export interface EquityView {
  readonly publication: Publication | null;
  readonly tree: PlaceTree;
  /** Null where there are no places yet. */
  readonly place: Place | null;
  readonly figure: Figure;
  readonly exact: boolean;
  /** Empty where there is nothing to show: no figures yet, or a single practice whose people the reader may not see. */
  readonly dimensions: readonly ComparedDimension[];
  readonly stale: boolean;
}
