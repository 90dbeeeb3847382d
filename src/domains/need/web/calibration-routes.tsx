import { z } from 'zod';
import { formatDay, londonDay } from '../../../kernel/index.ts';
import {
  BarChart,
  EmptyState,
  Heading,
  InsetText,
  Page,
  PageHeading,
  SummaryList,
  Table,
  toCsv,
  type Visit,
  type Web,
} from '../../../platform/web/index.ts';
import { maySeePlaces } from '../../directory/index.ts';
import { type CalibrationRules, OUTCOMES, type Outcome, TENTHS } from '../calibration/calibration-rules.ts';
import { dayOfScore } from '../calibration/count-outcomes.ts';
import {
  type CalibratedGroup,
  type CalibratedTenth,
  type Calibration,
  readCalibration,
} from '../calibration/read-calibration.ts';
import { rangeText, ratioText } from '../equity/gap-words.ts';
import type { Known } from '../equity/ratios.ts';
import { type Publication, readPublication } from '../facts/publication.ts';
import { bandsOf } from '../language/library.ts';
import { type Measures, shortName } from './measures.ts';

export const CALIBRATION_HREF = '/need/calibration';

const OUTCOME_WORDS: Record<Outcome, string> = {
  'emergency-admission': 'Admitted as an emergency',
  'emergency-attendance': 'Attended an emergency department',
  death: 'Died',
};

const asked = z.object({ of: z.enum(OUTCOMES).default(OUTCOMES[0]) });
type CalibrationVisit = Visit<unknown, z.output<typeof asked>>;

/** The need ranking beside what happened: how far it is right, and for whom less. Published numbers, for every reader. */
export function calibrationRoutes(web: Web, measures: Measures, rules: CalibrationRules): void {
  web.route({
    method: 'GET',
    url: CALIBRATION_HREF,
    may: maySeePlaces,
    query: asked,
    handle: async (visit) => ({
      page: (
        <CalibrationPage
          visit={visit}
          measures={measures}
          rules={rules}
          found={await read(visit, measures)}
        />
      ),
    }),
  });
  web.route({
    method: 'GET',
    url: `${CALIBRATION_HREF}.csv`,
    may: maySeePlaces,
    query: asked,
    handle: async (visit) => {
      const { publication, calibration } = await read(visit, measures);
      return {
        download: `need-calibration-${visit.query.of}.csv`,
        type: 'text/csv; charset=utf-8',
        content: toCsv(
          [
            'data_date',
            'outcome',
            'part',
            'name',
            'people',
            'happened',
            'percent',
            'ratio',
            'ratio_lower',
            'ratio_upper',
          ],
          csvRows(visit.query.of, publication, calibration, measures),
        ),
      };
    },
  });
}

interface Found {
  readonly publication: Publication | null;
  readonly calibration: Calibration | null;
}

async function read(visit: CalibrationVisit, measures: Measures): Promise<Found> {
  const publication = await readPublication(visit.tx);
  const calibration =
    publication &&
    (await readCalibration(visit.tx, publication, visit.query.of, measures.rulesOf(publication).round_to));
  return { publication, calibration };
}

function csvRows(
  outcome: Outcome,
  publication: Publication | null,
  calibration: Calibration | null,
  measures: Measures,
) {
  const shown = (count: Known | null) => count?.value ?? 'hidden';
  return [
    ...(calibration?.tenths ?? []).map(({ tenth, people, happened, share }) => [
      publication?.asOf ?? null,
      outcome,
      'tenth',
      tenthText(tenth),
      shown(people),
      shown(happened),
      share && Number((share.value * 100).toFixed(2)),
      null,
      null,
      null,
    ]),
    ...(calibration?.groups ?? []).map(({ dimension, group, people, happened, ratio }) => [
      publication?.asOf ?? null,
      outcome,
      dimension,
      groupText(measures, dimension, group),
      shown(people),
      shown(happened),
      null,
      ratio && Number(ratio.value.toFixed(3)),
      ratio && Number(ratio.interval.lower.toFixed(3)),
      ratio && Number(ratio.interval.upper.toFixed(3)),
    ]),
  ];
}

function tenthText(tenth: number): string {
  if (tenth === TENTHS) return 'No score: under 20, or a feed is missing';
  if (tenth === 0) return 'Highest tenth';
  return tenth === TENTHS - 1 ? 'Lowest tenth' : `Tenth ${tenth + 1}`;
}

function groupText({ library }: Measures, dimension: string, group: string): string {
  return bandsOf(library.definition(dimension)).find(({ id }) => id === group)?.title ?? group;
}

interface CalibrationProps {
  readonly visit: CalibrationVisit;
  readonly measures: Measures;
  readonly rules: CalibrationRules;
  readonly found: Found;
}

