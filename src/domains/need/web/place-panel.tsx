import type { VNode } from 'preact';
import { z } from 'zod';
import { londonDay, type PlainDate } from '../../../kernel/index.ts';
import {
  ActionList,
  type Bar,
  BarChart,
  type Closed,
  Count,
  Heading,
  InsetText,
  opensList,
  Table,
  Tag,
  toCsv,
  type Visit,
  type Web,
} from '../../../platform/web/index.ts';
import {
  dayAsked,
  kindInWords,
  maySeePlaces,
  onDay,
  type Place,
  type PlaceTree,
  placeHref,
  readPlaces,
} from '../../directory/index.ts';
import { seesPeople, visiblePractices } from '../../register/index.ts';
import { type PeopleFilter, peopleHref } from '../facts/people-filter.ts';
import { type PlaceNumber, type PlaceNumbers, readPlaceNumbers } from '../facts/place-numbers.ts';
import { type Publication, readPublication } from '../facts/publication.ts';
import type { Register, Segmentation } from '../language/library.ts';
import { bandMeasure } from '../refresh/measure-names.ts';
import { equityHref } from './equity-page.tsx';
import { type Measures, shortName, topNineBands } from './measures.ts';
import { mayReadOptOuts, OPT_OUTS } from './opt-out-routes.tsx';
import { opensPeople, PlaceCount } from './place-count.tsx';
import { profileHref } from './profile-routes.tsx';
import { projectionHref } from './projection-routes.tsx';

const KIND_ORDER: readonly Place['kind'][] = ['borough', 'neighbourhood', 'pcn', 'practice'];

interface Panel {
  readonly visit: Visit;
  readonly publication: Publication;
  readonly place: Place;
  readonly tree: PlaceTree;
  readonly numbers: PlaceNumbers;
  readonly measures: Measures;
  /** Of a place that the reader sees in part: how many people of theirs it has, and how many in the top 9% of need. */
  readonly own: { readonly registered: number; readonly topNine: number } | null;
}

/** A chart of a place, which is also a file of its numbers. */
interface PlaceChart {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly labelHeading: string;
  readonly definitionHref: string;
  readonly bars: (panel: Panel) => Bar[];
}

/** The first charts are short enough to stand side by side on a wide screen. */
const SIDE_BY_SIDE = 2;

function chartsOf(measures: Measures): PlaceChart[] {
  const found: PlaceChart = {
    id: 'case-finding',
    title: 'People whom a clinician may want to check',
    summary:
      'Found by rules from what is recorded. Nobody is diagnosed by them. Somebody found by several rules is counted in each. In the table each name opens its rule.',
    labelHeading: 'Finding',
    definitionHref: '/definitions',
    bars: proposalBars,
  };
  return [
    {
      id: 'need',
      title: 'Need in this place',
      summary: 'People by how they rank in their borough. A place like the borough has 2% in the first band.',
      labelHeading: 'Band of need',
      definitionHref: `/definitions/${measures.ranking.id}`,
      bars: needBars,
    },
    {
      id: 'frailty',
      title: 'Frailty of people aged 65 and over',
      summary: 'By the electronic frailty index. A clinician confirms it before it is recorded.',
      labelHeading: 'Frailty',
      definitionHref: `/definitions/${measures.frailty.id}`,
      bars: frailtyBars,
    },
    {
      id: 'conditions',
      title: 'Long-term conditions',
      summary:
        'People on each register. Somebody with several conditions is counted in each. In the table each name opens its definition.',
      labelHeading: 'Condition',
      definitionHref: '/definitions',
      bars: conditionBars,
    },
    ...measures.segmentations.map((segmentation) => ({
      id: segmentation.id,
      title: shortName(segmentation),
      summary: 'Everybody is in one segment: the one of greatest need that is true of them.',
      labelHeading: 'Segment',
      definitionHref: `/definitions/${segmentation.id}`,
      bars: segmentBars(segmentation),
    })),
    ...(measures.proposals.length > 0 ? [found] : []),
  ];
}

/** People and need of a place: how many, where, how ill, and with what. */
export function needPanel(measures: Measures) {
  const charts = chartsOf(measures);
  return async (visit: Visit, place: Place, tree: PlaceTree): Promise<VNode | null> => {
    const panel = await openPanel(visit, place, tree, measures);
    if (!panel) return null;
    // Lists are of today: bars of another day open none of them.
    const barsOf = (bars: (panel: Panel) => Bar[]) =>
      tree.asAt === null ? bars(panel) : bars(panel).map((bar) => shut(bar, 'another_day'));
    // Figures of a day in the past are as old as was asked for.
    const today = (tree.asAt ?? londonDay(visit.now)) as PlainDate;
    const isStale = measures.isStale(panel.publication.asOf, today);
    const drawn = ({ id, bars, ...about }: PlaceChart) => (
      <BarChart
        key={id}
        id={id}
        {...about}
        bars={barsOf(bars)}
        valueHeading="People"
        dataDate={panel.publication.asOf}
        stale={isStale}
        csvHref={fileHref(place, id, tree.asAt)}
      />
    );
    return (
      <>
        <AboutNumbers {...panel} />
        {tree.asAt === null && <MoreOfPlace place={place} />}
        <PlacesBelow {...panel} />
        <div class="app-charts">{charts.slice(0, SIDE_BY_SIDE).map(drawn)}</div>
        {charts.slice(SIDE_BY_SIDE).map(drawn)}
      </>
    );
  };
}

