import { describe, expect, test } from 'vitest';
import { Refusal } from '../../kernel/index.ts';
import { readConfig } from './config.ts';

describe('the settings', () => {
  test('an empty environment is enough to start', () => {
    expect(readConfig({})).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      databaseUrl: undefined,
      oidc: undefined,
    });
    expect(readConfig({ PORT: '8080' }).publicUrl.href).toBe('http://localhost:8080/');
  });

  test('an empty variable is one that is not set', () => {
    expect(readConfig({ PORT: '', DATABASE_URL: '' })).toMatchObject({ port: 3000, databaseUrl: undefined });
  });

  test('a bad setting is named and its value is not repeated', () => {
    const start = () => readConfig({ DATABASE_URL: 'mysql://someone:hunter2@db/x', PORT: 'many' });
    expect(start).toThrow(Refusal);
    expect(start).toThrow(/DATABASE_URL.*|PORT.*/);
    expect(start).not.toThrow(/hunter2/);
  });

  test('an OpenID issuer without a client is refused', () => {
    expect(() => readConfig({ OIDC_ISSUER: 'https://id.example' })).toThrow(/OIDC_CLIENT_ID/);
  });
});
