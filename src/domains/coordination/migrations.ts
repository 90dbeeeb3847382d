import type { MigrationStep } from '../../platform/database/index.ts';
import { planMigrations } from './plan/plan-migrations.ts';

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
];
