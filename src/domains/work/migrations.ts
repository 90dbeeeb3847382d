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
    name: '0092 work: whose caseloads two people are on',
    sql: `
      -- For who decides whether two people are one: which of them are on a caseload now, and whose. Whoever decides may
      -- see neither the people nor the work, and sees no more of it than this.
      create function work.open_caseloads(people int[]) returns table (person_no int, team text, lead text)
        language sql stable security definer set search_path = pg_catalog, pg_temp as $$
          select i.subject_id, t.name, a.name
            from work.item i
            join directory.team t on t.team_id = i.owner_team
            left join auth.account a on a.account = i.owner_account
           where i.kind = 'caseload' and i.closed_at is null and i.subject_kind = 'person' and i.subject_id = any (people)
             and current_setting('neighbourhold.role', true) in ('ig_lead', 'practice_manager')
           order by i.subject_id $$;
      revoke all on function work.open_caseloads(int[]) from public;
      grant execute on function work.open_caseloads(int[]) to neighbourhold_app;
    `,
  },
  {
    name: '0098 work: one open item for each defect',
    sql: `
      -- A defect of one kind in one practice's data is one piece of work, whoever finds it first.
      create unique index one_open_defect on work.item (subject_kind, subject_id)
        where kind = 'defect' and closed_at is null;
    `,
  },
  {
    name: '0099 work: who sees work that is about no person',
    sql: `
      -- A question about two people is seen by whoever may review them. Other work that is about no person is for staff:
      -- the pages of each room say for whom.
      alter policy item_of_visible_person on work.item
        using (case subject_kind
                 when 'person' then exists (select 1 from register.person p where p.person_no = item.subject_id)
                 when 'match' then exists (select 1 from register.match m where m.match_id = item.subject_id)
                 else coalesce(current_setting('neighbourhold.role', true), '') not in ('patient', 'carer') end)
        with check (case subject_kind
                 when 'person' then exists (select 1 from register.person p where p.person_no = item.subject_id)
                 when 'match' then exists (select 1 from register.match m where m.match_id = item.subject_id)
                 else coalesce(current_setting('neighbourhold.role', true), '') not in ('patient', 'carer') end);
    `,
  },
];
