import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseQuery } from 'node:querystring';
import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import staticFiles from '@fastify/static';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { VNode } from 'preact';
import type { z } from 'zod';
import {
  DISK_FULL,
  InvalidInput,
  isDiskFull,
  NotFound,
  NotPermitted,
  Refusal,
  TOOK_TOO_LONG,
  tookTooLong,
} from '../../kernel/index.ts';
import { writeAudit } from '../audit/index.ts';
import { type Actor, act, isOwnForm, type Origin, readSession, type Session } from '../auth/index.ts';
import { type Chrome, renderPage } from './components/index.ts';
import { FaultPage, NotTherePage, RefusalPage } from './error-pages.tsx';
import { parseAddress, parseForm, typedFields } from './form-fields.ts';
import { forgetSaved, isKeepable, keepOfEndedSession, keepRoute } from './keep-typed.ts';
import { type AnyShape, keptRoutes, unsavedOr } from './kept-routes.tsx';
import { securityTxtRoute } from './security-txt.ts';
import { sessionCookie } from './session-cookie.ts';
import { signInRoutes } from './sign-in-routes.tsx';
import { staleForm } from './stale-form.ts';
import type { Answer, Permission, RouteShape, Visit, Web, WebSettings } from './web.ts';

/** Forms are small; files come by their own route with limits of their own. */
const LARGEST_FORM = 256 * 1024;
/** How long a request may take to arrive, in milliseconds: an upload of 2 GB over a slow line, and no connection for ever. */
const LONGEST_ARRIVAL = 60 * 60_000;

/** Builds the web server with everything that all routes share. Rooms then add theirs through `route`. */
export async function openWeb(settings: WebSettings): Promise<Web> {
  const log: FastifyBaseLogger = settings.log;
  const fastify = Fastify({
    loggerInstance: log,
    // Addresses name people by their public ids: requests are logged by pattern, below.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: () => randomUUID(),
    bodyLimit: LARGEST_FORM,
    requestTimeout: LONGEST_ARRIVAL,
    trustProxy: settings.publicUrl.protocol === 'https:' ? 'loopback, linklocal, uniquelocal' : false,
    // What a parameter may be, its schema says; what is no parameter is answered with a page.
    routerOptions: { maxParamLength: 20_000 },
    // An address that cannot be decoded is one that does not exist, and is answered like it: headers, page and all.
    rewriteUrl: ({ url = '/' }) => (isDecodable(url) ? url : '/address-that-cannot-be-read'),
  });
  await addProtection(fastify, settings);
  await fastify.register(cookie);
  // Forms and nothing else: a body that no route reads is not parsed.
  fastify.removeAllContentTypeParsers();
  await fastify.register(formbody, { parser: (text) => parseQuery(text.replaceAll(/%00|\0/g, '')) });
  await fastify.register(staticFiles, {
    root: settings.assets,
    prefix: '/assets/',
    immutable: true,
    maxAge: '365d',
  });
  logRequests(fastify);
  const assets = readAssets(settings.assets);
  const shared = new Shared(settings, assets);
  answerErrors(fastify, shared);
  const routes = listRoutes(fastify);
  const forms: AnyShape[] = [];
  const web: Web = {
    fastify,
    settings,
    routes,
    who: async (request) => {
      const who = await shared.who(request);
      return who && { by: who.by, isOwnForm: (token) => isOwnForm(who.session, token) };
    },
    route: (shape) => {
      addRoute(fastify, shared, shape);
      if (isKeepable(shape)) forms.push(shape);
      keepRoute(web, shape);
    },
  };
  keptRoutes(web, forms);
  securityTxtRoute(fastify, settings);
  signInRoutes(fastify, settings, (request) => shared.chrome(request, null, null));
  return web;
}

async function addProtection(fastify: FastifyInstance, settings: WebSettings): Promise<void> {
  const https = settings.publicUrl.protocol === 'https:';
  await fastify.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        ...(https ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    hsts: https ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    referrerPolicy: { policy: 'same-origin' },
    crossOriginEmbedderPolicy: false,
  });
  await fastify.register(rateLimit, { global: false });
  fastify.addHook('onSend', async (_request, reply) => {
    // Pages are about people: no cache keeps them, on this machine or between.
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
    reply.header('permissions-policy', 'camera=(), microphone=(), geolocation=()');
  });
}

/** A text of the book cannot hold a zero byte, so that no address of ours has one. */
function isDecodable(url: string): boolean {
  if (url.includes('%00')) return false;
  try {
    decodeURIComponent(url.split('?', 1)[0] ?? '');
    return true;
  } catch {
    return false;
  }
}

