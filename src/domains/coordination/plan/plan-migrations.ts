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
];
