import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, expect } from 'vitest';
import type { Product } from '../../src/app/product.ts';
import { buildWeb } from '../../src/app/web/server.ts';
import { readConfig } from '../../src/platform/config/index.ts';
import type { Jobs } from '../../src/platform/jobs/index.ts';
import { type LakeReader, openDuck } from '../../src/platform/lake/index.ts';
import { createLogger } from '../../src/platform/log/index.ts';
import { openPdfMaker, type PdfMaker } from '../../src/platform/pdf/index.ts';
import { openSolver } from '../../src/platform/solver/index.ts';
import type { Web } from '../../src/platform/web/index.ts';
import { anActor } from './actors.ts';
import type { TestBook } from './test-book.ts';
import { readIdentifiers, toldInLogs } from './told-in-logs.ts';

/** The pages of the product, in this process, over a test book; requests are handed over without a network. */
export interface Site {
  readonly web: Web;
  /** Everything that was logged, one line each. */
  readonly logged: readonly string[];
  /** The jobs that were put into queues, in place of doing them. */
  readonly queued: readonly { queue: string; data: unknown }[];
  /** Somebody with a browser of their own, who has not signed in. */
  visitor(): Visitor;
  /** The same, signed in as one of the demonstration's people: `int_lead`, `gp`, ... */
  signedIn(persona: string): Promise<Visitor>;
}

type Fields = Record<string, string>;

/** A browser: it keeps cookies and sends them back. */
export interface Visitor {
  readonly cookies: Map<string, string>;
  get(url: string, headers?: Fields): Promise<LightMyRequestResponse>;
  post(url: string, fields?: Fields, headers?: Fields): Promise<LightMyRequestResponse>;
  /** Sends a form of several parts, as browsers send files. */
  upload(url: string, parts: readonly Part[]): Promise<LightMyRequestResponse>;
  /** The token that this visitor's pages have in their forms. */
  formToken(): Promise<string>;
}

export interface Part {
  readonly name: string;
  readonly content: string | Buffer;
  readonly filename?: string;
}

interface SiteOptions {
  /** Queues to look at, in place of none. What is sent is only noted all the same. */
  readonly jobs?: Partial<Jobs>;
  readonly settings?: Record<string, string>;
  readonly purpose?: Product['purpose'];
  /** The largest file that a page takes, in bytes. */
  readonly largestUpload?: number;
  /** Who sets documents, in place of the product's own. */
  readonly pdf?: PdfMaker;
  /** Who answers counts that nobody asked for in advance, in place of a DuckDB of the site's own. */
  readonly counter?: LakeReader['rows'];
}

export function useSite(at: TestBook, options: () => SiteOptions = () => ({})): Site {
  let site: Site | null = null;
  beforeAll(async () => {
    site = await openSite(at, options());
  });
  afterAll(async () => {
    await site?.web.fastify.close();
    // Whatever was tested, its log tells of nobody.
    if (site) expect(toldInLogs(site.logged, await readIdentifiers(at.book))).toEqual([]);
  });
  const opened = (): Site => {
    if (!site) throw new Error('the site is open only while tests run');
    return site;
  };
  return {
    get web() {
      return opened().web;
    },
    get logged() {
      return opened().logged;
    },
    get queued() {
      return opened().queued;
    },
    visitor: () => opened().visitor(),
    signedIn: (persona) => opened().signedIn(persona),
  };
}

export async function openSite(at: TestBook, options: SiteOptions = {}): Promise<Site> {
  if (!existsSync('dist/assets/manifest.json')) {
    spawnSync(process.execPath, ['build/build.mjs'], { stdio: 'inherit' });
  }
  const logged: string[] = [];
  const queued: { queue: string; data: unknown }[] = [];
  const duck = await openDuck({ threads: 1 });
  const counting = await openDuck({ threads: 1 });
  const web = await buildWeb(asProduct(at, options), {
    reader: { rows: (sql, values) => duck.rows(sql, values), close: async () => duck.close() },
    counter: { rows: options.counter ?? counting.rows, close: async () => counting.close() },
    jobs: {
      overview: async () => [],
      failures: async () => [],
      retry: async () => null,
      ...options.jobs,
      send: async (queue, data) => void queued.push({ queue, data }),
    } as Partial<Jobs> as Jobs,
    pdf: options.pdf ?? openPdfMaker(null),
    solver: openSolver(null),
    log: createLogger('info', { write: (line) => void logged.push(line) }),
    ...(options.largestUpload === undefined ? {} : { largestUpload: options.largestUpload }),
  });
  web.fastify.addHook('onClose', async () => {
    duck.close();
    counting.close();
  });
  const visitor = () => newVisitor(web);
  return {
    web,
    logged,
    queued,
    visitor,
    async signedIn(persona) {
      const made = visitor();
      const answer = await made.post('/sign-in/demo', { persona });
      if (answer.statusCode !== 303) throw new Error(`${persona} could not sign in: ${answer.statusCode}`);
      return made;
    },
  };
}

/** A test book as the product that is open on it. */
export function asProduct(
  { book, home }: TestBook,
  { settings = {}, purpose = 'demo' }: SiteOptions = {},
): Product {
  return {
    config: readConfig(settings),
    home,
    book,
    content: 'content',
    operator: anActor('operator'),
    purpose,
    interrupted: { awaited: () => new Promise(() => {}), ignore: () => {} },
    close: async () => {},
  };
}

let visitors = 0;

function newVisitor({ fastify }: Web): Visitor {
  // Each comes from an address of their own, as attempts are counted by address.
  const remoteAddress = `198.51.${++visitors >> 8}.${visitors & 255}`;
  const cookies = new Map<string, string>();
  const send = async (method: 'GET' | 'POST', url: string, headers: Fields, payload?: string | Buffer) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fastify.inject({
      method,
      url,
      remoteAddress,
      headers: { ...(cookie === '' ? {} : { cookie }), ...headers },
      ...(payload === undefined ? {} : { payload }),
    });
    for (const { name, value } of answer.cookies) {
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer;
  };
  return {
    cookies,
    get: (url, headers = {}) => send('GET', url, headers),
    post: (url, fields = {}, headers = {}) => {
      const type = { 'content-type': 'application/x-www-form-urlencoded' };
      return send('POST', url, { ...type, ...headers }, new URLSearchParams(fields).toString());
    },
    upload: (url, parts) => {
      const type = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };
      return send('POST', url, type, multipart(parts));
    },
    async formToken() {
      const page = await send('GET', '/', {});
      const token = /name="_csrf" value="([^"]+)"/.exec(page.body)?.[1];
      if (!token) throw new Error('the home page has no form with a token');
      return token;
    },
  };
}

const BOUNDARY = 'drawn-by-hand-7d1f';

function multipart(parts: readonly Part[]): Buffer {
  const lines = parts.flatMap(({ name, content, filename }) => [
    Buffer.from(
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${filename === undefined ? '' : `; filename="${filename}"`}\r\n${filename === undefined ? '' : 'Content-Type: application/octet-stream\r\n'}\r\n`,
    ),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...lines, Buffer.from(`--${BOUNDARY}--\r\n`)]);
}
