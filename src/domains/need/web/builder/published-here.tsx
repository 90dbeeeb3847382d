import { formatInstant } from '../../../../kernel/index.ts';
import { Table, Tag } from '../../../../platform/web/index.ts';
import type { AuthoredRow } from '../../drafts/read-drafts.ts';
import { draftHref } from './draft-parts.ts';

/** What was published here of one definition: by whom, checked by whom, why, and what was taken back. */
export function PublishedHere({ rows, linked }: { rows: readonly AuthoredRow[]; linked: boolean }) {
  if (rows.length === 0) return null;
  return (
    <Table
      caption="Published here, the latest first"
      captionSize="m"
      compact
      responsive
      rows={rows}
      columns={[
        {
          heading: 'Version',
          rowHeader: true,
          cell: (row) => {
            const name = `${row.id} ${row.version}`;
            return linked ? <a href={draftHref(row.draftId, 'history')}>{name}</a> : name;
          },
        },
        { heading: 'Written by', cell: ({ author }) => author },
        { heading: 'Checked by', cell: ({ checker }) => checker },
        { heading: 'Published', cell: ({ publishedAt }) => formatInstant(publishedAt) },
        { heading: 'Why', cell: ({ reason }) => reason },
        {
          heading: 'Retired',
          unknown: 'No',
          cell: ({ retiredAt, retiredReason }) =>
            retiredAt === null ? null : (
              <>
                <Tag colour="grey">Retired</Tag> {`${formatInstant(retiredAt)}: ${retiredReason}`}
              </>
            ),
        },
      ]}
    />
  );
}
