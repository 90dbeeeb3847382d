import { InsetText, Table } from '../../../../platform/web/index.ts';
import type { PlaceTree } from '../../../directory/index.ts';
import type { Movers } from '../../adhoc/count-cohort.ts';
import { people } from './count-panel.tsx';

interface Way {
  readonly from: string;
  readonly to: string;
}

/** The ways in which people move, those that move most first. */
export function waysOf(movers: Movers): (Way & { people: number })[] {
  const ways = new Map<string, Way & { people: number }>();
  for (const { from, to, people: moved } of movers.moved) {
    const known = ways.get(`${from} ${to}`);
    ways.set(`${from} ${to}`, { from, to, people: (known?.people ?? 0) + moved });
  }
  return [...ways.values()].sort((a, b) => b.people - a.people || a.from.localeCompare(b.from));
}

export function wayInWords({ from, to }: Way): string {
  return `From ${from} to ${to}`;
}

/** Whom a change moves, in all and practice by practice. */
export function MoversView({ movers, places }: { movers: Movers; places: PlaceTree }) {
  const ways = waysOf(movers);
  if (ways.length === 0)
    return (
      <InsetText>{`Nobody moves: it says the same of everybody as ${movers.against.version} does.`}</InsetText>
    );
  const practices = [...new Set(movers.moved.map(({ practiceId }) => practiceId))]
    .map((id) => ({
      id,
      name: places.place(id)?.name ?? 'A practice',
      moved: movers.moved.filter(({ practiceId }) => practiceId === id),
    }))
    .sort((a, b) => a.name.localeCompare(b.name, 'en'));
  return (
    <>
      <Table
        caption={`Who moves, against ${movers.against.version}, which the current figures use`}
        captionSize="s"
        compact
        rows={ways}
        columns={[
          { heading: 'Move', rowHeader: true, cell: wayInWords },
          { heading: 'People', numeric: true, cell: (way) => people(way.people) },
        ]}
      />
      <Table
        caption="By practice"
        captionSize="s"
        compact
        scrollId="movers-by-practice"
        rows={practices}
        columns={[
          { heading: 'Practice', rowHeader: true, cell: ({ name }) => name },
          ...ways.map((way) => ({
            heading: wayInWords(way),
            numeric: true as const,
            cell: ({ moved }: (typeof practices)[number]) =>
              people(moved.find(({ from, to }) => from === way.from && to === way.to)?.people ?? 0),
          })),
        ]}
      />
    </>
  );
}
