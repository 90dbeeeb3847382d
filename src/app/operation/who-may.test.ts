import { describe, expect, test } from 'vitest';
import { anActor } from '../../../test/support/actors.ts';
import { type Role, roles } from '../../platform/auth/index.ts';
import { mayReadMetrics, mayRetryJobs, maySeeOperation } from './who-may.ts';

describe('the operator’s page', () => {
  test.each(Object.keys(roles) as Role[])('for a %s', (role) => {
    const may = role === 'operator' || role === 'ig_lead';
    expect(maySeeOperation(anActor(role)).allowed).toBe(may);
    expect(mayRetryJobs(anActor(role)).allowed).toBe(may);
  });
});

describe('the metrics', () => {
  const token = 'a-token-of-sixteen';
  test.each<[string, string, Record<string, string>, string | undefined, boolean]>([
    ['asked for from this machine', '127.0.0.1', {}, undefined, true],
    ['asked for from this machine, in the newer way', '::1', {}, undefined, true],
    ['asked for from another machine', '10.0.0.7', {}, undefined, false],
    [
      'passed on by a proxy on this machine',
      '127.0.0.1',
      { 'x-forwarded-for': '10.0.0.7' },
      undefined,
      false,
    ],
    [
      'asked for with the token from elsewhere',
      '10.0.0.7',
      { authorization: `Bearer ${token}` },
      token,
      true,
    ],
    ['asked for with another token', '127.0.0.1', { authorization: `Bearer ${token}x` }, token, false],
    ['asked for without the token from this machine', '127.0.0.1', {}, token, false],
  ])('%s', (_, ip, headers, wanted, may) => {
    expect(mayReadMetrics({ ip, headers }, wanted)).toBe(may);
  });
});
