import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Refusal } from '../../kernel/index.ts';
import { readConfig } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'nh-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const oidc = { OIDC_ISSUER: 'https://id.example/', OIDC_CLIENT_ID: 'us' };

describe('the settings', () => {
  test('an empty environment is enough to start', () => {
    expect(readConfig({})).toEqual({
      port: 3000,
      host: '127.0.0.1',
      publicUrl: new URL('http://localhost:3000/'),
      home: undefined,
      databaseUrl: undefined,
      backupTo: undefined,
      backupKeep: 14,
      metricsToken: undefined,
      slowQueryMs: 1000,
      databaseAppUrl: undefined,
      databaseBatchUrl: undefined,
      postgresPrograms: undefined,
      syntheticPeople: undefined,
      oidc: undefined,
      logLevel: 'info',
    });
  });

  test('an empty variable is one that is not set', () => {
    expect(readConfig({ PORT: '', DATABASE_URL: '', OIDC_ISSUER: '' })).toEqual(readConfig({}));
  });

  test.each<[NodeJS.ProcessEnv, object]>([
    [{ PORT: '8080' }, { port: 8080, publicUrl: new URL('http://localhost:8080') }],
    [{ PORT: '0' }, { port: 0 }],
    [{ HOST: '0.0.0.0' }, { host: '0.0.0.0' }],
    [{ PUBLIC_URL: 'https://care.example' }, { publicUrl: new URL('https://care.example/') }],
    [{ PUBLIC_URL: 'https://care.example:8443/' }, { publicUrl: new URL('https://care.example:8443/') }],
    [{ NEIGHBOURHOLD_HOME: '/srv/nh' }, { home: '/srv/nh' }],
    [
      { NEIGHBOURHOLD_PG_BIN: '/usr/lib/postgresql/16/bin' },
      { postgresPrograms: '/usr/lib/postgresql/16/bin' },
    ],
    [{ NEIGHBOURHOLD_SYNTHETIC_PEOPLE: '3000' }, { syntheticPeople: 3000 }],
    [{ DATABASE_URL: 'postgres://u:p@db/x' }, { databaseUrl: 'postgres://u:p@db/x' }],
    [
      { DATABASE_URL: 'postgresql://db/x?sslmode=require' },
      { databaseUrl: 'postgresql://db/x?sslmode=require' },
    ],
    [{ DATABASE_APP_URL: 'postgres://app@db/x' }, { databaseAppUrl: 'postgres://app@db/x' }],
    [{ DATABASE_BATCH_URL: 'postgres://batch@db/x' }, { databaseBatchUrl: 'postgres://batch@db/x' }],
    [{ LOG_LEVEL: 'debug' }, { logLevel: 'debug' }],
    [
      oidc,
      {
        oidc: {
          issuer: new URL('https://id.example/'),
          clientId: 'us',
          clientSecret: undefined,
          scope: 'openid profile',
          name: 'your organisation',
        },
      },
    ],
    [
      { ...oidc, OIDC_ISSUER: 'http://localhost:9000' },
      { oidc: { issuer: new URL('http://localhost:9000') } },
    ],
    [
      { ...oidc, OIDC_CLIENT_SECRET: 's3cret', OIDC_SCOPE: 'openid', OIDC_NAME: 'CIS2' },
      { oidc: { clientSecret: 's3cret', scope: 'openid', name: 'CIS2' } },
    ],
  ])('%j is understood', (given, config) => {
    expect(readConfig(given)).toMatchObject(config);
  });

  test('the secret may stand in a file, as containers keep it', () => {
    const file = join(folder, 'secret');
    writeFileSync(file, 's3cret\n');
    expect(readConfig({ ...oidc, OIDC_CLIENT_SECRET_FILE: file }).oidc?.clientSecret).toBe('s3cret');
  });
});

describe('a setting that cannot be used', () => {
  test.each<[NodeJS.ProcessEnv, string]>([
    [{ PORT: 'many' }, 'PORT'],
    [{ PORT: '65536' }, 'PORT'],
    [{ PORT: '-1' }, 'PORT'],
    [{ PORT: '80.5' }, 'PORT'],
    [{ PUBLIC_URL: 'care.example' }, 'PUBLIC_URL'],
    [{ PUBLIC_URL: 'ftp://care.example' }, 'PUBLIC_URL'],
    [{ PUBLIC_URL: 'https://care.example/neighbourhold' }, 'PUBLIC_URL'],
    [{ DATABASE_URL: 'mysql://someone:hunter2@db/x' }, 'DATABASE_URL'],
    [{ DATABASE_APP_URL: 'hunter2' }, 'DATABASE_APP_URL'],
    [{ DATABASE_BATCH_URL: 'hunter2' }, 'DATABASE_BATCH_URL'],
    [{ NEIGHBOURHOLD_SYNTHETIC_PEOPLE: '0' }, 'NEIGHBOURHOLD_SYNTHETIC_PEOPLE'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL'],
    [{ ...oidc, OIDC_ISSUER: 'id.example' }, 'OIDC_ISSUER'],
    [{ ...oidc, OIDC_ISSUER: 'http://id.example' }, 'OIDC_ISSUER'],
    [{ OIDC_ISSUER: 'https://id.example' }, 'OIDC_CLIENT_ID'],
    [{ ...oidc, OIDC_CLIENT_SECRET_FILE: '/nowhere/secret' }, 'OIDC_CLIENT_SECRET_FILE'],
  ])(
    '%j is refused by name, with a remedy, and a value that may be secret is not repeated',
    (given, name) => {
      const refusal = refusalOf(given);
      expect(refusal.code).toBe('bad_settings');
      expect(refusal.message).toContain(name);
      expect(refusal.remedy).toMatch(/^(Correct|Set|Put) .{20,}\.$/);
      expect(refusal.message + refusal.remedy).not.toMatch(/hunter2/);
    },
  );

  test('does not hide the others: all of them are named at once', () => {
    const { message } = refusalOf({ PORT: 'many', LOG_LEVEL: 'loud', PUBLIC_URL: 'x' });
    expect(message).toMatch(/PORT: .*; PUBLIC_URL: .*; LOG_LEVEL: /);
  });

  function refusalOf(given: NodeJS.ProcessEnv): Refusal {
    try {
      readConfig(given);
    } catch (error) {
      if (error instanceof Refusal) return error;
      throw error;
    }
    throw new Error('it was understood');
  }
});
