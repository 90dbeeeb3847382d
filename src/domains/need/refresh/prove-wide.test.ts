import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boundsOf } from '../../../../test/support/attacker/bounds.ts';
import { readDisclosureRules } from './disclosure.ts';
import { Ledger } from './ledger.ts';
import { proveWide } from './prove-wide.ts';

const rules = readDisclosureRules('content');

/** What the attacker's own solver, which is another programme than the one that protects, finds of everything hidden. */
async function told(ledger: Ledger, table: string) {
  const sums = ledger.tables.get(table) ?? [];
  const hidden = ledger.people.flatMap((_, at) => (ledger.hidden[at] ? [at] : []));
  const bounds = await boundsOf(
    {
      least: ledger.people.map((_, at) => ledger.known(at).least),
      most: ledger.people.map((_, at) => Math.min(ledger.known(at).most, 1_000_000)),
      sums: sums.map(({ parts, whole, all }) => ({ parts, whole, exactly: all })),
    },
    hidden,
  );
  return hidden.filter((at) => {
    const { least = 0, most = 0 } = bounds.get(at) ?? {};
    return most <= rules.protected_up_to || least === most;
  });
}

/** Rows and columns with both totals; small numbers are hidden, as are some that the third argument draws. */
function drawn(rows: readonly (readonly number[])[], alsoHidden: ReadonlySet<number> = new Set()): Ledger {
  const ledger = new Ledger(rules);
  const width = rows[0]?.length ?? 0;
  const sum = (numbers: readonly number[]) => numbers.reduce((all, number) => all + number, 0);
  const whole = [...rows, Array.from({ length: width }, (_, at) => sum(rows.map((row) => row[at] ?? 0)))];
  const people = whole.map((row) => [...row, sum(row)]);
  people.flat().forEach((count, at) => {
    const hidden = count > 0 && (count <= rules.hide_up_to || alsoHidden.has(at));
    ledger.add(String(at), { people: count, hidden });
  });
  const key = (row: number, column: number) => String(row * (width + 1) + column);
  const columns = Array.from({ length: width }, (_, at) => at);
  people.forEach((_, row) => {
    ledger.addUp(
      'drawn',
      columns.map((column) => key(row, column)),
      key(row, width),
    );
  });
  for (let column = 0; column <= width; column++)
    ledger.addUp(
      'drawn',
      rows.map((_, row) => key(row, column)),
      key(rows.length, column),
    );
  return ledger;
}

describe('once it is proved', () => {
  const tables = fc.array(
    fc.array(fc.oneof(fc.nat(3), fc.nat(12), fc.nat(60)), { minLength: 3, maxLength: 3 }),
    { minLength: 2, maxLength: 6 },
  );

  test('no hidden number of any table can be told, or told to be small, by linear programming', async () => {
    await fc.assert(
      fc.asyncProperty(tables, fc.uniqueArray(fc.nat(20), { maxLength: 4 }), async (rows, more) => {
        const ledger = drawn(rows, new Set(more));
        const before = [...ledger.hidden];
        const { hid } = await proveWide(ledger);
        expect(await told(ledger, 'drawn')).toEqual([]);
        // Nothing was shown that was hidden, nor nought hidden; and it says how many more are.
        expect(before.filter((hidden, at) => hidden && !ledger.hidden[at])).toEqual([]);
        expect(ledger.people.filter((people, at) => people === 0 && ledger.hidden[at])).toEqual([]);
        expect(ledger.hidden.filter(Boolean).length - before.filter(Boolean).length).toBe(hid);
      }),
      { numRuns: 200 },
    );
  });

  test('it is still so of a table that shares a number with another that had to hide it', async () => {
    const ledger = new Ledger(rules);
    const add = (key: string, people: number, hidden = false) => ledger.add(key, { people, hidden });
    add('all', 9);
    add('a', 4, true);
    add('b', 5, true);
    add('c', 9);
    ledger.addUp('one', ['c'], 'all');
    ledger.addUp('other', ['a', 'b'], 'all');
    await proveWide(ledger);
    expect(await told(ledger, 'one')).toEqual([]);
    expect(await told(ledger, 'other')).toEqual([]);
  });

  test('nothing is hidden where nothing is told', async () => {
    const ledger = drawn(
      [
        [3, 40, 100],
        [50, 60, 70],
      ],
      new Set([1, 4, 5]),
    );
    expect(await proveWide(ledger)).toMatchObject({ hid: 0 });
  });

  test('a number that is published twice is a mistake, and a sum that is not so is nobody\u2019s', () => {
    const ledger = drawn([[10, 20, 30]]);
    expect(() => ledger.add('0', { people: 1, hidden: false })).toThrow('published twice');
    const before = ledger.tables.get('drawn')?.length;
    ledger.addUp('drawn', ['1', '2'], '0');
    ledger.addUp('drawn', ['0', '1', '2'], 'unknown');
    expect(ledger.tables.get('drawn')?.length).toBe(before);
  });
});
