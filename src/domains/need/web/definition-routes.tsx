import { z } from 'zod';
import { londonDay, NotFound } from '../../../kernel/index.ts';
import {
  DataDate,
  Details,
  Heading,
  InsetText,
  Page,
  PageHeading,
  SummaryList,
  Table,
  Tag,
  type Visit,
  type Web,
} from '../../../platform/web/index.ts';
import { maySeePlaces, type Place, readPlaces } from '../../directory/index.ts';
import { askedInWords } from '../evaluate/words.ts';
import { type PlaceNumbers, readPlaceNumbers } from '../facts/place-numbers.ts';
import { type Publication, readPublication } from '../facts/publication.ts';
import type { CaseFile, Condition, Definition } from '../language/definition.ts';
import { allConditions, codelistGroups, conditionsOf, type Library } from '../language/library.ts';
import type { Measures } from './measures.ts';

const KIND_WORDS: Record<Definition['kind'], string> = {
  register: 'Register',
  score: 'Score',
  ranking: 'Ranking',
};
const STATUS = {
  verified: { word: 'Verified', colour: 'green' },
  unverified: { word: 'Not verified', colour: 'yellow' },
  draft: { word: 'Draft', colour: 'grey' },
} as const;

const GROUPED = new Intl.NumberFormat('en-GB');

/** The definitions: what is counted, by whose authority, with the drawn people that show what it means. */
export function definitionRoutes(web: Web, measures: Measures): void {
  const { library } = measures;
  web.route({
    method: 'GET',
    url: '/definitions',
    may: maySeePlaces,
    handle: async (visit) => ({
      page: <DefinitionsPage visit={visit} measures={measures} counts={await readCounts(visit)} />,
    }),
  });
  web.route({
    method: 'GET',
    url: '/definitions/:id',
    may: maySeePlaces,
    params: z.object({ id: z.string().max(60) }),
    handle: async (visit) => {
      const definition = library.definitions.find(({ id }) => id === visit.params.id);
      if (!definition) throw new NotFound('There is no such definition.', 'Definitions lists all of them.');
      return {
        page: (
          <DefinitionPage
            visit={visit}
            measures={measures}
            definition={definition}
            counts={await readCounts(visit)}
          />
        ),
      };
    },
  });
}

interface Counts {
  readonly publication: Publication;
  readonly roots: readonly Place[];
  readonly numbers: PlaceNumbers;
}

/** Published numbers, for every reader alike: a definition's page is about the definition, not about people. */
async function readCounts(visit: Visit): Promise<Counts | null> {
  const publication = await readPublication(visit.tx);
  if (!publication) return null;
  const tree = await readPlaces(visit.tx);
  const roots = tree.roots.filter((place) => tree.practices(place).length > 0);
  const numbers = await readPlaceNumbers(visit.tx, publication, tree, roots, new Set());
  const peopled = roots.filter((place) => (numbers.of(place, 'registered', 'all').people ?? 0) > 0);
  return { publication, roots: peopled, numbers };
}

function countText(
  counts: Counts | null,
  definition: Definition,
  band: 'in' | 'out' | 'unknown',
): string | null {
  if (!counts || counts.roots.length === 0) return null;
  const id = definition.kind === 'ranking' ? definition.of : definition.id;
  const numbers = counts.roots.map((place) => counts.numbers.of(place, `definition:${id}`, band).people);
  if (numbers.includes(null)) return 'hidden';
  return GROUPED.format(numbers.reduce((sum: number, people) => sum + (people ?? 0), 0));
}

function CountsDate({
  visit,
  measures,
  counts,
}: {
  visit: Visit;
  measures: Measures;
  counts: Counts | null;
}) {
  const date = counts?.publication.asOf ?? null;
  return <DataDate date={date} stale={measures.isStale(date, londonDay(visit.now))} />;
}

function StatusTag({ definition }: { definition: Definition }) {
  const { word, colour } = STATUS[definition.status];
  return <Tag colour={colour}>{word}</Tag>;
}

