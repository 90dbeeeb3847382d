import { z } from 'zod';
import {
  type FieldError,
  formatDay,
  InvalidInput,
  londonDay,
  NotFound,
  type PlainDate,
} from '../../../kernel/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import {
  Button,
  CsrfField,
  DataDate,
  Details,
  Heading,
  InsetText,
  Page,
  PageHeading,
  SummaryList,
  Table,
  Tag,
  TextInput,
  type Visit,
  type Web,
} from '../../../platform/web/index.ts';
import { maySeePlaces, type Place, readPlaces } from '../../directory/index.ts';
import {
  findByNhsNumber,
  mayListPeople,
  mayOpenPerson,
  nhsNumberField,
  type Person,
  personHref,
  seesPeople,
} from '../../register/index.ts';
import { definitionText } from '../drafts/definition-text.ts';
import type { LivingLibrary } from '../drafts/living-library.ts';
import { type AuthoredRow, readPublishedHere } from '../drafts/read-drafts.ts';
import { comparedOf } from '../equity/compared.ts';
import { peopleHref } from '../facts/people-filter.ts';
import { type PlaceNumbers, readPlaceNumbers } from '../facts/place-numbers.ts';
import { type Publication, readPublication } from '../facts/publication.ts';
import type { CaseFile, Definition } from '../language/definition.ts';
import { bandsOf, codelistsOf, type Library, stepsOf } from '../language/library.ts';
import { bandMeasure, stepMeasure } from '../refresh/measure-names.ts';
import { mayWriteDefinitions } from '../who-may.ts';
import { PublishedHere } from './builder/published-here.tsx';
import { CalculationRule, EmptyLists } from './calculation-parts.tsx';
import { CALIBRATION_HREF } from './calibration-routes.tsx';
import { inEffectWords, membersOf } from './codelists/codelist-words.ts';
import { ConditionTree } from './condition-tree.tsx';
import { equityHref } from './equity-page.tsx';
import type { Measures } from './measures.ts';
import { stepInWords } from './step-words.ts';

const KIND_WORDS: Record<Definition['kind'], string> = {
  register: 'Register',
  score: 'Score',
  calculation: 'Calculation',
  ranking: 'Ranking',
  segmentation: 'Segmentation',
};
const STATUS = {
  verified: { word: 'Verified', colour: 'green' },
  unverified: { word: 'Not verified', colour: 'yellow' },
  draft: { word: 'Draft', colour: 'grey' },
} as const;

const GROUPED = new Intl.NumberFormat('en-GB');

/** The definitions: what is counted, by whose authority, with the drawn people that show what it means. */
export function definitionRoutes(web: Web, measures: Measures, content: string, living: LivingLibrary): void {
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
      const definition = named(measures.library, visit.params.id);
      const counts = await readCounts(visit);
      const authored = await readPublishedHere(visit.tx, definition.id);
      return {
        page: <DefinitionPage {...{ visit, measures, definition, counts, authored }} />,
      };
    },
  });
  web.route({
    method: 'GET',
    url: '/definitions/:id/export',
    may: maySeePlaces,
    params: z.object({ id: z.string().max(60) }),
    handle: async (visit) => {
      const text = definitionText(await living.published(visit.tx), content, visit.params.id);
      if (!text) throw new NotFound('There is no such definition.', 'Definitions lists all of them.');
      return { download: `${text.id}.yaml`, type: 'text/yaml; charset=utf-8', content: text.definition };
    },
  });
  web.route({
    method: 'POST',
    url: '/definitions/:id/why',
    may: mayOpenPerson,
    params: z.object({ id: z.string().max(60) }),
    body: z.object({ nhs_number: nhsNumberField }),
    handle: async (visit) => {
      const definition = named(measures.library, visit.params.id);
      const person = await personOfNumber(visit.tx, visit.body.nhs_number);
      // What is ranked has an answer for one person; the ranking itself has not.
      const id = definition.kind === 'ranking' ? definition.of : definition.id;
      return { redirect: `${personHref(person.public_id)}/why/${id}` };
    },
    again: async (visit, { errors }) => {
      const definition = named(measures.library, visit.params.id);
      const counts = await readCounts(visit);
      return {
        page: (
          <DefinitionPage
            {...{ visit, measures, definition, counts, errors }}
            authored={await readPublishedHere(visit.tx, definition.id)}
            typed={visit.body.nhs_number}
          />
        ),
        status: 422,
      };
    },
  });
}

/** Throws InvalidInput, so that the form comes back: whether the number is anybody's is not said. */
async function personOfNumber(tx: Tx, nhsNumber: string): Promise<Person> {
  try {
    return await findByNhsNumber(tx, nhsNumber);
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
    throw new InvalidInput([
      { field: 'nhs_number', message: 'Nobody whom you care for has this NHS number' },
    ]);
  }
}

function named(library: Library, id: string): Definition {
  const definition = library.definitions.find((each) => each.id === id);
  if (!definition) throw new NotFound('There is no such definition.', 'Definitions lists all of them.');
  return definition;
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
  // A place of which it is hidden how many are registered has somebody.
  const peopled = roots.filter((place) => numbers.of(place, 'registered', 'all').people !== 0);
  return { publication, roots: peopled, numbers };
}

