import { referenceTable } from './lake-columns.ts';
import type { Lake } from './manifest.ts';

/**
 * SQL of the day from which hospital activity is complete, as a relation of one row `from_day`; of none where it is not.
 * A hospital's feed is of the place and of no practice: people go where they are taken. It is complete from the day from
 * which admissions and attendances both are, and everybody who says a day for one has all of it.
 */
export function hospitalCoverageSql(lake: Lake): string {
  return `(select max(from_day) as from_day
             from (select feed, max(from_day) as from_day from ${referenceTable(lake, 'coverage')}
                    where feed in ('admissions', 'attendances') group by feed) as complete
           having count(*) = 2)`;
}