function DefinitionsPage({
  visit,
  measures,
  counts,
}: {
  visit: Visit;
  measures: Measures;
  counts: Counts | null;
}) {
  const { library, disclosure } = measures;
  return (
    <Page title="Definitions" chrome={visit.chrome}>
      <PageHeading>Definitions</PageHeading>
      <p>
        Every number comes from one of these. A person is in, out, or unknown; the three add up to everybody.
        Numbers are rounded to the nearest {disclosure.round_to}, and small ones are hidden.
      </p>
      <Table
        caption="All definitions"
        hideCaption
        compact
        responsive
        rows={library.definitions}
        columns={[
          {
            heading: 'Definition',
            rowHeader: true,
            cell: (each) => <a href={`/definitions/${each.id}`}>{each.title}</a>,
          },
          { heading: 'Kind', cell: (each) => KIND_WORDS[each.kind] },
          { heading: 'Version', nowrap: true, cell: (each) => each.version },
          { heading: 'Status', cell: (each) => <StatusTag definition={each} /> },
          { heading: 'In', numeric: true, unknown: 'No data', cell: (each) => countText(counts, each, 'in') },
          {
            heading: 'Out',
            numeric: true,
            unknown: 'No data',
            cell: (each) => countText(counts, each, 'out'),
          },
          {
            heading: 'Unknown',
            numeric: true,
            unknown: 'No data',
            cell: (each) => countText(counts, each, 'unknown'),
          },
        ]}
      />
      <CountsDate visit={visit} measures={measures} counts={counts} />
    </Page>
  );
}

function DefinitionPage(props: {
  visit: Visit;
  measures: Measures;
  definition: Definition;
  counts: Counts | null;
}) {
  const { visit, measures, definition, counts } = props;
  const { library } = measures;
  const cases = library.cases.get(definition.id);
  return (
    <Page
      title={definition.title}
      chrome={visit.chrome}
      breadcrumbs={[{ text: 'Definitions', href: '/definitions' }]}
    >
      <PageHeading caption={KIND_WORDS[definition.kind]}>{definition.title}</PageHeading>
      <p>{definition.why}</p>
      <Rule library={library} definition={definition} />
      <Heading level={2}>How many people</Heading>
      <SummaryList
        rows={(['in', 'out', 'unknown'] as const).map((band) => ({
          key: band === 'in' ? 'In' : band === 'out' ? 'Out' : 'Unknown',
          value: countText(counts, definition, band),
          unknown: 'No data yet',
        }))}
      />
      <CountsDate visit={visit} measures={measures} counts={counts} />
      {definition.cautions.length > 0 && (
        <>
          <Heading level={2}>Know before you use it</Heading>
          <ul class="nhsuk-list nhsuk-list--bullet">
            {definition.cautions.map((caution) => (
              <li key={caution}>{caution}</li>
            ))}
          </ul>
        </>
      )}
      <StandsBehind library={library} definition={definition} />
      <Codes library={library} definition={definition} />
      {cases && <Cases cases={cases} />}
    </Page>
  );
}

function Rule({ library, definition }: { library: Library; definition: Definition }) {
  return (
    <>
      <Heading level={2}>The rule</Heading>
      {definition.kind === 'register' && <ConditionTree library={library} conditions={[definition.rule]} />}
      {definition.kind === 'score' && (
        <>
          <p>Applies to:</p>
          <ConditionTree library={library} conditions={[definition.applies_to]} />
          <Table
            caption={
              definition.divide_by === undefined
                ? 'What adds to the score'
                : `What adds to the score, shown out of ${definition.divide_by}`
            }
            captionSize="s"
            compact
            responsive
            rows={definition.terms}
            columns={[
              { heading: 'Term', rowHeader: true, cell: (term) => term.title },
              {
                heading: 'When',
                cell: (term) => <ConditionTree library={library} conditions={[term.when]} />,
              },
              { heading: 'Adds', numeric: true, cell: (term) => term.weight },
            ]}
          />
          {definition.bands.length > 0 && (
            <Table
              caption="Bands"
              captionSize="s"
              compact
              responsive
              rows={definition.bands}
              columns={[
                { heading: 'Band', rowHeader: true, cell: (band) => band.title },
                { heading: 'From', numeric: true, cell: (band) => band.from },
              ]}
            />
          )}
        </>
      )}
      {definition.kind === 'ranking' && (
        <>
          <p>
            Everybody who has the score{' '}
            <a href={`/definitions/${definition.of}`}>{library.definition(definition.of).title}</a>, highest
            first. Ties go to the older person, then to the lower person number.
          </p>
          <Table
            caption="Bands, as a share of everybody registered in the borough"
            captionSize="s"
            compact
            responsive
            rows={definition.bands}
            columns={[
              { heading: 'Band', rowHeader: true, cell: (band) => band.title },
              { heading: 'Up to', numeric: true, cell: (band) => `${band.up_to_percent}%` },
            ]}
          />
        </>
      )}
    </>
  );
}

