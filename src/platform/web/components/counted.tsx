import { safeHref } from './html.ts';

/** Why a number opens no list. */
export type Closed =
  /** It counts nobody. */
  | 'nobody'
  /** It is rounded or protected: the reader does not see all whom it counts. */
  | 'published'
  /** Lists are of today, and it is of another day. */
  | 'another_day'
  /** It is worked out, and counts nobody who is on a list: a rate, or people of years to come. */
  | 'worked_out'
  /** It counts no people: room that is left, or entries of the audit. */
  | 'no_people';

/** The attributes by which a test finds every number that counts something, and what it says of itself. */
export function counted(count: number | undefined, closed?: Closed): Record<string, string | number> {
  return {
    'data-count': count ?? 'hidden',
    ...(closed === undefined ? {} : { 'data-closed': closed }),
  };
}

/** Where a number leads, or why nowhere. */
export type Opens = { readonly href: string } | { readonly closed: Closed };

/** Where a count leads: to its list, unless it counts nobody. */
export function opensList(count: number, href: string): Opens {
  return count === 0 ? { closed: 'nobody' } : { href };
}

const GROUPED = new Intl.NumberFormat('en-GB');

/** A number in a text or a table: a link to exactly what it counts, or a number that says why it is none. */
export function Count(props: {
  readonly n: number;
  readonly opens: Opens;
  readonly after?: string;
  /** What it counts, where only the table around it says so: for who does not see the table. */
  readonly of?: string | undefined;
}) {
  const { n, opens, after = '', of } = props;
  const text = (
    <>
      {`${GROUPED.format(n)}${after}`}
      {of !== undefined && <span class="nhsuk-u-visually-hidden">{of}</span>}
    </>
  );
  if ('href' in opens)
    return (
      <a href={safeHref(opens.href)} {...counted(n)}>
        {text}
      </a>
    );
  return <span {...counted(n, opens.closed)}>{text}</span>;
}

/** Several counts side by side, each with what it counts and the list that it opens. `label` says of what they are. */
export function CountList(props: {
  readonly label: string;
  readonly counts: readonly { readonly n: number; readonly text: string; readonly href: string }[];
}) {
  const { label, counts } = props;
  return (
    <ul class="app-counts" aria-label={label}>
      {counts.map(({ n, text, href }) => (
        <li key={text}>
          <Count n={n} opens={opensList(n, href)} after={` ${text}`} />
        </li>
      ))}
    </ul>
  );
}
