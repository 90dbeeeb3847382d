import { z } from 'zod';
import { formatDay, londonDay } from '../../../kernel/index.ts';
import {
  BarChart,
  Button,
  Details,
  EmptyState,
  Heading,
  InsetText,
  Page,
  PageHeading,
  Select,
  SummaryList,
  Table,
  TextInput,
  toCsv,
  type Visit,
  type Web,
} from '../../../platform/web/index.ts';
import { kindInWords, maySeePlaces, type Place, placeHref, readPlaces } from '../../directory/index.ts';
import { visiblePractices } from '../../register/index.ts';
import { readPublication } from '../facts/publication.ts';
import type { ProjectionContent } from '../projection/assumptions.ts';
import { type AgesBySex, allOf, project } from '../projection/cohort-component.ts';
import { type Projected, type Projection, readProjection } from '../projection/read-projection.ts';
import { placesToChoose } from './equity-page.tsx';
import type { Measures } from './measures.ts';

const PERCENT = 'Write a percentage from 0 to 300, such as 90';
const MOVES = 'Write moves a year of 1,000 people, from -100 to 100, such as -4';
const YEARS = ['5', '10', '15', '20'] as const;
const percent = z.coerce.number(PERCENT).min(0, PERCENT).max(300, PERCENT).default(100);

const asked = z.object({
  place: z.preprocess((code) => (code === '' ? undefined : code), z.string().max(40).optional()),
  years: z.enum(YEARS, 'Choose how many years').default('5'),
  births: percent,
  deaths: percent,
  moves: z.coerce.number(MOVES).min(-100, MOVES).max(100, MOVES).default(0),
});

