import type { MigrationStep } from '../../platform/database/index.ts';

export const defectsMigrations: readonly MigrationStep[] = [
  {
    name: '0097 defects: what is wrong with the data',
    sql: `
      create schema defects;

      -- One search for defects: of which snapshot, by which day, and how long it took.
      create table defects.search (
        search_id int generated always as identity primary key,
        snapshot_id int not null references register.snapshot,
        today date not null,
        searched_at timestamptz not null,
        rows bigint not null,
        seconds numeric not null
      );

      -- A kind of defect in what one practice sends. The row stays: what was decided about it is kept with it. It is
      -- present while the last search found it; its state, owner and clock are the work item's.
      create table defects.defect (
        defect_id int generated always as identity primary key,
        kind text not null,
        practice_id int not null references directory.place on delete cascade,
        present boolean not null,
        rows int not null,
        of int not null,
        says text not null,
        facts text not null,
        -- While the facts are these, somebody has said that it is right as it is.
        accepted_facts text,
        item_id int references work.item,
        found_at timestamptz not null,
        search_id int not null references defects.search,
        unique (kind, practice_id)
      );

      create table defects.example (
        defect_id int not null references defects.defect on delete cascade,
        position int not null,
        practice_id int not null references directory.place on delete cascade,
        table_name text not null,
        row_id text,
        person_no int,
        day date,
        term text not null,
        value double precision,
        unit text,
        times int,
        primary key (defect_id, position)
      );

      -- When each feed of each practice last came; null: nobody can say.
      create table defects.feed (
        practice_id int not null references directory.place on delete cascade,
        feed text not null,
        last_came date,
        primary key (practice_id, feed)
      );

      -- How long each list is, and how long it was when nobody doubted it.
      create table defects.list_size (
        practice_id int primary key references directory.place on delete cascade,
        people int not null,
        accepted int not null
      );

      -- A row of somebody's record, though without a name: for those who may see the practice's people, and for
      -- analysts, to whom no query gives the row's id or the person.
      alter table defects.example enable row level security;
      create policy example_of_visible_practice on defects.example for select to neighbourhold_app
        using (practice_id in (select register.scope_practices())
               or current_setting('neighbourhold.pseudonymous', true) = 'yes');
      create policy example_for_batch on defects.example to neighbourhold_batch using (true) with check (true);

      grant usage on schema defects to neighbourhold_app, neighbourhold_batch;
      grant select on all tables in schema defects to neighbourhold_app;
      grant update on defects.defect, defects.list_size to neighbourhold_app;
      grant select, insert, update, delete on all tables in schema defects to neighbourhold_batch;
    `,
  },
];
