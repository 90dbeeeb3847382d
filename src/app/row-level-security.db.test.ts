import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { anOrigin } from '../../test/support/actors.ts';
import { persona } from '../../test/support/small-borough.ts';
import { useTestBorough } from '../../test/support/test-book.ts';
import { act } from '../platform/auth/index.ts';

// What the database's own catalogue says of every table and function that the web server's login can reach: whoever adds
// one that says something of people is held to it without writing a test.

const at = useTestBorough();

/** Columns by which a table says something of one person: their number, their address, or whom a row is about. */
const NAMES_A_PERSON = /person|people$|patient|nhs_number|public_id|subject_id|^case_id$|^(from|to)_item$/;

/**
 * Tables that name people by number and are open to the web server's login, and why (decision 0004). What a query may do
 * with them is in code, and their readers are few.
 */
const OPEN_BY_DECISION: Record<string, string> = {
  'register.care_relationship': 'policies ask it who sees whom; numbers, no names',
  'register.joined': 'policies ask it who is whom now; numbers, no names',
  'audit.entry': 'append-only; read for the information governance lead and for the person',
};
/** Columns that only look like it. */
const COUNTS: ReadonlySet<string> = new Set([
  'coordination.named_gp_change.people',
  'defects.list_size.people',
  'need.equity_count.people',
  'need.equity_stratum.people',
  'need.practice_count.people',
  'need.publication.people',
  'need.published_count.people',
  'need.published_equity.people',
  'need.published_stratum.people',
  // Which items one act moved: numbers of items, whose rows are guarded.
  'work.bulk_item.item_id',
]);

interface Table {
  readonly name: string;
  readonly guarded: boolean;
  readonly columns: readonly string[];
}

/** Every table and view that the web server's login can read, in whole or in part; partitions too. */
async function tables(): Promise<Table[]> {
  const { rows } = await at.book.pool('owner').query<Table>(`
    select n.nspname || '.' || c.relname as name, c.relrowsecurity as guarded,
           array(select a.attname::text from pg_attribute a
                  where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^pg_|^information_schema$'
       and has_schema_privilege('neighbourhold_app', n.oid, 'usage')
       and has_any_column_privilege('neighbourhold_app', c.oid, 'select')
     order by 1`);
  return rows;
}

const count = async (login: 'app' | 'owner', table: string) => {
  const { rows } = await at.book.pool(login).query(`select count(*)::int as n from ${quoted(table)}`);
  return rows[0].n as number;
};

function quoted(name: string): string {
  return name.replaceAll(/\w+/g, '"$&"');
}

describe('a table that the web server can read', () => {
  let all: Table[] = [];
  beforeAll(async () => {
    all = await tables();
  });
  const guarded = () => all.filter((table) => table.guarded);

  test('has row-level security where it says something of a person', () => {
    expect(all.length).toBeGreaterThan(80);
    const open = all.flatMap(({ name, guarded: isGuarded, columns }) =>
      isGuarded || name in OPEN_BY_DECISION
        ? []
        : columns
            .map((column) => `${name}.${column}`)
            .filter((column) => NAMES_A_PERSON.test(column.split('.')[2] ?? '')),
    );
    expect(open.filter((column) => !COUNTS.has(column))).toEqual([]);
    for (const name of Object.keys(OPEN_BY_DECISION)) expect(all.map((table) => table.name)).toContain(name);
  });

  test('whose rows lead to a person has it too: whatever refers to a guarded table', async () => {
    const { rows } = await at.book.pool('owner').query<{ name: string }>(`
      select distinct n.nspname || '.' || c.relname as name
        from pg_constraint k
        join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
        join pg_class of on of.oid = k.confrelid
       where k.contype = 'f' and of.relrowsecurity order by 1`);
    const names = new Set(guarded().map(({ name }) => name));
    const readable = new Set(all.map(({ name }) => name));
    const open = rows.map(({ name }) => name).filter((name) => readable.has(name) && !names.has(name));
    expect(open.filter((name) => !(name in OPEN_BY_DECISION) && !POINTS_AT_GUARDED.has(name))).toEqual([]);
  });

  test('shows no row of it to a transaction whose scope nobody opened', async () => {
    const filled: string[] = [];
    for (const { name } of guarded()) {
      expect([name, await count('app', name)]).toEqual([name, 0]);
      if ((await count('owner', name)) > 0) filled.push(name);
    }
    expect(filled).toEqual(
      expect.arrayContaining(['register.person', 'need.person_fact', 'coordination.named_gp']),
    );
  });

  test.each(['gp', 'int_lead', 'practice_manager', 'analyst', 'commissioner', 'pcn_manager', 'patient'])(
    'shows no person to %s, as long as their scope is not opened',
    async (key) => {
      const by = await persona(at.book, key);
      await act(at.book, { by, origin: anOrigin() }, async (tx) => {
        for (const name of [
          'register.person',
          'need.person_fact',
          'coordination.named_gp',
          'register.protection',
        ]) {
          const { rows } = await sql<{ n: number }>`select count(*)::int as n from ${sql.raw(name)}`.execute(
            tx,
          );
          expect([name, rows[0]?.n]).toEqual([name, 0]);
        }
      });
    },
  );

  test('lets nobody read all of it: no policy of reading is true for everybody', async () => {
    const { rows } = await at.book.pool('owner').query<{ name: string; using: string; policy: string }>(`
      select schemaname || '.' || tablename as name, policyname as policy, coalesce(qual, 'true') as using
        from pg_policies
       where cmd in ('SELECT', 'ALL', 'DELETE') and ('neighbourhold_app' = any (roles) or 'public' = any (roles))`);
    const readable = new Set(all.map(({ name }) => name));
    expect(rows.length).toBeGreaterThan(25);
    expect(rows.filter(({ name, using }) => readable.has(name) && using === 'true')).toEqual([]);
    // A guarded table without a policy shows nothing, which is right; with one, it is asked of the transaction.
    const owners = await at.book
      .pool('owner')
      .query<{ rolname: string }>(
        `select rolname from pg_roles where rolname in ('neighbourhold_app', 'neighbourhold_batch') and (rolbypassrls or rolsuper)`,
      );
    expect(owners.rows.filter(({ rolname }) => rolname === 'neighbourhold_app')).toEqual([]);
  });
});

