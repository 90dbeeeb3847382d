import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { afterAll, beforeAll } from 'vitest';

type Claims = Record<string, unknown>;

/** A real OpenID provider on this machine, which can be told to lie about who has signed in. */
export interface OpenIdProvider {
  readonly issuer: string;
  readonly client: { readonly id: string; readonly secret: string };
  /** Who signs in next: the subject that the provider knows them by. */
  subject: string;
  /** Changes the claims of the next identity tokens before they are signed; null for the truth. */
  claims: ((told: Claims) => Claims) | null;
  /** Signs the next identity tokens with a key that the provider does not publish. */
  forgesSignature: boolean;
  /** Follows the provider's pages from the address that we sent the browser to, back to an address of ours. */
  signIn(address: string): Promise<string>;
}

/** Where the provider sends browsers back to. */
export const OUR_ADDRESS = 'http://localhost:3000';

export function useOpenIdProvider(): OpenIdProvider {
  const server = createServer();
  const keys = rsaKeys();
  const strangers = rsaKeys();
  const client = { id: 'neighbourhold-test', secret: randomBytes(24).toString('hex') };
  const made: OpenIdProvider = {
    issuer: '',
    client,
    subject: 'nobody',
    claims: null,
    forgesSignature: false,
    signIn: (address) => followToUs(address),
  };
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
    Object.assign(made, { issuer });
    const provider = newProvider(issuer, keys, client);
    provider.use(async (context, next) => {
      await next();
      const { body } = context as { body?: { id_token?: string } };
      if (context.path !== '/token' || body?.id_token === undefined) return;
      const told = JSON.parse(Buffer.from(body.id_token.split('.')[1] ?? '', 'base64url').toString());
      const { privateKey } = made.forgesSignature ? strangers : keys;
      body.id_token = signedToken(made.claims?.(told) ?? told, privateKey);
    });
    const answer = provider.callback();
    server.on('request', (request, response) => {
      if (!request.url?.startsWith('/interaction/')) return void answer(request, response);
      // Whoever comes here is who the test says: there is no password to type.
      const result = { login: { accountId: made.subject } };
      void provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
    });
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return made;
}

function newProvider(issuer: string, keys: Keys, client: OpenIdProvider['client']): Provider {
  return new Provider(issuer, {
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        redirect_uris: [`${OUR_ADDRESS}/sign-in/callback`],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    jwks: { keys: [{ ...keys.privateKey.export({ format: 'jwk' }), kid: KEY_ID, use: 'sig', alg: 'RS256' }] },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    features: { devInteractions: { enabled: false } },
    ttl: { AccessToken: 60, Grant: 60, IdToken: 60, Interaction: 60, Session: 60 },
    pkce: { required: () => true },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_, sub) => ({ accountId: sub, claims: async () => ({ sub }) }),
    async loadExistingGrant(context) {
      const { client: asking, session } = context.oidc;
      const grant = new context.oidc.provider.Grant({
        clientId: asking?.clientId ?? '',
        accountId: session?.accountId ?? '',
      });
      grant.addOIDCScope('openid profile');
      await grant.save();
      return grant;
    },
  });
}

interface Keys {
  readonly privateKey: KeyObject;
}

const KEY_ID = 'test-key';

function rsaKeys(): Keys {
  return generateKeyPairSync('rsa', { modulusLength: 2048 });
}

function signedToken(claims: Claims, key: KeyObject): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const unsigned = `${part({ alg: 'RS256', typ: 'JWT', kid: KEY_ID })}.${part(claims)}`;
  return `${unsigned}.${sign('RSA-SHA256', Buffer.from(unsigned), key).toString('base64url')}`;
}

async function followToUs(address: string): Promise<string> {
  const cookies = new Map<string, string>();
  for (let at = address; ; ) {
    const answer = await fetch(at, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (name !== undefined) cookies.set(name, value ?? '');
    }
    const next = answer.headers.get('location');
    if (next === null) throw new Error(`The provider stopped with ${answer.status}: ${await answer.text()}`);
    at = new URL(next, at).href;
    if (at.startsWith(OUR_ADDRESS)) return at.slice(OUR_ADDRESS.length);
  }
}
