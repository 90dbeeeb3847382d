import type { MigrationStep } from '../../platform/database/index.ts';

export const workMigrations: readonly MigrationStep[] = [
  {
    name: '0040 work: items and their history',
    sql: `
      create schema work;

      -- A piece of work. It has an owner team from its first moment to its last, a clock, a state from the table of
      -- its kind, and it ends in an outcome. Only this room changes it.
      create table work.item (
        item_id int generated always as identity primary key,
        kind text not null,
        subject_kind text not null,
        subject_id int not null,
        owner_team int not null references directory.team,
        owner_account uuid references auth.account,
        state text not null,
        opened_at timestamptz not null,
        due_at timestamptz not null,
        breach_at timestamptz not null,
        escalated_at timestamptz,
        closed_at timestamptz,
        outcome text,
        constraint ends_in_an_outcome check ((closed_at is null) = (outcome is null)),
        constraint breach_follows_due check (breach_at >= due_at)
      );
      create index item_owner_account on work.item (owner_account, due_at) where closed_at is null;
      create index item_owner_team on work.item (owner_team, due_at) where closed_at is null;
      create index item_breach on work.item (breach_at) where closed_at is null and escalated_at is null;
      create index item_subject on work.item (subject_kind, subject_id);
      -- Nobody is on two caseloads at once, whoever presses first.
      create unique index one_open_caseload on work.item (subject_kind, subject_id)
        where kind = 'caseload' and closed_at is null;

      -- Every change, with who and when. The item is what the last row here says.
      create table work.transition (
        transition_id int generated always as identity primary key,
        item_id int not null references work.item,
        at timestamptz not null,
        action text not null,
        from_state text,
        to_state text not null,
        account uuid not null,
        owner_team int not null,
        owner_account uuid,
        note text
      );
      create index transition_item on work.transition (item_id, transition_id);

      -- Work about a person is seen by whoever may see the person. The look-up is by key, row by row: lists of work
      -- are short, lists of people are not.
      alter table work.item enable row level security;
      create policy item_of_visible_person on work.item to neighbourhold_app
        using (subject_kind <> 'person' or exists (select 1 from register.person p where p.person_no = item.subject_id))
        with check (subject_kind <> 'person' or exists (select 1 from register.person p where p.person_no = item.subject_id));
      create policy item_for_batch on work.item to neighbourhold_batch using (true) with check (true);
      alter table work.transition enable row level security;
      create policy transition_of_visible_item on work.transition to neighbourhold_app
        using (exists (select 1 from work.item i where i.item_id = transition.item_id))
        with check (exists (select 1 from work.item i where i.item_id = transition.item_id));
      create policy transition_for_batch on work.transition to neighbourhold_batch using (true) with check (true);

      grant usage on schema work to neighbourhold_app, neighbourhold_batch;
      grant select, insert, update on work.item to neighbourhold_app, neighbourhold_batch;
      grant select, insert on work.transition to neighbourhold_app, neighbourhold_batch;
    `,
  },
  {
    name: '0081 work: one open item for each defect',
    sql: `
      -- A defect of one kind in one practice's data is one piece of work, whoever finds it first.
      create unique index one_open_defect on work.item (subject_kind, subject_id)
        where kind = 'defect' and closed_at is null;
    `,
  },
];
