import type { VNode } from 'preact';
import { z } from 'zod';
import { formatDay, NotFound, type PlainDate } from '../../../kernel/index.ts';
import {
  Details,
  Heading,
  InsetText,
  Page,
  PageHeading,
  SummaryList,
  Table,
  Tag,
  type Web,
} from '../../../platform/web/index.ts';
import {
  type LakeAccess,
  mayOpenPerson,
  maySeeRestricted,
  openPerson,
  type PersonVisit,
  personHref,
  readTimeline,
} from '../../register/index.ts';
import { type EvaluatedPerson, evaluatePerson } from '../evaluate/evaluate-person.ts';
import { fromSteps } from '../evaluate/exact.ts';
import { type NewsOfPerson, newsOfPerson } from '../evaluate/news-of-person.ts';
import type {
  CalculationEvaluation,
  Evaluation,
  Outcome,
  RegisterEvaluation,
  ScoreEvaluation,
  SegmentationEvaluation,
} from '../evaluate/reference-evaluator.ts';
import { type PersonFacts, readFacts } from '../facts/person-facts.ts';
import { type Publication, readPublication } from '../facts/publication.ts';
import type { Definition, Segmentation } from '../language/definition.ts';
import type { Library } from '../language/library.ts';
import { restrictedContent } from '../language/restricted.ts';
import { ModelNotice } from './calculation-parts.tsx';
import { entryText, Reasons } from './explanation.tsx';
import { type Measures, scoreText, shortName, topPercent } from './measures.ts';

async function evaluated(
  on: PersonVisit,
  access: LakeAccess,
  measures: Measures,
  publication: Publication,
): Promise<EvaluatedPerson> {
  return await evaluatePerson(on.visit.tx, access, measures.library, publication, readerOf(on));
}

function readerOf(on: PersonVisit) {
  return { person: on.person, practice: on.practice, seesRestricted: maySeeRestricted(on.visit.by) };
}

function practiceNames({ places }: PersonVisit): ReadonlyMap<string, string> {
  return new Map(places.all.map((place) => [place.code, place.name]));
}

/** What a person needs, and why: where they rank, the scores, and each condition with the rows behind it. */
export function needsPanel(access: LakeAccess, measures: Measures) {
  return async (on: PersonVisit): Promise<VNode | null> => {
    const publication = await readPublication(on.visit.tx);
    if (!publication) return null;
    const facts = await readFacts(on.visit.tx, publication, on.person.person_no);
    const people = await evaluated(on, access, measures, publication);
    const registers = people.evaluations.filter(
      (each): each is RegisterEvaluation => each.kind === 'register',
    );
    const scores = people.evaluations.filter(
      (each): each is ScoreEvaluation | CalculationEvaluation =>
        each.kind === 'score' || each.kind === 'calculation',
    );
    const segments = people.evaluations.filter(
      (each): each is SegmentationEvaluation => each.kind === 'segmentation',
    );
    const names = practiceNames(on);
    const source = { publication, published: people };
    const news = await newsOfPerson(on.visit.tx, access, measures.library, source, readerOf(on));
    return (
      <section aria-labelledby="needs">
        <Heading level={2} id="needs">
          Needs
        </Heading>
        {news && <News news={news} asOf={publication.asOf} names={names} measures={measures} />}
        <RankAndScores on={on} facts={facts} scores={scores} segments={segments} measures={measures} />
        <Proposals on={on} registers={registers} people={people} names={names} measures={measures} />
        <Conditions on={on} registers={registers} people={people} names={names} measures={measures} />
        <Standing on={on} title="Priority groups" of={measures.priorities} segments={segments} />
        <Standing on={on} title="Vaccination and screening" of={measures.prevention} segments={segments} />
      </section>
    );
  };
}

