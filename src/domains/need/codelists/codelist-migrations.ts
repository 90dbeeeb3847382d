import type { MigrationStep } from '../../../platform/database/index.ts';

export const codelistMigrations: readonly MigrationStep[] = [
  {
    name: '0120 need: codelists that were loaded',
    sql: `
      -- Which versions of loaded lists a refresh worked with, in the place of what content says.
      alter table need.publication add column codelists jsonb not null default '[]';

      -- One time that somebody brought files.
      create table need.codelist_load (
        load_id int generated always as identity primary key,
        state text not null default 'waiting' check (state in ('waiting', 'loaded', 'failed')),
        said jsonb not null default '{}',
        begun_by uuid not null references auth.account,
        begun_at timestamptz not null default now(),
        ended_at timestamptz
      );

      -- One table in them. Of a file that is none, why.
      create table need.codelist_file (
        file_no int generated always as identity primary key,
        load_id int not null references need.codelist_load,
        name text not null,
        hash text not null,
        source text,
        released date,
        read int not null default 0,
        loaded int not null default 0,
        refused int not null default 0,
        duplicate int not null default 0,
        notes jsonb not null default '[]',
        refusal jsonb,
        constraint nothing_is_lost check (read = loaded + refused + duplicate)
      );

      create table need.codelist_refused_row (
        file_no int not null references need.codelist_file,
        line int not null,
        column_name text not null,
        said text not null,
        reason text not null,
        primary key (file_no, line)
      );

      -- A version is its codes, for ever: the same codes from another file are the same version. Nobody has a right to
      -- change or remove one.
      create table need.codelist_version (
        version_no int generated always as identity primary key,
        codelist_id text not null check (codelist_id ~ '^[A-Z][A-Z0-9_]*$'),
        number int not null check (number > 0),
        kind text not null check (kind in ('snomed', 'dmd', 'bnf', 'icd10', 'opcs', 'ctv3', 'read')),
        hash text not null,
        title text not null,
        codes int not null check (codes > 0),
        file_no int not null references need.codelist_file,
        loaded_by uuid not null references auth.account,
        loaded_at timestamptz not null default now(),
        unique (codelist_id, number),
        unique (codelist_id, hash)
      );

      create table need.codelist_code (
        version_no int not null references need.codelist_version,
        code text not null,
        term text not null,
        category text,
        primary key (version_no, code)
      );

      -- Each table of a load with the versions that it has, known before or not.
      create table need.codelist_file_version (
        file_no int not null references need.codelist_file,
        version_no int not null references need.codelist_version,
        is_new boolean not null,
        primary key (file_no, version_no)
      );

      -- What was decided about a list, in order. A publication puts a version in effect at the next refresh; one that undoes
      -- another puts back what was there before that.
      create table need.codelist_decision (
        decision_id int generated always as identity primary key,
        codelist_id text not null,
        version_no int references need.codelist_version,
        undoes int unique references need.codelist_decision,
        check_id int,
        reason text not null check (length(reason) between 1 and 500),
        decided_by uuid not null references auth.account,
        decided_at timestamptz not null default now(),
        constraint publishes_or_undoes check ((version_no is null) <> (undoes is null))
      );

      -- Whoever loaded a version cannot be the one who publishes it, whatever the program says.
      create function need.refuse_own_codelist() returns trigger
        language plpgsql set search_path = pg_catalog, pg_temp as $$
      begin
        if exists (select 1 from need.codelist_version v where v.version_no = new.version_no and v.loaded_by = new.decided_by) then
          raise exception 'who loaded a version does not publish it' using errcode = 'check_violation',
            constraint = 'loader_is_not_publisher';
        end if;
        return new;
      end $$;
      create trigger loader_is_not_publisher before insert on need.codelist_decision
        for each row execute function need.refuse_own_codelist();

      -- Whom a version would move, worked out once, against what was in effect then.
      create table need.codelist_check (
        check_id int generated always as identity primary key,
        version_no int not null references need.codelist_version,
        state text not null default 'waiting' check (state in ('waiting', 'done', 'failed')),
        -- The versions that the next refresh would have worked with, without this one.
        beside text not null,
        snapshot_id int,
        as_of date,
        definitions jsonb not null default '[]',
        trouble text,
        asked_by uuid not null references auth.account,
        asked_at timestamptz not null default now(),
        ended_at timestamptz
      );

      create table need.codelist_mover (
        check_id int not null references need.codelist_check on delete cascade,
        definition_id text not null,
        person_no int not null,
        practice_id int not null references directory.place,
        planning boolean not null,
        was text not null,
        becomes text not null,
        primary key (check_id, definition_id, person_no)
      );
      alter table need.codelist_mover enable row level security;
      create policy mover_in_scope on need.codelist_mover for select to neighbourhold_app
        using (practice_id in (select register.scope_practices())
               or person_no in (select register.scope_people())
               or (planning and (select current_setting('neighbourhold.pseudonymous', true)) = 'yes'));
      create policy mover_for_batch on need.codelist_mover to neighbourhold_batch using (true) with check (true);

      -- How often each code stands in the entries of each practice, and whether it is on any list. Of the last refresh.
      create table need.code_use (
        snapshot_id int not null references need.publication on delete cascade,
        practice_id int not null references directory.place,
        feed text not null,
        code int not null,
        system text not null,
        concept text not null,
        bnf text,
        display text,
        entries bigint not null,
        planning_entries bigint not null,
        listed boolean not null,
        primary key (snapshot_id, practice_id, feed, code)
      );
      create index code_use_concept on need.code_use (concept);
      alter table need.code_use enable row level security;
      create policy code_use_in_scope on need.code_use for select to neighbourhold_app
        using (practice_id in (select register.scope_practices())
               or (select current_setting('neighbourhold.pseudonymous', true)) = 'yes');
      create policy code_use_for_batch on need.code_use to neighbourhold_batch using (true) with check (true);

      grant select on need.codelist_load, need.codelist_file, need.codelist_refused_row,
        need.codelist_version, need.codelist_code, need.codelist_file_version, need.codelist_decision,
        need.codelist_check, need.codelist_mover, need.code_use to neighbourhold_app, neighbourhold_batch;
      grant insert on need.codelist_load, need.codelist_decision, need.codelist_check to neighbourhold_app;
      grant insert on need.codelist_load, need.codelist_file, need.codelist_refused_row,
        need.codelist_version, need.codelist_code, need.codelist_file_version, need.codelist_decision,
        need.codelist_check, need.codelist_mover, need.code_use to neighbourhold_batch;
      grant update (state, ended_at) on need.codelist_load to neighbourhold_batch;
      grant update (state, snapshot_id, as_of, definitions, trouble, ended_at, beside) on need.codelist_check to neighbourhold_batch;
      grant delete on need.codelist_mover, need.code_use to neighbourhold_batch;
    `,
  },
];