function countText(
  counts: Counts | null,
  definition: Definition,
  band: 'in' | 'out' | 'unknown',
): string | null {
  if (!counts || counts.roots.length === 0) return null;
  if (definition.kind === 'segmentation') return band === 'in' ? 'Everybody' : 'Nobody';
  const id = definition.kind === 'ranking' ? definition.of : definition.id;
  return sumText(counts, `definition:${id}`, band);
}

/** A published number of all the largest places together; hidden as soon as one of them is. */
function sumText(counts: Counts, measure: string, band: string): string {
  const numbers = counts.roots.map((place) => counts.numbers.of(place, measure, band).people);
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
  const { library } = measures;
  return (
    <Page title="Definitions" chrome={visit.chrome}>
      <PageHeading>Definitions</PageHeading>
      <p>
        Every number comes from one of these. A person is in, out, or unknown; the three add up to everybody.
        Numbers are rounded to the nearest {measures.rulesOf(counts?.publication ?? null).round_to}, and small
        ones are hidden.
      </p>
      {mayWriteDefinitions(visit.by).allowed && (
        <p>
          <a href="/definitions/drafts">Drafts: write a definition, or check somebody else’s</a>
        </p>
      )}
      <p>
        <a href="/codelists">Lists of codes</a>: what each definition means by a code, and new versions that
        wait.
      </p>
      {GROUPS.map(({ id, title }) => {
        const rows = library.definitions.filter(({ group }) => group === id);
        return rows.length > 0 && <DefinitionTable key={id} title={title} rows={rows} counts={counts} />;
      })}
      <CountsDate visit={visit} measures={measures} counts={counts} />
    </Page>
  );
}

/** What definitions are about, in the order in which they are shown. */
const GROUPS: readonly { id: Definition['group']; title: string }[] = [
  { id: 'condition', title: 'Conditions and need' },
  { id: 'case-finding', title: 'Case finding: what a clinician may want to check' },
  { id: 'priority', title: 'Priority groups of people on registers' },
  { id: 'prevention', title: 'Vaccination and screening' },
  { id: 'population', title: 'Groups of people' },
  { id: 'equity', title: 'Who people are, to compare groups' },
  { id: 'record', title: 'About the record' },
];

function DefinitionTable({
  title,
  rows,
  counts,
}: {
  title: string;
  rows: readonly Definition[];
  counts: Counts | null;
}) {
  return (
    <Table
      caption={title}
      compact
      responsive
      rows={rows}
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
  );
}

interface DefinitionPageProps {
  readonly visit: Visit;
  readonly measures: Measures;
  readonly definition: Definition;
  readonly counts: Counts | null;
  readonly errors?: readonly FieldError[];
  readonly typed?: string | undefined;
  readonly authored: readonly AuthoredRow[];
}

function DefinitionPage(props: DefinitionPageProps) {
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
      {definition.kind === 'register' && definition.proposes !== undefined && (
        <InsetText>
          <p>
            <strong>What it proposes:</strong> {definition.proposes}
          </p>
          <p>It finds people whom a clinician may want to look at. It does not diagnose anybody.</p>
        </InsetText>
      )}
      <EmptyLists library={library} lists={codelistsOf(definition)} />
      <Rule library={library} definition={definition} />
      <Heading level={2}>How many people</Heading>
      <SummaryList
        rows={(['in', 'out', 'unknown'] as const).map((band) => ({
          key: band === 'in' ? 'In' : band === 'out' ? 'Out' : 'Unknown',
          value: countText(counts, definition, band),
          unknown: 'No data yet',
        }))}
      />
      <BandCounts definition={definition} counts={counts} />
      <Attrition library={library} definition={definition} counts={counts} />
      <CountsDate visit={visit} measures={measures} counts={counts} />
      {(comparedOf(definition).length > 0 || definition.group === 'equity') && (
        <p>
          <a href={equityHref(undefined, definition.group === 'equity' ? undefined : definition.id)}>
            Compare groups of people
          </a>
        </p>
      )}
      {definition.kind === 'ranking' && (
        <p>
          <a href={CALIBRATION_HREF}>What happened to those who ranked high</a>
        </p>
      )}
      <WhyNot {...props} />
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
      <PublishedHere rows={props.authored} linked={mayWriteDefinitions(visit.by).allowed} />
      <WaysOn visit={visit} definition={definition} />
      <Codes library={library} definition={definition} />
      {cases && <Cases cases={cases} />}
    </Page>
  );
}

function BandCounts({ definition, counts }: { definition: Definition; counts: Counts | null }) {
  const bands = bandsOf(definition);
  // Groups of people are counted on the page that compares them.
  if (bands.length === 0 || !counts || definition.group === 'equity') return null;
  return (
    <Table
      caption={definition.kind === 'segmentation' ? 'People by segment' : 'People by band'}
      captionSize="s"
      compact
      rows={bands}
      columns={[
        {
          heading: definition.kind === 'segmentation' ? 'Segment' : 'Band',
          rowHeader: true,
          cell: ({ title }) => title,
        },
        {
          heading: 'People',
          numeric: true,
          cell: ({ id }) => sumText(counts, bandMeasure(definition.id), id),
        },
      ]}
    />
  );
}

