import { afterAll, beforeAll } from 'vitest';
import type { TestBook } from '../../../../test/support/test-book.ts';
import { plainDate } from '../../../kernel/index.ts';
import { parseContent } from '../../../platform/content/index.ts';
import { type Duck, openDuck } from '../../../platform/lake/index.ts';
import { newText } from '../drafts/draft-text.ts';
import { type Definition, definitionSchema } from '../language/definition.ts';
import { CohortLake } from './cohort-lake.ts';

/** What counts cohorts of a test book: DuckDB, and the lake that it reads; both close with the file. */
export function useCohorts(at: TestBook): { readonly duck: Duck; readonly cohorts: CohortLake } {
  let duck: Duck;
  let cohorts: CohortLake;
  beforeAll(async () => {
    duck = await openDuck({ threads: 2, memoryMegabytes: 1000 });
    cohorts = new CohortLake({ rows: duck.rows, close: async () => {} }, at.home);
  });
  afterAll(() => duck.close());
  return {
    get duck() {
      return duck;
    },
    get cohorts() {
      return cohorts;
    },
  };
}

/** The words with which an author begins a definition: its rule comes after them. */
export function begunDefinition(id: string): string {
  return newText({ id, title: id, why: 'A test', author: 'Somebody', review: plainDate('2027-01-01') });
}

/** A definition with a rule of its own. */
export function writtenDefinition(id: string, rule: string): Definition {
  return parseContent(`${begunDefinition(id)}${rule}\n`, definitionSchema, id);
}
