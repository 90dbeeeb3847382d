import type { MigrationStep } from '../../platform/database/index.ts';

export const nationalMigrations: readonly MigrationStep[] = [
  {
    name: '0095 national: files that national bodies publish, row by row',
    sql: `
      create schema national;

      -- A file that was taken in. The same bytes are the same publication, whatever the file is called.
      create table national.publication (
        publication_id int generated always as identity primary key,
        kind text not null,
        name text not null,
        content_hash text not null,
        -- The period that the file as a whole is of, where its rows do not say it themselves.
        period text,
        -- The day of the file: of two files that speak of the same thing the later one counts.
        dated date not null,
        source text not null,
        licence text not null,
        description_version text not null,
        notes text[] not null default '{}',
        taken_at timestamptz not null default now(),
        unique (kind, content_hash)
      );

      -- One row of a kind of file for each key. Values are typed by the description of the kind in
      -- content/formats/national: numbers as numbers, days and months as YYYY-MM-DD and YYYY-MM, unknown as null.
      create table national.row (
        kind text not null,
        key text not null,
        publication_id int not null references national.publication,
        dated date not null,
        line int not null,
        says jsonb not null,
        -- The columns in which a mark stands for a small number that is kept back. They are null in the row.
        suppressed text[] not null default '{}',
        primary key (kind, key)
      );
      create index row_publication on national.row (publication_id);

      -- About places and not about people: every signed-in role may read it.
      grant usage on schema national to neighbourhold_app, neighbourhold_batch;
      grant select on all tables in schema national to neighbourhold_app;
      grant select, insert, update, delete on all tables in schema national to neighbourhold_batch;
    `,
  },
];
