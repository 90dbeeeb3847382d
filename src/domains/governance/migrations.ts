import type { MigrationStep } from '../../platform/database/index.ts';

export const governanceMigrations: readonly MigrationStep[] = [
  {
    name: '0166 governance: records opened in an emergency',
    sql: `
      create schema governance;

      -- A record that somebody opened without a care relationship. Nothing here is changed but its end.
      create table governance.break_glass (
        break_glass_id int generated always as identity primary key,
        at timestamptz not null,
        account uuid not null references auth.account,
        role text not null,
        person_no int not null references register.person,
        reason text not null,
        said text not null check (length(said) between 10 and 1000),
        relationship_id int not null references register.care_relationship,
        closes_at timestamptz not null,
        closed_at timestamptz,
        item_id int not null unique references work.item,
        check (closes_at > at)
      );
      create index break_glass_account on governance.break_glass (account, at);

      -- Seen by who opened it, and by who reviews it.
      alter table governance.break_glass enable row level security;
      create policy own_or_to_review on governance.break_glass to neighbourhold_app
        using (account = nullif(current_setting('neighbourhold.account', true), '')::uuid
               or current_setting('neighbourhold.role', true) = 'ig_lead')
        with check (account = nullif(current_setting('neighbourhold.account', true), '')::uuid);
      create policy break_glass_for_batch on governance.break_glass to neighbourhold_batch using (true) with check (true);

      grant usage on schema governance to neighbourhold_app, neighbourhold_batch;
      grant select, insert on governance.break_glass to neighbourhold_app;
      grant update (closed_at) on governance.break_glass to neighbourhold_app;
      grant select on governance.break_glass to neighbourhold_batch;

      -- What somebody did with a record while it was open: for its review, and for nobody else.
      create function governance.done_while_open(which int) returns table (at timestamptz, action text)
        language sql stable security definer set search_path = pg_catalog, pg_temp as $$
          select e.at, e.action
            from governance.break_glass b
            join audit.entry e on e.account = b.account and e.at between b.at and coalesce(b.closed_at, b.closes_at)
             and ((e.subject_kind = 'person' and e.subject_id = b.person_no::text)
                  or (e.subject_kind is null and e.detail ? 'people' and e.detail -> 'people' @> to_jsonb(b.person_no)))
           where b.break_glass_id = which and current_setting('neighbourhold.role', true) = 'ig_lead'
           order by e.id limit 200 $$;
      revoke all on function governance.done_while_open(int) from public;
      grant execute on function governance.done_while_open(int) to neighbourhold_app;
    `,
  },
];
