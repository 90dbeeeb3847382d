import type { VNode } from 'preact';
import { z } from 'zod';
import { formatDay, type PlainDate } from '../../../kernel/index.ts';
import {
  ActionList,
  EmptyState,
  Heading,
  InsetText,
  Page,
  PageHeading,
  SummaryList,
  type SummaryRow,
  Table,
  Tag,
  type Visit,
  type Web,
} from '../../../platform/web/index.ts';
import { type Place, type PlaceTree, readPlaces } from '../place-tree.ts';
import { maySeePlaces } from '../who-may.ts';
import { AsAtBanner, AsAtForm, dayAsked, onDay } from './as-at.tsx';
import { changeRoutes } from './change-routes.tsx';
import { directoryRoutes } from './directory-routes.tsx';
import { eventRoutes } from './event-routes.tsx';
import { historyRoutes } from './history-routes.tsx';
import { kindInWords, placeHref } from './words.ts';

/** What another room shows on a place's page. Null: it has nothing to say of this place. */
export type PlacePanel = (visit: Visit, place: Place, tree: PlaceTree) => Promise<VNode | null>;

/** The places, from the largest down. Numbers about their people come from the rooms that own them, as panels. */
export function placeRoutes(
  web: Web,
  {
    panels,
    changed,
  }: {
    readonly panels: readonly PlacePanel[];
    /** Told when the directory has changed, so that numbers by place are worked out anew. */
    changed(): Promise<void>;
  },
): void {
  web.route({
    method: 'GET',
    url: '/places',
    may: maySeePlaces,
    query: onDay,
    handle: async (visit) => {
      const day = dayAsked(visit.query);
      const tree = await readPlaces(visit.tx, { asAt: day ?? undefined });
      const own =
        visit.by.organisation === null
          ? undefined
          : tree.all.find(({ code }) => code === visit.by.organisation);
      const [first, ...others] = tree.roots.filter(({ kind }) => kind !== 'practice');
      const start = own ?? (others.length === 0 ? first : undefined);
      return start
        ? { redirect: placeHref(start, day) }
        : { page: <PlacesPage visit={visit} tree={tree} day={day} /> };
    },
  });
  web.route({
    method: 'GET',
    url: '/places/all',
    may: maySeePlaces,
    query: onDay,
    handle: async (visit) => {
      const day = dayAsked(visit.query);
      const tree = await readPlaces(visit.tx, { asAt: day ?? undefined });
      return { page: <PlacesPage visit={visit} tree={tree} day={day} /> };
    },
  });
  directoryRoutes(web);
  changeRoutes(web, changed);
  historyRoutes(web);
  eventRoutes(web);
  web.route({
    method: 'GET',
    url: '/places/:code',
    may: maySeePlaces,
    params: z.object({ code: z.string().max(40) }),
    query: onDay,
    handle: async (visit) => {
      const day = dayAsked(visit.query);
      const tree = await readPlaces(visit.tx, { asAt: day ?? undefined });
      const place = tree.named(visit.params.code);
      const shown: (VNode | null)[] = [];
      for (const panel of panels) shown.push(await panel(visit, place, tree));
      return { page: <PlacePage visit={visit} place={place} tree={tree} day={day} panels={shown} /> };
    },
  });
}

interface Shown {
  readonly visit: Visit;
  readonly tree: PlaceTree;
  readonly day: PlainDate | null;
}

function PlacesPage({ visit, tree, day }: Shown) {
  const listed: readonly Place['kind'][] = ['icb', 'borough', 'neighbourhood', 'pcn', 'federation'];
  const places = tree.all.filter(({ kind }) => listed.includes(kind));
  const practicesOf = (place: Place) =>
    place.kind === 'federation'
      ? tree.attached(place).filter(({ kind }) => kind === 'practice')
      : tree.openPractices(place);
  return (
    <Page title="Places" chrome={visit.chrome}>
      <PageHeading>Places</PageHeading>
      <AsAtBanner day={day} today="/places/all" />
      <ActionList
        items={[
          { text: 'Directory of all organisations', href: '/places/directory' },
          { text: 'Changes of the directory', href: '/places/changes' },
        ]}
      />
      {tree.all.length === 0 ? (
        <EmptyState
          title={day === null ? 'There are no places yet' : 'No place was open on that day'}
          actions={[{ text: 'Import files', href: '/imports' }]}
        >
          <p>
            Import a place pack, which says what your boroughs and neighbourhoods are, or a national file of
            practices such as epraccur.
          </p>
        </EmptyState>
      ) : (
        <Table
          caption="Boards, boroughs, neighbourhoods, networks and federations"
          hideCaption
          compact
          responsive
          rows={places}
          columns={[
            {
              heading: 'Name',
              rowHeader: true,
              cell: (place) => <a href={placeHref(place, day)}>{place.name}</a>,
            },
            { heading: 'Kind', cell: (place) => kindInWords(place.kind) },
            { heading: 'Code', cell: (place) => place.code, nowrap: true },
            { heading: 'Practices', numeric: true, cell: (place) => practicesOf(place).length },
          ]}
        />
      )}
      <AsAtForm action="/places/all" day={day} />
    </Page>
  );
}