/** Notes every route that is added from now on. One that does not say who may come to it stops the start. */
function listRoutes(fastify: FastifyInstance): Web['routes'][number][] {
  const routes: Web['routes'][number][] = [];
  fastify.addHook('onRoute', ({ method, url, config }) => {
    const access = config?.access;
    if (!access) throw new Error(`The route ${method} ${url} does not say who may come to it`);
    for (const each of [method].flat()) if (each !== 'HEAD') routes.push({ method: each, url, access });
  });
  return routes;
}

/** Asked for by machines, every few seconds. */
const UNLOGGED = new Set(['/health', '/ready', '/metrics']);

function logRequests(fastify: FastifyInstance): void {
  fastify.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'no route';
    if (UNLOGGED.has(route) || route.startsWith('/assets/')) return;
    request.log.info(
      {
        method: request.method,
        route,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      'request',
    );
  });
}

function readAssets(folder: string): Chrome['assets'] {
  const manifest: Record<string, string> = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  const at = (name: string) => {
    const file = manifest[name];
    if (file === undefined) throw new Error(`The build has no ${name}: run node build/build.mjs`);
    return `/assets/${file.replace(/^.*assets\//, '')}`;
  };
  return { styles: at('styles.css'), start: at('start.js'), nhsuk: at('nhsuk.js'), mark: at('mark.svg') };
}

/** What every request needs: who is asking, and what stands around the answer. */
class Shared {
  readonly settings: WebSettings;
  private readonly assets: Chrome['assets'];

  constructor(settings: WebSettings, assets: Chrome['assets']) {
    this.settings = settings;
    this.assets = assets;
  }

  async who(request: FastifyRequest): Promise<{ session: Session; by: Actor } | null> {
    const token = request.cookies[sessionCookie(this.settings)];
    if (!token) return null;
    const session = await readSession(this.settings.book.as('app'), token, this.settings.clock());
    if (!session) return null;
    const by = await this.settings.readActor(this.settings.book, session.account);
    return by ? { session, by } : null;
  }

  chrome(request: FastifyRequest, by: Actor | null, session: Session | null): Chrome {
    return {
      assets: this.assets,
      path: request.url.split('?', 1)[0] ?? '/',
      csrfToken: session?.formToken ?? '',
      account: by ? { name: by.name, role: this.settings.describe(by) } : null,
      signOutHref: '/sign-out',
      navigation: by ? this.settings.navigation(by) : [],
      footer: by ? this.settings.footer(by) : [],
      demo: this.settings.demo,
      copyOf: this.settings.copyOf,
    };
  }
}

function addRoute<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType>(
  fastify: FastifyInstance,
  shared: Shared,
  shape: RouteShape<Params, Query, Body>,
): void {
  fastify.route({
    method: shape.method,
    url: shape.url,
    config: { access: { may: (by) => shape.may(by) } },
    handler: async (request, reply) => {
      const who = await shared.who(request);
      if (!who) {
        const kept = await keepOfEndedSession(shared.settings, shape, request);
        return reply.redirect(kept ? signInFor(kept.address) : signInAddress(request), 303);
      }
      if (shape.method === 'POST' && !isOwnForm(who.session, formField(request, '_csrf'))) {
        const kept = await keepOfEndedSession(shared.settings, shape, request);
        if (kept?.account === who.by.account) return reply.redirect(kept.address, 303);
        throw staleForm();
      }
      const answer = await answerVisit(shared, shape, request, { ...who, left: leaving(reply) });
      return await send(reply, answer, shared.settings);
    },
  });
}

/** Aborted when the connection closes before it has been answered. */
function leaving({ raw }: FastifyReply): AbortSignal {
  const left = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) left.abort();
  });
  return left.signal;
}

async function answerVisit<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType>(
  shared: Shared,
  shape: RouteShape<Params, Query, Body>,
  request: FastifyRequest,
  { session, by, left }: { session: Session; by: Actor; left: AbortSignal },
): Promise<Answer> {
  const { settings } = shared;
  const origin: Origin = { requestId: request.id, from: request.ip };
  const permission = shape.may(by);
  if (!permission.allowed) {
    await auditRefusal(shared, by, origin, shape.url, permission);
    throw new NotPermitted(permission.because);
  }
  const params = parseAddress(shape.params, request.params);
  const query = parseAddress(shape.query, request.query);
  const visit = {
    by,
    origin,
    params,
    query,
    now: settings.clock(),
    chrome: shared.chrome(request, by, session),
    url: request.url,
    because: permission.because,
    left,
  };
  const inTransaction = <Body>(
    body: Body,
    work: (visit: Visit<z.output<Params>, z.output<Query>, Body>) => Promise<Answer>,
  ) => act(settings.book, { by, origin, scope: settings.scope }, (tx) => work({ ...visit, tx, body }));
  try {
    return await inTransaction(parseForm(shape.body, request.body), async (made) => {
      const answer = await shape.handle(made);
      if (isKeepable(shape)) await forgetSaved(made, answer, typedFields(request.body));
      return answer;
    });
  } catch (error) {
    const { again } = shape;
    if (!(error instanceof Refusal) || !again) throw error;
    if (error instanceof NotPermitted || error instanceof NotFound)
      return unsavedOr(visit.chrome, typedFields(request.body), error);
    const errors = error instanceof InvalidInput ? error.fields : [];
    return await inTransaction(typedFields(request.body), (made) => again(made, { errors, refusal: error }));
  }
}

