import type { MigrationStep } from '../database/index.ts';

export const operationMigrations: readonly MigrationStep[] = [
  {
    name: '0160 operation: backups, restores and checks',
    sql: `
      create schema operation;

      -- Each backup that was tried, and what came of it.
      create table operation.backup (
        backup_id int generated always as identity primary key,
        begun_at timestamptz not null,
        ended_at timestamptz not null default now(),
        store text not null,
        bytes bigint not null default 0,
        refusal text,
        check (ended_at >= begun_at)
      );

      -- A book that was restored says so: from which backup, and how far it goes. It is a copy until somebody says
      -- that it is the installation from now on.
      create table operation.restoration (
        restoration_id int generated always as identity primary key,
        restored_at timestamptz not null default now(),
        backup_made_at timestamptz not null,
        last_commit timestamptz,
        sessions_ended int not null,
        jobs_cancelled int not null,
        accepted_at timestamptz
      );

      -- What verify found, each time.
      create table operation.verification (
        verification_id int generated always as identity primary key,
        verified_at timestamptz not null default now(),
        checks int not null,
        failed text[] not null
      );

      grant usage on schema operation to neighbourhold_app, neighbourhold_batch;
      grant select on all tables in schema operation to neighbourhold_app, neighbourhold_batch;
      grant insert on operation.backup, operation.verification, operation.restoration to neighbourhold_batch;
      grant update (accepted_at) on operation.restoration to neighbourhold_batch;
    `,
  },
];
