import { existsSync } from 'node:fs';
import { type Duck, literal } from '../../../platform/lake/index.ts';
import type { Publication } from '../facts/publication.ts';
import { outcomeColumn, outcomesFile } from './outcomes-file.ts';

/**
 * Where the file of what a refresh found of everybody says otherwise than what it published. Null where there is no file:
 * that is no fault, for a backup does not hold it and the next refresh makes it.
 */
export async function outcomesFaults(
  duck: Pick<Duck, 'one' | 'rows'>,
  folder: string,
  { outcomes, definitions, people }: Publication,
): Promise<string[] | null> {
  const file = outcomes === null ? null : outcomesFile(folder, outcomes);
  if (file === null || !existsSync(file)) return null;
  const described = await duck.rows<{ column_name: string }>(
    `select column_name from (describe select * from read_parquet(${literal(file)}))`,
  );
  const has = new Set(described.map(({ column_name }) => column_name));
  // A ranking has no answers of its own.
  const answered = definitions.filter(({ no }) => has.has(outcomeColumn(no)));
  const columns = answered.flatMap(({ no }) => [
    `count(*) filter (${outcomeColumn(no)}) as in_${no}`,
    `count(*) filter (${outcomeColumn(no)} is null) as unknown_${no}`,
  ]);
  const counts = await duck.one<Record<string, number>>(
    `select count(*) as people${columns.map((column) => `, ${column}`).join('')} from read_parquet(${literal(file)})`,
  );
  return [
    ...(counts.people === people ? [] : [`the file of outcomes has ${counts.people} people of ${people}`]),
    ...answered.flatMap(({ id, no, in: found, unknown }) =>
      counts[`in_${no}`] === found && counts[`unknown_${no}`] === unknown
        ? []
        : [`the file of outcomes says otherwise of ${id} than was published`],
    ),
  ];
}
