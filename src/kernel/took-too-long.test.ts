import { expect, test } from 'vitest';
import { tookTooLong } from './took-too-long.ts';

const said = (code: string, message: string) => Object.assign(new Error(message), { code });

test.each<[string, unknown, boolean]>([
  ['a statement that took too long', said('57014', 'canceling statement due to statement timeout'), true],
  ['one that somebody cancelled', said('57014', 'canceling statement due to user request'), false],
  ['a transaction that did nothing for too long', said('25P03', 'terminating connection'), true],
  ['behind another', new Error('it failed', { cause: said('25P03', 'terminating connection') }), true],
  ['another fault', said('53100', 'could not extend file'), false],
  ['no error at all', 'statement timeout', false],
])('%s', (_, error, tooLong) => {
  expect(tookTooLong(error)).toBe(tooLong);
});