/** Somebody who may not come here tried: that is worth knowing, even though nothing was shown. */
async function auditRefusal(
  shared: Shared,
  by: Actor,
  origin: Origin,
  route: string,
  permission: Permission,
): Promise<void> {
  await act(shared.settings.book, { by, origin }, (tx) =>
    writeAudit(tx, {
      action: 'route.refused',
      purpose: permission.because,
      outcome: 'refused',
      detail: { route },
    }),
  );
}

function formField(request: FastifyRequest, name: string): unknown {
  return typedFields(request.body)[name];
}

function signInFor(address: string): string {
  return `/sign-in?next=${encodeURIComponent(address)}`;
}

function signInAddress(request: FastifyRequest): string {
  return request.method === 'GET' && request.url !== '/' ? signInFor(request.url) : '/sign-in';
}

async function send(reply: FastifyReply, answer: Answer, { pdf }: WebSettings): Promise<FastifyReply> {
  if ('redirect' in answer) return reply.redirect(answer.redirect, 303);
  if ('done' in answer) return reply.status(204).send();
  if ('download' in answer) {
    const content = 'pdf' in answer ? await pdf.make(answer.pdf) : answer.content;
    return reply
      .header('content-disposition', `attachment; filename="${answer.download}"`)
      .type('pdf' in answer ? 'application/pdf' : answer.type)
      .send(content);
  }
  return sendPage(reply, answer.page, answer.status ?? 200);
}

function sendPage(reply: FastifyReply, page: VNode, status: number): FastifyReply {
  return reply.status(status).type('text/html; charset=utf-8').send(renderPage(page));
}

const STATUS_OF: readonly [new (...given: never[]) => Refusal, number, string][] = [
  [NotPermitted, 403, 'You may not see this'],
  [NotFound, 404, 'Not found'],
  [InvalidInput, 422, 'That could not be used'],
  [Refusal, 409, 'That was not done'],
];

const UNREADABLE = {
  title: 'That could not be used',
  code: 'bad_request',
  because: 'The request could not be read.',
  remedy: 'Go back, load the page again and try once more.',
};
const TOO_MANY = {
  title: 'Too many attempts',
  code: 'too_many_attempts',
  because: 'Somebody has tried this too often from where you are.',
  remedy: 'Wait a minute and try again.',
};
const TOO_LARGE = {
  title: 'That is too large',
  code: 'too_large',
  because: 'What was sent is larger than this page can take.',
  remedy: 'Send less at once. Large files come in on the command line: bin/neighbourhold import FOLDER.',
};

function answerErrors(fastify: FastifyInstance, shared: Shared): void {
  const chromeOf = async (request: FastifyRequest) => {
    // An error page must come even when the book is away.
    const who = await shared.who(request).catch(() => null);
    return shared.chrome(request, who?.by ?? null, who?.session ?? null);
  };
  fastify.setNotFoundHandler(async (request, reply) =>
    sendPage(reply, NotTherePage({ chrome: await chromeOf(request) }), 404),
  );
  fastify.setErrorHandler(async (error, request, reply) => {
    const chrome = await chromeOf(request);
    const refused = STATUS_OF.find(([kind]) => error instanceof kind);
    if (refused && error instanceof Refusal) {
      return sendPage(reply, RefusalPage({ chrome, title: refused[2], refusal: error }), refused[1]);
    }
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    if (status >= 400 && status < 500) {
      const { title, ...refusal } = status === 429 ? TOO_MANY : status === 413 ? TOO_LARGE : UNREADABLE;
      return sendPage(reply, RefusalPage({ chrome, title, refusal: new Refusal(refusal) }), status);
    }
    request.log.error({ err: error, route: request.routeOptions.url }, 'request failed');
    if (isDiskFull(error)) {
      const refusal = new Refusal(DISK_FULL);
      return sendPage(reply, RefusalPage({ chrome, title: 'There is no room left', refusal }), 507);
    }
    if (tookTooLong(error)) {
      const refusal = new Refusal(TOOK_TOO_LONG);
      return sendPage(reply, RefusalPage({ chrome, title: 'That took too long', refusal }), 503);
    }
    return sendPage(reply, FaultPage({ chrome, requestId: request.id }), 500);
  });
}
