import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Refusal } from '../../kernel/index.ts';

// The one place that reads the environment. Everything else is handed what it needs.

const url = z.url({ protocol: /^https?$/ });
/** Pages stand at the root of their address. */
const publicUrl = url.refine((text) => !URL.canParse(text) || /^\/?$/.test(new URL(text).pathname), {
  message: 'an address without a path',
});
/** Who has signed in must not be told in the open; a provider on this machine is for trying things out. */
const issuerUrl = url.refine((text) => !URL.canParse(text) || isPrivate(new URL(text)), {
  message: 'an https address',
});
const postgresUrl = z.url({ protocol: /^postgres(ql)?$/ });

const environment = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  PUBLIC_URL: publicUrl.optional(),
  NEIGHBOURHOLD_HOME: z.string().min(1).optional(),
  DATABASE_URL: postgresUrl.optional(),
  DATABASE_APP_URL: postgresUrl.optional(),
  DATABASE_BATCH_URL: postgresUrl.optional(),
  OIDC_ISSUER: issuerUrl.optional(),
  OIDC_CLIENT_ID: z.string().min(1).optional(),
  OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  OIDC_CLIENT_SECRET_FILE: z.string().min(1).optional(),
  OIDC_SCOPE: z.string().min(1).default('openid profile'),
  OIDC_NAME: z.string().min(1).default('your organisation'),
  SECURITY_CONTACT: z
    .string()
    .regex(/^(mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/, 'a mailto: or https: address')
    .optional(),
  NEIGHBOURHOLD_PG_BIN: z.string().min(1).optional(),
  NEIGHBOURHOLD_SYNTHETIC_PEOPLE: z.coerce.number().int().positive().optional(),
  NEIGHBOURHOLD_BACKUP_TO: z.string().min(1).optional(),
  NEIGHBOURHOLD_BACKUP_KEEP: z.coerce.number().int().positive().default(14),
  NEIGHBOURHOLD_METRICS_TOKEN: z.string().min(16).optional(),
  NEIGHBOURHOLD_METRICS_TOKEN_FILE: z.string().min(1).optional(),
  NEIGHBOURHOLD_SLOW_QUERY_MS: z.coerce.number().int().min(0).default(1000),
  LOG_LEVEL: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('info'),
});

/** How people sign in where it counts: an OpenID provider such as CIS2, NHS login or a trust's own. */
export interface OidcConfig {
  readonly issuer: URL;
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  readonly scope: string;
  /** What the button says: "Sign in with ...". */
  readonly name: string;
}

export interface Config {
  readonly port: number;
  readonly host: string;
  /** The address people type; cookies are marked secure when it is https. */
  readonly publicUrl: URL;
  readonly home: string | undefined;
  readonly databaseUrl: string | undefined;
  /** Logins of their own for the web server and for batch work; without them one login sets its role. */
  readonly databaseAppUrl: string | undefined;
  readonly databaseBatchUrl: string | undefined;
  /** The folder of other programs for the embedded server than those that were installed with us. */
  readonly postgresPrograms: string | undefined;
  /** A synthetic borough of another size than Lewisham's, for trying things out. */
  readonly syntheticPeople: number | undefined;
  /** Where to tell of a fault, for security.txt. */
  readonly securityContact: string | undefined;
  readonly oidc: OidcConfig | undefined;
  /** Where a backup is made each night; nowhere unless said. */
  readonly backupTo: string | undefined;
  /** So many of those backups stay. */
  readonly backupKeep: number;
  /** Who knows it may read the metrics; without one, only who asks from this machine. */
  readonly metricsToken: string | undefined;
  /** Queries that take as long are logged; 0 for none. */
  readonly slowQueryMs: number;
  readonly logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug';
}

/**
 * Reads and checks the settings. Throws Refusal naming every variable that cannot be used; a value is never
 * repeated in the message, because some are secrets.
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  // An empty variable is how compose files and shells say "not set".
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const names = [
      ...new Set(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)),
    ];
    throw new Refusal({
      code: 'bad_settings',
      because: `These settings cannot be used: ${names.join('; ')}.`,
      remedy: 'Correct the environment variables and start again. README lists them.',
    });
  }
  const settings = parsed.data;
  return {
    port: settings.PORT,
    host: settings.HOST,
    publicUrl: new URL(settings.PUBLIC_URL ?? `http://localhost:${settings.PORT}`),
    home: settings.NEIGHBOURHOLD_HOME,
    databaseUrl: settings.DATABASE_URL,
    databaseAppUrl: settings.DATABASE_APP_URL,
    databaseBatchUrl: settings.DATABASE_BATCH_URL,
    postgresPrograms: settings.NEIGHBOURHOLD_PG_BIN,
    syntheticPeople: settings.NEIGHBOURHOLD_SYNTHETIC_PEOPLE,
    securityContact: settings.SECURITY_CONTACT,
    oidc: oidcConfig(settings),
    backupTo: settings.NEIGHBOURHOLD_BACKUP_TO,
    backupKeep: settings.NEIGHBOURHOLD_BACKUP_KEEP,
    metricsToken: secretOf(settings, 'NEIGHBOURHOLD_METRICS_TOKEN'),
    slowQueryMs: settings.NEIGHBOURHOLD_SLOW_QUERY_MS,
    logLevel: settings.LOG_LEVEL,
  };
}

function oidcConfig(settings: z.output<typeof environment>): OidcConfig | undefined {
  if (settings.OIDC_ISSUER === undefined) return undefined;
  if (settings.OIDC_CLIENT_ID === undefined) {
    throw new Refusal({
      code: 'bad_settings',
      because: 'OIDC_ISSUER is set and OIDC_CLIENT_ID is not.',
      remedy: 'Set OIDC_CLIENT_ID to the client that the provider registered for Neighbourhold.',
    });
  }
  return {
    issuer: new URL(settings.OIDC_ISSUER),
    clientId: settings.OIDC_CLIENT_ID,
    clientSecret: secretOf(settings, 'OIDC_CLIENT_SECRET'),
    scope: settings.OIDC_SCOPE,
    name: settings.OIDC_NAME,
  };
}

function isPrivate({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

/** A secret from its variable, or from the file that its other variable names, which wins. */
function secretOf(
  settings: z.output<typeof environment>,
  name: 'OIDC_CLIENT_SECRET' | 'NEIGHBOURHOLD_METRICS_TOKEN',
): string | undefined {
  const file = settings[`${name}_FILE`];
  if (file === undefined) return settings[name];
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new Refusal({
      code: 'bad_settings',
      because: `The file that ${name}_FILE names cannot be read: ${file}.`,
      remedy: `Put the secret there, readable by the user that starts Neighbourhold, or set ${name}.`,
    });
  }
}
