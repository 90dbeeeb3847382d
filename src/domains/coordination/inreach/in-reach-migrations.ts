import type { MigrationStep } from '../../../platform/database/index.ts';

export const inReachMigrations: readonly MigrationStep[] = [
  {
    name: '0176 coordination: visits to people who cannot come',
    sql: `
      -- A building where people are visited. The address is as records have it, without room or flat; the row with the
      -- empty key is of people whose address is not recorded or not to be shown.
      create table coordination.in_reach_site (
        site_id int generated always as identity primary key,
        key text not null unique,
        address text,
        postcode text
      );

      -- Everybody who is visited regularly, or was. Whoever is has a next visit: this row cannot be without. The piece
      -- of work of that visit is opened on its day.
      create table coordination.in_reach (
        person_no int primary key references register.person,
        setting text not null check (setting in ('care_home', 'housebound')),
        site_id int not null references coordination.in_reach_site,
        team_id int not null references directory.team,
        -- What a clinician set for this person, in days from visit to visit; null: as everybody in the setting.
        every_days int check (every_days > 0),
        next_day date,
        -- The day that the cadence counts from: the last one that was planned by it. Looking for somebody again between
        -- two rounds does not move the rounds.
        round_day date not null,
        item_id int references work.item,
        since timestamptz not null,
        ended_at timestamptz,
        ended_because text,
        -- Counts every change: what a form was written against.
        version int not null default 1,
        constraint visited_or_ended check ((ended_at is null) = (next_day is not null)),
        constraint ending_says_why check ((ended_at is null) = (ended_because is null)),
        constraint no_visit_after_the_end check (ended_at is null or item_id is null)
      );
      create index in_reach_site_people on coordination.in_reach (site_id, next_day) where ended_at is null;
      create index in_reach_day on coordination.in_reach (next_day) where ended_at is null;

      -- What came of each visit, for ever.
      create table coordination.in_reach_visit (
        visit_id int generated always as identity primary key,
        person_no int not null references register.person,
        item_id int not null unique references work.item,
        planned_day date not null,
        visited_on date not null,
        outcome text not null,
        note text check (length(note) between 1 and 1000),
        account uuid not null references auth.account,
        at timestamptz not null
      );
      create index in_reach_visit_person on coordination.in_reach_visit (person_no, visit_id desc);

      -- What clinicians and teams changed of somebody's visits, and why, for ever.
      create table coordination.in_reach_change (
        change_id int generated always as identity primary key,
        person_no int not null references register.person,
        every_days int,
        next_day date not null,
        reason text not null check (length(reason) between 1 and 1000),
        account uuid not null references auth.account,
        at timestamptz not null
      );
      create index in_reach_change_person on coordination.in_reach_change (person_no, change_id desc);

      alter table coordination.in_reach enable row level security;
      create policy in_reach_of_visible_person on coordination.in_reach to neighbourhold_app
        using (exists (select 1 from register.person p where p.person_no = in_reach.person_no))
        with check (exists (select 1 from register.person p where p.person_no = in_reach.person_no));
      create policy in_reach_for_batch on coordination.in_reach to neighbourhold_batch using (true) with check (true);
      alter table coordination.in_reach_visit enable row level security;
      create policy visit_of_visible_person on coordination.in_reach_visit to neighbourhold_app
        using (exists (select 1 from register.person p where p.person_no = in_reach_visit.person_no))
        with check (exists (select 1 from register.person p where p.person_no = in_reach_visit.person_no));
      create policy visit_for_batch on coordination.in_reach_visit to neighbourhold_batch using (true) with check (true);
      alter table coordination.in_reach_change enable row level security;
      create policy change_of_visible_person on coordination.in_reach_change to neighbourhold_app
        using (exists (select 1 from register.person p where p.person_no = in_reach_change.person_no))
        with check (exists (select 1 from register.person p where p.person_no = in_reach_change.person_no));
      create policy change_for_batch on coordination.in_reach_change to neighbourhold_batch using (true) with check (true);
      -- An address is seen by whoever sees somebody who is visited there.
      alter table coordination.in_reach_site enable row level security;
      create policy site_of_visible_person on coordination.in_reach_site for select to neighbourhold_app
        using (exists (select 1 from coordination.in_reach v where v.site_id = in_reach_site.site_id and v.ended_at is null));
      create policy site_for_batch on coordination.in_reach_site to neighbourhold_batch using (true) with check (true);

      grant select, update on coordination.in_reach to neighbourhold_app;
      grant select, insert on coordination.in_reach_visit, coordination.in_reach_change to neighbourhold_app;
      grant select on coordination.in_reach_site to neighbourhold_app;
      grant select, insert, update on coordination.in_reach, coordination.in_reach_site to neighbourhold_batch;
      grant select on coordination.in_reach_visit, coordination.in_reach_change to neighbourhold_batch;
    `,
  },
  {
    name: '0232 coordination: visits by practice',
    sql: `
      -- As of facts: a day's route of thousands is too long to look each person up. As with the person itself, a list
      -- opens no protected record.
      alter table coordination.in_reach add column practice_id int references directory.place;
      update coordination.in_reach v set practice_id = p.practice_id from register.person p where p.person_no = v.person_no;
      create index in_reach_practice on coordination.in_reach (practice_id) where ended_at is null;
      create index in_reach_visit_day on coordination.in_reach_visit (visited_on, person_no);
      alter policy in_reach_of_visible_person on coordination.in_reach
        using ((practice_id in (select register.scope_practices())
                and person_no not in (select register.guarded_people()))
               or person_no in (select register.scope_people())
               or person_no in (select register.scope_joined()))
        with check ((practice_id in (select register.scope_practices())
                and person_no not in (select register.guarded_people()))
               or person_no in (select register.scope_people())
               or person_no in (select register.scope_joined()));
    `,
  },
];
