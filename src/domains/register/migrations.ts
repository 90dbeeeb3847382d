import type { MigrationStep } from '../../platform/database/index.ts';

export const registerMigrations: readonly MigrationStep[] = [
  {
    name: '0020 register: deliveries, snapshots, people and care relationships',
    sql: `
      create schema register;

      -- One run of the import command: from a page, a folder or the command line.
      create table register.import_run (
        run_id int generated always as identity primary key,
        started_at timestamptz not null default now(),
        finished_at timestamptz,
        state text not null default 'running' check (state in ('running', 'done', 'refused', 'failed')),
        progress text not null default 'Waiting to begin',
        account uuid not null,
        message text,
        check ((finished_at is null) = (state = 'running'))
      );

      -- A snapshot names the files of the lake that make it up. The greatest number is the current one: making a
      -- snapshot current is inserting it.
      create table register.snapshot (
        snapshot_id int generated always as identity primary key,
        run_id int not null references register.import_run,
        as_of date not null,
        made_at timestamptz not null default now(),
        manifest jsonb not null
      );

      create table register.delivery (
        delivery_id int generated always as identity primary key,
        run_id int not null references register.import_run,
        snapshot_id int references register.snapshot,
        name text not null,
        format text not null,
        publisher text,
        extracted_at timestamptz,
        is_full boolean not null,
        state text not null check (state in ('loaded', 'refused')),
        refusal jsonb,
        quarantine text,
        check ((state = 'refused') = (refusal is not null))
      );
      create index delivery_run on register.delivery (run_id);
      create index delivery_publisher on register.delivery (publisher, delivery_id desc);

      create table register.delivery_table (
        delivery_id int not null references register.delivery,
        table_name text not null,
        read int not null check (read >= 0),
        loaded int not null check (loaded >= 0),
        quarantined int not null check (quarantined >= 0),
        duplicate int not null check (duplicate >= 0),
        removed int not null default 0,
        reasons jsonb not null,
        primary key (delivery_id, table_name),
        constraint nothing_is_lost check (read = loaded + quarantined + duplicate)
      );

      -- The person index: who is who, and on which list. The public id stands in addresses of pages; the number
      -- joins. Derived from the lake at each import; the numbers stay.
      create table register.person (
        person_no int primary key,
        public_id uuid not null unique default gen_random_uuid(),
        nhs_number text,
        title text,
        family_name text,
        given_names text,
        sex text not null,
        birth_date date,
        birth_approximate boolean not null,
        death_date date,
        address text,
        postcode text,
        lsoa text,
        practice_id int references directory.place,
        registered boolean not null,
        registered_from date,
        open_registrations int not null,
        sensitive boolean not null,
        confidential boolean not null,
        records int[] not null,
        buckets int[] not null,
        snapshot_id int not null,
        check (registered = (practice_id is not null))
      );
      create unique index person_nhs_number on register.person (nhs_number) where nhs_number is not null;
      create index person_practice on register.person (practice_id);

      -- Why somebody may see somebody. Rooms write their own kinds through register's door; permission and row-level
      -- security read them. A relationship ends by being given an end: nothing is deleted.
      create table register.care_relationship (
        relationship_id int generated always as identity primary key,
        kind text not null check (kind in
          ('practice_staff', 'int_agreement', 'caseload', 'contact', 'mdt', 'self', 'carer')),
        account uuid references auth.account,
        team_id int references directory.team,
        practice_id int references directory.place,
        person_no int references register.person,
        purpose text not null,
        grants text[] not null default '{}',
        basis jsonb not null default '{}',
        starts timestamptz not null default now(),
        ends timestamptz,
        ended_because text,
        -- Held by one account or one team; about one practice's people or one person.
        check (num_nonnulls(account, team_id) = 1),
        check (num_nonnulls(practice_id, person_no) = 1),
        check (ends is null or ends >= starts)
      );
      create index relationship_account on register.care_relationship (account, kind);
      create index relationship_team on register.care_relationship (team_id, kind);
      create index relationship_person on register.care_relationship (person_no, kind);
      create index relationship_practice on register.care_relationship (practice_id, kind);

      -- What the transaction's scope says, as values that a policy can compare with. No scope, no people.
      -- They are sets, because a policy that asks "in (select ...)" looks each row up in a hash, and parallel safe,
      -- because a count over a borough is worth two workers.
      create function register.scope_practices() returns setof int language sql stable parallel safe
        begin atomic
          select unnest(coalesce(nullif(current_setting('neighbourhold.practices', true), ''), '{}')::int[]);
        end;
      create function register.scope_people() returns setof int language sql stable parallel safe
        begin atomic
          select r.person_no
            from register.care_relationship r
           where r.person_no is not null and r.starts <= now() and (r.ends is null or r.ends > now())
             and (r.account = nullif(current_setting('neighbourhold.account', true), '')::uuid
                  or r.team_id = nullif(current_setting('neighbourhold.team', true), '')::int);
        end;

      alter table register.person enable row level security;
      create policy person_in_scope on register.person for select to neighbourhold_app
        using (practice_id in (select register.scope_practices())
               or person_no in (select register.scope_people()));
      create policy person_for_batch on register.person to neighbourhold_batch using (true) with check (true);

      -- The information governance lead answers for the audit without seeing people: these two answer that role alone,
      -- and only with what an audit entry needs.
      create function register.audit_labels(people int[]) returns table (person_no int, label text)
        language sql stable security definer set search_path = pg_catalog, pg_temp as $$
          select p.person_no, concat_ws(', ', upper(p.family_name), p.given_names)
            from register.person p
           where p.person_no = any (people) and current_setting('neighbourhold.role', true) = 'ig_lead' $$;
      create function register.audit_subject(number text) returns int
        language sql stable security definer set search_path = pg_catalog, pg_temp as $$
          select p.person_no from register.person p
           where p.nhs_number = number and current_setting('neighbourhold.role', true) = 'ig_lead' $$;
      revoke all on function register.audit_labels(int[]), register.audit_subject(text) from public;
      grant execute on function register.audit_labels(int[]), register.audit_subject(text) to neighbourhold_app;

      grant usage on schema register to neighbourhold_app, neighbourhold_batch;
      grant select on all tables in schema register to neighbourhold_app;
      grant insert on register.import_run to neighbourhold_app;
      grant insert, update on register.care_relationship to neighbourhold_app;
      grant select, insert, update, delete on all tables in schema register to neighbourhold_batch;
    `,
  },
  {
    name: '0060 register: snapshots that pages read',
    sql: `
      -- Pages read the snapshot of the last refresh, however many imports came after it: its files are kept.
      alter table register.snapshot add column published_at timestamptz;
    `,
  },
  {
    name: '0061 register: a relationship counts for the role that it is for',
    sql: `
      -- The scope names the kinds of relationship to single people that the actor's role sees people through. An account
      -- that changes its role, or a planner who joins a team, sees nobody by what the account or the team still holds.
      create or replace function register.scope_people() returns setof int language sql stable parallel safe
        begin atomic
          select r.person_no
            from register.care_relationship r
           where r.person_no is not null and r.starts <= now() and (r.ends is null or r.ends > now())
             and r.kind in (
               select unnest(coalesce(nullif(current_setting('neighbourhold.relationships', true), ''), '{}')::text[]))
             and (r.account = nullif(current_setting('neighbourhold.account', true), '')::uuid
                  or r.team_id = nullif(current_setting('neighbourhold.team', true), '')::int);
        end;
    `,
  },
  {
    name: '0090 register: people who may be one, and what was decided',
    sql: `
      -- Numbers of people whose records are all with another person now: their work, relationships and audit stay under
      -- the number that they had, and are read together with the other's. Nothing is rewritten, so that parting them
      -- leaves everything as it was. Numbers only, so that it needs no row-level security.
      create table register.joined (
        person_no int primary key references register.person,
        -- Who has the records now, and which they are: they may move on, or come back.
        now_no int not null references register.person,
        records int[] not null,
        check (person_no <> now_no)
      );
      create index joined_now on register.joined (now_no);

      -- Two people who may be one. A pair stands here once, whatever is decided of it and how often.
      create table register.match (
        match_id int generated always as identity primary key,
        one_person int not null references register.person,
        other_person int not null references register.person,
        -- The records that are most alike, and how: levels by field, and what they weigh in bits.
        one_rec int not null,
        other_rec int not null,
        weight numeric(9, 2) not null,
        levels jsonb not null,
        method text not null,
        state text not null default 'open' check (state in ('open', 'merged', 'apart', 'settled')),
        raised_at timestamptz not null default now(),
        -- Something that was delivered after the decision says otherwise. The decision stands until somebody decides.
        contradiction text check (contradiction in ('two_numbers', 'one_number', 'linked')),
        contradicting_key text,
        -- The contradiction that somebody has decided on already.
        settled_key text,
        -- The practice that has been asked, until somebody decides; and the piece of work, until it has answered.
        asked_practice int references directory.place,
        asked_item int,
        check (one_person < other_person),
        unique (one_person, other_person)
      );
      create index match_waiting on register.match (weight desc) where state = 'open' or contradiction is not null;
      create index match_one on register.match (other_person);

      create table register.match_decision (
        decision_id int generated always as identity primary key,
        match_id int not null references register.match,
        verdict text not null check (verdict in ('merge', 'apart', 'unmerge', 'ask', 'answer')),
        reason text not null check (length(reason) between 1 and 1000),
        account uuid not null,
        role text not null,
        at timestamptz not null default now(),
        one_rec int not null,
        other_rec int not null
      );
      create index match_decision_match on register.match_decision (match_id, decision_id);

      create or replace function register.scope_people() returns setof int language sql stable parallel safe
        begin atomic
          with related as (
            select r.person_no
              from register.care_relationship r
             where r.person_no is not null and r.starts <= now() and (r.ends is null or r.ends > now())
               and r.kind in (
                 select unnest(coalesce(nullif(current_setting('neighbourhold.relationships', true), ''), '{}')::text[]))
               and (r.account = nullif(current_setting('neighbourhold.account', true), '')::uuid
                    or r.team_id = nullif(current_setting('neighbourhold.team', true), '')::int)),
          whole as (
            select person_no from related
            union
            select j.now_no from register.joined j where j.person_no in (select person_no from related))
          select person_no from whole
          union
          select j.person_no from register.joined j where j.now_no in (select person_no from whole);
        end;

      -- People who were joined to somebody on a list in scope. It asks whose list that is past row-level security,
      -- because the policy of the person table asks it.
      create function register.scope_joined() returns setof int
        language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
          select j.person_no from register.joined j join register.person p on p.person_no = j.now_no
           where p.practice_id in (select register.scope_practices()) $$;
      alter policy person_in_scope on register.person
        using (practice_id in (select register.scope_practices())
               or person_no in (select register.scope_people())
               or person_no in (select register.scope_joined()));

      -- Who may review two people: the information governance lead everybody, a practice manager those who are both on
      -- the practice's list, and those about whom the practice has been asked.
      create function register.may_review(one int, other int, asked int) returns boolean
        language sql stable security definer set search_path = pg_catalog, pg_temp as $$
          select case current_setting('neighbourhold.role', true)
            when 'ig_lead' then true
            when 'practice_manager' then
              coalesce(asked in (select register.scope_practices()), false)
              or (select count(*) = 2 from unnest(array[one, other]) side (no)
                    left join register.joined j on j.person_no = side.no
                    join register.person p on p.person_no = coalesce(j.now_no, side.no)
                   where p.practice_id in (select register.scope_practices()))
            else false end $$;

      -- The two people of a pair, for who may review it, with the NHS number of whom they are now; who has been asked sees the people of the own list alone.
      -- Records marked sensitive do not show where somebody lives and is registered.
      create function register.match_people(pair int)
        returns table (person_no int, public_id uuid, nhs_number text, title text, family_name text, given_names text,
                       sex text, birth_date date, birth_approximate boolean, death_date date, address text, postcode text,
                       practice_id int, registered_from date, hidden boolean)
        language sql stable security definer set search_path = pg_catalog, pg_temp as $$
          select p.person_no, p.public_id, coalesce(now_is.nhs_number, p.nhs_number), p.title, p.family_name, p.given_names, p.sex, p.birth_date,
                 p.birth_approximate, p.death_date,
                 case when not (p.sensitive or p.confidential) then p.address end,
                 case when not (p.sensitive or p.confidential) then p.postcode end,
                 case when not (p.sensitive or p.confidential) then p.practice_id end, p.registered_from,
                 p.sensitive or p.confidential
            from register.match m
            join register.person p on p.person_no in (m.one_person, m.other_person)
            left join register.joined j on j.person_no = p.person_no
            left join register.person now_is on now_is.person_no = j.now_no
           where m.match_id = pair and register.may_review(m.one_person, m.other_person, m.asked_practice)
             and (current_setting('neighbourhold.role', true) = 'ig_lead'
                  or coalesce(now_is.practice_id, p.practice_id) in (select register.scope_practices())) $$;
      revoke all on function register.scope_joined(), register.may_review(int, int, int), register.match_people(int) from public;
      grant execute on function register.scope_joined(), register.may_review(int, int, int), register.match_people(int)
        to neighbourhold_app;

      alter table register.match enable row level security;
      create policy match_to_review on register.match to neighbourhold_app
        using (register.may_review(one_person, other_person, asked_practice)) with check (true);
      create policy match_for_batch on register.match to neighbourhold_batch using (true) with check (true);
      alter table register.match_decision enable row level security;
      create policy decision_of_match on register.match_decision to neighbourhold_app
        using (exists (select 1 from register.match m where m.match_id = match_decision.match_id))
        with check (exists (select 1 from register.match m where m.match_id = match_decision.match_id));
      create policy decision_for_batch on register.match_decision to neighbourhold_batch using (true) with check (true);

      grant select on register.joined, register.match, register.match_decision to neighbourhold_app;
      grant update (state, contradiction, settled_key, asked_practice, asked_item) on register.match to neighbourhold_app;
      grant insert on register.match_decision to neighbourhold_app;
      grant select, insert, update, delete on register.joined, register.match to neighbourhold_batch;
      grant select on register.match_decision to neighbourhold_batch;
    `,
  },
  {
    name: '0096 register: who sent something in an import',
    sql: `
      -- The practices of which an import has rows: of the others it can be said that they sent nothing.
      create table register.run_sender (
        run_id int not null references register.import_run,
        practice text not null,
        primary key (run_id, practice)
      );
      create index run_sender_practice on register.run_sender (practice);
      grant select on register.run_sender to neighbourhold_app;
      grant select, insert, delete on register.run_sender to neighbourhold_batch;
    `,
  },
  {
    name: '0101 register: rows that were put aside come again',
    sql: `
      -- A delivery that brings rows of an earlier one again: as somebody mended them, or (a release) as they were.
      alter table register.delivery
        add column mends int references register.delivery,
        add column is_release boolean not null default false,
        -- The numbers of the rows of the earlier one that are loaded now: a file beside those of the quarantine.
        add column mended text;
      create index delivery_mends on register.delivery (mends) where mends is not null;
      -- Also while it runs, and when it fails: then there is no delivery yet.
      alter table register.import_run add column mends int references register.delivery;
      create index import_run_mends on register.import_run (mends) where mends is not null;

      -- Of the rows that a delivery put aside: how many have been loaded since, and how many were sent again and put
      -- aside anew. Worked out from the files at each import that brings some again. The account of the delivery
      -- itself never changes.
      create table register.quarantine_settled (
        delivery_id int not null references register.delivery,
        table_name text not null,
        reason text not null,
        mended int not null check (mended >= 0),
        again int not null check (again >= 0),
        primary key (delivery_id, table_name, reason)
      );
      grant select on register.quarantine_settled to neighbourhold_app;
      grant select, insert, update, delete on register.quarantine_settled to neighbourhold_batch;
    `,
  },
  {
    name: '0141 register: a team sees whom it has been given work about',
    sql: `
      alter table register.care_relationship drop constraint care_relationship_kind_check;
      alter table register.care_relationship add constraint care_relationship_kind_check check (kind in
        ('practice_staff', 'int_agreement', 'caseload', 'contact', 'mdt', 'work', 'self', 'carer', 'break_glass'));

      -- What a team holds counts for everybody who works in it: that of their own, and that of everybody at their practice.
      create or replace function register.scope_people() returns setof int language sql stable parallel safe
        begin atomic
          with related as (
            select r.person_no
              from register.care_relationship r
             where r.person_no is not null and r.starts <= now() and (r.ends is null or r.ends > now())
               and r.kind in (
                 select unnest(coalesce(nullif(current_setting('neighbourhold.relationships', true), ''), '{}')::text[]))
               and (r.account = nullif(current_setting('neighbourhold.account', true), '')::uuid
                    or r.team_id = nullif(current_setting('neighbourhold.team', true), '')::int
                    or r.team_id = any (coalesce(nullif(current_setting('neighbourhold.teams', true), ''), '{}')::int[]))),
          whole as (
            select person_no from related
            union
            select j.now_no from register.joined j where j.person_no in (select person_no from related))
          select person_no from whole
          union
          select j.person_no from register.joined j where j.now_no in (select person_no from whole);
        end;
    `,
  },
  {
    name: '0165 register: emergency access',
    sql: `
      alter table register.care_relationship drop constraint care_relationship_kind_check;
      alter table register.care_relationship add constraint care_relationship_kind_check check (kind in
        ('practice_staff', 'int_agreement', 'caseload', 'contact', 'mdt', 'work', 'self', 'carer', 'break_glass'));
      -- Whoever opens a record in an emergency always stands for it alone, and it always ends.
      alter table register.care_relationship add constraint emergency_ends check (
        kind <> 'break_glass' or (account is not null and person_no is not null and ends is not null));

      -- Whom an NHS number and a day of birth are of, for those who treat people: the two together, or nobody. It says
      -- the number that joins and nothing else; what may be read is decided by the relationship that is then opened.
      create function register.person_in_emergency(number text, born date) returns int
        language sql stable security definer set search_path = pg_catalog, pg_temp as $$
          select coalesce(j.now_no, p.person_no)
            from register.person p left join register.joined j on j.person_no = p.person_no
           where p.nhs_number = number
             -- Where only the year or the month was recorded, the year has to do.
             and (p.birth_date = born
                  or (p.birth_approximate and extract(year from p.birth_date) = extract(year from born)))
             and current_setting('neighbourhold.role', true) in ('gp', 'practice_nurse', 'int_lead', 'care_coordinator') $$;
      revoke all on function register.person_in_emergency(text, date) from public;
      grant execute on function register.person_in_emergency(text, date) to neighbourhold_app;
    `,
  },
  {
    name: '0169 register: rows that were put aside have a time',
    sql: `
      -- Null as long as they are there. The account of the delivery stays when they are gone.
      alter table register.delivery add column rows_removed_at timestamptz;
      grant update (quarantine, mended, rows_removed_at) on register.delivery to neighbourhold_batch;
    `,
  },
  {
    name: '0190 register: protected records',
    sql: `
      -- A record that needs more to be seen, or shows less, and why. Nothing here is changed but its review and its end.
      create table register.protection (
        protection_id int generated always as identity primary key,
        person_no int not null references register.person,
        kind text not null check (kind in ('staff', 'vip', 'safeguarding')),
        reason text not null check (length(reason) between 1 and 1000),
        since timestamptz not null default now(),
        marked_by uuid not null references auth.account,
        review_on date not null,
        ended_at timestamptz,
        ended_by uuid references auth.account,
        ended_because text,
        check (num_nulls(ended_at, ended_by, ended_because) in (0, 3))
      );
      create unique index one_open_protection on register.protection (person_no, kind) where ended_at is null;
      alter table register.protection enable row level security;
      create policy protection_for_lead on register.protection to neighbourhold_app
        using (current_setting('neighbourhold.role', true) = 'ig_lead')
        with check (current_setting('neighbourhold.role', true) = 'ig_lead');
      create policy protection_for_batch on register.protection for select to neighbourhold_batch using (true);
      grant select, insert on register.protection to neighbourhold_app;
      grant update (review_on, ended_at, ended_by, ended_because) on register.protection to neighbourhold_app;
      grant select on register.protection to neighbourhold_batch;

      -- Whom protections of these kinds are of now, with everybody who was joined to them. Numbers alone: policies ask
      -- it of everybody, and the table itself is for the information governance lead.
      create function register.protected_people(kinds text[]) returns setof int
        language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
          with marked as (
            select person_no from register.protection where ended_at is null and kind = any (kinds)),
          whole as (
            select person_no from marked
            union
            select j.now_no from register.joined j where j.person_no in (select person_no from marked))
          select person_no from whole
          union
          select j.person_no from register.joined j where j.now_no in (select person_no from whole) $$;
      revoke all on function register.protected_people(text[]) from public;
      grant execute on function register.protected_people(text[]) to neighbourhold_app, neighbourhold_batch;

      -- Whom a list opens to nobody of this role: they need a relationship to that very person. A transaction that says
      -- nothing of it gets the most careful answer.
      create function register.guarded_people() returns setof int language sql stable parallel safe
        begin atomic
          select register.protected_people(
            coalesce(nullif(current_setting('neighbourhold.guarded', true), ''), '{staff,vip}')::text[]);
        end;
      grant execute on function register.guarded_people() to neighbourhold_app, neighbourhold_batch;

      create or replace function register.scope_joined() returns setof int
        language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
          select j.person_no from register.joined j join register.person p on p.person_no = j.now_no
           where p.practice_id in (select register.scope_practices())
             and p.person_no not in (select register.guarded_people()) $$;
      alter policy person_in_scope on register.person
        using ((practice_id in (select register.scope_practices())
                and person_no not in (select register.guarded_people()))
               or person_no in (select register.scope_people())
               or person_no in (select register.scope_joined()));

      -- Where there is a safeguarding concern no carer sees the person: it may be about them.
      create or replace function register.scope_people() returns setof int language sql stable parallel safe
        begin atomic
          with related as (
            select r.person_no
              from register.care_relationship r
             where r.person_no is not null and r.starts <= now() and (r.ends is null or r.ends > now())
               and r.kind in (
                 select unnest(coalesce(nullif(current_setting('neighbourhold.relationships', true), ''), '{}')::text[]))
               and (r.account = nullif(current_setting('neighbourhold.account', true), '')::uuid
                    or r.team_id = nullif(current_setting('neighbourhold.team', true), '')::int
                    or r.team_id = any (coalesce(nullif(current_setting('neighbourhold.teams', true), ''), '{}')::int[]))
               and (r.kind <> 'carer' or r.person_no not in (
                      select register.protected_people(array['safeguarding'])))),
          whole as (
            select person_no from related
            union
            select j.now_no from register.joined j where j.person_no in (select person_no from related))
          select person_no from whole
          union
          select j.person_no from register.joined j where j.now_no in (select person_no from whole);
        end;

      create or replace function register.may_review(one int, other int, asked int) returns boolean
        language sql stable security definer set search_path = pg_catalog, pg_temp as $$
          select case current_setting('neighbourhold.role', true)
            when 'ig_lead' then true
            when 'practice_manager' then
              not (one in (select register.guarded_people()) or other in (select register.guarded_people()))
              and (coalesce(asked in (select register.scope_practices()), false)
                   or (select count(*) = 2 from unnest(array[one, other]) side (no)
                         left join register.joined j on j.person_no = side.no
                         join register.person p on p.person_no = coalesce(j.now_no, side.no)
                        where p.practice_id in (select register.scope_practices())))
            else false end $$;
      create or replace function register.match_people(pair int)
        returns table (person_no int, public_id uuid, nhs_number text, title text, family_name text, given_names text,
                       sex text, birth_date date, birth_approximate boolean, death_date date, address text, postcode text,
                       practice_id int, registered_from date, hidden boolean)
        language sql stable security definer set search_path = pg_catalog, pg_temp as $$
          select p.person_no, p.public_id, coalesce(now_is.nhs_number, p.nhs_number), p.title, p.family_name, p.given_names, p.sex, p.birth_date,
                 p.birth_approximate, p.death_date,
                 case when not away.hidden then p.address end,
                 case when not away.hidden then p.postcode end,
                 case when not away.hidden then p.practice_id end, p.registered_from,
                 away.hidden
            from register.match m
            join register.person p on p.person_no in (m.one_person, m.other_person)
            cross join lateral (
              select p.sensitive or p.confidential
                  or p.person_no in (select register.protected_people(array['safeguarding'])) as hidden) away
            left join register.joined j on j.person_no = p.person_no
            left join register.person now_is on now_is.person_no = j.now_no
           where m.match_id = pair and register.may_review(m.one_person, m.other_person, m.asked_practice)
             and (current_setting('neighbourhold.role', true) = 'ig_lead'
                  or coalesce(now_is.practice_id, p.practice_id) in (select register.scope_practices())) $$;
    `,
  },
  {
    name: '0194 register: national data opt-outs',
    sql: `
      -- A question to the national service about many NHS numbers, and its answer.
      create table register.national_check (
        check_id int generated always as identity primary key,
        checked_on date not null,
        at timestamptz not null default now(),
        asked int not null,
        allowed int not null,
        known int not null,
        check (allowed <= asked and known <= asked)
      );
      -- What it answered of somebody, from the check that said so first to the last that said the same.
      create table register.national_opt_out (
        person_no int not null references register.person,
        opted_out boolean not null,
        first_check int not null references register.national_check,
        last_check int not null references register.national_check,
        primary key (person_no, first_check),
        check (first_check <= last_check)
      );
      alter table register.national_opt_out enable row level security;
      create policy opt_out_for_batch on register.national_opt_out to neighbourhold_batch using (true) with check (true);
      grant select on register.national_check to neighbourhold_app;
      grant select, insert, update (known) on register.national_check to neighbourhold_batch;
      grant select, insert on register.national_opt_out to neighbourhold_batch;
      grant update (last_check) on register.national_opt_out to neighbourhold_batch;

      -- Who opted out by the latest answer about them, with everybody who was joined to them. Numbers alone, for policies.
      create function register.opted_out_nationally() returns setof int
        language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
          with said as (
            select distinct on (person_no) person_no, opted_out from register.national_opt_out
             order by person_no, last_check desc),
          out as (select person_no from said where opted_out)
          select person_no from out
          union
          select j.now_no from register.joined j where j.person_no in (select person_no from out)
          union
          select j.person_no from register.joined j where j.now_no in (select person_no from out) $$;
      revoke all on function register.opted_out_nationally() from public;
      grant execute on function register.opted_out_nationally() to neighbourhold_app, neighbourhold_batch;
    `,
  },
  {
    name: '0196 register: who was joined is looked up, one by one',
    sql: `
      -- They are few, and the planner does not know it: as a join it reads every person, for a page of ten.
      create or replace function register.scope_joined() returns setof int
        language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
          select j.person_no from register.joined j
           where (select p.practice_id from register.person p where p.person_no = j.now_no)
                   in (select register.scope_practices())
             and j.now_no not in (select register.guarded_people()) $$;
    `,
  },
  {
    name: '0243 register: who is protected is found out in less time',
    sql: `
      -- The same answer as before. Nearly every page asks it, and mostly there is nobody to find: then it ends at once.
      create or replace function register.protected_people(kinds text[]) returns setof int
        language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
        begin
          if cardinality(kinds) = 0 then return; end if;
          if not exists (
            select from register.protection p where p.ended_at is null and p.kind = any (kinds)) then return; end if;
          return query
            with marked as (
              select p.person_no from register.protection p where p.ended_at is null and p.kind = any (kinds)),
            whole as (
              select m.person_no from marked m
              union
              select j.now_no from register.joined j where j.person_no in (select m.person_no from marked m))
            select w.person_no from whole w
            union
            select j.person_no from register.joined j where j.now_no in (select w.person_no from whole w);
        end $$;
    `,
  },
  {
    name: '0290 register: what an import said of its files',
    sql: `
      -- That a file was left aside, read in another encoding, keeps numbers back: it stays on the page of the import.
      alter table register.import_run add column said text[] not null default '{}';
    `,
  },
  {
    name: '0303 register: a team of urgent care sees who is there',
    sql: `
      alter table register.care_relationship drop constraint care_relationship_kind_check;
      alter table register.care_relationship add constraint care_relationship_kind_check check (kind in
        ('practice_staff', 'int_agreement', 'caseload', 'contact', 'mdt', 'work', 'self', 'carer', 'break_glass',
         'urgent_care'));
      -- As long as somebody is there, and no longer: it always ends.
      alter table register.care_relationship add constraint urgent_care_ends check (
        kind <> 'urgent_care' or (team_id is not null and person_no is not null and ends is not null));
    `,
  },
];
