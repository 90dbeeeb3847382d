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
  ...planMigrations,
];