/** Where a register loses people, step by step, so that a surprising number can be followed to its cause. */
function Attrition(props: { library: Library; definition: Definition; counts: Counts | null }) {
  const { library, definition, counts } = props;
  const steps = stepsOf(definition);
  if (steps.length < 2 || !counts) return null;
  const lost = (step: number) => sumText(counts, stepMeasure(definition.id), String(step));
  return (
    <Table
      caption="Step by step"
      captionSize="s"
      compact
      responsive
      rows={steps.map((condition, at) => ({ condition, at }))}
      columns={[
        {
          heading: 'Step',
          rowHeader: true,
          cell: ({ condition, at }) => `${at + 1}. ${stepInWords(library, condition)}`,
        },
        { heading: 'People who leave here', numeric: true, cell: ({ at }) => lost(at) },
      ]}
    />
  );
}

/** What can be done with a definition: its text, its people, and a change of it. */
function WaysOn({ visit, definition }: { visit: Visit; definition: Definition }) {
  const lists = definition.kind === 'register' && mayListPeople(visit.by).allowed;
  return (
    <ul class="app-parts">
      {lists && (
        <li>
          <a href={peopleHref({ condition: [definition.id] })}>List the people who are in it</a>
        </li>
      )}
      {mayWriteDefinitions(visit.by).allowed && definition.kind !== 'ranking' && (
        <li>
          <a href={`/definitions/drafts/new?from=${definition.id}`}>Begin a changed copy</a>
        </li>
      )}
      <li>
        <a href={`/definitions/${definition.id}/export`}>Download its text</a>
      </li>
    </ul>
  );
}

/** "Why is this person not here?", for those who may see people. */
function WhyNot({ visit, definition, errors = [], typed }: DefinitionPageProps) {
  if (!seesPeople(visit.by.role)) return null;
  return (
    <form method="post" action={`/definitions/${definition.id}/why`} class="app-why-not">
      <CsrfField token={visit.chrome.csrfToken} />
      <TextInput
        name="nhs_number"
        label="Why is somebody on it, or not?"
        labelSize="m"
        hint="Write the NHS number of somebody whom you care for. You see each condition, what decided it, and what would change it."
        width={10}
        inputmode="numeric"
        autocomplete="off"
        errors={errors}
        value={typed}
      />
      <Button variant="secondary">Show why</Button>
    </form>
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
      {definition.kind === 'calculation' && <CalculationRule library={library} definition={definition} />}
      {definition.kind === 'segmentation' && (
        <>
          <p>Everybody is in the first of these that is true of them.</p>
          <Table
            caption="Segments, from the greatest need to the least"
            captionSize="s"
            compact
            responsive
            rows={definition.segments}
            columns={[
              { heading: 'Segment', rowHeader: true, cell: (segment) => segment.title },
              {
                heading: 'When',
                cell: ({ when }) =>
                  when === undefined ? (
                    'Everybody else'
                  ) : (
                    <ConditionTree library={library} conditions={[when]} />
                  ),
              },
            ]}
          />
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
          { key: 'To be reviewed by', value: formatDay(definition.review as PlainDate) },
        ]}
      />
    </>
  );
}

/** Members of a list that stand beside a definition; the list's own page has all of them. */
const MEMBERS_SHOWN = 8;

/** Which version of each list the definition was worked out with, and where it is from. */
function Codes({ library, definition }: { library: Library; definition: Definition }) {
  const lists = codelistsOf(definition).flatMap((id) => library.codelists.get(id) ?? []);
  if (lists.length === 0) return null;
  return (
    <Details
      summary={`The ${lists.length} ${lists.length === 1 ? 'list of codes' : 'lists of codes'} that it uses`}
    >
      <Table
        caption="Lists of codes, with the version that the figures were worked out with"
        hideCaption
        compact
        responsive
        rows={lists}
        columns={[
          {
            heading: 'List',
            rowHeader: true,
            cell: ({ id, title }) => (
              <>
                <a href={`/codelists/${id}`}>{id}</a>
                {`: ${title}`}
              </>
            ),
          },
          {
            heading: 'Version',
            cell: (list) => `${inEffectWords(list)}, ${STATUS[list.status].word.toLowerCase()}`,
          },
          {
            heading: 'Source',
            unknown: 'As the other lists of its file',
            cell: ({ source }) => source ?? null,
          },
          {
            heading: 'Codes',
            unknown: 'None yet',
            cell: (list) => {
              const members = membersOf(list);
              const shown = members
                .slice(0, MEMBERS_SHOWN)
                .map(({ code, term }) => (term ? `${term} (${code})` : code));
              const more = members.length - shown.length;
              return shown.length === 0 ? null : `${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
            },
          },
        ]}
      />
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