/** Tables that refer to a guarded one by its number and say nothing of whom it is. */
const POINTS_AT_GUARDED: ReadonlySet<string> = new Set(['defects.defect', 'work.bulk_item', 'work.sent']);

/**
 * Functions that look past row-level security for the web server's login: of each what it lets out, and of whom it asks
 * first. Whoever adds one says it here.
 */
const PAST_THE_POLICIES: Record<string, string> = {
  'register.audit_labels(integer[])': 'names of the audit, for the information governance lead',
  'register.audit_subject(text)': 'a number of the audit, for the information governance lead',
  'register.scope_joined()': 'numbers of who was joined to somebody within the scope',
  'register.may_review(integer,integer,integer)': 'yes or no, by role and list',
  'register.match_people(integer)': 'the two people of a pair, for who may review it',
  'register.person_in_emergency(text,date)':
    'a number, for who treats people and knows number and day of birth',
  'register.opted_out_nationally()': 'numbers alone, which policies ask',
  'register.protected_people(text[])': 'numbers alone, which policies ask',
  'work.open_caseloads(integer[])': 'team and lead of two people, for who decides whether they are one',
  'governance.done_while_open(integer)': 'what was done in an emergency, for its review',
  'governance.look_patterns(integer,integer,double precision)':
    'looks worth a question, for the information governance lead',
  'coordination.has_unseen_plan(integer)': 'yes or no',
  'coordination.may_be_of_own_practice(integer)':
    'yes or no, to who works there; the policy then looks with their own eyes',
  'coordination.withhold_plan(integer,text[])': 'nothing; it writes, for who sees the plan',
  'need.count_opt_outs(integer)': 'counts of everybody, for who works with counts',
  'directory.practice_team(integer)': 'no people',
  'directory.practice_teams()': 'no people',
  'directory.stamp_edition()': 'nothing: a trigger',
  'directory.data_team()': 'no people',
  'directory.governance_team()': 'no people',
};

describe('a function that looks past row-level security', () => {
  test('is known, and says what it lets out', async () => {
    const { rows } = await at.book.pool('owner').query<{ name: string }>(`
      select n.nspname || '.' || replace(p.oid::regprocedure::text, n.nspname || '.', '') as name
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where p.prosecdef and n.nspname !~ '^pg_|^information_schema$'
         and has_function_privilege('neighbourhold_app', p.oid, 'execute') order by 1`);
    expect(rows.map(({ name }) => name)).toEqual(Object.keys(PAST_THE_POLICIES).sort());
  });

  test('says nothing of a person to a transaction that says nothing of itself', async () => {
    const { rows } = await at.book
      .pool('owner')
      .query(
        `select array_agg(person_no) as people, min(nhs_number) as number from register.person where nhs_number is not null`,
      );
    const { people, number } = rows[0];
    await at.book.pool('owner').query(
      `insert into register.match (one_person, other_person, one_rec, other_rec, weight, levels, method)
         select $1, $2, 1, 2, 20, '{}', 'drawn'`,
      [people[0], people[1]],
    );
    const app = at.book.pool('app');
    const born = (
      await at.book
        .pool('owner')
        .query('select birth_date from register.person where nhs_number = $1', [number])
    ).rows[0].birth_date;
    for (const [query, values] of [
      ['select * from register.audit_labels($1)', [people]],
      ['select register.audit_subject($1) as no', [number]],
      ['select * from register.scope_joined() as no', []],
      ['select nullif(register.may_review($1, $2, null), false) as no', [people[0], people[1]]],
      ['select * from register.match_people(1)', []],
      ['select register.person_in_emergency($1, $2) as no', [number, born]],
      ['select * from work.open_caseloads($1)', [people]],
      ['select * from governance.done_while_open(1)', []],
      ['select * from governance.look_patterns(365, 1, 0)', []],
      [
        'select nullif(registered, 0) as no from need.count_opt_outs((select max(snapshot_id) from need.publication))',
        [],
      ],
    ] as const) {
      const answer = await app.query(query, [...values]);
      const said = answer.rows.filter((row) => Object.values(row).some((value) => value !== null));
      expect([query, said]).toEqual([query, []]);
    }
  });
});