function ConditionTree({ library, conditions }: { library: Library; conditions: readonly Condition[] }) {
  return (
    <ul class="nhsuk-list nhsuk-list--bullet">
      {conditions.map((condition) => {
        const parts =
          'all' in condition
            ? condition.all
            : 'any' in condition
              ? condition.any
              : 'not' in condition
                ? [condition.not]
                : [];
        return (
          <li key={JSON.stringify(condition)}>
            {askedInWords(library, condition)}
            {parts.length > 0 && <ConditionTree library={library} conditions={parts} />}
          </li>
        );
      })}
    </ul>
  );
}

function StandsBehind({ library, definition }: { library: Library; definition: Definition }) {
  return (
    <>
      <Heading level={2}>Who stands behind it</Heading>
      <SummaryList
        rows={[
          { key: 'Version', value: `${definition.version} (content ${library.contentHash(definition.id)})` },
          { key: 'Status', value: <StatusTag definition={definition} /> },
          { key: 'Source', value: definition.source },
          { key: 'Licence', value: definition.licence },
          { key: 'Author', value: definition.author },
          { key: 'Owner', value: definition.owner },
          { key: 'Checker', value: definition.checker },
          { key: 'To be reviewed by', value: definition.review },
        ]}
      />
    </>
  );
}

function Codes({ library, definition }: { library: Library; definition: Definition }) {
  const ids = [
    ...new Set(conditionsOf(definition).flatMap(allConditions).flatMap(codelistGroups).flat()),
  ].sort();
  if (ids.length === 0) return null;
  return (
    <Details summary={`The ${ids.length} codelists that it uses`}>
      <ul class="nhsuk-list nhsuk-list--bullet">
        {ids.map((id) => {
          const list = library.codelists.get(id);
          if (!list) return null;
          const codes =
            list.kind === 'snomed'
              ? list.codes.map(({ code, term }) => `${term} (${code})`)
              : list.prefixes.map((prefix) => `${list.kind === 'bnf' ? 'BNF' : 'ICD-10'} ${prefix}`);
          return (
            <li key={id}>
              <strong>{list.title}</strong> ({id}, {STATUS[list.status].word.toLowerCase()}):{' '}
              {codes.join('; ')}
            </li>
          );
        })}
      </ul>
    </Details>
  );
}

function Cases({ cases }: { cases: CaseFile }) {
  return (
    <>
      <Heading level={2}>Drawn people</Heading>
      <InsetText>
        These people are made up. Each shows one thing that the definition means; every release checks that
        they still come out so, on {cases.reference_date}.
      </InsetText>
      <Table
        caption="Drawn people and what the definition says of them"
        hideCaption
        compact
        responsive
        rows={cases.people}
        columns={[
          { heading: 'Person', rowHeader: true, cell: (person) => person.name },
          { heading: 'Born', nowrap: true, cell: (person) => person.born },
          { heading: 'Sex', cell: (person) => person.sex },
          { heading: 'Outcome', cell: (person) => person.expect.outcome },
          { heading: 'Value', numeric: true, unknown: 'None', cell: (person) => person.expect.value ?? null },
        ]}
      />
    </>
  );
}
