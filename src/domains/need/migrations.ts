import type { MigrationStep } from '../../platform/database/index.ts';
import { codelistMigrations } from './codelists/codelist-migrations.ts';

export const needMigrations: readonly MigrationStep[] = [
  {
    name: '0030 need: definitions, facts and counts',
    sql: `
      create schema need;

      -- Every version of a definition that was ever evaluated. The number stands in facts; it is never given twice.
      create table need.definition (
        definition_no int generated always as identity primary key,
        id text not null,
        version text not null,
        content_hash text not null,
        kind text not null,
        title text not null,
        short text not null,
        status text not null,
        unique (id, version, content_hash)
      );

      -- What a refresh made of a snapshot. The greatest snapshot here is the one that pages show.
      create table need.publication (
        snapshot_id int primary key references register.snapshot,
        as_of date not null,
        published_at timestamptz not null default now(),
        people int not null,
        events bigint not null,
        seconds numeric not null,
        definitions jsonb not null
      );

      -- One row per registered person and snapshot: what lists filter and sort by. Not one row per fact.
      create table need.person_fact (
        snapshot_id int not null,
        person_no int not null,
        practice_id int not null,
        name_order int not null,
        age smallint,
        sex text not null,
        ethnic_category text,
        imd_decile smallint,
        -- False for people who object to any use beyond their own care.
        planning boolean not null,
        sensitive boolean not null,
        multimorbidity int,
        frailty smallint,
        frailty_band text,
        need_rank int,
        need_band text,
        -- How much of the borough, and of the neighbourhood, ranks before this person, in hundredths of a percent.
        need_before int,
        need_before_neighbourhood int,
        in_ids int[] not null,
        unknown_ids int[] not null
      ) partition by list (snapshot_id);
      create unique index person_fact_person on need.person_fact (snapshot_id, person_no);
      -- The orders of lists. A first page is the beginning of an index, filtered as it is read.
      create index person_fact_need on need.person_fact (need_rank, name_order);
      create index person_fact_name on need.person_fact (name_order);
      create index person_fact_age on need.person_fact (age desc nulls last, name_order);
      create index person_fact_practice on need.person_fact (practice_id, need_rank, name_order);

      alter table need.person_fact enable row level security;
      create policy fact_in_scope on need.person_fact for select to neighbourhold_app
        using (practice_id in (select register.scope_practices())
               or person_no in (select register.scope_people())
               -- Analysts see everybody's facts under pseudonyms, except of those who object.
               or (planning and (select current_setting('neighbourhold.pseudonymous', true)) = 'yes'));
      create policy fact_for_batch on need.person_fact to neighbourhold_batch using (true) with check (true);

      -- Exact counts by practice; larger places are their sums. For people who may see those they count.
      create table need.practice_count (
        snapshot_id int not null references need.publication on delete cascade,
        practice_id int not null references directory.place,
        measure text not null,
        band text not null,
        people int not null check (people >= 0),
        primary key (snapshot_id, practice_id, measure, band)
      );

      -- What planners see: one cube per snapshot, rounded and with small numbers hidden (null) before it is stored.
      create table need.published_count (
        snapshot_id int not null references need.publication on delete cascade,
        place_id int not null references directory.place,
        measure text not null,
        band text not null,
        people int check (people >= 0),
        primary key (snapshot_id, place_id, measure, band)
      );

      -- Facts arrive in a table of their own, which joins the others when it is complete and indexed. Making and
      -- dropping tables is the owner's; these two functions are all of it that batch work may ask for.
      create function need.begin_facts(snapshot int) returns text
        language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
      declare
        name text := format('person_fact_%s', snapshot);
      begin
        execute format('drop table if exists need.%I', name);
        execute format('create table need.%I (like need.person_fact including defaults including constraints)', name);
        execute format('grant select, insert on need.%I to neighbourhold_batch', name);
        return 'need.' || quote_ident(name);
      end $$;

      create function need.attach_facts(snapshot int) returns void
        language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
      declare
        name text := format('person_fact_%s', snapshot);
      begin
        execute format('create unique index on need.%I (snapshot_id, person_no)', name);
        execute format('create index on need.%I (need_rank, name_order)', name);
        execute format('create index on need.%I (name_order)', name);
        execute format('create index on need.%I (age desc nulls last, name_order)', name);
        execute format('create index on need.%I (practice_id, need_rank, name_order)', name);
        execute format('alter table need.%I add check (snapshot_id = %s)', name, snapshot);
        execute format('alter table need.person_fact attach partition need.%I for values in (%s)', name, snapshot);
        execute format('analyze need.%I', name);
      end $$;

      create function need.drop_facts(snapshot int) returns void
        language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
      begin
        execute format('drop table if exists need.%I', format('person_fact_%s', snapshot));
        delete from need.publication where snapshot_id = snapshot;
      end $$;

      revoke all on function need.begin_facts(int), need.attach_facts(int), need.drop_facts(int) from public;
      grant execute on function need.begin_facts(int), need.attach_facts(int), need.drop_facts(int) to neighbourhold_batch;

      grant usage on schema need to neighbourhold_app, neighbourhold_batch;
      grant select on all tables in schema need to neighbourhold_app, neighbourhold_batch;
      grant insert, delete on need.definition, need.publication, need.practice_count, need.published_count to neighbourhold_batch;
    `,
  },
  {
    name: '0100 need: counts outlive facts',
    sql: `
      -- The facts of a snapshot, a row a person, are as large as the register, and lists read the last ones only. Its
      -- counts are small and stay, so that places can be asked about as at a day.
      create function need.drop_people(snapshot int) returns void
        language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
      begin
        execute format('drop table if exists need.%I', format('person_fact_%s', snapshot));
      end $$;
      revoke all on function need.drop_people(int) from public;
      grant execute on function need.drop_people(int) to neighbourhold_batch;
    `,
  },
  {
    name: '0110 need: definitions that are written here',
    sql: `
      -- What a refresh found of everybody, as a file of the data folder, for counts that nobody asked for in advance; and
      -- which definitions of the book it worked with beside those of content.
      alter table need.publication add column outcomes text;
      alter table need.publication add column authored jsonb not null default '[]';

      create table need.draft (
        draft_id int generated always as identity primary key,
        state text not null default 'draft' check (state in ('draft', 'asked', 'published', 'retired', 'discarded')),
        -- The definition that it began as a copy of, and its version; null for one that began empty.
        based_on text,
        begun_by uuid not null references auth.account,
        begun_at timestamptz not null default now()
      );

      -- Every save, for ever. The number is the only thing that two people who save at once can fight over.
      create table need.draft_version (
        draft_id int not null references need.draft,
        version_no int not null check (version_no > 0),
        -- Which version undoing this one goes back to.
        before_no int check (before_no < version_no),
        definition text not null check (length(definition) <= 100000),
        cases text not null check (length(cases) <= 100000),
        what text not null check (length(what) between 1 and 500),
        saved_by uuid not null references auth.account,
        saved_at timestamptz not null default now(),
        primary key (draft_id, version_no)
      );

      create table need.draft_event (
        event_id int generated always as identity primary key,
        draft_id int not null,
        version_no int not null,
        action text not null check (action in ('ask', 'withdraw', 'send_back', 'publish', 'retire', 'discard', 'resume')),
        reason text,
        acted_by uuid not null references auth.account,
        acted_at timestamptz not null default now(),
        foreign key (draft_id, version_no) references need.draft_version
      );
      create index draft_event_draft on need.draft_event (draft_id);

      -- What was published, word for word. The highest version of an id that is not retired is in effect at the next
      -- refresh.
      create table need.authored_definition (
        id text not null,
        version text not null,
        draft_id int not null unique,
        version_no int not null,
        definition text not null,
        cases text not null,
        author uuid not null references auth.account,
        checker uuid not null references auth.account,
        published_at timestamptz not null default now(),
        reason text not null check (length(reason) between 1 and 500),
        retired_at timestamptz,
        retired_by uuid references auth.account,
        retired_reason text,
        primary key (id, version),
        foreign key (draft_id, version_no) references need.draft_version,
        constraint author_is_not_checker check (author <> checker),
        constraint retired_with_reason check (
          (retired_at is null) = (retired_by is null) and (retired_at is null) = (retired_reason is null))
      );

      -- Whoever wrote any version of it cannot be the one who checks it, whatever the program says.
      create function need.refuse_own_check() returns trigger
        language plpgsql set search_path = pg_catalog, pg_temp as $$
      begin
        if exists (select 1 from need.draft_version v where v.draft_id = new.draft_id and v.saved_by = new.checker) then
          raise exception 'the checker wrote a version of this draft' using errcode = 'check_violation',
            constraint = 'author_is_not_checker';
        end if;
        return new;
      end $$;
      create trigger checker_wrote_nothing before insert on need.authored_definition
        for each row execute function need.refuse_own_check();

      grant select on need.draft, need.draft_version, need.draft_event, need.authored_definition
        to neighbourhold_app, neighbourhold_batch;
      grant insert on need.draft, need.draft_version, need.draft_event, need.authored_definition to neighbourhold_app;
      grant update (state) on need.draft to neighbourhold_app;
      grant update (retired_at, retired_by, retired_reason) on need.authored_definition to neighbourhold_app;
    `,
  },
  ...codelistMigrations,
  {
    name: '0130 need: counts by group of people',
    sql: `
      -- The groups that arrays have a number for, in their order, and how many strata of age and sex there are.
      alter table need.publication add column groups jsonb not null default '[]';

      -- Exact counts by practice: of each figure, and of whom figures are of by age and sex. One number for each group.
      create table need.equity_count (
        snapshot_id int not null references need.publication on delete cascade,
        practice_id int not null references directory.place,
        measure text not null,
        band text not null,
        people int[] not null,
        primary key (snapshot_id, measure, band, practice_id)
      );
      create table need.equity_stratum (
        snapshot_id int not null references need.publication on delete cascade,
        practice_id int not null references directory.place,
        denominator text not null,
        stratum smallint not null,
        people int[] not null,
        primary key (snapshot_id, denominator, practice_id, stratum)
      );

      -- What planners see of the same, of places above practices: rounded, and null where hidden. The measure 'of' says
      -- how many people of each group a definition concerns.
      create table need.published_equity (
        snapshot_id int not null references need.publication on delete cascade,
        place_id int not null references directory.place,
        measure text not null,
        band text not null,
        people int[] not null,
        primary key (snapshot_id, measure, band, place_id)
      );
      create table need.published_stratum (
        snapshot_id int not null references need.publication on delete cascade,
        place_id int not null references directory.place,
        denominator text not null,
        stratum smallint not null,
        people int[] not null,
        primary key (snapshot_id, denominator, place_id, stratum)
      );

      -- The rates by age and sex that groups are held against, made of protected numbers.
      create table need.reference_rate (
        snapshot_id int not null references need.publication on delete cascade,
        measure text not null,
        band text not null,
        rates double precision[] not null,
        primary key (snapshot_id, measure, band)
      );
      grant select on need.equity_count, need.equity_stratum, need.published_equity, need.published_stratum,
        need.reference_rate to neighbourhold_app, neighbourhold_batch;
      grant insert on need.equity_count, need.equity_stratum, need.published_equity, need.published_stratum,
        need.reference_rate to neighbourhold_batch;
    `,
  },
  {
    name: '0131 need: what happened after a score',
    sql: `
      -- How many people there were by tenth of the score a while before, and to how many something happened since: protected,
      -- null where hidden. Of everybody where there is no dimension; of one group otherwise.
      create table need.published_calibration (
        snapshot_id int not null references need.publication on delete cascade,
        place smallint not null,
        outcome text not null,
        dimension text,
        group_id text,
        tenths int[] not null,
        primary key (snapshot_id, place)
      );
      grant select on need.published_calibration to neighbourhold_app, neighbourhold_batch;
      grant insert on need.published_calibration to neighbourhold_batch;
    `,
  },
  {
    name: '0192 need: a snapshot keeps the disclosure rules that it was first published with',
    sql: `
      -- The same people published twice under other rules: what one hides the other shows. Null in publications of before.
      alter table need.publication add column disclosure jsonb;
    `,
  },
  {
    name: '0195 need: opt-outs and what they leave out',
    sql: `
      -- Records one by one, also under pseudonyms, are used beyond somebody's own care: without those who opted out.
      alter policy fact_in_scope on need.person_fact
        using (practice_id in (select register.scope_practices())
               or person_no in (select register.scope_people())
               or (planning and (select current_setting('neighbourhold.pseudonymous', true)) = 'yes'
                   and person_no not in (select register.opted_out_nationally())));

      -- How many people opt-outs leave out, of everybody: for those who work with counts, who see no rows.
      create function need.count_opt_outs(snapshot int)
        returns table (registered int, objecting int, opted_out int, asked int)
        language sql stable security definer set search_path = pg_catalog, pg_temp as $$
          select count(*)::int,
                 count(*) filter (where not f.planning)::int,
                 count(*) filter (where f.planning and f.person_no in (select register.opted_out_nationally()))::int,
                 count(*) filter (where exists (
                   select from register.national_opt_out o where o.person_no = f.person_no))::int
            from need.person_fact f
           where f.snapshot_id = snapshot
             and current_setting('neighbourhold.role', true) in ('ig_lead', 'analyst', 'commissioner', 'pcn_manager') $$;
      revoke all on function need.count_opt_outs(int) from public;
      grant execute on function need.count_opt_outs(int) to neighbourhold_app;
    `,
  },
  {
    name: '0240 need: which people of a practice have what, bit by bit',
    sql: `
      -- The people of a list stand in the order of practice and need, from nought. Null in facts of before.
      alter table need.person_fact add column position int;

      -- One bit for each person of a practice, in that order: whom a filter means is the bits of its parts, joined by
      -- and. Counting a filter that means half the borough reads some hundred kilobytes in place of everybody's facts.
      create table need.practice_bitmap (
        snapshot_id int not null references need.publication on delete cascade,
        practice_id int not null references directory.place,
        key text not null,
        -- Where the practice's first person stands.
        first_position int not null,
        bits bit varying not null,
        primary key (snapshot_id, key, practice_id)
      );
      -- They say who has what, as facts do, so that who sees the practice's facts sees them. Nobody else.
      alter table need.practice_bitmap enable row level security;
      create policy bitmap_in_scope on need.practice_bitmap for select to neighbourhold_app
        using (practice_id in (select register.scope_practices()));
      create policy bitmap_for_batch on need.practice_bitmap to neighbourhold_batch using (true) with check (true);
      grant select on need.practice_bitmap to neighbourhold_app, neighbourhold_batch;
      grant insert, delete on need.practice_bitmap to neighbourhold_batch;

      create or replace function need.attach_facts(snapshot int) returns void
        language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
      declare
        name text := format('person_fact_%s', snapshot);
      begin
        execute format('create unique index on need.%I (snapshot_id, person_no)', name);
        execute format('create index on need.%I (need_rank, name_order)', name);
        execute format('create index on need.%I (name_order)', name);
        execute format('create index on need.%I (age desc nulls last, name_order)', name);
        execute format('create index on need.%I (practice_id, need_rank, name_order)', name);
        execute format('create index on need.%I (position)', name);
        execute format('alter table need.%I add check (snapshot_id = %s)', name, snapshot);
        execute format('alter table need.person_fact attach partition need.%I for values in (%s)', name, snapshot);
        execute format('analyze need.%I', name);
      end $$;
    `,
  },
  {
    name: '0260 need: the values of scores and calculations stand in facts',
    sql: `
      -- In steps, in the order that the publication gives its definitions with a value; null in facts of before.
      alter table need.person_fact add column step_values int[];
    `,
  },
];
