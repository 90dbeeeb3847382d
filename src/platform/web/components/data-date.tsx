import { formatDay, type PlainDate } from '../../../kernel/index.ts';
import { Tag } from './tag.tsx';

export interface DataDateProps {
  /** The date of the snapshot that the figures come from; null when there has been none. */
  readonly date: PlainDate | null;
  /**
   * Older than was agreed for the feeds that the figures come from. To be said of every figure, so that no chart can be
   * drawn by somebody who has not asked.
   */
  readonly stale: boolean;
}

/** How old the figures are. Every page and chart that shows figures says so. */
export function DataDate({ date, stale }: DataDateProps) {
  if (date === null) return <p class="app-data-date">No data has been received yet</p>;
  return (
    <p class="app-data-date">
      Data as at <time dateTime={date}>{formatDay(date)}</time>
      {stale && (
        <>
          {' '}
          <Tag colour="orange">Out of date</Tag>
        </>
      )}
    </p>
  );
}