function PlacePage({
  visit,
  place,
  tree,
  day,
  panels,
}: Shown & { place: Place; panels: readonly (VNode | null)[] }) {
  const path = tree.path(place);
  const breadcrumbs = [
    { text: 'All places', href: `/places/all${day === null ? '' : `?on=${day}`}` },
    ...path.slice(0, -1).map((above) => ({ text: above.name, href: placeHref(above, day) })),
  ];
  return (
    <Page title={place.name} chrome={visit.chrome} breadcrumbs={breadcrumbs}>
      <PageHeading caption={kindInWords(place.kind)}>{place.name}</PageHeading>
      <AsAtBanner day={day} today={placeHref(place)} />
      <WhereItIs place={place} tree={tree} day={day} />
      <p>
        <a href={`${placeHref(place)}/history`}>History: names, dates and where each comes from</a>
      </p>
      {panels}
      {panels.every((panel) => panel === null) && <NoNumbers place={place} day={day} />}
      <Attached place={place} tree={tree} day={day} />
      <AsAtForm action={placeHref(place)} day={day} />
    </Page>
  );
}

function NoNumbers({ place, day }: { place: Place; day: PlainDate | null }) {
  const counted = ['icb', 'borough', 'neighbourhood', 'pcn', 'practice'].includes(place.kind);
  if (!counted) return null;
  return (
    <InsetText>
      {day === null
        ? 'No list has been received for this place yet.'
        : 'No list of this place had been received by that day.'}
    </InsetText>
  );
}

/** What a place belongs to. A practice has parents that need not nest; its page names all of them. */
function WhereItIs({ place, tree, day }: Omit<Shown, 'visit'> & { place: Place }) {
  const link = (id: number | null) => {
    const other = id === null ? null : tree.place(id);
    return other ? <a href={placeHref(other, day)}>{other.name}</a> : null;
  };
  const optional = (key: string, id: number | null): SummaryRow[] =>
    id === null ? [] : [{ key, value: link(id) }];
  if (place.kind !== 'practice')
    return (
      <SummaryList
        rows={[
          { key: 'Code', value: place.code },
          ...optional('Lies in', place.within),
          ...optional('Site of', place.partOf),
        ]}
      />
    );
  return (
    <SummaryList
      rows={[
        { key: 'Code', value: place.code },
        ...optional('Closed; its list is counted with', place.mergedInto),
        ...(place.closed !== null && place.mergedInto === null
          ? [
              {
                key: 'Closed',
                value: `${formatDay(place.closed as PlainDate)}. People who are still on its list count here until they are registered elsewhere.`,
              },
            ]
          : []),
        { key: 'Neighbourhood', value: link(place.within), unknown: 'In no neighbourhood that we know of' },
        {
          key: 'Primary care network',
          value: link(place.memberOf),
          unknown: 'In no network that we know of',
        },
        ...optional('Federation', place.federatedIn),
      ]}
    />
  );
}

/** Sites, pharmacies and federations, and the practices of a federation: what has no list of its own here. */
function Attached({ place, tree, day }: Omit<Shown, 'visit'> & { place: Place }) {
  const attached = tree.attached(place);
  if (attached.length === 0) return null;
  return (
    <>
      <Heading level={2}>Also here</Heading>
      <Table
        caption="Sites, pharmacies, federations and their practices"
        hideCaption
        compact
        responsive
        rows={attached}
        columns={[
          {
            heading: 'Name',
            rowHeader: true,
            cell: (other) => <a href={placeHref(other, day)}>{other.name}</a>,
          },
          { heading: 'Kind', cell: (other) => <Tag colour="grey">{kindInWords(other.kind)}</Tag> },
          { heading: 'Code', cell: (other) => other.code, nowrap: true },
        ]}
      />
    </>
  );
}
