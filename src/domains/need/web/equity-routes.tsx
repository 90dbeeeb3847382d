import { z } from 'zod';
import { londonDay } from '../../../kernel/index.ts';
import { toCsv, type Visit, type Web } from '../../../platform/web/index.ts';
import { maySeePlaces, type Place, type PlaceTree, readPlaces } from '../../directory/index.ts';
import { visiblePractices } from '../../register/index.ts';
import { compareGroups } from '../equity/compare-groups.ts';
import { dimensionsOf } from '../equity/compared.ts';
import { countedAs, figureNamed } from '../equity/figures.ts';
import { readEquity } from '../equity/read-equity.ts';
import { readPublication } from '../facts/publication.ts';
import { EquityPage } from './equity-page.tsx';
import type { EquityView } from './equity-view.ts';
import type { Measures } from './measures.ts';

const DEFAULT_FIGURE = 'hypertension';

const asked = z.object({
  of: z.string().max(120).default(DEFAULT_FIGURE),
  place: z.preprocess((code) => (code === '' ? undefined : code), z.string().max(40).optional()),
});

/** Any figure by who people are: a page for reading, and the same as a file. */
export function equityRoutes(web: Web, measures: Measures): void {
  web.route({
    method: 'GET',
    url: '/equity',
    may: maySeePlaces,
    query: asked,
    handle: async (visit) => ({
      page: <EquityPage visit={visit} measures={measures} view={await view(visit, measures)} />,
    }),
  });
  web.route({
    method: 'GET',
    url: '/equity.csv',
    may: maySeePlaces,
    query: asked,
    handle: async (visit) => {
      const found = await view(visit, measures);
      return {
        download: `${found.place?.code ?? 'nowhere'}-${found.figure.reference.replace('/', '-')}-by-group.csv`,
        type: 'text/csv; charset=utf-8',
        content: toCsv(HEADER, csvRows(found)),
      };
    },
  });
}

async function view(visit: Visit<unknown, z.output<typeof asked>>, measures: Measures): Promise<EquityView> {
  const { library } = measures;
  const figure = figureNamed(library, visit.query.of);
  const publication = await readPublication(visit.tx);
  const tree = await readPlaces(visit.tx);
  const place = placeAsked(visit, tree);
  const visible = new Set(await visiblePractices(visit.tx, visit.by));
  const figures =
    publication && place
      ? await readEquity(visit.tx, publication, tree, {
          place,
          figure,
          visible,
          rounding: measures.rulesOf(publication).round_to,
        })
      : null;
  return {
    publication,
    tree,
    place,
    figure,
    exact: figures?.exact ?? false,
    dimensions: figures
      ? dimensionsOf(library)
          .map((dimension) => compareGroups(dimension, figures, countedAs(figure)))
          .sort((a, b) => a.title.localeCompare(b.title, 'en'))
      : [],
    stale: measures.isStale(publication?.asOf ?? null, londonDay(visit.now)),
  };
}

/** The place that was asked for, or else the largest that there is. */
function placeAsked(visit: Visit<unknown, z.output<typeof asked>>, tree: PlaceTree): Place | null {
  if (visit.query.place !== undefined) return tree.named(visit.query.place);
  const [root] = tree.roots.filter((place) => tree.practices(place).length > 0);
  return root ?? null;
}

const HEADER = [
  'place',
  'data_date',
  'figure',
  'dimension',
  'group',
  'people',
  'counted',
  'percent',
  'percent_lower',
  'percent_upper',
  'expected_at_everybodys_rates_by_age_and_sex',
  'standardised_ratio',
  'ratio_lower',
  'ratio_upper',
  'numbers',
];

/** Numbers with as many decimals as they mean something with; hidden ones say so. */
function csvRows({ place, publication, figure, dimensions, exact }: EquityView) {
  const percent = (share: number | undefined) =>
    share === undefined ? null : Number((share * 100).toFixed(2));
  const ratio = (value: number | undefined) => (value === undefined ? null : Number(value.toFixed(3)));
  return dimensions.flatMap(({ title, groups }) =>
    groups.map((group) => [
      place?.name ?? null,
      publication?.asOf ?? null,
      figure.reference,
      title,
      group.title,
      group.people?.value ?? 'hidden',
      group.counted?.value ?? 'hidden',
      percent(group.share?.value),
      percent(group.share?.interval.lower),
      percent(group.share?.interval.upper),
      group.expected && group.ratio ? Number(group.expected.value.toFixed(1)) : null,
      ratio(group.ratio?.value),
      ratio(group.ratio?.interval.lower),
      ratio(group.ratio?.interval.upper),
      exact ? 'exact' : 'published',
    ]),
  );
}
