import type { MigrationStep } from '../../platform/database/index.ts';

export const directoryMigrations: readonly MigrationStep[] = [
  {
    name: '0010 directory: places, teams and staff',
    sql: `
      create schema directory;

      -- Every place that a person can be counted under. Organisations carry their ODS code; boroughs and
      -- neighbourhoods have none and carry an id of the place file's own. The number joins, the code is shown.
      create table directory.place (
        place_id int generated always as identity primary key,
        code text not null unique,
        kind text not null check (kind in ('icb', 'borough', 'neighbourhood', 'pcn', 'practice')),
        name text not null,
        postcode text,
        opened date,
        closed date,
        source text not null,
        changed_at timestamptz not null default now(),
        check (closed is null or opened is null or closed >= opened)
      );
      create index place_kind on directory.place (kind);

      -- A practice has two parents that need not nest: the neighbourhood it lies in (within) and the PCN that it
      -- is a member of (member_of). Every relation has a beginning, known or not, and may have an end.
      create table directory.place_parent (
        child int not null references directory.place,
        parent int not null references directory.place,
        relation text not null check (relation in ('within', 'member_of')),
        starts date,
        ends date,
        source text not null,
        check (child <> parent),
        check (ends is null or starts is null or ends >= starts)
      );
      create unique index place_parent_open on directory.place_parent (child, relation) where ends is null;
      create index place_parent_parent on directory.place_parent (parent);

      -- Small areas (LSOA) and their deprivation. Decile 1 is the most deprived tenth of England.
      create table directory.area (
        lsoa text primary key,
        imd_decile smallint check (imd_decile between 1 and 10),
        imd_release text,
        neighbourhood int references directory.place
      );

      create table directory.team (
        team_id int generated always as identity primary key,
        code text not null unique,
        name text not null,
        kind text not null,
        place_id int references directory.place
      );

      create table directory.staff (
        account uuid primary key references auth.account,
        role text not null,
        organisation text,
        team_id int references directory.team,
        -- How many people somebody can lead at once; null where nobody has said.
        capacity int check (capacity >= 0)
      );
      create index staff_team on directory.staff (team_id);

      grant usage on schema directory to neighbourhold_app, neighbourhold_batch;
      grant select on all tables in schema directory to neighbourhold_app;
      grant select, insert, update, delete on all tables in schema directory to neighbourhold_batch;
    `,
  },
  {
    name: '0091 directory: a team of each practice',
    sql: `
      -- Work that a practice is asked to do belongs to the practice's own team, which is made when it is first asked.
      create function directory.practice_team(practice int) returns int
        language sql security definer set search_path = pg_catalog, pg_temp as $$
          insert into directory.team (code, name, kind, place_id)
          select 'practice ' || place.code, place.name, 'practice', place.place_id
            from directory.place where place.place_id = practice and place.kind = 'practice'
              on conflict (code) do update set name = excluded.name
          returning team_id $$;
      revoke all on function directory.practice_team(int) from public;
      grant execute on function directory.practice_team(int) to neighbourhold_app;
    `,
  },
];
