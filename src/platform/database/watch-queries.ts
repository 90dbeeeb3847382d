import type pg from 'pg';

type Ask = (...given: unknown[]) => unknown;

/**
 * Tells of each statement of a connection how long it took, whoever sent it: the query builder, the job queue, a pool.
 * `told` gets the statement as it was written, with $1 where values were given, and without any text or long number
 * that stands in it.
 */
export function watchQueries(client: pg.PoolClient, told: (statement: string, ms: number) => void): void {
  const ask = client.query.bind(client) as Ask;
  const watched: Ask = (...given) => {
    const text = statementOf(given[0]);
    if (text === null) return ask(...given);
    const began = performance.now();
    const done = () => told(withoutValues(text), performance.now() - began);
    const callback = given.at(-1);
    if (typeof callback === 'function') {
      const last = (...answer: unknown[]) => {
        done();
        callback(...answer);
      };
      return ask(...given.slice(0, -1), last);
    }
    const asked = ask(...given);
    if (asked instanceof Promise) asked.then(done, done);
    return asked;
  };
  client.query = watched as typeof client.query;
}

/** The text of a query; null of a stream, which takes as long as whoever feeds it. */
function statementOf(asked: unknown): string | null {
  if (typeof asked === 'string') return asked;
  const { text, submit } = asked as { text?: unknown; submit?: unknown };
  return typeof text === 'string' && submit === undefined ? text : null;
}

const LONGEST = 2000;

/** A statement as it may be logged: what somebody typed travels beside it, and what was written into it goes. */
export function withoutValues(statement: string): string {
  return statement
    .replace(/'(?:[^']|'')*'/g, "'…'")
    .replace(/\d{5,}/g, '…')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, LONGEST);
}
