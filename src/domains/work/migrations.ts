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
  {
    name: '0140 work: offers, returns, cover and the desk that work lies on',
    sql: `
      -- The teams that the actor works in: their own, and the team of everybody at their practice. Set by the scope.
      create function work.my_teams() returns int[] language sql stable parallel safe
        return coalesce(nullif(current_setting('neighbourhold.teams', true), ''), '{}')::int[];

      alter table work.item
        -- What is to be done, in the words of whoever asked. Kinds that have pages of their own say it there.
        add column title text check (length(title) between 1 and 300),
        -- Offered to another team, and until when it may accept. Until it does, whoever owns it still does.
        add column offered_team int references directory.team,
        add column offered_account uuid references auth.account,
        add column accept_by timestamptz,
        -- It came back: when, and because of what. Until somebody takes it again.
        add column returned_at timestamptz,
        add column returned_because text check (returned_because in ('left', 'declined', 'not_accepted')),
        -- How loud it is: 0 in time, 1 escalated or come back, 2 escalated a second time, at again_at.
        add column again_at timestamptz,
        add column level smallint not null default 0 check (level between 0 and 2),
        add constraint offer_has_an_end check ((offered_team is null) = (accept_by is null)),
        add constraint offer_is_to_a_team check (offered_account is null or offered_team is not null),
        add constraint offer_ends_with_the_work check (closed_at is null or offered_team is null),
        add constraint again_follows_breach check (again_at >= breach_at),
        add constraint return_says_why check ((returned_at is null) = (returned_because is null));
      update work.item set level = 1 where escalated_at is not null and closed_at is null;

      -- Whose turn it is: the desk that the work lies on, and until when. The inbox is the order of these.
      alter table work.item
        add column desk_team int generated always as (coalesce(offered_team, owner_team)) stored,
        add column desk_account uuid generated always as
          (case when offered_team is null then owner_account else offered_account end) stored,
        add column desk_due timestamptz generated always as (coalesce(accept_by, due_at)) stored;
      create index item_desk_team on work.item (desk_team, level desc, desk_due, item_id) where closed_at is null;
      create index item_desk_team_kind on work.item (desk_team, kind, level desc, desk_due, item_id) where closed_at is null;
      create index item_desk_account on work.item (desk_account, level desc, desk_due, item_id) where closed_at is null;
      -- Counts of an inbox are read from the index alone.
      create index item_desk_count on work.item (desk_team, kind, state, level, desk_account)
        include (desk_due, closed_at, subject_kind, subject_id, owner_team, item_id) where closed_at is null;
      create index item_accept_by on work.item (accept_by) where accept_by is not null;
      create index item_again on work.item (again_at) where closed_at is null and level = 1 and again_at is not null;

      -- The teams that asked another one for it: they see what comes of it. Numbers only, so that it needs no
      -- row-level security, whose rules ask it.
      create table work.sent (
        item_id int not null references work.item,
        team int not null references directory.team,
        account uuid references auth.account,
        at timestamptz not null,
        primary key (item_id, team)
      );
      create index sent_team on work.sent (team, item_id desc);

      -- Open work does not vanish from the inbox of its owner because a relationship with the person ended: then somebody
      -- has to pass it on. The row shows without the person. Opening and ending work about somebody asks to see them,
      -- and what is over is seen by whoever sees them, and by the team that asked for it.
      drop policy item_of_visible_person on work.item;
      create function work.subject_in_scope(subject_kind text, subject_id int) returns boolean
        language sql stable parallel safe
        return case subject_kind
          when 'person' then exists (select 1 from register.person p where p.person_no = subject_id)
          when 'match' then exists (select 1 from register.match m where m.match_id = subject_id)
          else coalesce(current_setting('neighbourhold.role', true), '') not in ('patient', 'carer') end;
      create policy item_in_sight on work.item for select to neighbourhold_app
        using (closed_at is null and (owner_team = any ((select work.my_teams())::int[])
                                      or desk_team = any ((select work.my_teams())::int[]))
               or case subject_kind
                    when 'person' then exists (select 1 from register.person p where p.person_no = item.subject_id)
                    when 'match' then exists (select 1 from register.match m where m.match_id = item.subject_id)
                    else coalesce(current_setting('neighbourhold.role', true), '') not in ('patient', 'carer') end
               or exists (select 1 from work.sent s
                           where s.item_id = item.item_id and s.team = any ((select work.my_teams())::int[])));
      create policy item_changed_in_sight on work.item for update to neighbourhold_app
        using (true)
        with check (owner_team = any ((select work.my_teams())::int[]) or desk_team = any ((select work.my_teams())::int[])
                    or work.subject_in_scope(subject_kind, subject_id));
      create policy item_opened_in_sight on work.item for insert to neighbourhold_app
        with check (work.subject_in_scope(subject_kind, subject_id));

      -- What work came from, and what it led to.
      create table work.link (
        from_item int not null references work.item,
        to_item int not null references work.item,
        primary key (from_item, to_item),
        check (from_item <> to_item)
      );
      create index link_to on work.link (to_item);
      alter table work.link enable row level security;
      create policy link_in_sight on work.link to neighbourhold_app
        using (exists (select 1 from work.item i where i.item_id = link.from_item)
               and exists (select 1 from work.item i where i.item_id = link.to_item))
        with check (exists (select 1 from work.item i where i.item_id = link.to_item));
      create policy link_for_batch on work.link to neighbourhold_batch using (true) with check (true);

      -- Somebody is away, and who covers. Nothing is moved: the inbox of who covers shows it, until the end.
      create table work.away (
        away_id int generated always as identity primary key,
        account uuid not null references auth.account,
        covered_by uuid not null references auth.account,
        starts timestamptz not null,
        ends timestamptz not null,
        set_by uuid not null,
        set_at timestamptz not null,
        ended_early_at timestamptz,
        check (account <> covered_by),
        check (ends > starts)
      );
      create index away_covered_by on work.away (covered_by, ends);
      create index away_account on work.away (account, ends);

      -- Work that was assigned together, so that it can be undone together.
      create table work.bulk (
        bulk_id int generated always as identity primary key,
        token uuid not null unique default gen_random_uuid(),
        account uuid not null,
        at timestamptz not null,
        to_account uuid references auth.account,
        undone_at timestamptz
      );
      create table work.bulk_item (
        bulk_id int not null references work.bulk,
        -- What was ticked. No reference: what a form says may be of no work at all, and is answered like other refusals.
        item_id int not null,
        -- As it was before, and the transition that the bulk act wrote. Null: it could not be assigned, and why.
        state_before text,
        account_before uuid,
        transition_id int,
        why_not text,
        undone boolean not null default false,
        primary key (bulk_id, item_id)
      );

      grant execute on function work.my_teams(), work.subject_in_scope(text, int) to neighbourhold_app;
      grant select, insert on work.link, work.sent to neighbourhold_app, neighbourhold_batch;
      grant select, insert, update on work.away, work.bulk, work.bulk_item to neighbourhold_app, neighbourhold_batch;
    `,
  },
  {
    name: '0175 work: one open visit and one open chase for each person',
    sql: `
      -- Nobody is visited twice for one round, and nobody's checks are chased by two, whoever presses first.
      create unique index one_open_visit on work.item (subject_kind, subject_id)
        where kind = 'in_reach_visit' and closed_at is null;
      create unique index one_open_chase on work.item (subject_kind, subject_id)
        where kind = 'smi_chase' and closed_at is null;
    `,
  },
  {
    name: '0230 work: many put off and stopped at once, and undone',
    sql: `
      -- The whole item as it was before: what is undone has its clock and its owner again, and is open again.
      alter table work.bulk_item add column before jsonb;
      update work.bulk_item b
         set before = to_jsonb(i) || jsonb_build_object('state', b.state_before, 'owner_account', b.account_before)
        from work.item i where i.item_id = b.item_id and b.transition_id is not null;
      alter table work.bulk_item drop column state_before, drop column account_before;
      -- Of whoever sees to a plan there is one, as of a visit and a chase.
      create unique index one_open_plan_review on work.item (subject_kind, subject_id)
        where kind = 'plan_review' and closed_at is null;
    `,
  },
  {
    name: '0270 work: a practice has one team',
    sql: `
      -- Defects that a practice mends lay with a second team of the practice, which nobody works in. They are the
      -- practice's own now, with their history.
      create temp table second_team on commit drop as
        select second.team_id as second, own.team_id as own
          from directory.team second join directory.team own on own.code = 'practice ' || substr(second.code, 10)
         where second.kind = 'practice' and second.code like 'practice-%';
      update work.item set owner_team = own from second_team where owner_team = second;
      update work.transition set owner_team = own from second_team where owner_team = second;
    `,
  },
  {
    name: '0273 work: what waits for a decision is one piece of work',
    sql: `
      -- Of two records to compare, of a definition to check and of looks to ask about, there is one open piece each.
      create unique index one_open_decision on work.item (kind, subject_id)
        where kind in ('identity_review', 'definition_check', 'look_review') and closed_at is null;
      -- Definitions that wait for their check already.
      with asked as (
        select distinct on (d.draft_id) d.draft_id, e.acted_by
          from need.draft d join need.draft_event e on e.draft_id = d.draft_id and e.action = 'ask'
         where d.state = 'asked' order by d.draft_id, e.event_id desc),
      opened as (
        insert into work.item (kind, subject_kind, subject_id, owner_team, state, opened_at, due_at, breach_at)
        select 'definition_check', 'draft', draft_id, directory.data_team(), 'to_check', now(), now() + interval '7 days',
               now() + interval '14 days' from asked
        returning item_id, subject_id, owner_team)
      insert into work.transition (item_id, at, action, to_state, account, owner_team, note)
      select item_id, now(), 'open', 'to_check', acted_by, owner_team, 'It waited before checks were work'
        from opened join asked on asked.draft_id = opened.subject_id;
    `,
  },
  {
    name: '0307 work: a version of a list that waits is one piece of work',
    sql: `
      drop index work.one_open_decision;
      create unique index one_open_decision on work.item (kind, subject_id)
        where kind in ('identity_review', 'definition_check', 'look_review', 'codelist_check') and closed_at is null;
    `,
  },
  {
    name: '0311 work: one open outreach for each person',
    sql: `
      -- Nobody is written to, rung and visited by two, whoever presses first.
      create unique index one_open_outreach on work.item (subject_kind, subject_id)
        where kind = 'outreach' and closed_at is null;
    `,
  },
];
