import type { MigrationStep } from '../../../platform/database/index.ts';

export const smiMigrations: readonly MigrationStep[] = [
  {
    name: '0177 coordination: physical health checks in severe mental illness',
    sql: `
      -- Everybody on the register with each check, as of the latest facts: worked out anew with them. Who makes sure of
      -- it is a piece of work, one for each person, and not here.
      create table coordination.smi_check (
        person_no int not null references register.person,
        practice_id int not null references directory.place,
        check_id text not null,
        status text not null check (status in ('overdue', 'due', 'done', 'unknown')),
        -- The latest entry that counts as this check, and until when it counts.
        last_day date,
        counts_until date,
        -- What was recorded, and the code of the practice or hospital that did; null where that is confidential.
        recorded text,
        recorded_by text,
        as_of date not null,
        primary key (person_no, check_id),
        check ((last_day is null) = (counts_until is null))
      );
      create index smi_check_status on coordination.smi_check (check_id, status);
      alter table coordination.smi_check enable row level security;
      -- As of facts: six rows a person are too many to look each person up.
      create policy check_in_scope on coordination.smi_check for select to neighbourhold_app
        using (practice_id in (select register.scope_practices()) or person_no in (select register.scope_people()));
      create policy check_for_batch on coordination.smi_check to neighbourhold_batch using (true) with check (true);
      grant select on coordination.smi_check to neighbourhold_app;
      grant select, insert, delete on coordination.smi_check to neighbourhold_batch;
    `,
  },
];
