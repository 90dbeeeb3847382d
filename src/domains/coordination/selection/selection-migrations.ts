import type { MigrationStep } from '../../../platform/database/index.ts';

export const selectionMigrations: readonly MigrationStep[] = [
  {
    name: '0171 coordination: the hours of teams',
    sql: `
      -- Who of which discipline has time for people on the team's caseload, with or without an account here. Hours are
      -- versions: the last counts, and none is ever changed.
      create table coordination.team_member (
        member_id int generated always as identity primary key,
        team_id int not null references directory.team,
        account uuid references auth.account,
        name text not null check (length(name) between 1 and 120),
        discipline text not null
      );
      create unique index team_member_once on coordination.team_member (team_id, account, discipline) where account is not null;
      create unique index team_member_named_once on coordination.team_member (team_id, lower(name), discipline) where account is null;
      create table coordination.member_hours (
        member_id int not null references coordination.team_member,
        version int not null,
        minutes int not null check (minutes between 0 and 3600),
        because text check (length(because) <= 500),
        account uuid not null references auth.account,
        at timestamptz not null,
        primary key (member_id, version)
      );

      alter table coordination.team_member enable row level security;
      create policy member_of_own_team on coordination.team_member to neighbourhold_app
        using (team_id = any ((select work.my_teams())::int[])) with check (team_id = any ((select work.my_teams())::int[]));
      create policy member_for_batch on coordination.team_member to neighbourhold_batch using (true) with check (true);
      alter table coordination.member_hours enable row level security;
      create policy hours_of_own_team on coordination.member_hours to neighbourhold_app
        using (exists (select 1 from coordination.team_member m where m.member_id = member_hours.member_id))
        with check (exists (select 1 from coordination.team_member m where m.member_id = member_hours.member_id));
      create policy hours_for_batch on coordination.member_hours to neighbourhold_batch using (true) with check (true);
      grant select, insert on coordination.team_member, coordination.member_hours to neighbourhold_app, neighbourhold_batch;
    `,
  },
  {
    name: '0172 coordination: lists that fit',
    sql: `
      -- A list of people that fits the hours of a team: a draft with what it was worked out from, moved by hand, and
      -- accepted or discarded. Its version counts every change, so that of two who change it at once one is told.
      create table coordination.selection (
        selection_id int generated always as identity primary key,
        team_id int not null references directory.team,
        state text not null default 'draft' check (state in ('draft', 'accepted', 'discarded')),
        version int not null default 1,
        -- The facts and the content that it was worked out from.
        snapshot_id int not null,
        content_version text not null,
        inputs jsonb not null,
        result jsonb not null,
        -- How many are on it: whoever may see fewer of them is told so.
        chosen int not null check (chosen >= 0),
        made_by uuid not null references auth.account,
        made_at timestamptz not null,
        settled_by uuid references auth.account,
        settled_at timestamptz,
        -- Why it was accepted though it takes more hours than there are.
        over_because text check (length(over_because) between 1 and 1000),
        check ((state = 'draft') = (settled_at is null)),
        check ((settled_by is null) = (settled_at is null))
      );
      create index selection_team on coordination.selection (team_id, selection_id desc);

      -- Who is on it, and who is just outside or was moved out; nobody else's worth is kept.
      create table coordination.selection_person (
        selection_id int not null references coordination.selection,
        person_no int not null references register.person,
        place int not null,
        worth int not null check (worth >= 0),
        reasons jsonb not null,
        visits jsonb not null,
        minutes jsonb not null,
        proposed boolean not null,
        chosen boolean not null,
        near text check (near in ('inside', 'outside')),
        -- What became of them when the list was accepted: an entry of the caseload, or why not.
        item_id int references work.item,
        left_out text,
        primary key (selection_id, person_no)
      );
      create index selection_person_person on coordination.selection_person (person_no);

      -- Who moved whom in or out, and why.
      create table coordination.selection_move (
        move_id int generated always as identity primary key,
        selection_id int not null references coordination.selection,
        person_no int not null references register.person,
        way text not null check (way in ('in', 'out')),
        reason text not null check (length(reason) between 1 and 500),
        account uuid not null references auth.account,
        at timestamptz not null
      );
      create index selection_move_selection on coordination.selection_move (selection_id, move_id);
      create index selection_move_person on coordination.selection_move (person_no);

      alter table coordination.selection enable row level security;
      create policy selection_of_own_team on coordination.selection to neighbourhold_app
        using (team_id = any ((select work.my_teams())::int[])) with check (team_id = any ((select work.my_teams())::int[]));
      create policy selection_for_batch on coordination.selection to neighbourhold_batch using (true) with check (true);
      -- People of a list are seen by the team that made it, and of them those whom it still may see.
      alter table coordination.selection_person enable row level security;
      create policy selected_in_sight on coordination.selection_person to neighbourhold_app
        using (person_no in (select person_no from register.person)
               and selection_id in (select selection_id from coordination.selection))
        with check (person_no in (select person_no from register.person)
               and selection_id in (select selection_id from coordination.selection));
      create policy selected_for_batch on coordination.selection_person to neighbourhold_batch using (true) with check (true);
      alter table coordination.selection_move enable row level security;
      create policy move_in_sight on coordination.selection_move to neighbourhold_app
        using (person_no in (select person_no from register.person)
               and selection_id in (select selection_id from coordination.selection))
        with check (person_no in (select person_no from register.person)
               and selection_id in (select selection_id from coordination.selection));
      create policy move_for_batch on coordination.selection_move to neighbourhold_batch using (true) with check (true);

      grant select, insert, update on coordination.selection to neighbourhold_app, neighbourhold_batch;
      grant select, insert, update, delete on coordination.selection_person to neighbourhold_app, neighbourhold_batch;
      grant select, insert on coordination.selection_move to neighbourhold_app, neighbourhold_batch;
    `,
  },
  {
    name: '0231 coordination: lists that fit are taken back',
    sql: `
      alter table coordination.selection
        drop constraint selection_state_check,
        add constraint selection_state_check check (state in ('draft', 'accepted', 'discarded', 'taken_back')),
        add column taken_back_by uuid references auth.account,
        add column taken_back_at timestamptz,
        add check ((state = 'taken_back') = (taken_back_at is not null)),
        add check ((taken_back_by is null) = (taken_back_at is null));
      -- Who stayed on the caseload when the list was taken back, and why.
      alter table coordination.selection_person add column kept_because text;
    `,
  },
  {
    name: '0300 coordination: hours that are not counted any more',
    sql: `
      -- Who has no hours now limits a list to nobody; who is not of the team any more limits nothing.
      alter table coordination.member_hours alter column minutes drop not null;
    `,
  },
];