/** What has come in since lists and numbers were worked out, for those definitions that this page speaks of. */
function News(props: {
  news: NewsOfPerson;
  asOf: PlainDate;
  names: ReadonlyMap<string, string>;
  measures: Measures;
}) {
  const { news, asOf, names, measures } = props;
  const { conditions, proposals, segmentations, priorities, prevention } = measures;
  const spokenOf = isOf([conditions, proposals, segmentations, priorities, prevention].flat());
  const changes = news.changes.filter(({ after }) => after.kind === 'score' || spokenOf(after));
  const since = `More data came in after ${formatDay(asOf)}, the day of the lists and of what stands below.`;
  if (changes.length === 0) return <InsetText>{since} They change nothing here.</InsetText>;
  return (
    <InsetText>
      <p>{since}</p>
      <Table
        caption={`With all that has come in, on ${formatDay(news.asOf)}`}
        captionSize="s"
        compact
        responsive
        rows={changes}
        columns={[
          { heading: 'What', rowHeader: true, cell: ({ after }) => shortName(after.definition) },
          { heading: 'Now', cell: ({ after }) => answerText(after) },
          { heading: 'Before', cell: ({ before }) => answerText(before) },
          {
            heading: 'Found in',
            unknown: 'Not one entry alone',
            cell: ({ after }) =>
              after.kind === 'register' && after.outcome === 'in'
                ? firstEvidence(news.now, after, names)
                : null,
          },
        ]}
      />
    </InsetText>
  );
}

const OUTCOME_TEXT: Record<Outcome, string> = { in: 'Yes', out: 'No', unknown: 'Unknown' };

function answerText(evaluation: Evaluation): string {
  if (evaluation.kind === 'segmentation')
    return (
      evaluation.definition.segments.find(({ id }) => id === evaluation.segment)?.title ?? evaluation.segment
    );
  if (evaluation.kind === 'score' && evaluation.steps !== null) {
    const band = evaluation.definition.bands.find(({ id }) => id === evaluation.band)?.title;
    return [scoreText(evaluation.definition, evaluation.steps), band].filter((part) => part).join(', ');
  }
  return OUTCOME_TEXT[evaluation.outcome];
}

/** The record of a person, as this reader may see it, from the files of the publication's snapshot. */
export function timelineOf(access: LakeAccess, measures: Measures) {
  const restricted = restrictedContent(measures.library);
  return async (on: Pick<PersonVisit, 'visit' | 'person'>) => {
    const publication = await readPublication(on.visit.tx);
    if (!publication) return null;
    const opened = await access.open(on.visit.tx, publication.snapshotId);
    const entries = await readTimeline(access, opened, on.person, {
      everything: maySeeRestricted(on.visit.by),
      restricted,
    });
    return { entries, asOf: publication.asOf };
  };
}

function whyHref(on: PersonVisit, definition: string): string {
  return `${personHref(on.person.public_id)}/why/${definition}`;
}

function RankAndScores(props: {
  on: PersonVisit;
  facts: PersonFacts | null;
  scores: readonly (ScoreEvaluation | CalculationEvaluation)[];
  segments: readonly SegmentationEvaluation[];
  measures: Measures;
}) {
  const { on, facts, scores, segments, measures } = props;
  const rank =
    facts?.need_before === undefined || facts.need_before === null ? null : topPercent(facts.need_before);
  const near = facts?.need_before_neighbourhood ?? null;
  const value = (evaluation: ScoreEvaluation | CalculationEvaluation) =>
    valueText(evaluation) ??
    (evaluation.outcome === 'out' ? 'Does not apply' : 'Unknown: something that it needs is missing');
  return (
    <SummaryList
      rows={[
        {
          key: shortName(measures.ranking),
          value:
            rank === null
              ? null
              : [
                  `${rank} in the borough`,
                  near === null ? '' : `${topPercent(near).toLowerCase()} in the neighbourhood`,
                ]
                  .filter((part) => part)
                  .join(', '),
          unknown: facts === null ? 'Not on a list here, so not ranked' : 'Not ranked',
          actions: [
            { text: 'Why', context: shortName(measures.ranking), href: whyHref(on, measures.ranking.of) },
          ],
        },
        ...scores.map((score) => ({
          key: shortName(score.definition),
          value: value(score),
          actions: [
            { text: 'Why', context: shortName(score.definition), href: whyHref(on, score.definition.id) },
          ],
        })),
        ...segments.filter(isOf(measures.segmentations)).map((evaluation) => segmentRow(on, evaluation)),
      ]}
    />
  );
}

