import type { PlainDate } from '../../../kernel/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { deprivationOf } from '../../directory/index.ts';
import type { LakeAccess, Person } from '../../register/index.ts';
import type { Publication } from '../facts/publication.ts';
import { entryFeed } from '../language/codelist.ts';
import type { Library } from '../language/library.ts';
import { hasMedicine } from '../language/membership.ts';
import { restrictedContent } from '../language/restricted.ts';
import { type Explanation, explain } from './explanation.ts';
import { readPopulation } from './read-population.ts';
import { readRecord } from './read-record.ts';
import { type Evaluation, type Evidence, evaluateAll } from './reference-evaluator.ts';

export interface EvaluatedPerson {
  readonly evaluations: readonly Evaluation[];
  readonly asOf: PlainDate;
  /** An evaluation in words, without the rows that this reader may not see. */
  explain(evaluation: Evaluation): Explanation;
}

/**
 * Evaluates every register and score for one person, from the lake, as of the publication's day: the same answer as
 * the facts, with its reasons. Of any other snapshot that is kept as well (see newsOfPerson). A test and `verify` hold the two together.
 */
export async function evaluatePerson(
  tx: Tx,
  access: LakeAccess,
  library: Library,
  publication: Pick<Publication, 'snapshotId' | 'asOf'>,
  on: { readonly person: Person; readonly practice: string | null; readonly seesRestricted: boolean },
): Promise<EvaluatedPerson> {
  const opened = await access.open(tx, publication.snapshotId);
  const imdDecile = await deprivationOf(tx, on.person.lsoa);
  const record = await readRecord(access, opened, on.person, on.practice, imdDecile);
  const population = await readPopulation(tx, access, library, { person: on.person, record });
  const evaluations = evaluateAll(library, record, publication.asOf, population);
  const hidden = {
    row: on.seesRestricted ? () => false : hiddenRows(library),
    practices: on.person.sensitive || on.person.confidential,
  };
  return {
    evaluations,
    asOf: publication.asOf,
    explain: (evaluation) => explain(library, evaluation, hidden),
  };
}

/** Restricted content, and what a practice marked confidential. */
function hiddenRows(library: Library): (entry: Evidence) => boolean {
  const restricted = restrictedContent(library);
  const medicines = [...library.codelists.values()].filter(
    (list) => entryFeed(list.kind) === 'medicines' && list.id.startsWith('RESTRICTED_'),
  );
  return (entry) => {
    if ('status' in entry) return false;
    if (entry.confidential) return true;
    if ('diagnoses' in entry)
      return entry.diagnoses.some((concept) => restricted({ system: 'icd10', concept, bnf: null }));
    return 'bnf' in entry
      ? medicines.some((list) => hasMedicine(list, entry))
      : restricted({ system: entry.system, concept: entry.concept, bnf: null });
  };
}
