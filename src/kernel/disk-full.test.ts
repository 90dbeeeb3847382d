import { describe, expect, test } from 'vitest';
import { isDiskFull } from './disk-full.ts';

const coded = (code: string) => Object.assign(new Error('...'), { code });

describe('want of room on a disk', () => {
  test.each<[string, unknown, boolean]>([
    ['as the operating system says it', coded('ENOSPC'), true],
    ['as a quota says it', coded('EDQUOT'), true],
    ['as the database says it', coded('53100'), true],
    ['as DuckDB says it', new Error('IO Error: Could not write file "x": No space left on device'), true],
    ['behind another error', new Error('The import failed', { cause: coded('ENOSPC') }), true],
    ['that is want of memory', coded('53200'), false],
    ['that is a file that is not there', coded('ENOENT'), false],
    ['that is no error at all', 'ENOSPC', false],
  ])('%s', (_, error, full) => {
    expect(isDiskFull(error)).toBe(full);
  });
});
