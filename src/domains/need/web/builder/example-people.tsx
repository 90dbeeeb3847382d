import { sql } from 'kysely';
import { writeAudit } from '../../../../platform/audit/index.ts';
import { openPseudonyms } from '../../../../platform/auth/index.ts';
import { Details, Table, Tag, type Visit } from '../../../../platform/web/index.ts';
import { readPlaces } from '../../../directory/index.ts';
import {
  listName,
  maySeeRestricted,
  openPerson,
  personHref,
  type RegisterTables,
  seesPeople,
} from '../../../register/index.ts';
import { evaluatePerson } from '../../evaluate/evaluate-person.ts';
import type { Explanation } from '../../evaluate/explanation.ts';
import { readPublication } from '../../facts/publication.ts';
import type { Definition } from '../../language/definition.ts';
import type { Library } from '../../language/library.ts';
import { withDefinition } from '../../language/with-authored.ts';
import type { NeedTables } from '../../tables.ts';
import { Reasons } from '../explanation.tsx';
import { conditionNames, namesOf } from '../measures.ts';
import type { DraftParts } from './draft-parts.ts';

/** Somebody who is shown as an example of something. */
export interface Example {
  readonly person: number;
  /** What they are an example of: "In", or "From out to in". */
  readonly of: string;
}

/** An example with what this reader may see of them. */
type ShownExample = Example &
  (
    | {
        readonly as: 'person';
        readonly name: string;
        readonly href: string;
        readonly explanation: Explanation;
      }
    | {
        readonly as: 'pseudonym';
        readonly pseudonym: string;
        readonly age: number | null;
        readonly sex: string;
        readonly conditions: string;
      }
  );

export interface ShownExamples {
  readonly examples: readonly ShownExample[];
  readonly practices: ReadonlyMap<string, string>;
}

/**
 * Opens example people for whoever may see them, each look in the audit. Who cares for people sees them by name, with the
 * entries that decided; analysts see facts under pseudonyms, as in their lists. Row-level security decides about each.
 */
export async function openExamples(
  visit: Visit,
  parts: DraftParts,
  asked: { readonly library: Library; readonly candidate: Definition; readonly examples: readonly Example[] },
): Promise<ShownExamples> {
  const places = await readPlaces(visit.tx);
  const practices = new Map(places.all.map((place) => [place.code, place.name]));
  const examples = seesPeople(visit.by.role)
    ? await byName(visit, parts, asked)
    : await underPseudonyms(visit, parts, asked.examples);
  return { examples, practices };
}

async function byName(
  visit: Visit,
  parts: DraftParts,
  { library, candidate, examples }: Parameters<typeof openExamples>[2],
): Promise<ShownExample[]> {
  const publication = await readPublication(visit.tx);
  if (!publication) return [];
  const whole = withDefinition(library, candidate);
  const ids = await publicIds(visit, examples);
  const shown: ShownExample[] = [];
  for (const example of examples) {
    const id = ids.get(example.person);
    if (id === undefined) continue;
    const on = await openPerson(visit, id, 'person.explained');
    const evaluated = await evaluatePerson(visit.tx, parts.access, whole, publication, {
      person: on.person,
      practice: on.practice,
      seesRestricted: maySeeRestricted(visit.by),
    });
    const evaluation = evaluated.evaluations.find(({ definition }) => definition.id === candidate.id);
    if (!evaluation) continue;
    shown.push({
      ...example,
      as: 'person',
      name: listName({ familyName: on.person.family_name, givenNames: on.person.given_names }),
      href: personHref(id),
      explanation: evaluated.explain(evaluation),
    });
  }
  return shown;
}

async function publicIds(visit: Visit, examples: readonly Example[]): Promise<ReadonlyMap<number, string>> {
  const rows = await visit.tx
    .withTables<RegisterTables>()
    .selectFrom('register.person')
    .select(['person_no', 'public_id'])
    .where('person_no', '=', sql<number>`any(${examples.map(({ person }) => person)}::int[])`)
    .execute();
  return new Map(rows.map(({ person_no, public_id }) => [person_no, public_id]));
}

async function underPseudonyms(
  visit: Visit,
  { measures }: DraftParts,
  examples: readonly Example[],
): Promise<ShownExample[]> {
  const publication = await readPublication(visit.tx);
  if (!publication) return [];
  const rows = await visit.tx
    .withTables<NeedTables>()
    .selectFrom('need.person_fact')
    .select(['person_no', 'age', 'sex', 'in_ids'])
    .where('snapshot_id', '=', publication.snapshotId)
    .where('person_no', '=', sql<number>`any(${examples.map(({ person }) => person)}::int[])`)
    .execute();
  const facts = new Map(rows.map((row) => [row.person_no, row]));
  await writeAudit(visit.tx, {
    action: 'people.listed',
    purpose: visit.because,
    detail: { snapshot: publication.snapshotId, people: rows.map(({ person_no }) => person_no) },
  });
  const pseudonym = await openPseudonyms(visit.tx);
  const names = conditionNames(measures, publication);
  return examples.flatMap((example) => {
    const fact = facts.get(example.person);
    if (!fact) return [];
    return [
      {
        ...example,
        as: 'pseudonym' as const,
        pseudonym: pseudonym(`${publication.snapshotId} ${example.person}`),
        age: fact.age,
        sex: fact.sex,
        conditions: namesOf(fact.in_ids, names).join(', '),
      },
    ];
  });
}

/** Examples, each with what decided about them. */
export function ExampleTable({ shown, caption }: { shown: ShownExamples; caption: string }) {
  const { examples, practices } = shown;
  if (examples.length === 0) return <p>There is nobody whom you may see.</p>;
  return (
    <Table
      caption={caption}
      captionSize="s"
      compact
      responsive
      rows={examples}
      columns={[
        {
          heading: 'Person',
          rowHeader: true,
          cell: (each) =>
            each.as === 'person' ? <a href={each.href}>{each.name}</a> : `Pseudonym ${each.pseudonym}`,
        },
        { heading: 'Answer', cell: (each) => <Tag colour="grey">{each.of}</Tag> },
        {
          heading: 'Why',
          cell: (each) =>
            each.as === 'person' ? (
              <Details summary="What decided it">
                <Reasons conditions={each.explanation.because} practices={practices} />
              </Details>
            ) : (
              `${each.age === null ? 'Age not known' : `Aged ${each.age}`}, ${each.sex}. ${each.conditions || 'No conditions'}`
            ),
        },
      ]}
    />
  );
}
