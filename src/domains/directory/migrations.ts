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
    name: '0063 directory: organisations over time',
    sql: `
      -- More kinds of organisation, and more ways to belong. A site is part of a practice; a federation and a network
      -- each have practices as members and need not agree; a commissioner is a sub-ICB location, or the CCG or PCT
      -- that stood in its place before.
      alter table directory.place drop constraint place_kind_check;
      alter table directory.place add constraint place_kind_check check (kind in
        ('icb', 'borough', 'neighbourhood', 'pcn', 'practice', 'site', 'federation', 'pharmacy', 'commissioner'));
      alter table directory.place_parent drop constraint place_parent_relation_check;
      alter table directory.place_parent add constraint place_parent_relation_check check (relation in
        ('within', 'member_of', 'part_of', 'federated_in', 'commissioned_by'));
      alter table directory.place_parent add column relation_id int generated always as identity primary key;

      -- Days. place.closed is the last day on which a place was open, as the Organisation Data Service writes it. What
      -- ends here, a relation or a name, no longer holds on the day that is given: the next one begins on that day.
      comment on column directory.place.closed is 'The last day on which it was open.';
      comment on column directory.place_parent.ends is 'The first day on which it no longer holds.';

      -- What a place was called before. Its name today stands in directory.place.
      create table directory.former_name (
        name_id int generated always as identity primary key,
        place_id int not null references directory.place on delete cascade,
        name text not null,
        ends date not null,
        source text not null,
        unique (place_id, ends)
      );

      -- Where a practice that was merged or split went. Lists that still come under its code are counted where its
      -- first successor lies, so that nobody falls out of a total because two practices became one.
      create table directory.succession (
        succession_id int generated always as identity primary key,
        predecessor int not null references directory.place,
        successor int not null references directory.place,
        kind text not null check (kind in ('merge', 'split')),
        day date not null,
        position smallint not null,
        source text not null,
        check (predecessor <> successor),
        unique (predecessor, successor, day)
      );

      -- What one file or one person changed at one time: offered, applied or not, and perhaps undone.
      create table directory.change_set (
        set_id int generated always as identity primary key,
        format text not null,
        source text not null,
        -- The import that brought it; the register's number, which is a floor above and cannot be referred to.
        run_id int,
        account uuid references auth.account,
        as_of date not null,
        reason text,
        state text not null check (state in ('offered', 'applied', 'discarded', 'undone')),
        -- What the file or the person said, while it waits to be decided on.
        offer jsonb,
        transaction xid8 not null default pg_current_xact_id(),
        made_at timestamptz not null default now(),
        decided_at timestamptz,
        decided_by uuid references auth.account
      );
      create index change_set_transaction on directory.change_set (transaction);
      create unique index change_set_offered on directory.change_set (format) where state = 'offered' and run_id is not null;

      -- Each change that was applied, in words, and its rows before and after: what undoing puts back.
      create table directory.change (
        change_id int generated always as identity primary key,
        set_id int not null references directory.change_set,
        what text not null,
        code text not null,
        relation text,
        day date,
        was text,
        becomes text,
        images jsonb not null
      );
      create index change_set_id on directory.change (set_id);
      create index change_code on directory.change (code);

      grant select, insert, update, delete on directory.former_name, directory.succession, directory.change_set,
        directory.change to neighbourhold_app, neighbourhold_batch;
      grant insert, update, delete on directory.place, directory.place_parent to neighbourhold_app;
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
  {
    name: '0103 directory: practices with a list',
    sql: `
      -- Practices that people are registered with, by the data that came. One that has closed is counted where it lay
      -- until nobody is on its list.
      create table directory.practice_list (
        place_id int primary key references directory.place on delete cascade,
        ends date
      );
      comment on column directory.practice_list.ends is 'The first day on which nobody was on its list; null: somebody is.';
      insert into directory.practice_list (place_id)
      select distinct practice_id from register.person where registered and practice_id is not null;
      grant select on directory.practice_list to neighbourhold_app;
      grant select, insert, update, delete on directory.practice_list to neighbourhold_batch;
    `,
  },
  {
    name: '0142 directory: every practice with a list can be asked',
    sql: `
      -- Makes the teams of practices with a list that have none yet, so that they stand among the teams to ask.
      create function directory.practice_teams() returns void
        language sql security definer set search_path = pg_catalog, pg_temp as $$
          insert into directory.team (code, name, kind, place_id)
          select 'practice ' || place.code, place.name, 'practice', place.place_id
            from directory.place join directory.practice_list list using (place_id)
           where place.kind = 'practice' and place.closed is null and list.ends is null
             and not exists (select 1 from directory.team where team.code = 'practice ' || place.code)
              on conflict (code) do nothing $$;
      revoke all on function directory.practice_teams() from public;
      grant execute on function directory.practice_teams() to neighbourhold_app, neighbourhold_batch;
      grant execute on function directory.practice_team(int) to neighbourhold_batch;
    `,
  },
  {
    name: '0143 directory: GPs of practices, and what people who work here are and how to reach them',
    sql: `
      -- A GP who works at a practice, whether or not they sign in here. A named GP is one of these.
      create table directory.gp (
        gp_id int generated always as identity primary key,
        code text not null unique,
        name text not null,
        practice_id int not null references directory.place,
        account uuid references auth.account,
        -- The first day on which they no longer work there.
        ends date
      );
      create index gp_practice on directory.gp (practice_id);
      alter table directory.staff
        add column profession text,
        -- How people whose care they lead reach them: a telephone number or an address of a team.
        add column contact text;
      grant select on directory.gp to neighbourhold_app;
      grant select, insert, update on directory.gp to neighbourhold_batch;
      grant update (ends) on directory.gp to neighbourhold_app;
    `,
  },
  {
    name: '0167 directory: who answers for information governance',
    sql: `
      -- The team of whoever leads information governance: what is theirs to look at is owned by it from the first moment.
      create function directory.governance_team() returns int
        language sql security definer set search_path = pg_catalog, pg_temp as $$
          insert into directory.team (code, name, kind, place_id)
          values ('information governance', 'Information governance', 'governance', null)
              on conflict (code) do update set name = excluded.name
          returning team_id $$;
      revoke all on function directory.governance_team() from public;
      grant execute on function directory.governance_team() to neighbourhold_app;
    `,
  },
  {
    name: '0241 directory: a stamp for what the directory says',
    sql: `
      -- Another stamp with each statement that may change a place, a relation, a former name, a succession or a list: of
      -- equal stamps the directory is the same, in whichever book, so that nobody has to read it to know.
      create table directory.edition (
        only_one boolean primary key default true check (only_one),
        stamp uuid not null
      );
      insert into directory.edition (stamp) values (gen_random_uuid());
      create function directory.stamp_edition() returns trigger
        language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
          begin
            update directory.edition set stamp = gen_random_uuid();
            return null;
          end $$;
      create trigger stamped after insert or update or delete or truncate on directory.place
        for each statement execute function directory.stamp_edition();
      create trigger stamped after insert or update or delete or truncate on directory.place_parent
        for each statement execute function directory.stamp_edition();
      create trigger stamped after insert or update or delete or truncate on directory.former_name
        for each statement execute function directory.stamp_edition();
      create trigger stamped after insert or update or delete or truncate on directory.succession
        for each statement execute function directory.stamp_edition();
      create trigger stamped after insert or update or delete or truncate on directory.practice_list
        for each statement execute function directory.stamp_edition();
      grant select on directory.edition to neighbourhold_app, neighbourhold_batch;
    `,
  },
  {
    name: '0271 directory: a practice has one team',
    sql: `
      -- Of two teams of one practice the second goes; where it is the only one, it is the practice's own.
      delete from directory.team second using directory.team own
       where second.kind = 'practice' and second.code like 'practice-%'
         and own.code = 'practice ' || substr(second.code, 10);
      update directory.team set code = 'practice ' || substr(code, 10)
       where kind = 'practice' and code like 'practice-%';
    `,
  },
  {
    name: '0272 directory: the data team',
    sql: `
      -- The team of analysts: what is theirs to mend and to check is owned by it from the first moment.
      create function directory.data_team() returns int
        language sql security definer set search_path = pg_catalog, pg_temp as $$
          insert into directory.team (code, name, kind, place_id) values ('data-team', 'Data team', 'data', null)
              on conflict (code) do update set name = excluded.name
          returning team_id $$;
      revoke all on function directory.data_team() from public;
      grant execute on function directory.data_team() to neighbourhold_app, neighbourhold_batch;
      grant execute on function directory.governance_team() to neighbourhold_batch;
      -- Both are there before they have anything to do: whoever works in them has an inbox that says so.
      select directory.data_team(), directory.governance_team();
    `,
  },
  {
    name: '0301 directory: GPs as appointments name them',
    sql: `
      alter table directory.gp
        -- The ids under which appointments in the practice's extract name them; none: not known.
        add column practitioners text[] not null default '{}';
    `,
  },
];
