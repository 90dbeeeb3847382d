import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readCodelists } from './codelist.ts';

const HEAD = `title: Drawn for a test
version: 1.0.0
source: Drawn
licence: MIT
author: A
owner: O
checker: C
review: 2027-01-01
status: unverified
lists:
`;

describe('a list of concepts without any', () => {
  const folder = mkdtempSync(join(tmpdir(), 'codelist-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const read = (list: string) => {
    writeFileSync(join(folder, 'drawn.yaml'), `${HEAD}  - ${list}\n`);
    return readCodelists(folder);
  };

  test('is refused, as a mistake', () => {
    expect(() => read('{ id: A, title: A, kind: snomed, codes: [] }')).toThrow(
      /a list without codes says status: draft/,
    );
  });

  test('is taken as a draft', () => {
    const lists = read('{ id: A, title: A, kind: snomed, status: draft, codes: [] }');
    expect(lists.get('A')).toMatchObject({ codes: [], status: 'draft' });
  });
});