async function openPanel(
  visit: Visit,
  place: Place,
  tree: PlaceTree,
  measures: Measures,
): Promise<Panel | null> {
  const publication = await readPublication(visit.tx, tree.asAt);
  if (!publication || tree.practices(place).length === 0) return null;
  const visible = new Set(await visiblePractices(visit.tx, visit.by));
  const numbers = await readPlaceNumbers(
    visit.tx,
    publication,
    tree,
    [place, ...tree.children(place)],
    visible,
  );
  const registered = numbers.of(place, 'registered', 'all');
  if (registered.people === 0) return null;
  const seesPart = !registered.exact && seesPeople(visit.by.role) && tree.asAt === null;
  const own = seesPart ? await ownPeople(visit, publication, place, tree, measures, visible) : null;
  return { visit, publication, place, tree, numbers, measures, own };
}

/** The people of a place who are in practices that the reader works with: exact, as every number of those is. */
async function ownPeople(
  visit: Visit,
  publication: Publication,
  place: Place,
  tree: PlaceTree,
  measures: Measures,
  visible: ReadonlySet<number>,
): Promise<Panel['own']> {
  const practices = tree.practices(place).filter(({ id }) => visible.has(id));
  const shown = ['registered', 'need'];
  const numbers = await readPlaceNumbers(visit.tx, publication, tree, practices, visible, shown);
  const sum = (count: (practice: Place) => PlaceNumber) =>
    practices.reduce((total, practice) => total + (count(practice).people ?? 0), 0);
  return {
    registered: sum((practice) => numbers.of(practice, 'registered', 'all')),
    topNine: sum((practice) => numbers.sum(practice, 'need', topNineBands(measures.ranking))),
  };
}

/** What else can be read of a place, on pages of its own. */
function MoreOfPlace({ place }: { place: Place }) {
  return (
    <ActionList
      items={[
        { text: 'Profile of this place', href: profileHref(place) },
        { text: 'Compare groups of people here', href: equityHref(place.code, undefined) },
        { text: 'Population in years to come', href: projectionHref(place) },
      ]}
    />
  );
}

/** Which kind of numbers these are, and why: a reader must know before comparing them. */
function AboutNumbers({ visit, publication, place, numbers, measures, own }: Panel) {
  if (numbers.of(place, 'registered', 'all').exact) return null;
  const rules = measures.rulesOf(publication);
  return (
    <InsetText>
      <p>
        These numbers are rounded to the nearest {rules.round_to}, and numbers from 1 to {rules.hide_up_to}{' '}
        are hidden, so that nobody can be recognised. Rounded numbers need not add up. People who object to
        the use of their record beyond their own care are left out.{' '}
        {mayReadOptOuts(visit.by).allowed && <a href={OPT_OUTS}>How many they are</a>}
      </p>
      {seesPeople(visit.by.role) && (
        <p>You see exact numbers, and people, for the practices that you work with.</p>
      )}
      {own !== null && own.registered > 0 && (
        <p>
          {'Of this place, people of your own: '}
          <Count n={own.registered} opens={{ href: peopleHref({ place: place.code }) }} after=" registered" />
          {', '}
          <Count
            n={own.topNine}
            opens={opensList(own.topNine, peopleHref({ place: place.code, top: 9 }))}
            after=" in the top 9% of need"
          />
          .
        </p>
      )}
    </InsetText>
  );
}

