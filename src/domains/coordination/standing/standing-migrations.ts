import type { MigrationStep } from '../../../platform/database/index.ts';

export const standingMigrations: readonly MigrationStep[] = [
  {
    name: '0180 coordination: what a team decided about people it could take on',
    sql: `
      -- A team looked at somebody and did not take them on: put off until a day, or declined, and why. It binds that
      -- team alone. Rows are never removed: who thought again ended the one and wrote the next.
      create table coordination.need_decision (
        decision_id int generated always as identity primary key,
        team_id int not null references directory.team,
        person_no int not null references register.person,
        decision text not null check (decision in ('deferred', 'declined')),
        reason text not null check (length(reason) between 1 and 500),
        -- The day on which somebody who was put off is on the list again. No clock runs for it.
        until date,
        account uuid not null references auth.account,
        at timestamptz not null,
        ended_at timestamptz,
        ended_by uuid references auth.account,
        ended_because text check (ended_because in ('undone', 'replaced', 'taken_on')),
        constraint put_off_until_a_day check ((decision = 'deferred') = (until is not null)),
        constraint ended_by_somebody check (num_nulls(ended_at, ended_by, ended_because) in (0, 3))
      );
      -- Of two who decide at once the second is told.
      create unique index one_decision_stands on coordination.need_decision (team_id, person_no) where ended_at is null;
      create index need_decision_person on coordination.need_decision (person_no);

      alter table coordination.need_decision enable row level security;
      create policy decision_of_own_team on coordination.need_decision to neighbourhold_app
        using (team_id = nullif(current_setting('neighbourhold.team', true), '')::int
               and current_setting('neighbourhold.role', true) in ('int_lead', 'care_coordinator')
               and exists (select 1 from register.person p where p.person_no = need_decision.person_no))
        with check (team_id = nullif(current_setting('neighbourhold.team', true), '')::int
               and current_setting('neighbourhold.role', true) in ('int_lead', 'care_coordinator')
               and exists (select 1 from register.person p where p.person_no = need_decision.person_no));
      create policy decision_for_batch on coordination.need_decision for select to neighbourhold_batch using (true);
      grant select, insert on coordination.need_decision to neighbourhold_app;
      grant update (ended_at, ended_by, ended_because) on coordination.need_decision to neighbourhold_app;
      grant select on coordination.need_decision to neighbourhold_batch;
    `,
  },
];
