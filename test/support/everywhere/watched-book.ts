import type { Book } from '../../../src/platform/database/index.ts';

/** One entry that a request left in the audit. */
export interface Entry {
  readonly id: number;
  readonly account: string;
  readonly role: string;
  readonly organisation: string;
  readonly origin: string;
  readonly action: string;
  readonly purpose: string;
  readonly subject_kind: string | null;
  readonly subject_id: string | null;
  /** Whom it names beside its subject: a list's people; of a protection, which is a kind of its own, whose it is. */
  readonly people: readonly number[];
}

/** What one request left behind: entries of the audit, and the tables in which it committed something. */
export interface Left {
  readonly entries: readonly Entry[];
  readonly changed: readonly string[];
}

export interface WatchedBook {
  /** What was left since the last time this was asked. */
  left(): Promise<Left>;
  /** From now on no entry of the audit can be written; or they can again. */
  breakAudit(broken: boolean): Promise<void>;
}

/**
 * Watches a test book: every table of it notes a committed change, and the audit can be made to fail, as a full or
 * damaged table would. Only what is committed is noted: notes go with the transaction that wrote them.
 */
export async function watchBook(book: Book): Promise<WatchedBook> {
  const pool = book.pool('owner');
  await pool.query(`
    create schema watching;
    create table watching.change (tab text not null);
    create table watching.switch (broken boolean not null);
    insert into watching.switch values (false);
    create function watching.note() returns trigger language plpgsql security definer as $$
      begin insert into watching.change values (tg_table_schema || '.' || tg_table_name); return null; end $$;
    create function watching.refuse() returns trigger language plpgsql security definer as $$
      begin
        if (select broken from watching.switch) then raise exception 'the audit cannot be written'; end if;
        return null;
      end $$;
    do $$ declare each regclass; begin
      for each in select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
                   where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^(pg_|information_schema|watching|audit|pgboss)'
      loop
        execute format('create trigger watched after insert or update or delete on %s for each statement execute function watching.note()', each);
      end loop;
    end $$;
    create trigger broken after insert on audit.entry for each statement execute function watching.refuse();
  `);
  let last = Number((await pool.query('select coalesce(max(id), 0) as id from audit.entry')).rows[0].id);
  return {
    async left() {
      const { rows } = await pool.query<Entry>(
        `select id, account, role, organisation, origin, action, purpose, subject_kind, subject_id,
                array(select jsonb_array_elements_text(case when jsonb_typeof(detail -> 'people') = 'array' then detail -> 'people' else '[]' end)::int
                      union select p.person_no from register.protection p
                             where (subject_kind = 'protection' and subject_id = p.protection_id::text)
                                or detail -> 'protections' @> to_jsonb(p.protection_id)) as people
           from audit.entry where id > $1 order by id`,
        [last],
      );
      last = rows.at(-1)?.id ?? last;
      const changed = await pool.query<{ tab: string }>('delete from watching.change returning tab');
      return { entries: rows, changed: [...new Set(changed.rows.map(({ tab }) => tab))] };
    },
    async breakAudit(broken) {
      await pool.query('update watching.switch set broken = $1', [broken]);
    },
  };
}
