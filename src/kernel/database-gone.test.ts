import { describe, expect, test } from 'vitest';
import { isDatabaseGone } from './database-gone.ts';

const coded = (code: string) => Object.assign(new Error('...'), { code });

describe('a database that went away', () => {
  test.each<[string, unknown, boolean]>([
    ['told to stop', coded('57P01'), true],
    ['killed', coded('57P02'), true],
    ['that still starts', coded('57P03'), true],
    ['whose connection failed', coded('08006'), true],
    ['as the driver says it', new Error('Connection terminated unexpectedly'), true],
    [
      'as the driver says it next',
      new Error('Client has encountered a connection error and is not queryable'),
      true,
    ],
    ['as the operating system says it', new Error('read ECONNRESET'), true],
    ['is not another server that does not answer', coded('ECONNREFUSED'), false],
    ['behind another error', new Error('The import failed', { cause: coded('57P01') }), true],
    ['is not one that ended a statement', coded('57014'), false],
    ['is not one without room', coded('53100'), false],
    ['is not a file that is not there', coded('ENOENT'), false],
    ['is not something that is no error', '57P01', false],
  ])('%s', (_, error, gone) => {
    expect(isDatabaseGone(error)).toBe(gone);
  });
});
