import type { MigrationStep } from '../database/index.ts';

export const authMigrations: readonly MigrationStep[] = [
  {
    name: '0002 auth: installation, accounts and sessions',
    sql: `
      create schema auth;

      -- What this database is for, said once and for all when it is made. A live one never offers the demo's
      -- sign-in, whatever the settings of the process that serves it say.
      create table auth.installation (
        single boolean primary key default true check (single),
        id uuid not null default gen_random_uuid(),
        purpose text not null check (purpose in ('demo', 'live')),
        made_at timestamptz not null default now(),
        -- Turns numbers of people into pseudonyms that nobody can turn back by trying them all.
        pseudonym_key text not null
      );

      create table auth.account (
        account uuid primary key default gen_random_uuid(),
        name text not null,
        -- Who vouches for this person, and what they call them. 'demo' vouches for the personas of a demo.
        issuer text not null,
        subject text not null,
        active boolean not null default true,
        unique (issuer, subject)
      );

      create table auth.session (
        -- Only the hash: who reads this table cannot ride on a session.
        token_hash bytea primary key,
        account uuid not null references auth.account,
        form_token text not null,
        begun_at timestamptz not null default now(),
        seen_at timestamptz not null default now(),
        ends_at timestamptz not null
      );
      create index session_ends on auth.session (ends_at);

      -- A sign-in with an OpenID provider that has been begun and not yet come back.
      create table auth.sign_in (
        state_hash bytea primary key,
        verifier text not null,
        nonce text not null,
        next text not null,
        ends_at timestamptz not null
      );

      grant usage on schema auth to neighbourhold_app, neighbourhold_batch;
      grant select on auth.installation, auth.account to neighbourhold_app, neighbourhold_batch;
      grant insert, update on auth.account to neighbourhold_batch;
      grant select, insert, update, delete on auth.session, auth.sign_in to neighbourhold_app;
    `,
  },
  {
    name: '0170 auth: sessions and sign-ins that have ended are removed at night',
    sql: `
      -- By their times alone: batch work cannot read whose they are.
      grant select (seen_at, ends_at), delete on auth.session to neighbourhold_batch;
      grant select (ends_at), delete on auth.sign_in to neighbourhold_batch;
    `,
  },
  {
    name: '0305 auth: what is typed is kept of every form',
    sql: `
      -- It was kept of the parts of a plan: a form is known now by the address that it is sent to. The policies and
      -- grants of the table go with it.
      alter table coordination.kept_text set schema auth;
      alter table auth.kept_text add column address text;
      update auth.kept_text
         set address = '/plans/' || plan || '/parts/' || section || '/' || entry,
             fields = fields || jsonb_build_object('seen', seen::text, 'form', form);
      alter table auth.kept_text alter column address set not null;
      alter table auth.kept_text
        drop column plan, drop column section, drop column entry, drop column seen;
      alter table auth.kept_text add unique (account, address, form);
    `,
  },
];
