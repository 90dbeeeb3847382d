import type { MigrationStep } from '../../../platform/database/index.ts';

export const planMigrations: readonly MigrationStep[] = [
  {
    name: '0151 coordination: care plans',
    sql: `
      -- One plan for a person: what it says is in its revisions, and nothing there is ever changed or removed.
      create table coordination.care_plan (
        plan_id int generated always as identity primary key,
        public_id uuid not null unique default gen_random_uuid(),
        person_no int not null references register.person,
        owner_team int not null references directory.team,
        state text not null check (state in ('draft', 'awaiting_agreement', 'active', 'superseded', 'ended')),
        -- Counts every change. Whoever changes the plan has its row, so that versions come in one order.
        version int not null default 0,
        -- The version that the person was asked about, and the one that they agreed to.
        asked_version int,
        agreed_version int,
        agreed_on date,
        review_on date,
        ended_because text,
        -- With whom the person does not share it: a copy of what the part on sharing says, for the policy below.
        withheld text[] not null default '{}',
        started_at timestamptz not null,
        content_version text not null,
        constraint ends_for_a_reason check ((state = 'ended') = (ended_because is not null)),
        constraint agreed_until_a_day check (state <> 'active' or (agreed_on is not null and review_on > agreed_on)),
        constraint asked_about_a_version check ((state = 'awaiting_agreement') = (asked_version is not null))
      );
      create unique index one_plan_in_use on coordination.care_plan (person_no) where state = 'active';
      create unique index one_plan_in_preparation on coordination.care_plan (person_no)
        where state in ('draft', 'awaiting_agreement');
      create index care_plan_person on coordination.care_plan (person_no);
      create index care_plan_review on coordination.care_plan (review_on) where state = 'active';

      -- What one part said from a version on, whole, with who wrote each of its fields.
      create table coordination.plan_revision (
        plan_id int not null references coordination.care_plan,
        version int not null,
        entry uuid not null,
        section text not null,
        part text,
        content jsonb not null,
        authors jsonb not null,
        removed boolean not null,
        account uuid not null references auth.account,
        author text not null,
        voice text not null check (voice in ('person', 'carer', 'staff')),
        at timestamptz not null,
        brings_back int,
        primary key (plan_id, version, entry)
      );
      create index revision_entry on coordination.plan_revision (plan_id, entry, version desc);

      create table coordination.plan_event (
        event_id int generated always as identity primary key,
        plan_id int not null references coordination.care_plan,
        at timestamptz not null,
        act text not null,
        from_state text,
        to_state text not null,
        version int not null,
        account uuid not null references auth.account,
        author text not null,
        voice text not null check (voice in ('person', 'carer', 'staff')),
        detail jsonb not null default '{}'
      );
      create index event_plan on coordination.plan_event (plan_id, event_id);

      -- The piece of work behind a step that the team took on.
      create table coordination.plan_step (
        plan_id int not null references coordination.care_plan,
        entry uuid not null,
        item_id int not null unique references work.item,
        primary key (plan_id, entry, item_id)
      );

      -- What somebody typed and could not be saved: the session had ended, or somebody else wrote in the same field.
      -- Their own, whatever they may still see: it is their text.
      create table coordination.kept_text (
        kept_id uuid primary key default gen_random_uuid(),
        account uuid not null references auth.account,
        plan uuid not null,
        section text not null,
        entry uuid not null,
        seen int not null,
        fields jsonb not null,
        why text not null check (why in ('signed_out', 'conflict')),
        kept_at timestamptz not null,
        unique (account, plan, entry)
      );

      -- A relationship of this account or team to one person, or to whom they were joined with, open now.
      create function coordination.related_as(person int, kinds text[]) returns boolean language sql stable
        begin atomic
          select exists (
            select from register.care_relationship r
             where r.kind = any (kinds) and r.starts <= now() and (r.ends is null or r.ends > now())
               and (r.account = nullif(current_setting('neighbourhold.account', true), '')::uuid
                    or r.team_id = nullif(current_setting('neighbourhold.team', true), '')::int)
               and r.person_no in (
                 select person union select j.person_no from register.joined j where j.now_no = person
                 union select j.now_no from register.joined j where j.person_no = person));
        end;

      -- What a carer was granted by this person, now.
      create function coordination.granted_by(person int) returns setof text language sql stable
        begin atomic
          select unnest(r.grants) from register.care_relationship r
           where r.kind = 'carer' and r.starts <= now() and (r.ends is null or r.ends > now())
             and r.account = nullif(current_setting('neighbourhold.account', true), '')::uuid
             and r.person_no in (
               select person union select j.person_no from register.joined j where j.now_no = person
               union select j.now_no from register.joined j where j.person_no = person);
        end;

      -- Who sees a plan: the person; a carer to whom a part of it was granted; those who look after the person, through
      -- a relationship to that person; clinicians of the practice; who opened the record in an emergency. An agreement to
      -- look for people in a list opens no plan. What the person withholds from the practice, the team or urgent care is
      -- withheld from the next statement on.
      create function coordination.sees_plan(person int, withheld text[]) returns boolean language sql stable
        begin atomic
          select case
            when current_setting('neighbourhold.role', true) = 'patient'
              then coordination.related_as(person, array['self'])
            when current_setting('neighbourhold.role', true) = 'carer'
              then exists (select from coordination.granted_by(person) as part where part like 'plan\\_%')
            when current_setting('neighbourhold.role', true) in ('int_lead', 'care_coordinator', 'gp', 'practice_nurse')
              then (not 'team' = any (withheld) and coordination.related_as(person, array['caseload', 'contact', 'mdt']))
                or (not 'urgent' = any (withheld) and coordination.related_as(person, array['break_glass']))
                or (not 'practice' = any (withheld)
                    and current_setting('neighbourhold.role', true) in ('gp', 'practice_nurse')
                    and exists (
                      select from register.person p
                        left join register.joined j on j.person_no = p.person_no
                        left join register.person n on n.person_no = j.now_no
                        join register.care_relationship r on r.practice_id = coalesce(n.practice_id, p.practice_id)
                       where p.person_no = person and r.kind = 'practice_staff'
                         and r.starts <= now() and (r.ends is null or r.ends > now())
                         and (r.account = nullif(current_setting('neighbourhold.account', true), '')::uuid
                              or r.team_id = nullif(current_setting('neighbourhold.team', true), '')::int)))
            else false end;
        end;

      alter table coordination.care_plan enable row level security;
      create policy plan_shared on coordination.care_plan for select to neighbourhold_app
        using (coordination.sees_plan(person_no, withheld));
      create policy plan_made on coordination.care_plan for insert to neighbourhold_app
        with check (coordination.sees_plan(person_no, withheld));
      create policy plan_changed on coordination.care_plan for update to neighbourhold_app
        using (coordination.sees_plan(person_no, withheld)) with check (coordination.sees_plan(person_no, withheld));
      create policy plan_for_batch on coordination.care_plan to neighbourhold_batch using (true) with check (true);

      -- Whoever notes that the person withholds a plan from them does not see it any more, and has noted it all the same.
      create function coordination.withhold_plan(plan int, audiences text[]) returns void
        language sql security definer set search_path = pg_catalog, pg_temp as $$
          update coordination.care_plan c set withheld = audiences
           where c.plan_id = plan and coordination.sees_plan(c.person_no, c.withheld) $$;
      -- Whether the person has an open plan that the actor does not see: then they begin no other one.
      create function coordination.has_unseen_plan(person int) returns boolean
        language sql stable security definer set search_path = pg_catalog, pg_temp as $$
          select exists (
            select from coordination.care_plan c
             where c.person_no = person and c.state in ('draft', 'awaiting_agreement', 'active')
               and not coordination.sees_plan(c.person_no, c.withheld)) $$;
      revoke all on function coordination.withhold_plan(int, text[]), coordination.has_unseen_plan(int) from public;
      grant execute on function coordination.withhold_plan(int, text[]), coordination.has_unseen_plan(int)
        to neighbourhold_app;

      alter table coordination.plan_revision enable row level security;
      create policy revision_of_shared_plan on coordination.plan_revision to neighbourhold_app
        using (exists (
          select from coordination.care_plan c where c.plan_id = plan_revision.plan_id
             and (current_setting('neighbourhold.role', true) <> 'carer'
                  or plan_revision.part in (select coordination.granted_by(c.person_no)))))
        with check (exists (
          select from coordination.care_plan c where c.plan_id = plan_revision.plan_id
             and (current_setting('neighbourhold.role', true) <> 'carer'
                  or plan_revision.part in (select coordination.granted_by(c.person_no)))));
      create policy revision_for_batch on coordination.plan_revision to neighbourhold_batch using (true) with check (true);

      alter table coordination.plan_event enable row level security;
      create policy event_of_shared_plan on coordination.plan_event to neighbourhold_app
        using (current_setting('neighbourhold.role', true) <> 'carer'
               and exists (select from coordination.care_plan c where c.plan_id = plan_event.plan_id))
        with check (exists (select from coordination.care_plan c where c.plan_id = plan_event.plan_id));
      create policy event_for_batch on coordination.plan_event to neighbourhold_batch using (true) with check (true);

      alter table coordination.plan_step enable row level security;
      create policy step_of_shared_plan on coordination.plan_step to neighbourhold_app
        using (exists (select from coordination.care_plan c where c.plan_id = plan_step.plan_id))
        with check (exists (select from coordination.care_plan c where c.plan_id = plan_step.plan_id));
      create policy step_for_batch on coordination.plan_step to neighbourhold_batch using (true) with check (true);

      alter table coordination.kept_text enable row level security;
      create policy own_kept_text on coordination.kept_text to neighbourhold_app
        using (account = nullif(current_setting('neighbourhold.account', true), '')::uuid)
        with check (account = nullif(current_setting('neighbourhold.account', true), '')::uuid);

      grant select, insert, update on coordination.care_plan to neighbourhold_app;
      grant select, insert on coordination.plan_revision, coordination.plan_event, coordination.plan_step to neighbourhold_app;
      grant select, insert, update, delete on coordination.kept_text to neighbourhold_app;
      grant select on coordination.care_plan, coordination.plan_revision, coordination.plan_event, coordination.plan_step
        to neighbourhold_batch;
    `,
  },
  {
    name: '0185 coordination: what is typed is kept while it is typed',
    sql: `
      -- Two tabs in which somebody types in one part hold two texts: each form keeps its own.
      alter table coordination.kept_text add column form uuid not null default gen_random_uuid();
      alter table coordination.kept_text drop constraint kept_text_account_plan_entry_key;
      alter table coordination.kept_text add unique (account, plan, entry, form);
      alter table coordination.kept_text drop constraint kept_text_why_check;
      alter table coordination.kept_text add check (why in ('signed_out', 'conflict', 'typing'));
    `,
  },
  {
    name: '0191 coordination: no carer where there is a safeguarding concern',
    sql: `
      create or replace function coordination.granted_by(person int) returns setof text language sql stable
        begin atomic
          select unnest(r.grants) from register.care_relationship r
           where r.kind = 'carer' and r.starts <= now() and (r.ends is null or r.ends > now())
             and r.account = nullif(current_setting('neighbourhold.account', true), '')::uuid
             and r.person_no in (
               select person union select j.person_no from register.joined j where j.now_no = person
               union select j.now_no from register.joined j where j.person_no = person)
             and r.person_no not in (select register.protected_people(array['safeguarding']));
        end;
    `,
  },
  {
    name: '0242 coordination: who sees a plan is found out in less time',
    sql: `
      -- The same answers as before. Written in steps, only the step that a role needs is begun, its plan is kept, and
      -- somebody's own number leads to the index; as one expression everything was set up anew for each row.
      create or replace function coordination.related_as(person int, kinds text[]) returns boolean
        language plpgsql stable as $$
        declare
          own_account constant uuid := nullif(current_setting('neighbourhold.account', true), '')::uuid;
          own_team constant int := nullif(current_setting('neighbourhold.team', true), '')::int;
        begin
          if exists (
            select from register.care_relationship r
             where r.person_no = person and r.kind = any (kinds)
               and r.starts <= now() and (r.ends is null or r.ends > now())
               and (r.account = own_account or r.team_id = own_team))
          then return true; end if;
          -- Whoever was joined with somebody else is related to as that person, too.
          return exists (
            select from register.joined j
              join register.care_relationship r
                on r.person_no = case when j.now_no = person then j.person_no else j.now_no end
             where (j.now_no = person or j.person_no = person) and r.kind = any (kinds)
               and r.starts <= now() and (r.ends is null or r.ends > now())
               and (r.account = own_account or r.team_id = own_team));
        end $$;

      -- Whether anybody of this number may be on the list of the actor's own practice: without it nothing that the actor
      -- sees of the person can show that they are. It lets nobody in; what it lets pass is looked at with the actor's eyes.
      create function coordination.may_be_of_own_practice(person int) returns boolean
        language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
        declare
          own_account constant uuid := nullif(current_setting('neighbourhold.account', true), '')::uuid;
          own_team constant int := nullif(current_setting('neighbourhold.team', true), '')::int;
        begin
          return exists (
            select from register.person p
              left join register.joined j on j.person_no = p.person_no
              left join register.person n on n.person_no = j.now_no
              join register.care_relationship r on r.practice_id = p.practice_id or r.practice_id = n.practice_id
             where p.person_no = person and r.kind = 'practice_staff'
               and r.starts <= now() and (r.ends is null or r.ends > now())
               and (r.account = own_account or r.team_id = own_team));
        end $$;
      revoke all on function coordination.may_be_of_own_practice(int) from public;
      grant execute on function coordination.may_be_of_own_practice(int) to neighbourhold_app;

      create or replace function coordination.sees_plan(person int, withheld text[]) returns boolean
        language plpgsql stable as $$
        declare
          own_role constant text := current_setting('neighbourhold.role', true);
        begin
          if own_role = 'patient' then return coordination.related_as(person, array['self']); end if;
          if own_role = 'carer' then
            return exists (select from coordination.granted_by(person) as part where part like 'plan\\_%');
          end if;
          if own_role is null or own_role not in ('int_lead', 'care_coordinator', 'gp', 'practice_nurse') then
            return false;
          end if;
          if not 'team' = any (withheld)
             and coordination.related_as(person, array['caseload', 'contact', 'mdt']) then return true; end if;
          if not 'urgent' = any (withheld)
             and coordination.related_as(person, array['break_glass']) then return true; end if;
          if 'practice' = any (withheld) or own_role not in ('gp', 'practice_nurse') then return false; end if;
          if not coordination.may_be_of_own_practice(person) then return false; end if;
          return exists (
            select from register.person p
              left join register.joined j on j.person_no = p.person_no
              left join register.person n on n.person_no = j.now_no
              join register.care_relationship r on r.practice_id = coalesce(n.practice_id, p.practice_id)
             where p.person_no = person and r.kind = 'practice_staff'
               and r.starts <= now() and (r.ends is null or r.ends > now())
               and (r.account = nullif(current_setting('neighbourhold.account', true), '')::uuid
                    or r.team_id = nullif(current_setting('neighbourhold.team', true), '')::int));
        end $$;
    `,
  },
  {
    name: '0304 coordination: urgent care sees the plan of who is there',
    sql: `
      create table coordination.arrival (
        arrival_id int generated always as identity primary key,
        person_no int not null references register.person,
        team_id int not null references directory.team,
        arrived_at timestamptz not null,
        arrived_by uuid not null references auth.account,
        came_with text not null check (length(came_with) between 1 and 500),
        -- When they are taken to have left, and when somebody said so.
        closes_at timestamptz not null check (closes_at > arrived_at),
        left_at timestamptz,
        left_by uuid references auth.account,
        relationship_id int not null references register.care_relationship,
        check ((left_at is null) = (left_by is null))
      );
      create index arrival_here on coordination.arrival (team_id, closes_at) where left_at is null;
      alter table coordination.arrival enable row level security;
      -- Of their own team, and of whom they see.
      create policy arrival_of_team on coordination.arrival to neighbourhold_app
        using (team_id = nullif(current_setting('neighbourhold.team', true), '')::int
               and exists (select from register.person p where p.person_no = arrival.person_no))
        with check (team_id = nullif(current_setting('neighbourhold.team', true), '')::int
                    and exists (select from register.person p where p.person_no = arrival.person_no));
      create policy arrival_for_batch on coordination.arrival to neighbourhold_batch using (true);
      grant select, insert on coordination.arrival to neighbourhold_app;
      grant update (left_at, left_by) on coordination.arrival to neighbourhold_app;
      grant select on coordination.arrival to neighbourhold_batch;

      create or replace function coordination.sees_plan(person int, withheld text[]) returns boolean
        language plpgsql stable as $$
        declare
          own_role constant text := current_setting('neighbourhold.role', true);
        begin
          if own_role = 'patient' then return coordination.related_as(person, array['self']); end if;
          if own_role = 'carer' then
            return exists (select from coordination.granted_by(person) as part where part like 'plan\\_%');
          end if;
          if own_role is null or own_role not in ('int_lead', 'care_coordinator', 'gp', 'practice_nurse') then
            return false;
          end if;
          if not 'team' = any (withheld)
             and coordination.related_as(person, array['caseload', 'contact', 'mdt']) then return true; end if;
          if not 'urgent' = any (withheld)
             and coordination.related_as(person, array['break_glass', 'urgent_care']) then return true; end if;
          if 'practice' = any (withheld) or own_role not in ('gp', 'practice_nurse') then return false; end if;
          if not coordination.may_be_of_own_practice(person) then return false; end if;
          return exists (
            select from register.person p
              left join register.joined j on j.person_no = p.person_no
              left join register.person n on n.person_no = j.now_no
              join register.care_relationship r on r.practice_id = coalesce(n.practice_id, p.practice_id)
             where p.person_no = person and r.kind = 'practice_staff'
               and r.starts <= now() and (r.ends is null or r.ends > now())
               and (r.account = nullif(current_setting('neighbourhold.account', true), '')::uuid
                    or r.team_id = nullif(current_setting('neighbourhold.team', true), '')::int));
        end $$;
    `,
  },
  {
    name: '0306 coordination: reviews and steps become work by themselves',
    sql: `
      grant insert on coordination.plan_step to neighbourhold_batch;
      -- Which reviews are due is asked each minute.
      create index plan_review_day on coordination.care_plan (review_on) where state = 'active';
    `,
  },
];
