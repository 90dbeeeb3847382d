import { createHash } from 'node:crypto';
import type pg from 'pg';

type Ask = (...given: unknown[]) => unknown;

/** A statement that has come so often is worth keeping: those of pages come again, those of one list of people do not. */
const OFTEN = 30;
/** Each connection keeps a plan of each, and a plan with row-level security in it takes about as much memory as a page. */
const MOST = 250;

/**
 * Which statements pages send again and again. The server then reads, rewrites and plans each once for a connection, and
 * not for every page: with row-level security that is more work than most of them are to carry out.
 */
export class OftenAsked {
  private readonly asked = new Map<string, number>();
  private readonly names = new Map<string, string>();

  /** The name under which a statement is kept; undefined while it has come too seldom. */
  nameOf(statement: string): string | undefined {
    const known = this.names.get(statement);
    if (known !== undefined || this.names.size === MOST) return known;
    const times = (this.asked.get(statement) ?? 0) + 1;
    if (times < OFTEN) {
      // What comes seldom is forgotten all at once: the texts of many lists must not fill the memory.
      if (this.asked.size === MOST * 4) this.asked.clear();
      this.asked.set(statement, times);
      return undefined;
    }
    this.asked.delete(statement);
    const name = createHash('sha256').update(statement).digest('base64url').slice(0, 20);
    this.names.set(statement, name);
    return name;
  }
}

/**
 * Has a connection keep the statements that are often asked. Values travel beside a statement as they did; one without
 * any, such as `begin`, is sent as it is.
 */
export function prepareStatements(client: pg.PoolClient, often: OftenAsked): void {
  const ask = client.query.bind(client) as Ask;
  const prepared: Ask = (...given) => {
    const [text, values, ...rest] = given;
    if (typeof text !== 'string' || !Array.isArray(values) || values.length === 0) return ask(...given);
    const name = often.nameOf(text);
    return name === undefined ? ask(...given) : ask({ name, text, values }, ...rest);
  };
  client.query = prepared as typeof client.query;
}
