import type { MigrationStep } from '../../platform/database/index.ts';
import { inReachMigrations } from './inreach/in-reach-migrations.ts';
import { planMigrations } from './plan/plan-migrations.ts';
import { selectionMigrations } from './selection/selection-migrations.ts';
import { smiMigrations } from './smi/smi-migrations.ts';
import { standingMigrations } from './standing/standing-migrations.ts';

export const coordinationMigrations: readonly MigrationStep[] = [
  {
    name: '0050 coordination: caseload entries',
    sql: `
      create schema coordination;

      -- What a caseload entry knows beside its work item: the next step, and why the person was taken on, frozen as
      -- the evidence stood that day.
      create table coordination.caseload_entry (
        item_id int primary key references work.item,
        person_no int not null references register.person,
        next_step text not null check (length(next_step) between 1 and 500),
        next_step_due date not null,
        reason text not null,
        evidence jsonb not null,
        override_reason text,
        closing_note text
      );
      create index caseload_entry_person on coordination.caseload_entry (person_no);

      alter table coordination.caseload_entry enable row level security;
      create policy entry_of_visible_person on coordination.caseload_entry to neighbourhold_app
        using (exists (select 1 from register.person p where p.person_no = caseload_entry.person_no))
        with check (exists (select 1 from register.person p where p.person_no = caseload_entry.person_no));
      create policy entry_for_batch on coordination.caseload_entry to neighbourhold_batch using (true) with check (true);

      grant usage on schema coordination to neighbourhold_app, neighbourhold_batch;
      grant select, insert, update on coordination.caseload_entry to neighbourhold_app;
      grant select on coordination.caseload_entry to neighbourhold_batch;
    `,
  },
  {
    name: '0144 coordination: named GPs',
    sql: `
      -- One change of named GPs: people given one when a list came, all of a GP who left, one person by hand, or the
      -- undoing of such. Who had whom before stands beside it, so that it can be undone and read.
      create table coordination.named_gp_change (
        change_id int generated always as identity primary key,
        kind text not null check (kind in ('by_rule', 'departure', 'by_hand', 'undo')),
        practice_id int references directory.place,
        gp_id int references directory.gp,
        account uuid not null,
        at timestamptz not null,
        reason text not null check (length(reason) between 1 and 1000),
        people int not null default 0,
        undoes int references coordination.named_gp_change,
        undone_at timestamptz
      );
      create index named_gp_change_practice on coordination.named_gp_change (practice_id, change_id desc);
      create table coordination.named_gp (
        person_no int primary key references register.person,
        gp_id int not null references directory.gp,
        since timestamptz not null,
        change_id int not null references coordination.named_gp_change
      );
      create index named_gp_gp on coordination.named_gp (gp_id);
      create table coordination.former_named_gp (
        person_no int not null references register.person,
        gp_id int not null references directory.gp,
        since timestamptz not null,
        until timestamptz not null,
        -- The change that gave them, and the one that took them away.
        given_by int not null references coordination.named_gp_change,
        ended_by int not null references coordination.named_gp_change
      );
      create index former_named_gp_person on coordination.former_named_gp (person_no);
      create index former_named_gp_ended on coordination.former_named_gp (ended_by);

      alter table coordination.named_gp enable row level security;
      create policy named_gp_of_visible_person on coordination.named_gp to neighbourhold_app
        using (person_no in (select person_no from register.person))
        with check (person_no in (select person_no from register.person));
      create policy named_gp_for_batch on coordination.named_gp to neighbourhold_batch using (true) with check (true);
      alter table coordination.former_named_gp enable row level security;
      create policy former_of_visible_person on coordination.former_named_gp to neighbourhold_app
        using (person_no in (select person_no from register.person))
        with check (person_no in (select person_no from register.person));
      create policy former_for_batch on coordination.former_named_gp to neighbourhold_batch using (true) with check (true);
      grant select, insert, update, delete on coordination.named_gp to neighbourhold_app, neighbourhold_batch;
      grant select, insert, delete on coordination.former_named_gp to neighbourhold_app, neighbourhold_batch;
      grant select, insert, update on coordination.named_gp_change to neighbourhold_app, neighbourhold_batch;
    `,
  },
  ...planMigrations,
  ...standingMigrations,
  {
    name: '0145 coordination: multidisciplinary meetings',
    sql: `
      -- Meetings that recur. Their first one is planned with them, each next one when the one before is closed.
      create table coordination.mdt (
        mdt_id int generated always as identity primary key,
        team_id int not null references directory.team,
        name text not null check (length(name) between 1 and 120),
        cadence text not null check (cadence in ('weekly', 'fortnightly', 'monthly')),
        minutes int not null check (minutes between 10 and 480),
        -- A room, or the address of a call.
        place text not null check (length(place) between 1 and 300),
        chair uuid not null references auth.account,
        ended_at timestamptz
      );
      create index mdt_team on coordination.mdt (team_id);

      -- Who belongs to it, with or without an account here, and which team does what they take on.
      create table coordination.mdt_member (
        member_id int generated always as identity primary key,
        mdt_id int not null references coordination.mdt,
        name text not null check (length(name) between 1 and 120),
        discipline text not null,
        account uuid references auth.account,
        team_id int references directory.team,
        left_at timestamptz
      );
      create unique index mdt_member_once on coordination.mdt_member (mdt_id, account) where left_at is null and account is not null;

      create table coordination.meeting (
        meeting_id int generated always as identity primary key,
        mdt_id int not null references coordination.mdt,
        starts_at timestamptz not null,
        state text not null default 'planned' check (state in ('planned', 'open', 'closed')),
        begun_at timestamptz,
        closed_at timestamptz,
        closed_by uuid references auth.account,
        -- Why it was held without every discipline that it needed.
        quorum_note text,
        check ((state = 'closed') = (closed_at is not null))
      );
      create unique index one_meeting_ahead on coordination.meeting (mdt_id) where state <> 'closed';
      create index meeting_mdt on coordination.meeting (mdt_id, starts_at desc);

      create table coordination.meeting_attendance (
        meeting_id int not null references coordination.meeting,
        member_id int not null references coordination.mdt_member,
        attended text not null check (attended in ('present', 'apologies', 'absent')),
        primary key (meeting_id, member_id)
      );

      -- A person on the agenda of one meeting, why, and what was decided. Taken off, it stays with the reason.
      create table coordination.meeting_case (
        case_id int generated always as identity primary key,
        meeting_id int not null references coordination.meeting,
        person_no int not null references register.person,
        position int not null,
        -- Every rule that put them here, each with its words: [{"rule": "review", "why": "due on ..."}].
        reasons jsonb not null,
        added_by uuid references auth.account,
        removed_at timestamptz,
        removed_by uuid references auth.account,
        removed_because text,
        moved_because text,
        -- Not reached: it is on the next agenda, and why.
        carried_because text,
        complexity text check (complexity in ('low', 'medium', 'high')),
        stability text check (stability in ('stable', 'changing', 'unstable')),
        next_review date,
        check ((complexity is null) = (stability is null)),
        check ((removed_at is null) = (removed_because is null))
      );
      create unique index once_on_an_agenda on coordination.meeting_case (meeting_id, person_no) where removed_at is null;
      create index meeting_case_person on coordination.meeting_case (person_no);

      -- What is written of a case: every version of every text, so that nothing that anybody typed is lost. Of the
      -- last two, no_change is why nothing is to change, and rating how complex and how stable things are.
      create table coordination.meeting_text (
        case_id int not null references coordination.meeting_case,
        field text not null check (field in ('summary', 'questions', 'discussion', 'for_person', 'no_change', 'rating')),
        version int not null,
        text text not null check (length(text) <= 8000),
        account uuid not null references auth.account,
        at timestamptz not null,
        primary key (case_id, field, version)
      );

      -- The work that a case led to.
      create table coordination.meeting_action (
        item_id int primary key references work.item,
        case_id int not null references coordination.meeting_case
      );
      create index meeting_action_case on coordination.meeting_action (case_id);

      alter table coordination.meeting_case enable row level security;
      create policy case_of_visible_person on coordination.meeting_case to neighbourhold_app
        using (exists (select 1 from register.person p where p.person_no = meeting_case.person_no))
        with check (exists (select 1 from register.person p where p.person_no = meeting_case.person_no));
      create policy case_for_batch on coordination.meeting_case to neighbourhold_batch using (true) with check (true);
      alter table coordination.meeting_text enable row level security;
      create policy text_of_visible_case on coordination.meeting_text to neighbourhold_app
        using (exists (select 1 from coordination.meeting_case c where c.case_id = meeting_text.case_id))
        with check (exists (select 1 from coordination.meeting_case c where c.case_id = meeting_text.case_id));
      create policy text_for_batch on coordination.meeting_text to neighbourhold_batch using (true) with check (true);
      alter table coordination.meeting_action enable row level security;
      create policy action_of_visible_case on coordination.meeting_action to neighbourhold_app
        using (exists (select 1 from coordination.meeting_case c where c.case_id = meeting_action.case_id))
        with check (exists (select 1 from coordination.meeting_case c where c.case_id = meeting_action.case_id));
      create policy action_for_batch on coordination.meeting_action to neighbourhold_batch using (true) with check (true);

      grant select, insert, update on coordination.mdt, coordination.mdt_member, coordination.meeting,
        coordination.meeting_attendance, coordination.meeting_case to neighbourhold_app, neighbourhold_batch;
      grant select, insert on coordination.meeting_text, coordination.meeting_action to neighbourhold_app, neighbourhold_batch;
    `,
  },
  {
    name: '0146 coordination: hospital events that were told',
    sql: `
      -- An event of one encounter, told once, whoever sends it how often: known by its sender, encounter and kind, and
      -- never by its person.
      create table coordination.hospital_event (
        sender text not null,
        encounter text not null,
        event text not null check (event in ('attended', 'admitted', 'discharged')),
        person_no int not null references register.person,
        day date not null,
        known_at timestamptz not null,
        -- The alert; null where nobody coordinated the person's care when it became known.
        item_id int references work.item,
        primary key (sender, encounter, event)
      );
      create index hospital_event_person on coordination.hospital_event (person_no);
      grant select, insert, update on coordination.hospital_event to neighbourhold_batch;
    `,
  },
  ...selectionMigrations,
  ...inReachMigrations,
  ...smiMigrations,
  {
    name: '0178 coordination: which facts were followed',
    sql: `
      -- Visits and checks follow the facts of a snapshot, after each refresh: of which one.
      create table coordination.followed_facts (
        what text primary key check (what in ('in_reach', 'smi')),
        snapshot_id int not null,
        at timestamptz not null
      );
      grant select, insert, update on coordination.followed_facts to neighbourhold_batch;
    `,
  },
  {
    name: '0184 coordination: hospital events that were taken back',
    sql: `
      -- When the hospital took an event back; null while it stands. Said again, it is told again.
      alter table coordination.hospital_event add column taken_back_at timestamptz;
    `,
  },
  {
    name: '0197 coordination: named GPs are seen one by one',
    sql: `
      -- Asked of the one person that a row is about: as a set it is everybody who may be seen, for every page of one.
      alter policy named_gp_of_visible_person on coordination.named_gp
        using (exists (select from register.person p where p.person_no = named_gp.person_no))
        with check (exists (select from register.person p where p.person_no = named_gp.person_no));
      alter policy former_of_visible_person on coordination.former_named_gp
        using (exists (select from register.person p where p.person_no = former_named_gp.person_no))
        with check (exists (select from register.person p where p.person_no = former_named_gp.person_no));
    `,
  },
  {
    name: '0220 coordination: people of lists that fit are seen one by one',
    sql: `
      -- As 0197: asked of the one row, not as the set of everybody who may be seen.
      alter policy selected_in_sight on coordination.selection_person
        using (exists (select from register.person p where p.person_no = selection_person.person_no)
               and exists (select from coordination.selection s where s.selection_id = selection_person.selection_id))
        with check (exists (select from register.person p where p.person_no = selection_person.person_no)
               and exists (select from coordination.selection s where s.selection_id = selection_person.selection_id));
      alter policy move_in_sight on coordination.selection_move
        using (exists (select from register.person p where p.person_no = selection_move.person_no)
               and exists (select from coordination.selection s where s.selection_id = selection_move.selection_id))
        with check (exists (select from register.person p where p.person_no = selection_move.person_no)
               and exists (select from coordination.selection s where s.selection_id = selection_move.selection_id));
    `,
  },
  {
    name: '0221 coordination: typed texts end when their time is over, whoever wrote them',
    sql: `
      -- The nightly job removes what is old enough. It is given the time of a text and nothing else: it can't read one.
      create policy old_kept_text on coordination.kept_text to neighbourhold_batch using (true);
      grant select (kept_id, kept_at), delete on coordination.kept_text to neighbourhold_batch;
    `,
  },
  {
    name: '0302 coordination: which GPs people see',
    sql: `
      -- How many appointments somebody had with each GP of their practice, in the months that count: worked out anew with
      -- every import. Only of whom there are enough to say anything.
      create table coordination.gp_contact (
        person_no int primary key references register.person,
        practice_id int not null references directory.place,
        contacts int not null,
        -- Whom they saw most first, and how often each.
        gps int[] not null,
        seen int[] not null,
        as_of date not null,
        check (cardinality(gps) between 1 and contacts and cardinality(seen) = cardinality(gps))
      );
      create index gp_contact_practice on coordination.gp_contact (practice_id);
      alter table coordination.gp_contact enable row level security;
      -- As of an import: a practice has thousands, who are not looked up one by one.
      create policy contact_in_scope on coordination.gp_contact for select to neighbourhold_app
        using (practice_id in (select register.scope_practices()) or person_no in (select register.scope_people()));
      create policy contact_for_batch on coordination.gp_contact to neighbourhold_batch using (true) with check (true);
      grant select on coordination.gp_contact to neighbourhold_app;
      grant select, insert, delete on coordination.gp_contact to neighbourhold_batch;

      -- A change that gives people the GP whom they see most.
      alter table coordination.named_gp_change drop constraint named_gp_change_kind_check;
      alter table coordination.named_gp_change add constraint named_gp_change_kind_check
        check (kind in ('by_rule', 'departure', 'by_hand', 'undo', 'whom_they_see'));
    `,
  },
  {
    name: '0308 coordination: meetings that were moved, or not held',
    sql: `
      -- When a meeting would be in its series, where it was moved to another time. What comes after it goes by that.
      alter table coordination.meeting add column slot_at timestamptz;
      -- When a meeting was to be and was not, and why. Its agenda waited for the time that it has now.
      create table coordination.meeting_moved (
        meeting_id int not null references coordination.meeting,
        was_at timestamptz not null,
        kind text not null check (kind in ('moved', 'not_held', 'held_late')),
        because text not null check (length(because) between 1 and 1000),
        account uuid not null references auth.account,
        at timestamptz not null
      );
      create index meeting_moved_meeting on coordination.meeting_moved (meeting_id);
      grant select, insert on coordination.meeting_moved to neighbourhold_app, neighbourhold_batch;
      -- Who can come on one day says nothing of another.
      grant delete on coordination.meeting_attendance to neighbourhold_app, neighbourhold_batch;
    `,
  },
  {
    name: '0309 coordination: series of meetings that are changed, ended and begun again',
    sql: `
      -- The time from which the others of a series follow: the first, or the first since somebody changed how often or when.
      alter table coordination.mdt add column anchor_at timestamptz;
      update coordination.mdt set anchor_at = coalesce((
        select coalesce((select moved.was_at from coordination.meeting_moved moved
                          where moved.meeting_id = m.meeting_id order by moved.at, moved.was_at limit 1), m.slot_at, m.starts_at)
          from coordination.meeting m where m.mdt_id = mdt.mdt_id order by m.meeting_id limit 1), now());
      alter table coordination.mdt alter column anchor_at set not null;

      -- What became of a series, for ever: what is different, each as {"field", "was", "is"} in the words of that day; why it
      -- was ended, and what became of whom it was to talk about.
      create table coordination.mdt_change (
        change_id int generated always as identity primary key,
        mdt_id int not null references coordination.mdt,
        kind text not null check (kind in ('changed', 'ended', 'begun_again')),
        what jsonb not null,
        because text check (length(because) between 1 and 1000),
        outcome text,
        account uuid not null references auth.account,
        at timestamptz not null,
        check ((kind = 'ended') = (because is not null))
      );
      create index mdt_change_mdt on coordination.mdt_change (mdt_id);
      grant select, insert on coordination.mdt_change to neighbourhold_app, neighbourhold_batch;
    `,
  },
];
