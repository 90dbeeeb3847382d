import { readDefectKinds, type SearchResult, searchForDefects } from '../domains/defects/index.ts';
import { readLibrary } from '../domains/need/index.ts';
import { readFeedRules } from '../domains/register/index.ts';
import { londonDay } from '../kernel/index.ts';
import { batchSettings, type Product } from './product.ts';

/**
 * Looks for defects in the current snapshot, as verbs do it. Live, a feed is late by today's date, also when nothing
 * comes any more. In a demonstration by the day of its data: no delivery will ever follow the made-up ones.
 */
export async function findDefects(
  product: Product,
  onProgress: (what: string) => void,
): Promise<SearchResult> {
  const now = new Date();
  return await searchForDefects({
    book: product.book,
    home: product.home,
    library: readLibrary(product.content),
    kinds: readDefectKinds(product.content),
    feeds: readFeedRules(product.content),
    settings: batchSettings,
    by: product.operator,
    now,
    today: product.purpose === 'live' ? londonDay(now) : null,
    onProgress,
  });
}
