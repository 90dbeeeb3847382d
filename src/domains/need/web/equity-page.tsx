import {
  BarChart,
  Button,
  Count,
  DataDate,
  EmptyState,
  Heading,
  InsetText,
  type Opens,
  opensList,
  Page,
  PageHeading,
  Select,
  Table,
  type Visit,
} from '../../../platform/web/index.ts';
import { kindInWords, type Place, type PlaceTree, placeHref } from '../../directory/index.ts';
import type { ComparedDimension, ComparedGroup } from '../equity/compare-groups.ts';
import { type Figure, figuresOf, peopleOf } from '../equity/figures.ts';
import { rangeText, ratioText } from '../equity/gap-words.ts';
import { LEAST_COMPARED, type Slope } from '../equity/ratios.ts';
import { peopleHref } from '../facts/people-filter.ts';
import type { EquityView } from './equity-view.ts';
import type { Measures } from './measures.ts';

interface EquityProps {
  readonly visit: Visit;
  readonly measures: Measures;
  readonly view: EquityView;
}

/** Any figure by who people are, so that nobody is left out unseen. */
export function EquityPage({ visit, measures, view }: EquityProps) {
  const { place, figure, dimensions } = view;
  return (
    <Page
      title={`${figure.name} by group of people`}
      chrome={visit.chrome}
      breadcrumbs={place ? [{ text: place.name, href: placeHref(place) }] : []}
    >
      <PageHeading caption={place?.name}>{`${figure.name}, by group of people`}</PageHeading>
      <Choose measures={measures} view={view} />
      {dimensions.length === 0 ? <Nothing view={view} /> : <About measures={measures} view={view} />}
      {dimensions.map((dimension) => (
        <Dimension key={dimension.id} view={view} dimension={dimension} />
      ))}
      {dimensions.length > 0 && <Method view={view} />}
    </Page>
  );
}

/** The address of a comparison. Of nothing in particular it is that of the page as it opens. */
export function equityHref(place: string | undefined, of: string | undefined, file = ''): string {
  const words = new URLSearchParams({
    ...(of === undefined ? {} : { of }),
    ...(place === undefined ? {} : { place }),
  });
  return `/equity${file}${words.size === 0 ? '' : `?${words}`}`;
}

function Choose({ measures, view }: { measures: Measures; view: EquityView }) {
  return (
    <form method="get" action="/equity" class="app-choose">
      <Select
        name="of"
        label="What is compared"
        value={view.figure.reference}
        options={figuresOf(measures.library)
          .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
          .map(({ reference, name }) => ({ value: reference, text: name }))}
      />
      <Select
        name="place"
        label="Where"
        value={view.place?.code}
        options={placesToChoose(view.tree).map((place) => ({
          value: place.code,
          text: `${place.name} (${kindInWords(place.kind).toLowerCase()})`,
        }))}
      />
      <Button variant="secondary">Show</Button>
    </form>
  );
}

const KINDS: readonly Place['kind'][] = ['icb', 'borough', 'neighbourhood', 'pcn', 'practice'];

export function placesToChoose(tree: PlaceTree): Place[] {
  return tree.all
    .filter((place) => KINDS.includes(place.kind) && tree.practices(place).length > 0)
    .sort(
      (a, b) =>
        KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) ||
        a.name.localeCompare(b.name, 'en', { numeric: true }),
    );
}

function Nothing({ view: { place, publication } }: { view: EquityView }) {
  if (publication && place?.kind === 'practice')
    return (
      <InsetText>
        <p>
          Groups of one practice are too small to be published. They are shown to those who may see its
          people. Choose its network, its neighbourhood or the borough.
        </p>
      </InsetText>
    );
  return (
    <EmptyState title="There are no figures by group yet">
      <p>They come with the next refresh after data has been imported.</p>
    </EmptyState>
  );
}

function About({ measures, view }: { measures: Measures; view: EquityView }) {
  const { figure, exact, publication, stale, place } = view;
  const rules = measures.rulesOf(publication);
  const whole = figure.of === 'everybody' ? 'everybody registered' : 'those whom it concerns';
  return (
    <>
      <p>
        {`Shares are of ${whole} in each group, and so of records: who is not asked, tested or registered is not counted. The line across each bar, and the brackets in the tables, are the 95% interval; the ratio is standardised for age and sex. `}
        <a href={`/definitions/${figure.definition.id}`}>What is counted</a>{' '}
        <a href={equityHref(place?.code, figure.reference, '.csv')}>Download all of it as CSV</a>
      </p>
      {!exact && (
        <InsetText>
          <p>
            {`These numbers are rounded to the nearest ${rules.round_to}, and numbers up to ${rules.hide_up_to} are hidden, with others that would give them away. Rounded numbers need not add up. Intervals allow for the rounding. People who object to the use of their record beyond their own care are left out.`}
          </p>
        </InsetText>
      )}
      <DataDate date={publication?.asOf ?? null} stale={stale} />
    </>
  );
}

