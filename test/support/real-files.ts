import { join } from 'node:path';

/**
 * The folder of real public files that tests read where there is one: national files, FHIR examples. They are not in
 * the repository. NEIGHBOURHOLD_REAL_FILES says where they are; tests of files that are not there are skipped.
 */
const FOLDER = process.env.NEIGHBOURHOLD_REAL_FILES ?? join('..', 'shared', 'data');

/** Where a real file would be: `realFile('nhs', 'imd')`. */
export function realFile(...path: readonly string[]): string {
  return join(FOLDER, ...path);
}