function CalibrationPage({ visit, measures, rules, found: { publication, calibration } }: CalibrationProps) {
  const { of } = visit.query;
  return (
    <Page
      title="What happened to those who ranked high"
      chrome={visit.chrome}
      breadcrumbs={[
        { text: 'Definitions', href: '/definitions' },
        { text: measures.ranking.title, href: `/definitions/${measures.ranking.id}` },
      ]}
    >
      <PageHeading caption="Calibration of the need ranking">
        What happened to those who ranked high
      </PageHeading>
      <p>
        {publication
          ? `The score as it would have been on ${formatDay(dayOfScore(publication.asOf, rules))}, beside what happened in the ${rules.months} months since. If the ranking says who needs most, more happens in the higher tenths; if it is fair, groups with the same scores fare the same.`
          : 'The score of a while ago beside what happened since.'}
      </p>
      <ul class="app-parts">
        {OUTCOMES.map((outcome) => (
          <li key={outcome}>
            <a href={`${CALIBRATION_HREF}?of=${outcome}`} aria-current={outcome === of ? 'page' : undefined}>
              {OUTCOME_WORDS[outcome]}
            </a>
          </li>
        ))}
      </ul>
      {publication && calibration ? (
        <Shown {...{ visit, measures, rules, publication, calibration }} />
      ) : (
        <EmptyState title="There is nothing to hold the ranking against yet">
          <p>
            {`Hospitals have to send admissions and attendances, and say that they are complete for ${rules.months} months before the data.`}
          </p>
        </EmptyState>
      )}
      <Heading level={2}>What this cannot say</Heading>
      <ul class="nhsuk-list nhsuk-list--bullet">
        {rules.limits.map((limit) => (
          <li key={limit}>{limit}</li>
        ))}
      </ul>
      <SummaryList
        rows={[
          { key: 'Method', value: `${rules.title}, version ${rules.version}` },
          { key: 'Source', value: rules.source },
          { key: 'Owner', value: rules.owner },
          { key: 'To be reviewed by', value: formatDay(rules.review as never) },
        ]}
      />
    </Page>
  );
}

function Shown({
  visit,
  measures,
  rules,
  publication,
  calibration,
}: Omit<CalibrationProps, 'found'> & { publication: Publication; calibration: Calibration }) {
  const { of } = visit.query;
  const { round_to, hide_up_to } = measures.rulesOf(publication);
  const csvHref = `${CALIBRATION_HREF}.csv?of=${of}`;
  return (
    <>
      <InsetText>
        <p>
          {`These numbers are rounded to the nearest ${round_to}, and numbers up to ${hide_up_to} are hidden. Intervals allow for it. People who object to the use of their record beyond their own care are left out.`}
        </p>
      </InsetText>
      <BarChart
        id="tenths"
        title={`${OUTCOME_WORDS[of]}: share of each tenth of the score`}
        summary="The line across each bar is the 95% interval. Ties go to the older person, so that among equal scores the higher tenth is the older."
        bars={calibration.tenths.map(({ tenth, share }) => ({
          label: tenthText(tenth),
          value: share ? share.value * 100 : 'suppressed',
          interval: share
            ? { lower: share.interval.lower * 100, upper: share.interval.upper * 100 }
            : undefined,
          closed: 'worked_out',
        }))}
        labelHeading="Tenth"
        valueHeading="Share"
        format={(value) => `${value.toFixed(1)}%`}
        suppressedText="hidden"
        table={<Tenths rows={calibration.tenths} />}
        dataDate={publication.asOf}
        stale={measures.isStale(publication.asOf, londonDay(visit.now))}
        definitionHref={`/definitions/${measures.ranking.id}`}
        csvHref={csvHref}
      />
      <Heading level={2}>Groups with the same scores</Heading>
      <p>
        1 is as often as everybody with such scores. Where a whole interval lies above 1, more happened to a
        group than its scores say: the ranking puts it too low, or hospitals are what it has. Where it lies
        below, less did.
      </p>
      {rules.between.map((dimension) => (
        <Groups
          key={dimension}
          title={shortName(measures.library.definition(dimension))}
          rows={calibration.groups.filter((group) => group.dimension === dimension)}
          measures={measures}
        />
      ))}
    </>
  );
}

function Tenths({ rows }: { rows: readonly CalibratedTenth[] }) {
  return (
    <Table
      caption="What happened, by tenth of the score"
      hideCaption
      compact
      responsive
      rows={rows}
      columns={[
        { heading: 'Tenth', rowHeader: true, cell: ({ tenth }) => tenthText(tenth) },
        { heading: 'People', numeric: true, unknown: 'hidden', cell: ({ people }) => people?.value ?? null },
        {
          heading: 'To whom it happened',
          numeric: true,
          unknown: 'hidden',
          cell: ({ happened }) => happened?.value ?? null,
        },
        {
          heading: 'Share',
          numeric: true,
          unknown: 'hidden',
          cell: ({ share }) =>
            share &&
            `${(share.value * 100).toFixed(1)}% (${(share.interval.lower * 100).toFixed(1)} to ${(share.interval.upper * 100).toFixed(1)})`,
        },
      ]}
    />
  );
}

function Groups({
  title,
  rows,
  measures,
}: {
  title: string;
  rows: readonly CalibratedGroup[];
  measures: Measures;
}) {
  return (
    <Table
      caption={title}
      captionSize="s"
      compact
      responsive
      rows={rows}
      columns={[
        {
          heading: 'Group',
          rowHeader: true,
          cell: ({ dimension, group }) => groupText(measures, dimension, group),
        },
        {
          heading: 'People with a score',
          numeric: true,
          unknown: 'hidden',
          cell: ({ people }) => people?.value ?? null,
        },
        {
          heading: 'To whom it happened',
          numeric: true,
          unknown: 'hidden',
          cell: ({ happened }) => happened?.value ?? null,
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
