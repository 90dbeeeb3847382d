import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Tables } from '../../../platform/database/index.ts';
import { grouped } from '../refresh/disclosure.ts';
import type { UsedCodelist } from '../tables.ts';
import type { CodelistTables } from './codelist-tables.ts';
import type { LoadedList } from './with-codelists.ts';

/** One thing that was decided about a list: a version was published, or an earlier decision was undone. */
export interface CodelistDecision {
  readonly id: number;
  readonly versionNo: number | null;
  readonly undoes: number | null;
}

/**
 * The decision that is in effect after a row of them, in their order: the last one that published a version and was not
 * undone. Null: what content says.
 */
export function decisionInEffect<Decision extends CodelistDecision>(
  decisions: readonly Decision[],
): Decision | null {
  const undone = new Set(decisions.map(({ undoes }) => undoes));
  return decisions.filter(({ id, versionNo }) => versionNo !== null && !undone.has(id)).at(-1) ?? null;
}

/** The versions of loaded lists that the next refresh works with, in the order of their lists. */
export async function readCodelistsInEffect(db: Kysely<Tables>): Promise<UsedCodelist[]> {
  const rows = await db
    .withTables<CodelistTables>()
    .selectFrom('need.codelist_decision as decision')
    .leftJoin('need.codelist_version as version', 'version.version_no', 'decision.version_no')
    .select([
      'decision.codelist_id',
      'decision.decision_id',
      'decision.version_no',
      'decision.undoes',
      'number',
    ])
    .orderBy('decision.decision_id')
    .execute();
  const lists = [...new Set(rows.map(({ codelist_id }) => codelist_id))].sort();
  return lists.flatMap((id) => {
    const own = rows.filter(({ codelist_id }) => codelist_id === id);
    const decision = decisionInEffect(
      own.map((row) => ({
        id: row.decision_id,
        versionNo: row.version_no,
        undoes: row.undoes,
        number: row.number,
      })),
    );
    if (decision?.versionNo == null || decision.number === null) return [];
    return [{ id, versionNo: decision.versionNo, number: decision.number }];
  });
}

/** Which versions, in a short text that is the same for the same ones. */
export function keyOfCodelists(used: readonly UsedCodelist[]): string {
  const versions = used.map(({ id, versionNo }) => `${id} ${versionNo}`).sort();
  return createHash('sha256').update(versions.join('\n')).digest('hex').slice(0, 16);
}

/** Versions with their codes, in the order of their lists. */
export async function readLoadedLists(
  db: Kysely<Tables>,
  versionNos: readonly number[],
): Promise<LoadedList[]> {
  if (versionNos.length === 0) return [];
  const tables = db.withTables<CodelistTables>();
  const versions = await tables
    .selectFrom('need.codelist_version as version')
    .innerJoin('need.codelist_file as file', 'file.file_no', 'version.file_no')
    .select([
      'version.version_no',
      'version.codelist_id',
      'version.number',
      'version.hash',
      'version.kind',
      'version.title',
      'file.source',
      'file.name',
      'file.released',
    ])
    .where('version.version_no', 'in', [...versionNos])
    .orderBy('version.codelist_id')
    .execute();
  const codes = await tables
    .selectFrom('need.codelist_code')
    .selectAll()
    .where('version_no', 'in', [...versionNos])
    .orderBy('version_no')
    .orderBy('code')
    .execute();
  const byVersion = grouped(codes, ({ version_no }) => version_no);
  return versions.map((row) => ({
    id: row.codelist_id,
    versionNo: row.version_no,
    number: row.number,
    hash: row.hash,
    kind: row.kind,
    title: row.title,
    source: row.source ?? '',
    file: row.name,
    released: row.released,
    codes: (byVersion.get(row.version_no) ?? []).map(({ code, term, category }) => ({
      code,
      term,
      category,
    })),
  }));
}
