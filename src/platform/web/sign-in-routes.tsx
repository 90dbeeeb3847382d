import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { NotPermitted } from '../../kernel/index.ts';
import { writeAudit } from '../audit/index.ts';
import {
  ABSOLUTE_HOURS,
  act,
  beginSession,
  endSession,
  isOwnForm,
  MINUTES_TO_SIGN_IN,
  readPersonas,
  readSession,
} from '../auth/index.ts';
import { type Chrome, renderPage } from './components/index.ts';
import { cookieOptions, sessionCookie, signInCookie } from './session-cookie.ts';
import { SignInPage } from './sign-in-page.tsx';
import { staleForm } from './stale-form.ts';
import type { WebSettings } from './web.ts';

/** Attempts to sign in from one address in a minute. */
const ATTEMPTS_A_MINUTE = 30;

/** Signing in and out: with an OpenID provider, and as a persona where the installation is a demo. */
export function signInRoutes(
  fastify: FastifyInstance,
  settings: WebSettings,
  chromeOf: (request: FastifyRequest) => Chrome,
): void {
  const open = { access: { everybody: 'nobody is signed in before signing in' } };
  const slowly = { config: { ...open, rateLimit: { max: ATTEMPTS_A_MINUTE, timeWindow: '1 minute' } } };
  const enter = async (request: FastifyRequest, reply: FastifyReply, account: string, next: string) => {
    const by = await settings.readActor(settings.book, account);
    if (!by)
      throw new NotPermitted(
        'This account has no role here.',
        'Ask whoever runs Neighbourhold at your place to give it one.',
      );
    await act(settings.book, { by, origin: { requestId: request.id, from: request.ip } }, (tx) =>
      writeAudit(tx, { action: 'session.begun', purpose: 'signed in' }),
    );
    // A new token at every sign-in: one that somebody planted beforehand is worth nothing.
    const token = await beginSession(settings.book.as('app'), account, settings.clock());
    const earlier = request.cookies[sessionCookie(settings)];
    if (earlier) await endSession(settings.book.as('app'), earlier, settings.clock());
    return reply
      .setCookie(sessionCookie(settings), token, cookieOptions(settings, ABSOLUTE_HOURS * 3600))
      .redirect(ownAddress(next), 303);
  };

  fastify.get('/sign-in', { config: open }, async (request, reply) => {
    const personas = settings.demo ? await settings.personas() : [];
    const next = nextOf(request.query);
    const page = SignInPage({
      chrome: chromeOf(request),
      personas,
      provider: settings.oidc?.name ?? null,
      next,
    });
    return reply.type('text/html; charset=utf-8').send(renderPage(page));
  });

  fastify.post('/sign-in/demo', slowly, async (request, reply) => {
    const { persona } = (request.body ?? {}) as { persona?: unknown };
    const known = await readPersonas(settings.book.as('app'));
    const chosen = known.find(({ subject }) => subject === persona);
    if (!chosen)
      throw new NotPermitted(
        'There is no such person to sign in as here.',
        'Choose one of the people on the sign-in page.',
      );
    return await enter(request, reply, chosen.account, nextOf(request.body));
  });

  fastify.get('/sign-in/provider', slowly, async (request, reply) => {
    if (!settings.oidc)
      throw new NotPermitted('No sign-in service is set up here.', 'Set OIDC_ISSUER and OIDC_CLIENT_ID.');
    const { address, state } = await settings.oidc.begin(
      settings.book.as('app'),
      nextOf(request.query),
      settings.clock(),
    );
    return reply
      .setCookie(signInCookie(settings), state, cookieOptions(settings, MINUTES_TO_SIGN_IN * 60))
      .redirect(address.href, 303);
  });

  fastify.get('/sign-in/callback', slowly, async (request, reply) => {
    if (!settings.oidc) throw new NotPermitted('No sign-in service is set up here.');
    const callback = new URL(request.url, settings.publicUrl);
    const kept = request.cookies[signInCookie(settings)];
    const came = { callback, kept };
    const { account, next } = await settings.oidc
      .finish(settings.book.as('app'), came, settings.clock())
      .catch((error: unknown) => {
        // Nobody is signed in whom the audit could name; whoever watches the log sees that somebody tried.
        request.log.warn({ err: error }, 'sign-in refused');
        throw error;
      });
    reply.clearCookie(signInCookie(settings), { path: '/' });
    return await enter(request, reply, account, next);
  });

  fastify.post('/sign-out', { config: open }, async (request, reply) => {
    const token = request.cookies[sessionCookie(settings)];
    const session = token ? await readSession(settings.book.as('app'), token, settings.clock()) : null;
    // A form of another site comes without the cookie, and must not take it away either.
    if (!token || !session) return reply.redirect('/sign-in', 303);
    const { _csrf } = (request.body ?? {}) as { _csrf?: unknown };
    if (!isOwnForm(session, _csrf)) throw staleForm();
    const by = await settings.readActor(settings.book, session.account);
    if (by)
      await act(settings.book, { by, origin: { requestId: request.id, from: request.ip } }, (tx) =>
        writeAudit(tx, { action: 'session.ended', purpose: 'signed out' }),
      );
    await endSession(settings.book.as('app'), token, settings.clock());
    return reply
      .clearCookie(sessionCookie(settings), { path: '/' })
      .header('clear-site-data', '"cache", "storage"')
      .redirect('/sign-in', 303);
  });
}

function nextOf(fields: unknown): string {
  const { next } = (fields ?? {}) as { next?: unknown };
  return typeof next === 'string' ? ownAddress(next) : '/';
}

/**
 * Where to go after signing in: an address of our own, or home. Browsers read a backslash as a slash and drop what
 * cannot be seen, so that only printable ASCII without it is an address.
 */
function ownAddress(next: string): string {
  return /^\/(?!\/)[!-[\]-~]*$/.test(next) ? next : '/';
}