function PlacesBelow(panel: Panel) {
  const { place, tree, numbers, measures } = panel;
  const children = [...tree.children(place)]
    .filter((child) => numbers.of(child, 'registered', 'all').people !== 0)
    .sort(
      (a, b) =>
        KIND_ORDER.indexOf(a.kind) - KIND_ORDER.indexOf(b.kind) ||
        a.name.localeCompare(b.name, 'en', { numeric: true }),
    );
  const rows = [place, ...children];
  const topNine = topNineBands(measures.ranking);
  const frail = measures.frailty.bands.slice(2).map(({ id }) => id);
  const link = (number: PlaceNumber, filter: Partial<PeopleFilter>) => (
    <PlaceCount
      number={number}
      opens={tree.asAt === null ? opensPeople(number, filter) : { closed: 'another_day' }}
    />
  );
  return (
    <>
      <Heading level={2}>People</Heading>
      <Table
        caption="People registered, by place"
        hideCaption
        compact
        responsive
        rows={rows}
        columns={[
          {
            heading: 'Place',
            rowHeader: true,
            cell: (row) =>
              row.id === place.id ? (
                <strong>{row.name}, in all</strong>
              ) : (
                <>
                  <a href={placeHref(row, tree.asAt)}>{row.name}</a>
                  {row.closed !== null && (
                    <>
                      {' '}
                      <Tag colour="grey">Closed</Tag>
                    </>
                  )}
                </>
              ),
          },
          { heading: 'Kind', cell: (row) => kindInWords(row.kind) },
          {
            heading: 'Registered',
            numeric: true,
            cell: (row) => link(numbers.of(row, 'registered', 'all'), { place: row.code }),
          },
          {
            heading: 'In the top 9% of need',
            numeric: true,
            cell: (row) => link(numbers.sum(row, 'need', topNine), { place: row.code, top: 9 }),
          },
          ...frail.map((band) => ({
            heading: `${measures.frailty.bands.find(({ id }) => id === band)?.title ?? band}`,
            numeric: true,
            cell: (row: Place) =>
              link(numbers.of(row, bandMeasure(measures.frailty.id), band), {
                place: row.code,
                frailty: band,
              }),
          })),
        ]}
      />
    </>
  );
}

/** Lists are of today. A number of another day is as exact as it was, and opens none of them. */
function shut({ label, value, definitionHref }: Bar, closed: Closed): Bar {
  return { label, value, definitionHref, closed };
}

function bar(label: string, number: PlaceNumber, filter: Partial<PeopleFilter>): Bar {
  return { label, value: number.people ?? 'suppressed', ...opensPeople(number, filter) };
}

function needBars({ place, numbers, measures }: Panel): Bar[] {
  return [
    ...measures.ranking.bands.map((band) =>
      bar(band.title, numbers.of(place, 'need', band.id), { place: place.code, need: band.id }),
    ),
    bar('Not ranked: under 20, or a feed is missing', numbers.of(place, 'need', 'unranked'), {
      place: place.code,
      need: 'unranked',
    }),
  ];
}

function frailtyBars({ place, numbers, measures }: Panel): Bar[] {
  return measures.frailty.bands.map((band) =>
    bar(band.title, numbers.of(place, bandMeasure(measures.frailty.id), band.id), {
      place: place.code,
      frailty: band.id,
    }),
  );
}

function segmentBars({ id, segments }: Segmentation) {
  return ({ place, numbers }: Panel): Bar[] =>
    segments.map((segment) =>
      bar(segment.title, numbers.of(place, bandMeasure(id), segment.id), {
        place: place.code,
        condition: [`${id}/${segment.id}`],
      }),
    );
}

function conditionBars(panel: Panel): Bar[] {
  return registerBars(panel, panel.measures.conditions);
}

function proposalBars(panel: Panel): Bar[] {
  return registerBars(panel, panel.measures.proposals);
}

function registerBars({ place, numbers }: Panel, registers: readonly Register[]): Bar[] {
  return registers
    .map((register) => ({
      ...bar(shortName(register), numbers.of(place, `definition:${register.id}`, 'in'), {
        place: place.code,
        condition: [register.id],
      }),
      definitionHref: `/definitions/${register.id}`,
    }))
    .sort((a, b) => size(b) - size(a));
}

function size({ value }: Bar): number {
  return typeof value === 'number' ? value : -1;
}

function fileHref(place: Place, chart: string, asAt: string | null): string {
  return `${placeHref(place)}/${chart}.csv${asAt === null ? '' : `?on=${asAt}`}`;
}

/** The same numbers as files: what a chart shows, with its place and date, and nothing that it does not. */
export function placeFileRoutes(web: Web, measures: Measures): void {
  for (const { id, bars } of chartsOf(measures)) {
    web.route({
      method: 'GET',
      url: `/places/:code/${id}.csv`,
      may: maySeePlaces,
      params: z.object({ code: z.string().max(40) }),
      query: onDay,
      handle: async (visit) => {
        const tree = await readPlaces(visit.tx, { asAt: dayAsked(visit.query) ?? undefined });
        const place = tree.named(visit.params.code);
        const panel = await openPanel(visit, place, tree, measures);
        const rows = (panel ? bars(panel) : []).map(({ label, value }) => [
          place.name,
          panel?.publication.asOf ?? null,
          label,
          value,
        ]);
        return {
          download: `${place.code}-${id}.csv`,
          type: 'text/csv; charset=utf-8',
          content: toCsv(['place', 'data_date', 'band', 'people'], rows),
        };
      },
    });
  }
}