function Dimension({ view, dimension }: { view: EquityView; dimension: ComparedDimension }) {
  const { publication, place, figure, stale, exact } = view;
  const said = dimension.groups.filter(({ gap }) => gap !== null);
  const unsaid = dimension.groups.filter(
    ({ gap, title }) => gap === null && dimension.comparedWith !== null && title !== dimension.comparedWith,
  );
  return (
    <section>
      <Heading level={2}>{dimension.title}</Heading>
      <BarChart
        id={dimension.id}
        title={`${figure.name}, share by ${dimension.title.toLowerCase()}`}
        titleLevel={3}
        bars={dimension.groups.map((group) => ({
          label: group.title,
          value: group.share ? group.share.value * 100 : group.people?.value === 0 ? 'unknown' : 'suppressed',
          interval: group.share
            ? { lower: group.share.interval.lower * 100, upper: group.share.interval.upper * 100 }
            : undefined,
          count: group.counted?.value,
          ...opensGroup(view, group),
        }))}
        labelHeading={dimension.title}
        valueHeading="Share"
        format={(value) => `${value.toFixed(1)}%`}
        suppressedText="hidden"
        unknownText="nobody"
        table={<Numbers view={view} dimension={dimension} />}
        dataDate={publication?.asOf ?? null}
        stale={stale}
        definitionHref={`/definitions/${dimension.id}`}
        csvHref={equityHref(place?.code, figure.reference, '.csv')}
      />
      {said.length > 0 && (
        <ul class="nhsuk-list nhsuk-list--bullet">
          {said.map(({ group, gap }) => (
            <li key={group}>{gap?.said}</li>
          ))}
        </ul>
      )}
      {unsaid.length > 0 && (
        <p class="nhsuk-u-secondary-text-colour">
          {`Too few ${exact ? '' : 'or hidden, '}to compare with ${dimension.comparedWith} (fewer than ${LEAST_COMPARED} counted on one side): ${unsaid.map(({ title }) => title).join('; ')}.`}
        </p>
      )}
      {dimension.slope && <SlopeText slope={dimension.slope} figure={figure} />}
    </section>
  );
}

function opensGroup({ exact, place, figure }: EquityView, group: ComparedGroup): Opens {
  if (!exact || !place) return { closed: 'published' };
  const href = peopleHref(peopleOf(figure, place.code, `${group.dimension}/${group.group}`));
  return opensList(group.counted?.value ?? 0, href);
}

function Numbers({ view, dimension }: { view: EquityView; dimension: ComparedDimension }) {
  return (
    <Table
      caption={`${view.figure.name} by ${dimension.title.toLowerCase()}`}
      hideCaption
      compact
      responsive
      rows={dimension.groups}
      columns={[
        { heading: 'Group', rowHeader: true, cell: ({ title }) => title },
        { heading: 'People', numeric: true, unknown: 'hidden', cell: ({ people }) => people?.value ?? null },
        {
          heading: 'Counted',
          numeric: true,
          unknown: 'hidden',
          cell: (group) => <Counted view={view} group={group} />,
        },
        {
          heading: 'Share',
          numeric: true,
          unknown: 'none',
          cell: ({ share }) =>
            share &&
            `${(share.value * 100).toFixed(1)}% (${(share.interval.lower * 100).toFixed(1)} to ${(share.interval.upper * 100).toFixed(1)})`,
        },
        {
          heading: 'Ratio',
          numeric: true,
          unknown: 'none',
          cell: ({ ratio }) => ratio && `${ratioText(ratio.value)} (${rangeText(ratio)})`,
        },
      ]}
    />
  );
}

function Counted({ view, group }: { view: EquityView; group: ComparedGroup }) {
  if (group.counted === null) return <span class="app-hidden-number">hidden</span>;
  return <Count n={group.counted.value} opens={opensGroup(view, group)} />;
}

function SlopeText({ slope, figure }: { slope: Slope; figure: Figure }) {
  const points = (share: number) => (share * 100).toFixed(1);
  const { difference, ratio } = slope;
  return (
    <p>
      {`Over all fifths (slope index of inequality): ${points(difference.value)} points more of “${figure.name}” at the most deprived end than at the least (95% interval ${points(difference.interval.lower)} to ${points(difference.interval.upper)})`}
      {ratio && `, ${ratioText(ratio.value)} times as much (${rangeText(ratio)})`}
      {'. Not standardised for age and sex.'}
    </p>
  );
}

function Method({ view }: { view: EquityView }) {
  return (
    <section>
      <Heading level={2}>How to read this</Heading>
      <ul class="nhsuk-list nhsuk-list--bullet">
        <li>
          A standardised ratio of 1 is as many as there would be, were the rates of everybody here by age and
          sex those of the group; 2 is twice as many. It is an indirect standardisation over ten bands of age.
          Age and sex themselves have none.
        </li>
        <li>
          An interval says how far chance alone may have moved a figure. Where it holds 1, the groups may be
          alike. With so many comparisons a few will look different by chance.
        </li>
        <li>
          Neighbouring ages with small numbers share one rate of reference
          {view.exact ? '' : ', and what is hidden is taken at its least and at its most'}.
        </li>
        <li>
          A gap is no cause. It may be need, or care, or what is written down: somebody who is not asked is
          not counted.
        </li>
      </ul>
    </section>
  );
}