function segmentRow(on: PersonVisit, { definition, segment }: SegmentationEvaluation) {
  const name = shortName(definition);
  return {
    key: name,
    value: definition.segments.find(({ id }) => id === segment)?.title ?? segment,
    actions: [{ text: 'Why', context: name, href: whyHref(on, definition.id) }],
  };
}

function isOf(definitions: readonly { readonly id: string }[]) {
  const ids = new Set(definitions.map(({ id }) => id));
  return ({ definition }: { readonly definition: { readonly id: string } }) => ids.has(definition.id);
}

interface RegistersProps {
  readonly on: PersonVisit;
  readonly registers: readonly RegisterEvaluation[];
  readonly people: EvaluatedPerson;
  readonly names: ReadonlyMap<string, string>;
  readonly measures: Measures;
}

/** What somebody who cares for this person may want to look at. The software proposes; a clinician decides. */
function Proposals({ on, registers, people, names, measures }: RegistersProps) {
  const shown = registers.filter(isOf(measures.proposals)).filter(({ outcome }) => outcome === 'in');
  if (shown.length === 0) return null;
  return (
    <>
      <Table
        caption="To look at"
        captionSize="s"
        compact
        responsive
        rows={shown}
        columns={[
          { heading: 'Finding', rowHeader: true, cell: ({ definition }) => shortName(definition) },
          { heading: 'What it proposes', cell: ({ definition }) => definition.proposes ?? null },
          {
            heading: 'Found in',
            unknown: 'See why',
            cell: (evaluation) => firstEvidence(people, evaluation, names),
          },
          whyColumn(on),
        ]}
      />
      <p class="nhsuk-hint">These are proposals from what is recorded. None of them is a diagnosis.</p>
    </>
  );
}

function whyColumn(on: PersonVisit) {
  return {
    heading: 'Why',
    hideHeading: true,
    cell: ({ definition }: { definition: Definition }) => (
      <a href={whyHref(on, definition.id)}>
        Why<span class="nhsuk-u-visually-hidden"> {shortName(definition)}</span>
      </a>
    ),
  };
}

/** The segments of those whom a programme or register does not concern: nothing is said of them. */
const NOT_CONCERNED = new Set(['not-eligible', 'not-applicable', 'not-on-register', 'no-condition']);

/** Where somebody stands in each of several segmentations that concern them. */
function Standing(props: {
  on: PersonVisit;
  title: string;
  of: readonly Segmentation[];
  segments: readonly SegmentationEvaluation[];
}) {
  const { on, title, of, segments } = props;
  const shown = segments.filter(isOf(of)).filter(({ segment }) => !NOT_CONCERNED.has(segment));
  if (shown.length === 0) return null;
  return (
    <>
      <Heading level={3}>{title}</Heading>
      <SummaryList rows={shown.map((evaluation) => segmentRow(on, evaluation))} />
    </>
  );
}

function Conditions({ on, registers, people, names, measures }: RegistersProps) {
  const shown = registers.filter(isOf(measures.conditions)).filter(({ outcome }) => outcome !== 'out');
  if (shown.length === 0) return <InsetText>On none of the registers of long-term conditions.</InsetText>;
  return (
    <Table
      caption="Long-term conditions, and what says so"
      captionSize="s"
      compact
      responsive
      rows={shown}
      columns={[
        {
          heading: 'Condition',
          rowHeader: true,
          cell: ({ definition, outcome }) => (
            <>
              {shortName(definition)} {outcome === 'unknown' && <Tag colour="yellow">Unknown</Tag>}
            </>
          ),
        },
        {
          heading: 'Recorded',
          unknown: 'See why',
          cell: (evaluation) => firstEvidence(people, evaluation, names),
        },
        whyColumn(on),
      ]}
    />
  );
}

