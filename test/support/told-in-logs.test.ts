import { expect, test } from 'vitest';
import { toldInLogs } from './told-in-logs.ts';

const known = {
  words: new Set(['larkmoor', "o'brien"]),
  postcodes: new Set(['ZZ11AA']),
  publicIds: new Set(['0a1b2c3d-0000-4000-8000-00000000000a']),
};

test.each([
  ['{"msg":"request","route":"/people/:id","status":200,"ms":12}', []],
  // A request id, a moment, a number of ten digits whose check digit does not fit.
  ['{"requestId":"12345678-1234-4234-8234-999000001800","time":"2026-11-22T10:11:12.345Z"}', []],
  ['{"run":9990000019}', []],
  ['{"msg":"no person 9990000018"}', ['9990000018']],
  ['{"msg":"no person 999 000 0018"}', ['999 000 0018']],
  ['{"err":"Key (name)=(LARKMOOR) exists"}', ['larkmoor']],
  ['{"err":"O\'Brien"}', ["o'brien"]],
  ['{"url":"/people/0A1B2C3D-0000-4000-8000-00000000000A"}', ['0a1b2c3d-0000-4000-8000-00000000000a']],
  ['{"where":"zz1 1aa"}', ['zz1 1aa']],
])('%s tells of %j', (line, told) => {
  expect(toldInLogs([line], known)).toEqual(told.map((found) => `${found} in: ${line}`));
});
