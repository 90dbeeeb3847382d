import type { ComponentChildren } from 'preact';
import { InvalidInput } from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import {
  type Answer,
  InsetText,
  Page,
  PageHeading,
  statusOf,
  toCsv,
  type Visit,
  type Web,
} from '../../../platform/web/index.ts';
import { type PlaceTree, readPlaces } from '../../directory/index.ts';
import { mayListPeople, seesPseudonyms } from '../../register/index.ts';
import { fromSteps } from '../evaluate/exact.ts';
import {
  findPeople,
  type ListedPerson,
  listPeople,
  type PeopleStanding,
  ROWS_A_PAGE,
  type ShownValue,
  shownValue,
} from '../facts/find-people.ts';
import { type AskedFilter, askedFilterSchema, type PeopleFilter } from '../facts/people-filter.ts';
import { type Publication, readPublication } from '../facts/publication.ts';
import { conditionNames, type Measures, namesOf, scoreText, topPercent } from './measures.ts';
import type { OpenActs, OpenedForm } from './people-acts.ts';
import { PeoplePage } from './people-page.tsx';

/** What other rooms add to the rows of a list: for each person, a few words, such as whose caseload they are on. */
export interface ListColumn {
  readonly heading: string;
  read(tx: Tx, people: readonly number[]): Promise<ReadonlyMap<number, ComponentChildren>>;
}

/** What other rooms do with a whole list, such as making a caseload of it; null for whoever may not. */
export type ListStep = (
  by: Actor,
  filter: PeopleFilter,
) => { readonly text: string; readonly href: string } | null;

/** Lists of people: the same address for everybody, and for each reader only those whom they may see. */
export function peopleRoutes(web: Web, list: PeopleList): void {
  const { measures } = list;
  web.route({
    method: 'GET',
    url: '/people',
    may: mayListPeople,
    query: askedFilterSchema,
    handle: async (visit) => {
      return await answerPeopleList(visit, list, visit.query, null);
    },
  });
  web.route({
    method: 'GET',
    url: '/people.csv',
    may: mayListPeople,
    query: askedFilterSchema,
    handle: async (visit) => {
      const publication = await readPublication(visit.tx);
      const places = await readPlaces(visit.tx);
      const { filter, errors } = visit.query;
      if (errors.length > 0) throw new InvalidInput(errors);
      const standing = list.acts?.(visit, null)?.standing;
      const people = publication
        ? await findPeople(visit.tx, publication, places, filter, null, standing)
        : [];
      await writeAudit(visit.tx, {
        action: 'people.exported',
        purpose: visit.because,
        detail: {
          filter,
          snapshot: publication?.snapshotId ?? null,
          people: people.map(({ personNo }) => personNo),
        },
      });
      return {
        download: 'people.csv',
        type: 'text/csv; charset=utf-8',
        content: peopleCsv(people, places, measures, publication, {
          pseudonymous: seesPseudonyms(visit.by.role),
          value: publication && shownValue(publication, filter),
        }),
      };
    },
  });
}

/** Lists of people, with what other rooms add to them. */
export interface PeopleList {
  readonly measures: Measures;
  readonly columns: readonly ListColumn[];
  readonly steps?: readonly ListStep[];
  readonly acts?: OpenActs;
}

/**
 * One page of a list of people, as the address asks: also as the answer to a form that was opened in one of its rows and
 * comes back. Its status is that of the form.
 */