/** What an address asks for, which somebody may have written wrong: then what is wrong, and what stood there. */
const askedOrWrong = z.record(z.string(), z.unknown()).transform((query) => {
  const parsed = asked.safeParse(query);
  if (parsed.success) return { asked: parsed.data, errors: [], typed: {} as Record<string, string> };
  const errors = parsed.error.issues.map(({ path, message }) => ({ field: String(path[0]), message }));
  const right = Object.fromEntries(
    Object.entries(query).filter(([name]) => !errors.some(({ field }) => field === name)),
  );
  const typed = Object.fromEntries(
    Object.entries(query).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
  return { asked: asked.parse(right), errors, typed };
});

type ProjectionVisit = Visit<unknown, z.output<typeof askedOrWrong>>;

export function projectionHref(place: Place): string {
  return `/projection?${new URLSearchParams({ place: place.code })}`;
}

/** How many people there will be, and how ill, if what is assumed comes true; and what if it does not. */
export function projectionRoutes(web: Web, measures: Measures, content: ProjectionContent): void {
  web.route({
    method: 'GET',
    url: '/projection',
    may: maySeePlaces,
    query: askedOrWrong,
    handle: async (visit) => {
      const view = await viewOf(visit, measures, content);
      const page = <ProjectionPage visit={visit} measures={measures} content={content} view={view} />;
      return { page, status: visit.query.errors.length > 0 ? 422 : 200 };
    },
  });
  web.route({
    method: 'GET',
    url: '/projection.csv',
    may: maySeePlaces,
    query: asked,
    handle: async (visit) => {
      const query = { asked: visit.query, errors: [], typed: {} };
      const { place, projection } = await viewOf({ ...visit, query }, measures, content);
      return {
        download: `projection-${place?.code ?? 'nowhere'}-${visit.query.years}-years.csv`,
        type: 'text/csv; charset=utf-8',
        content: toCsv(
          ['place', 'data_date', 'years', 'part', 'name', 'now', 'then', 'low', 'high'],
          projection ? csvRows(projection, visit.query.years) : [],
        ),
      };
    },
  });
}

interface View {
  readonly place: Place | null;
  readonly choices: readonly Place[];
  readonly projection: Projection | null;
}

async function viewOf(visit: ProjectionVisit, measures: Measures, content: ProjectionContent): Promise<View> {
  const { asked: query } = visit.query;
  const tree = await readPlaces(visit.tx);
  const choices = placesToChoose(tree);
  const place =
    query.place === undefined
      ? (choices.find(({ kind }) => kind === 'borough') ?? choices[0] ?? null)
      : tree.named(query.place);
  const publication = await readPublication(visit.tx);
  const visible = new Set(await visiblePractices(visit.tx, visit.by));
  const projection =
    place && publication
      ? await readProjection(visit.tx, {
          publication,
          tree,
          place,
          visible,
          measures,
          content,
          years: Number(query.years),
          changed: {
            births_percent: query.births,
            deaths_percent: query.deaths,
            moves_more: query.moves,
          },
        })
      : null;
  return { place, choices, projection };
}

function csvRows(projection: Projection, years: string) {
  const row = (part: string) => (each: Projected) => [
    projection.place.name,
    projection.asOf,
    Number(years),
    part,
    each.name,
    ...[each.now, each.then, each.low, each.high].map((people) => Number(people.toFixed(1))),
  ];
  return [
    row('everybody')(projection.all),
    ...projection.ages.map(row('age')),
    ...projection.parts.map(row('neighbourhood')),
    ...projection.figures.map(row('condition')),
  ];
}

interface ProjectionProps {
  readonly visit: ProjectionVisit;
  readonly measures: Measures;
  readonly content: ProjectionContent;
  readonly view: View;
}

/** Nobody knows a projection to the last person: rounded to ten, or to the hundred where there are many. */
function about(people: number): string {
  const to = people >= 10_000 ? 100 : 10;
  return new Intl.NumberFormat('en-GB').format(Math.round(people / to) * to);
}

function changeText({ now, then }: Projected): string {
  const more = then - now;
  const share = now === 0 ? '' : ` (${more < 0 ? '−' : '+'}${Math.abs((100 * more) / now).toFixed(1)}%)`;
  return `${more < 0 ? '−' : '+'}${about(Math.abs(more))}${share}`;
}

function ProjectionPage({ visit, measures, content, view }: ProjectionProps) {
  const { place, projection } = view;
  const { asked: query, errors } = visit.query;
  return (
    <Page
      title="Population in years to come"
      chrome={visit.chrome}
      errors={errors}
      breadcrumbs={place ? [{ text: place.name, href: placeHref(place) }] : []}
    >
      <PageHeading caption={place?.name}>Population in years to come</PageHeading>
      <Parameters visit={visit} view={view} />
      {!projection ? (
        <EmptyState title="There is nothing to project yet">
          <p>
            A projection needs people by age and sex. Of a single practice they are shown to those who may see
            its people; of every place they come with the first refresh.
          </p>
        </EmptyState>
      ) : (
        <>
          <p class="nhsuk-lede-text">
            {`In ${query.years} years about ${about(projection.all.then)} people, ${changeText(projection.all)}, if what is assumed comes true. Between ${about(projection.all.low)} and ${about(projection.all.high)} if births, deaths and moves are as in the low and the high variant.`}
          </p>
          <Uncertainty projection={projection} />
          <Ages visit={visit} measures={measures} projection={projection} />
          <Parts projection={projection} />
          <Conditions projection={projection} years={query.years} />
        </>
      )}
      <Stands content={content} />
    </Page>
  );
}

function Parameters({ visit, view }: { visit: ProjectionVisit; view: View }) {
  const { asked: query, errors, typed } = visit.query;
  const value = (name: 'births' | 'deaths' | 'moves') => typed[name] ?? String(query[name]);
  const wrong = (name: string) => errors.filter(({ field }) => field === name);
  return (
    <form method="get" action="/projection" class="app-choose">
      <Select
        name="place"
        label="Where"
        value={view.place?.code}
        options={view.choices.map((place) => ({
          value: place.code,
          text: `${place.name} (${kindInWords(place.kind).toLowerCase()})`,
        }))}
      />
      <Select
        name="years"
        label="Years from now"
        value={query.years}
        errors={wrong('years')}
        options={YEARS.map((years) => ({ value: years, text: years }))}
      />
      <TextInput
        name="births"
        label="Births, percent of what is assumed"
        width={4}
        inputmode="numeric"
        value={value('births')}
        errors={wrong('births')}
      />
      <TextInput
        name="deaths"
        label="Deaths, percent of what is assumed"
        width={4}
        inputmode="numeric"
        value={value('deaths')}
        errors={wrong('deaths')}
      />
      <TextInput
        name="moves"
        label="More moves in than assumed, a year of 1,000"
        width={4}
        value={value('moves')}
        errors={wrong('moves')}
      />
      <Button variant="secondary">Project</Button>
    </form>
  );
}

function Uncertainty({ projection }: { projection: Projection }) {
  return (
    <InsetText>
      <p>
        A projection is not a forecast. It says what follows from births, deaths and moves that somebody
        assumed; moves above all change with housing and work, and the smaller the place the further off it
        is. The range is that of the variants, not of chance. It does not know of new homes, closing practices
        or better care.
      </p>
      <p>
        {projection.exact
          ? 'It begins with the people registered today.'
          : 'It begins with published numbers of the people registered today, which are rounded and partly hidden.'}{' '}
        People who are registered are not the people who live here.
      </p>
    </InsetText>
  );
}

function Ages({
  visit,
  measures,
  projection,
}: {
  visit: ProjectionVisit;
  measures: Measures;
  projection: Projection;
}) {
  const { asked: query } = visit.query;
  const words = new URLSearchParams({
    place: projection.place.code,
    ...Object.fromEntries(
      (['years', 'births', 'deaths', 'moves'] as const).map((name) => [name, String(query[name])]),
    ),
  });
  return (
    <BarChart
      id="ages"
      title={`People by age in ${query.years} years`}
      summary="The line across each bar goes from the low to the high variant."
      bars={projection.ages.map(({ name, then, low, high }) => ({
        label: name,
        value: then,
        interval: { lower: low, upper: high },
        closed: 'worked_out',
      }))}
      labelHeading="Age"
      valueHeading="People"
      format={about}
      table={<Numbers caption="People by age" first="Age" rows={[projection.all, ...projection.ages]} />}
      dataDate={projection.asOf}
      stale={measures.isStale(projection.asOf, londonDay(visit.now))}
      definitionHref="#assumptions"
      csvHref={`/projection.csv?${words}`}
    />
  );
}

function Numbers({ caption, first, rows }: { caption: string; first: string; rows: readonly Projected[] }) {
  return (
    <Table
      caption={caption}
      hideCaption
      compact
      responsive
      rows={rows}
      columns={[
        { heading: first, rowHeader: true, cell: ({ name }) => name },
        { heading: 'Now', numeric: true, cell: ({ now }) => about(now) },
        { heading: 'Then', numeric: true, cell: ({ then }) => about(then) },
        { heading: 'Change', numeric: true, cell: changeText },
        { heading: 'Low', numeric: true, cell: ({ low }) => about(low) },
        { heading: 'High', numeric: true, cell: ({ high }) => about(high) },
      ]}
    />
  );
}

function Parts({ projection }: { projection: Projection }) {
  if (projection.parts.length === 0) return null;
  return (
    <section>
      <Heading level={2}>Neighbourhoods</Heading>
      <p>They add up to {projection.place.name}, before they are rounded to be read.</p>
      <Numbers caption="Neighbourhoods" first="Neighbourhood" rows={projection.parts} />
    </section>
  );
}

function Conditions({ projection, years }: { projection: Projection; years: string }) {
  return (
    <section>
      <Heading level={2}>How many would have a condition</Heading>
      <p>
        {`If everybody in ${years} years has what people of their age and sex have today. It shows what more people, and older ones, would mean by themselves. Both columns are at the rates of everybody here, so that now is not the number on the register of this place.`}
      </p>
      <Numbers caption="People with conditions" first="Condition" rows={projection.figures} />
    </section>
  );
}

function Stands({ content: { assumptions, residents } }: { content: ProjectionContent }) {
  const base: AgesBySex = {
    female: residents.residents.map(({ female }) => female),
    male: residents.residents.map(({ male }) => male),
  };
  const [expected] = assumptions.variants;
  const more = expected ? allOf(project(base, assumptions, expected, 1)) - allOf(base) : 0;
  const number = new Intl.NumberFormat('en-GB');
  return (
    <section id="assumptions">
      <Heading level={2}>What is assumed</Heading>
      <p>
        {`The cohort-component method, by five years of age, sex and neighbourhood: everybody grows older, some die, some move, women have children. On the residents of ${residents.year} the same assumptions give ${number.format(Math.round(more))} people more in five years; the strategy of that year expected ${number.format(residents.expected_more)}.`}
      </p>
      <SummaryList
        rows={[
          { key: 'Source', value: assumptions.source },
          { key: 'Status', value: assumptions.status },
          { key: 'Owner', value: assumptions.owner },
          { key: 'Checker', value: assumptions.checker },
          { key: 'To be reviewed by', value: formatDay(assumptions.review as never) },
          {
            key: 'Variants',
            value: assumptions.variants
              .map(
                ({ title, births_percent, deaths_percent, moves_more }) =>
                  `${title}: births ${births_percent}%, deaths ${deaths_percent}%, ${moves_more >= 0 ? '+' : '−'}${Math.abs(moves_more)} moves a year of 1,000`,
              )
              .join('; '),
          },
        ]}
      />
      <Details summary="The rates by age">
        <Table
          caption="Rates a year of 1,000 people"
          captionSize="s"
          compact
          responsive
          rows={assumptions.ages}
          columns={[
            {
              heading: 'Age',
              rowHeader: true,
              cell: ({ from }) =>
                from === (assumptions.ages.length - 1) * 5 ? `${from} and over` : `${from} to ${from + 4}`,
            },
            { heading: 'Births of women', numeric: true, cell: ({ births }) => births },
            { heading: 'Deaths of women', numeric: true, cell: ({ deaths_female }) => deaths_female },
            { heading: 'Deaths of men', numeric: true, cell: ({ deaths_male }) => deaths_male },
            { heading: 'Moves in less out', numeric: true, cell: ({ moves }) => moves },
          ]}
        />
      </Details>
    </section>
  );
}
