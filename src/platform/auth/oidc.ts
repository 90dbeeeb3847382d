import type { Kysely } from 'kysely';
import * as oidc from 'openid-client';
import { NotPermitted } from '../../kernel/index.ts';
import type { OidcConfig } from '../config/index.ts';
import type { Tables } from '../database/index.ts';
import { type AuthTables, findAccount } from './accounts.ts';
import { hashOf } from './sessions.ts';

/** Sign-in with an OpenID Connect provider: authorisation code with PKCE, state and nonce (OpenID Connect Core 1.0). */
export interface OidcSignIn {
  readonly name: string;
  /** Begins a sign-in. Returns the provider's address to send the browser to, and the state for it to keep. */
  begin(db: Kysely<Tables>, next: string, now: Date): Promise<{ address: URL; state: string }>;
  /**
   * Ends a sign-in with what the provider sent back. Throws NotPermitted when it is not a sign-in that we began with
   * this browser (`kept` is the state that it kept), or when nobody has given this person an account.
   */
  finish(
    db: Kysely<Tables>,
    came: { readonly callback: URL; readonly kept: string | undefined },
    now: Date,
  ): Promise<{ account: string; next: string }>;
}

export const MINUTES_TO_SIGN_IN = 15;

/** Prepares sign-in with a provider. Its addresses are discovered at the first use, so that we start without it. */
export function openOidc(config: OidcConfig, redirectUri: string): OidcSignIn {
  let discovered: Promise<oidc.Configuration> | null = null;
  const provider = () => {
    discovered ??= discover(config).catch((error: unknown) => {
      // A provider that was away is asked again next time.
      discovered = null;
      throw error;
    });
    return discovered;
  };
  return {
    name: config.name,
    async begin(db, next, now) {
      const state = oidc.randomState();
      const nonce = oidc.randomNonce();
      const verifier = oidc.randomPKCECodeVerifier();
      const address = oidc.buildAuthorizationUrl(await provider(), {
        redirect_uri: redirectUri,
        scope: config.scope,
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      });
      const signIns = db.withTables<AuthTables>();
      await signIns.deleteFrom('auth.sign_in').where('ends_at', '<', now).execute();
      const ends_at = new Date(now.getTime() + MINUTES_TO_SIGN_IN * 60_000);
      await signIns
        .insertInto('auth.sign_in')
        .values({ state_hash: hashOf(state), verifier, nonce, next, ends_at })
        .execute();
      return { address, state };
    },
    async finish(db, { callback, kept }, now) {
      const state = callback.searchParams.get('state') ?? '';
      // Taking it out makes it usable once.
      const taken = await db
        .withTables<AuthTables>()
        .deleteFrom('auth.sign_in')
        .where('state_hash', '=', hashOf(state))
        .where('ends_at', '>', now)
        .returningAll()
        .executeTakeFirst();
      // One that another browser began would sign this one in as somebody else (RFC 6749, section 10.12).
      const begun = kept === state ? taken : undefined;
      if (!begun)
        throw new NotPermitted(
          'This sign-in has run out, or was not begun here.',
          'Begin again at the sign-in page.',
        );
      const subject = await vouchedSubject(await provider(), callback, { ...begun, state });
      // An issuer's address is written with and without its last slash.
      const issuer = config.issuer.href.replace(/\/$/, '');
      const account =
        (await findAccount(db, issuer, subject)) ?? (await findAccount(db, `${issuer}/`, subject));
      if (!account) {
        throw new NotPermitted(
          'You signed in, but nobody has given you an account here.',
          'Ask whoever runs Neighbourhold at your place to add you to the place pack, with the name that your organisation knows you by.',
        );
      }
      return { account, next: begun.next };
    },
  };
}

async function discover(config: OidcConfig): Promise<oidc.Configuration> {
  // Plain http is for a provider on this machine, in tests and development.
  const local =
    config.issuer.protocol === 'http:' &&
    ['localhost', '127.0.0.1', '[::1]'].includes(config.issuer.hostname);
  // The standard lets a client trust the connection in place of the token's signature; we check both.
  const execute = [oidc.enableNonRepudiationChecks, ...(local ? [oidc.allowInsecureRequests] : [])];
  return await oidc.discovery(config.issuer, config.clientId, config.clientSecret, undefined, { execute });
}

async function vouchedSubject(
  provider: oidc.Configuration,
  callback: URL,
  begun: { state: string; nonce: string; verifier: string },
): Promise<string> {
  try {
    const tokens = await oidc.authorizationCodeGrant(provider, callback, {
      expectedState: begun.state,
      expectedNonce: begun.nonce,
      pkceCodeVerifier: begun.verifier,
      idTokenExpected: true,
    });
    const subject = tokens.claims()?.sub;
    if (subject !== undefined) return subject;
  } catch {
    // What the provider or a forger said is not for the page.
  }
  throw new NotPermitted(
    'The sign-in service did not confirm who you are.',
    'Begin again at the sign-in page.',
  );
}
