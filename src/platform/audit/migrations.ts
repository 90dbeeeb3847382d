import type { MigrationStep } from '../database/index.ts';

/**
 * The audit. Append-only by permission: the product's logins may insert and read, and nothing else. Who acted is
 * read from the transaction's own settings, so a caller cannot leave it out or write somebody else's name by
 * mistake. `xact` is the transaction that wrote the row: sealing needs to know which transactions have ended.
 */
export const auditMigrations: readonly MigrationStep[] = [
  {
    name: '0001 audit: entries and seals',
    sql: `
      create schema audit;

      create table audit.entry (
        id bigint generated always as identity primary key,
        at timestamptz not null default clock_timestamp(),
        xact xid8 not null default pg_current_xact_id(),
        account uuid not null default current_setting('neighbourhold.account')::uuid,
        account_name text not null default current_setting('neighbourhold.account_name'),
        role text not null default current_setting('neighbourhold.role'),
        organisation text not null default current_setting('neighbourhold.organisation'),
        request text not null default current_setting('neighbourhold.request'),
        origin text not null default current_setting('neighbourhold.origin'),
        action text not null,
        subject_kind text,
        subject_id text,
        purpose text not null,
        outcome text not null check (outcome in ('done', 'refused')),
        detail jsonb not null default '{}',
        check ((subject_kind is null) = (subject_id is null))
      );
      create index entry_subject on audit.entry (subject_kind, subject_id, at desc);
      create index entry_account on audit.entry (account, at desc);
      create index entry_at on audit.entry (at desc);
      create index entry_xact on audit.entry (xact);

      create table audit.seal (
        id bigint generated always as identity primary key,
        sealed_at timestamptz not null default clock_timestamp(),
        from_xact xid8 not null,
        before_xact xid8 not null,
        entries int not null check (entries > 0),
        previous_hash text not null,
        hash text not null
      );

      grant usage on schema audit to neighbourhold_app, neighbourhold_batch;
      grant select, insert on audit.entry to neighbourhold_app, neighbourhold_batch;
      grant select on audit.seal to neighbourhold_app;
      grant select, insert on audit.seal to neighbourhold_batch;
    `,
  },
  {
    name: '0062 audit: whom a list showed',
    sql: `
      -- A list names everybody that it showed, in its detail: being listed is being looked at.
      create index entry_listed on audit.entry using gin ((detail -> 'people') jsonb_path_ops)
        where subject_kind is null and detail ? 'people';
    `,
  },
];
