import type { MigrationStep } from '../../platform/database/index.ts';

export const governanceMigrations: readonly MigrationStep[] = [
  {
    name: '0166 governance: records opened in an emergency',
    sql: `
      create schema governance;

      -- A record that somebody opened without a care relationship. Nothing here is changed but its end.
      create table governance.break_glass (
        at timestamptz not null,
        account uuid not null references auth.account,
        role text not null,
        person_no int not null references register.person,
        reason text not null,
        said text not null check (length(said) between 10 and 1000),
        -- The care relationship that it opened. Its number is the access's own.
        relationship_id int primary key references register.care_relationship,
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
           where b.relationship_id = which and current_setting('neighbourhold.role', true) = 'ig_lead'
           order by e.id limit 200 $$;
      revoke all on function governance.done_while_open(int) from public;
      grant execute on function governance.done_while_open(int) to neighbourhold_app;
    `,
  },
  {
    name: '0168 governance: patterns of looking',
    sql: `
      -- What the information governance lead has looked at, and what it was. Only added to.
      create table governance.pattern_seen (
        pattern_seen_id int generated always as identity primary key,
        at timestamptz not null default now(),
        pattern text not null,
        account uuid not null references auth.account,
        person_no int references register.person,
        day date,
        until timestamptz not null,
        verdict text not null,
        note text not null,
        by_account uuid not null references auth.account,
        check (num_nonnulls(person_no, day) = 1)
      );
      create index pattern_seen_which on governance.pattern_seen (pattern, account, person_no, day);
      alter table governance.pattern_seen enable row level security;
      create policy seen_by_lead on governance.pattern_seen to neighbourhold_app
        using (current_setting('neighbourhold.role', true) = 'ig_lead')
        with check (by_account = nullif(current_setting('neighbourhold.account', true), '')::uuid
                    and by_account <> account);
      create policy pattern_seen_for_batch on governance.pattern_seen to neighbourhold_batch using (true) with check (true);
      grant select, insert on governance.pattern_seen to neighbourhold_app;
      grant select on governance.pattern_seen to neighbourhold_batch;

      -- A name as it is compared: without title, first given name and family name, in small letters.
      create function governance.plain_name(name text) returns text language sql immutable parallel safe
        begin atomic
          select lower(regexp_replace(
            regexp_replace(trim(name), '^(dr|mr|mrs|ms|miss|mx|prof|professor|sir|dame|rev)[.]? +', '', 'i'),
            '^([^ ]+) .*?([^ ]+)$', '\\1 \\2'));
        end;

      -- Looks of staff that follow a pattern, for the information governance lead alone. The names of everybody are
      -- compared here, inside, so that nobody has to be shown them.
      create function governance.look_patterns(days int, at_least int, times_usual double precision)
        returns table (pattern text, account uuid, who text, role text, person_no int, whom text, day date,
                       looks int, usual int, last timestamptz)
        language sql stable security definer set search_path = pg_catalog, pg_temp as $$
          with looks as materialized (
            select e.account, e.account_name as who, e.role, e.subject_id::int as person_no, e.at
              from audit.entry e
             where e.at > now() - make_interval(days => days) and e.subject_kind = 'person'
               and e.role not in ('patient', 'carer', 'operator')
               and current_setting('neighbourhold.role', true) = 'ig_lead'),
          pairs as (
            select l.account, max(l.who) as who, max(l.role) as role, l.person_no, count(*)::int as looks, max(l.at) as last
              from looks l group by l.account, l.person_no),
          named as (
            select pairs.*, governance.plain_name(pairs.who) as own,
                   concat_ws(', ', upper(p.family_name), p.given_names) as whom,
                   lower(concat_ws(' ', split_part(p.given_names, ' ', 1), p.family_name)) as theirs,
                   lower(p.family_name) as family, lower(p.address) as address, lower(p.postcode) as postcode
              from pairs join register.person p on p.person_no = pairs.person_no),
          colleagues as (
            select one.account, governance.plain_name(a.name) as name
              from directory.staff one
              join directory.staff other on other.account <> one.account
               and (other.team_id = one.team_id or other.organisation = one.organisation)
               and other.role not in ('patient', 'carer')
              join auth.account a on a.account = other.account and a.active),
          days_of as (
            select l.account, max(l.who) as who, max(l.role) as role, (l.at at time zone 'Europe/London')::date as day,
                   count(distinct l.person_no)::int as people, max(l.at) as last
              from looks l group by l.account, (l.at at time zone 'Europe/London')::date),
          usual as (
            select d.account, d.day,
                   (select percentile_disc(0.5) within group (order by o.people)
                      from days_of o where o.account = d.account and o.day <> d.day)::int as people
              from days_of d)
          select 'own_name', n.account, n.who, n.role, n.person_no, n.whom, null::date, n.looks, null::int, n.last
            from named n where n.theirs = n.own
          union all
          select 'own_household', n.account, n.who, n.role, n.person_no, n.whom, null, n.looks, null, n.last
            from named n
           where n.theirs <> n.own and n.family = split_part(n.own, ' ', 2)
             and exists (select 1 from register.person h
                          where lower(concat_ws(' ', split_part(h.given_names, ' ', 1), h.family_name)) = n.own
                            and lower(h.address) = n.address and lower(h.postcode) = n.postcode)
          union all
          select 'colleague', n.account, n.who, n.role, n.person_no, n.whom, null, n.looks, null, n.last
            from named n
           where n.theirs <> n.own
             and exists (select 1 from colleagues c where c.account = n.account and c.name = n.theirs)
          union all
          select 'volume', d.account, d.who, d.role, null, null, d.day, d.people, u.people, d.last
            from days_of d join usual u on u.account = d.account and u.day = d.day
           where d.people >= at_least and d.people >= times_usual * coalesce(u.people, 0) $$;
      revoke all on function governance.look_patterns(int, int, double precision) from public;
      grant execute on function governance.look_patterns(int, int, double precision) to neighbourhold_app;
    `,
  },
  {
    name: '0274 governance: whether there are looks to ask about',
    sql: `
      -- How many patterns nobody has looked at yet, for the clock that makes work of them: a number, and nobody's name.
      create function governance.count_unseen_patterns(days int, at_least int, times_usual double precision) returns int
        language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
          declare
            was text := current_setting('neighbourhold.role', true);
            unseen int;
          begin
            -- The patterns are told to the information governance lead alone, and here for as long as they are counted.
            perform set_config('neighbourhold.role', 'ig_lead', true);
            select count(*) into unseen from governance.look_patterns(days, at_least, times_usual) f
             where not exists (
               select 1 from governance.pattern_seen s
                where s.pattern = f.pattern and s.account = f.account
                  and s.person_no is not distinct from f.person_no and s.day is not distinct from f.day
                  and s.until >= date_trunc('milliseconds', f.last));
            perform set_config('neighbourhold.role', coalesce(was, ''), true);
            return unseen;
          end $$;
      revoke all on function governance.count_unseen_patterns(int, int, double precision) from public;
      grant execute on function governance.count_unseen_patterns(int, int, double precision) to neighbourhold_batch;
    `,
  },
];
