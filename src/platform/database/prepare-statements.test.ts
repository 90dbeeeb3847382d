import { describe, expect, test } from 'vitest';
import { OftenAsked, prepareStatements } from './prepare-statements.ts';

describe('a statement that comes again', () => {
  const ask = (often: OftenAsked, statement: string, times: number) =>
    Array.from({ length: times }, () => often.nameOf(statement)).at(-1);

  test('is kept under a name of its own from the thirtieth time on', () => {
    const often = new OftenAsked();
    expect(ask(often, 'select $1', 29)).toBeUndefined();
    const name = ask(often, 'select $1', 1);
    expect(name).toMatch(/^[\w-]{20}$/);
    expect(ask(often, 'select $1', 1)).toBe(name);
    expect(ask(often, 'select $2', 30)).not.toBe(name);
  });

  test('is kept as long as there is room: each takes memory in every connection', () => {
    const often = new OftenAsked();
    const names = Array.from({ length: 300 }, (_, at) => ask(often, `select $1, ${at}`, 30));
    expect(names.filter((name) => name !== undefined)).toHaveLength(250);
    expect(ask(often, 'select $1, 0', 1)).toBe(names[0]);
  });

  test('that comes once among very many others is forgotten, and the kept ones are not', () => {
    const often = new OftenAsked();
    const kept = ask(often, 'select $1', 30);
    ask(often, 'select $2', 29);
    for (let at = 0; at < 2000; at += 1) often.nameOf(`select $1, ${at}`);
    expect(ask(often, 'select $2', 29)).toBeUndefined();
    expect(ask(often, 'select $1', 1)).toBe(kept);
  });

  test('goes to the server with its values beside it; one without values goes as it is', () => {
    const sent: unknown[][] = [];
    const client = { query: (...given: unknown[]) => sent.push(given) };
    prepareStatements(client as never, new OftenAsked());
    for (let times = 0; times < 31; times += 1) {
      client.query('select $1', ['a value']);
      client.query('begin');
    }
    expect(sent.slice(0, 2)).toEqual([['select $1', ['a value']], ['begin']]);
    expect(sent.slice(-2)).toEqual([
      [{ name: expect.any(String), text: 'select $1', values: ['a value'] }],
      ['begin'],
    ]);
  });
});