/** The row that says most about a register: the latest one that decided it. */
function firstEvidence(
  people: EvaluatedPerson,
  evaluation: RegisterEvaluation,
  names: ReadonlyMap<string, string>,
): string | null {
  const rows = flatten(people.explain(evaluation).because).flatMap(({ evidence }) => evidence);
  return rows[0] ? entryText(rows[0], names) : null;
}

function flatten(
  conditions: readonly ReturnType<EvaluatedPerson['explain']>['because'][number][],
): ReturnType<EvaluatedPerson['explain']>['because'][number][] {
  return conditions.flatMap((condition) => [condition, ...flatten(condition.parts)]);
}

/** Why one definition says what it says of one person: the whole tree. */
export function whyRoutes(web: Web, access: LakeAccess, measures: Measures): void {
  web.route({
    method: 'GET',
    url: '/people/:id/why/:definition',
    may: mayOpenPerson,
    params: z.object({ id: z.uuid(), definition: z.string().max(60) }),
    handle: async (visit) => {
      const on = await openPerson(visit, visit.params.id, 'person.why_opened');
      const publication = await readPublication(visit.tx);
      const people = publication ? await evaluated(on, access, measures, publication) : null;
      const evaluation = people?.evaluations.find(
        ({ definition }) => definition.id === visit.params.definition,
      );
      if (!people || !evaluation)
        throw new NotFound('There is no such definition.', 'Go back to the person’s page.');
      const explanation = people.explain(evaluation);
      const names = practiceNames(on);
      return {
        page: (
          <WhyPage
            on={on}
            evaluation={evaluation}
            explanation={explanation}
            names={names}
            asOf={people.asOf}
            library={measures.library}
          />
        ),
      };
    },
  });
}

/** A score's reasons are the terms that add to it; the others are there to be looked at. */
function Because({
  explanation,
  names,
}: {
  explanation: ReturnType<EvaluatedPerson['explain']>;
  names: ReadonlyMap<string, string>;
}) {
  if (explanation.because.some(({ answer }) => answer !== undefined))
    return <Inputs because={explanation.because} names={names} />;
  const terms = explanation.because.filter(({ weight }) => weight !== undefined);
  if (terms.length === 0) return <Reasons conditions={explanation.because} practices={names} />;
  const adds = terms.filter(({ truth }) => truth === true);
  const unknown = terms.filter(({ truth }) => truth === null);
  const others = terms.filter(({ truth }) => truth === false);
  return (
    <>
      <Heading level={2}>What adds to it</Heading>
      {adds.length === 0 ? <p>Nothing does.</p> : <Reasons conditions={adds} practices={names} />}
      {unknown.length > 0 && (
        <>
          <Heading level={2}>What is not known</Heading>
          <Reasons conditions={unknown} practices={names} />
        </>
      )}
      {others.length > 0 && (
        <Details summary={`What does not add to it (${others.length})`}>
          <Reasons conditions={others} practices={names} />
        </Details>
      )}
    </>
  );
}

/** The inputs of a calculation: what is missing first, what was read, what is only assumed, and what is not so. */
function Inputs({
  because,
  names,
}: {
  because: ReturnType<EvaluatedPerson['explain']>['because'];
  names: ReadonlyMap<string, string>;
}) {
  const of = (wanted: (each: (typeof because)[number]) => boolean) => because.filter(wanted);
  const missing = of(({ answer, truth }) => answer === undefined && truth === null);
  const barred = of(({ answer, truth }) => answer === undefined && truth !== null);
  const assumed = of(({ answer }) => answer?.assumed === true);
  const read = of(({ answer, truth }) => answer?.assumed === false && truth === true);
  const not = of(({ answer, truth }) => answer?.assumed === false && truth !== true);
  const part = (title: string, conditions: typeof because) =>
    conditions.length > 0 && (
      <>
        <Heading level={2}>{title}</Heading>
        <Reasons conditions={conditions} practices={names} />
      </>
    );
  return (
    <>
      {part('Why it is not for this person', barred)}
      {part('What is missing', missing)}
      {part('What it rests on', read)}
      {part('What is assumed', assumed)}
      {not.length > 0 && (
        <Details summary={`What is not so (${not.length})`}>
          <Reasons conditions={not} practices={names} />
        </Details>
      )}
    </>
  );
}