export async function answerPeopleList(
  visit: Visit,
  { measures, columns, steps = [], acts: openActs }: PeopleList,
  query: AskedFilter,
  opened: OpenedForm | null,
): Promise<Answer> {
  const { tx } = visit;
  const publication = await readPublication(tx);
  if (!publication) return { page: <NothingYet visit={visit} /> };
  const places = await readPlaces(tx);
  const acts = openActs?.(visit, opened) ?? null;
  const { filter, total, people, errors } = await listed(tx, publication, places, query, acts?.standing);
  const shown = people.map(({ personNo }) => personNo);
  const added = [];
  for (const column of columns) added.push({ heading: column.heading, cells: await column.read(tx, shown) });
  await writeAudit(tx, {
    action: 'people.listed',
    purpose: visit.because,
    detail: { filter, snapshot: publication.snapshotId, people: shown },
  });
  const acting = acts && {
    standings: acts.standings,
    cells: await acts.cells(people),
    forms: await acts.forms(people),
    done: await acts.done(),
    errors: acts.typed.errors,
  };
  const pageCount = Math.max(1, Math.ceil(total / ROWS_A_PAGE));
  const next = steps.flatMap((step) => step(visit.by, filter) ?? []);
  const list = {
    ...{ filter, typed: query.typed, errors, people, total, pageCount, added, acting },
    steps: next,
  };
  return {
    page: <PeoplePage {...{ visit, publication, measures, places, ...list }} />,
    ...(errors.length > 0 ? { status: 422 } : acts ? statusOf(acts.typed) : {}),
  };
}

/** A filter that names what there is not lists nobody and says so, with the form still filled. */
async function listed(
  tx: Tx,
  publication: Publication,
  places: PlaceTree,
  { filter, errors }: AskedFilter,
  standing: PeopleStanding | undefined,
) {
  if (errors.length > 0) return { filter, total: 0, people: [], errors };
  try {
    const found = await listPeople(tx, publication, places, filter, standing);
    const last = Math.ceil(found.total / ROWS_A_PAGE);
    if (found.people.length > 0 || filter.page <= last || last === 0) return { filter, ...found, errors };
    // The rows of the last page have been dealt with: its place is taken by the one before.
    const before = { ...filter, page: last };
    return { filter: before, ...(await listPeople(tx, publication, places, before, standing)), errors };
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    return { filter, total: 0, people: [], errors: error.fields };
  }
}

function NothingYet({ visit }: { visit: Visit }) {
  return (
    <Page title="People" chrome={visit.chrome}>
      <PageHeading>People</PageHeading>
      <InsetText>
        There is nobody to list yet. Lists appear when a practice’s extract has been imported and worked out,
        which takes a minute or two.
      </InsetText>
    </Page>
  );
}

const CSV_COLUMNS = [
  'practice',
  'age',
  'sex',
  'need_rank',
  'top_of_need',
  'multimorbidity_score',
  'frailty',
  'conditions',
  'data_date',
];

/** What stands for somebody whose record is protected: they count, and no more is said of them. */
const PROTECTED = 'protected record';

function peopleCsv(
  people: readonly ListedPerson[],
  places: PlaceTree,
  measures: Measures,
  publication: Publication | null,
  { pseudonymous, value }: { readonly pseudonymous: boolean; readonly value: ShownValue | null },
): string {
  const names = conditionNames(measures, publication);
  const who = pseudonymous ? ['pseudonym'] : ['nhs_number', 'family_name', 'given_names'];
  const rows = people.map((person) => [
    ...(pseudonymous
      ? [person.guarded ? PROTECTED : person.pseudonym]
      : [person.nhsNumber, person.guarded ? PROTECTED : person.familyName, person.givenNames]),
    person.practiceId === null ? null : (places.place(person.practiceId)?.code ?? null),
    person.age,
    person.sex,
    person.needRank,
    person.needBefore === null ? null : topPercent(person.needBefore),
    person.multimorbidity === null ? null : scoreText(measures.multimorbidity, person.multimorbidity),
    person.frailtyBand,
    namesOf(person.inIds, names).join('; '),
    publication?.asOf ?? null,
    ...(value === null ? [] : [person.value === null ? null : fromSteps(person.value, value.places)]),
  ]);
  const more = value === null ? [] : [value.id.replaceAll('-', '_')];
  return toCsv([...who, ...CSV_COLUMNS, ...more], rows);
}
