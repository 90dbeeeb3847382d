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
  toCsv,
  type Visit,
  type Web,
} from '../../../platform/web/index.ts';
import { type PlaceTree, readPlaces } from '../../directory/index.ts';
import { mayListPeople, seesPseudonyms } from '../../register/index.ts';
import { findPeople, type ListedPerson, listPeople, ROWS_A_PAGE } from '../facts/find-people.ts';
import { type AskedFilter, askedFilterSchema, type PeopleFilter } from '../facts/people-filter.ts';
import { type Publication, readPublication } from '../facts/publication.ts';
import { conditionNames, type Measures, namesOf, scoreText, topPercent } from './measures.ts';
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
export function peopleRoutes(
  web: Web,
  measures: Measures,
  columns: readonly ListColumn[],
  steps: readonly ListStep[] = [],
): void {
  web.route({
    method: 'GET',
    url: '/people',
    may: mayListPeople,
    query: askedFilterSchema,
    handle: async (visit) => {
      const publication = await readPublication(visit.tx);
      if (!publication) return { page: <NothingYet visit={visit} /> };
      return await listPage(visit, publication, measures, columns, steps);
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
      const people = publication ? await findPeople(visit.tx, publication, places, filter, null) : [];
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
        content: peopleCsv(people, places, measures, publication, seesPseudonyms(visit.by.role)),
      };
    },
  });
}

async function listPage(
  visit: Visit<unknown, AskedFilter>,
  publication: Publication,
  measures: Measures,
  columns: readonly ListColumn[],
  steps: readonly ListStep[],
): Promise<Answer> {
  const { tx, query } = visit;
  const { filter } = query;
  const places = await readPlaces(tx);
  const { total, people, errors } = await listed(tx, publication, places, query);
  const shown = people.map(({ personNo }) => personNo);
  const added = [];
  for (const column of columns) added.push({ heading: column.heading, cells: await column.read(tx, shown) });
  await writeAudit(tx, {
    action: 'people.listed',
    purpose: visit.because,
    detail: { filter, snapshot: publication.snapshotId, people: shown },
  });
  const pageCount = Math.max(1, Math.ceil(total / ROWS_A_PAGE));
  const next = steps.flatMap((step) => step(visit.by, filter) ?? []);
  const list = { filter, typed: query.typed, errors, people, total, pageCount, added, steps: next };
  return {
    page: <PeoplePage {...{ visit, publication, measures, places, ...list }} />,
    status: errors.length > 0 ? 422 : 200,
  };
}

/** A filter that names what there is not lists nobody and says so, with the form still filled. */
async function listed(tx: Tx, publication: Publication, places: PlaceTree, { filter, errors }: AskedFilter) {
  if (errors.length > 0) return { total: 0, people: [], errors };
  try {
    return { ...(await listPeople(tx, publication, places, filter)), errors };
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    return { total: 0, people: [], errors: error.fields };
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
  pseudonymous: boolean,
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
  ]);
  return toCsv([...who, ...CSV_COLUMNS], rows);
}