function answerOf(evaluation: EvaluatedPerson['evaluations'][number]): string {
  if (evaluation.kind === 'segmentation')
    return evaluation.definition.segments.find(({ id }) => id === evaluation.segment)?.title ?? '';
  if (evaluation.kind === 'register') return OUTCOME_WORDS[evaluation.outcome];
  return valueText(evaluation) ?? (evaluation.outcome === 'out' ? 'does not apply' : 'unknown');
}

/** The value of a score and its band; null where there is none. */
function valueText(evaluation: ScoreEvaluation | CalculationEvaluation): string | null {
  if (evaluation.steps === null) return null;
  const { definition } = evaluation;
  const value =
    evaluation.kind === 'score'
      ? scoreText(evaluation.definition, evaluation.steps)
      : `${fromSteps(evaluation.steps, evaluation.places)}${evaluation.unit === '%' ? '%' : ''}`;
  const band = definition.bands.find(({ id }) => id === evaluation.band)?.title;
  return [value, band].filter((part) => part).join(', ');
}

const HANGS_ON: Record<Outcome, string> = {
  in: 'What would change this to No',
  out: 'What is missing for Yes',
  unknown: 'What is not known',
};

/** How the rule works for this person: not advice, and nothing that should be recorded to change the answer. */
function WouldChange(props: { outcome: Outcome; bands: boolean; wouldChange: readonly string[] }) {
  const { outcome, bands, wouldChange } = props;
  if (wouldChange.length === 0) return null;
  const title = bands && outcome === 'in' ? 'What would put it into another band' : HANGS_ON[outcome];
  return (
    <>
      <Heading level={2}>{title}</Heading>
      <ul class="nhsuk-list nhsuk-list--bullet">
        {wouldChange.map((change) => (
          <li key={change}>{change}</li>
        ))}
      </ul>
    </>
  );
}

const OUTCOME_WORDS = { in: 'Yes', out: 'No', unknown: 'Unknown' } as const;

function WhyPage(props: {
  on: PersonVisit;
  evaluation: EvaluatedPerson['evaluations'][number];
  explanation: ReturnType<EvaluatedPerson['explain']>;
  names: ReadonlyMap<string, string>;
  asOf: string;
  library: Library;
}) {
  const { on, evaluation, explanation, names } = props;
  const { definition } = evaluation;
  const answer = answerOf(evaluation);
  return (
    <Page
      title={`Why: ${shortName(definition)}`}
      chrome={on.visit.chrome}
      back={{ text: 'Back to the person', href: personHref(on.person.public_id) }}
    >
      <PageHeading caption={[on.person.given_names, on.person.family_name].filter((part) => part).join(' ')}>
        {definition.title}: {answer}
      </PageHeading>
      <p>{definition.why}</p>
      {evaluation.kind === 'register' &&
        evaluation.outcome === 'in' &&
        definition.kind === 'register' &&
        definition.proposes !== undefined && (
          <InsetText>
            <strong>What it proposes:</strong> {definition.proposes}
          </InsetText>
        )}
      <WouldChange
        outcome={evaluation.outcome}
        bands={evaluation.kind === 'calculation'}
        wouldChange={explanation.wouldChange}
      />
      <Because explanation={explanation} names={names} />
      {definition.cautions.length > 0 && (
        <InsetText>
          {definition.cautions.map((caution) => (
            <p key={caution}>{caution}</p>
          ))}
        </InsetText>
      )}
      {evaluation.kind === 'calculation' && (
        <ModelNotice library={props.library} definition={evaluation.definition} />
      )}
      <p class="app-secondary">
        {`Definition ${definition.id}, version ${explanation.version}, content ${explanation.contentHash}, data as at ${props.asOf}. `}
        <a href={`/definitions/${definition.id}`}>Read the definition</a>
      </p>
    </Page>
  );
}
