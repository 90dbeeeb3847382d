import { describe, expect, test } from 'vitest';
import { segmentsBetween } from './base-backup.ts';

const MB = 1024 * 1024;

describe('the WAL segments that a backup needs', () => {
  test.each<[string, string, string, number, string[]]>([
    [
      'are one where it begins and ends in one',
      '000000010000000000000003',
      '000000010000000000000003',
      16,
      ['000000010000000000000003'],
    ],
    [
      'are counted through the end of a log of 256 segments of 16 MB',
      '0000000200000000000000FE',
      '000000020000000100000001',
      16,
      [
        '0000000200000000000000FE',
        '0000000200000000000000FF',
        '000000020000000100000000',
        '000000020000000100000001',
      ],
    ],
    [
      'are counted as the server was built: of 64 MB, 64 make a log',
      '00000001000000000000003F',
      '000000010000000100000000',
      64,
      ['00000001000000000000003F', '000000010000000100000000'],
    ],
    [
      'are none where it would end before it begins',
      '000000010000000000000003',
      '000000010000000000000002',
      16,
      [],
    ],
  ])('%s', (_, first, last, megabytes, names) => {
    expect(segmentsBetween(first, last, megabytes * MB)).toEqual(names);
  });
});
