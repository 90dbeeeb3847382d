import type { VNode } from 'preact';
import { z } from 'zod';
import {
  EmptyState,
  InsetText,
  Page,
  PageHeading,
  SummaryList,
  Table,
  type Visit,
  type Web,
} from '../../../platform/web/index.ts';
import { type Place, type PlaceTree, readPlaces } from '../place-tree.ts';
import type { PlaceKind } from '../tables.ts';
import { maySeePlaces } from '../who-may.ts';

/** What another room shows on a place's page. Null: it has nothing to say of this place. */
export type PlacePanel = (visit: Visit, place: Place, tree: PlaceTree) => Promise<VNode | null>;

const KIND_WORDS: Record<PlaceKind, string> = {
  icb: 'Integrated care board',
  borough: 'Borough',
  neighbourhood: 'Neighbourhood',
  pcn: 'Primary care network',
  practice: 'Practice',
  site: 'Site of a practice',
  federation: 'Federation of practices',
  pharmacy: 'Community pharmacy',
  commissioner: 'Commissioner',
};

export function kindInWords(kind: PlaceKind): string {
  return KIND_WORDS[kind];
}

export function placeHref(place: Pick<Place, 'code'>): string {
  return `/places/${encodeURIComponent(place.code)}`;
}

/** The places, from the largest down. Numbers about their people come from the rooms that own them, as panels. */
export function placeRoutes(web: Web, panels: readonly PlacePanel[]): void {
  web.route({
    method: 'GET',
    url: '/places',
    may: maySeePlaces,
    handle: async (visit) => {
      const tree = await readPlaces(visit.tx);
      const own =
        visit.by.organisation === null
          ? undefined
          : tree.all.find(({ code }) => code === visit.by.organisation);
      const [first, ...others] = tree.roots.filter(({ kind }) => kind !== 'practice');
      const start = own ?? (others.length === 0 ? first : undefined);
      return start ? { redirect: placeHref(start) } : { page: <PlacesPage visit={visit} tree={tree} /> };
    },
  });
  web.route({
    method: 'GET',
    url: '/places/all',
    may: maySeePlaces,
    handle: async (visit) => ({ page: <PlacesPage visit={visit} tree={await readPlaces(visit.tx)} /> }),
  });
  web.route({
    method: 'GET',
    url: '/places/:code',
    may: maySeePlaces,
    params: z.object({ code: z.string().max(40) }),
    handle: async (visit) => {
      const tree = await readPlaces(visit.tx);
      const place = tree.named(visit.params.code);
      const shown: (VNode | null)[] = [];
      for (const panel of panels) shown.push(await panel(visit, place, tree));
      return { page: <PlacePage visit={visit} place={place} tree={tree} panels={shown} /> };
    },
  });
}

function PlacesPage({ visit, tree }: { visit: Visit; tree: PlaceTree }) {
  const places = tree.all.filter(({ kind }) => kind !== 'practice');
  return (
    <Page title="Places" chrome={visit.chrome}>
      <PageHeading>Places</PageHeading>
      {tree.all.length === 0 ? (
        <EmptyState title="There are no places yet" actions={[{ text: 'Import files', href: '/imports' }]}>
          <p>
            Import a place pack, which says what your boroughs and neighbourhoods are, or a national file of
            practices such as epraccur.
          </p>
        </EmptyState>
      ) : (
        <Table
          caption="Boards, boroughs, neighbourhoods and networks"
          hideCaption
          compact
          responsive
          rows={places}
          columns={[
            {
              heading: 'Name',
              rowHeader: true,
              cell: (place) => <a href={placeHref(place)}>{place.name}</a>,
            },
            { heading: 'Kind', cell: (place) => kindInWords(place.kind) },
            { heading: 'Code', cell: (place) => place.code, nowrap: true },
            { heading: 'Practices', numeric: true, cell: (place) => tree.practices(place).length },
          ]}
        />
      )}
    </Page>
  );
}

function PlacePage(props: {
  visit: Visit;
  place: Place;
  tree: PlaceTree;
  panels: readonly (VNode | null)[];
}) {
  const { visit, place, tree, panels } = props;
  const path = tree.path(place);
  const breadcrumbs = [
    { text: 'All places', href: '/places/all' },
    ...path.slice(0, -1).map((above) => ({ text: above.name, href: placeHref(above) })),
  ];
  return (
    <Page title={place.name} chrome={visit.chrome} breadcrumbs={breadcrumbs}>
      <PageHeading caption={kindInWords(place.kind)}>{place.name}</PageHeading>
      <WhereItIs place={place} tree={tree} />
      {panels}
      {panels.every((panel) => panel === null) && (
        <InsetText>No list has been received for this place yet.</InsetText>
      )}
    </Page>
  );
}

/** A practice has two parents that need not nest; its page names both. */
function WhereItIs({ place, tree }: { place: Place; tree: PlaceTree }) {
  const link = (id: number | null) => {
    const other = id === null ? null : tree.place(id);
    return other ? <a href={placeHref(other)}>{other.name}</a> : null;
  };
  if (place.kind !== 'practice') return null;
  return (
    <SummaryList
      rows={[
        { key: 'Code', value: place.code },
        { key: 'Neighbourhood', value: link(place.within), unknown: 'In no neighbourhood that we know of' },
        {
          key: 'Primary care network',
          value: link(place.memberOf),
          unknown: 'In no network that we know of',
        },
      ]}
    />
  );
}
