import type { LightMyRequestResponse } from 'fastify';
import type { Visitor } from '../site.ts';
import { fillForm, type Stranger } from './fill-form.ts';
import { type PageForm, plain, postFormsOf } from './forms.ts';
import type { Entry, Left, WatchedBook } from './watched-book.ts';

/** A route, as the server lists them. */
interface Route {
  readonly method: string;
  readonly url: string;
}

/** One answer of the server, with everything that it left behind. */
export interface Answered {
  readonly who: string;
  readonly route: string;
  readonly url: string;
  readonly status: number;
  /** Whether it is a page, which a browser would run. */
  readonly isPage: boolean;
  /** All that was shown: the page or file, and what was handed over to be set as a document. */
  readonly body: string;
  readonly left: Left;
  /** The fields that were sent, of a form. */
  readonly sent?: Readonly<Record<string, string>>;
}

export interface WalkParts {
  readonly routes: readonly Route[];
  readonly visitors: ReadonlyMap<string, Visitor>;
  readonly book: WatchedBook;
  readonly stranger: Stranger;
  /** Takes what was handed over to be set as documents since the last time. */
  documents(): string;
  /** With the audit broken, and in order. */
  onBroken(answer: Answered, entries: readonly Entry[]): void;
  onAnswer(answer: Answered): void;
}

/** Forms that end something are sent last, when there is nothing more to be done with it. */
const ENDS =
  /discharge|\/end$|\/close$|remove|discard|withdraw|decline|stop|finish|throw|take-back|leaves|give-back|retire|undo|apart/;
const NOT_FOLLOWED = /^\/(sign-in|sign-out|health|metrics|ready|assets)/;
/** Pages of counts and content are the same for everybody who may come: one visitor is enough. */
const OF_COUNTS = /^GET \/(places|definitions|equity|projection|need|codelists|opt-outs|operations)/;
const TURNS = 4;
const TRIES = 12;

/**
 * Walks every page as everybody, follows its links, and fills in and sends every form that it finds: first with the audit
 * broken, then whole. What forms begin is walked too, until nothing new comes.
 */
export class Walk {
  /** Routes that were reached, and forms that were done. */
  readonly reached = new Map<string, string>();
  /** What the server said to a form that was never done. */
  readonly refused = new Map<string, string>();
  /** Links, with the route of the page on which they stand, and addresses that were refused; as somebody each. */
  private readonly links = new Map<string, string>();
  private readonly closed = new Set<string>();
  private readonly parts: WalkParts;
  private readonly patterns: readonly { key: string; method: string; pattern: RegExp }[];
  private readonly queue: { who: string; url: string }[] = [];
  private readonly followed = new Set<string>();
  private readonly visits = new Map<string, number>();
  private readonly tries = new Map<string, number>();
  private forms: { who: string; url: string; form: PageForm }[] = [];

  constructor(parts: WalkParts) {
    this.parts = parts;
    const names = ({ url }: Route) => url.match(/:/g)?.length ?? 0;
    this.patterns = [...parts.routes]
      .sort((one, other) => names(one) - names(other))
      .map(({ method, url }) => ({
        key: `${method} ${url}`,
        method,
        pattern: new RegExp(`^${url.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}$`),
      }));
  }

  async walk(rounds: number): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      this.beginAnew(round);
      await this.visitAll();
      const before = this.reached.size;
      for (const ends of [false, true])
        for (const { who, url, form } of this.forms.filter(({ form }) => ENDS.test(form.action) === ends))
          if (!ends || round > 0) await this.send(who, url, form);
      this.forms = [];
      if (round > 1 && this.reached.size === before && this.queue.length === 0) return;
    }
  }

  /** Links that stand on a page and lead to where whoever reads it may not go. */
  get closedLinks(): string[] {
    return [...this.closed].flatMap((known) => {
      const on = this.links.get(known);
      return on === undefined ? [] : [`${known}, linked on ${on}`];
    });
  }

  routeOf(method: string, url: string): string | undefined {
    const path = url.split('?', 1)[0] ?? '';
    return this.patterns.find((each) => each.method === method && each.pattern.test(path))?.key;
  }

  /** Pages without an identifier, from the list of routes itself; the first time as everybody. */
  private beginAnew(round: number): void {
    const pages = this.parts.routes.filter(({ method, url }) => method === 'GET' && !url.includes(':'));
    this.visits.clear();
    this.followed.clear();
    for (const who of this.parts.visitors.keys())
      for (const { url } of pages) if (round === 0 || !OF_COUNTS.test(`GET ${url}`)) this.follow(who, url);
  }

  private follow(who: string, url: string): void {
    const route = this.routeOf('GET', url);
    if (route === undefined || NOT_FOLLOWED.test(url)) return;
    const isOfCounts = OF_COUNTS.test(route);
    const key = isOfCounts ? route : `${who} ${route}`;
    const most = route.includes(':') && !isOfCounts ? 2 : 1;
    const known = `${who} ${url}`;
    if (this.followed.has(known) || (this.visits.get(key) ?? 0) >= most) return;
    this.followed.add(known);
    this.visits.set(key, (this.visits.get(key) ?? 0) + 1);
    this.queue.push({ who, url });
  }

  private async visitAll(): Promise<void> {
    for (let next = this.queue.shift(); next; next = this.queue.shift()) await this.visit(next.who, next.url);
  }

  private async visit(who: string, url: string): Promise<void> {
    const route = this.routeOf('GET', url);
    const visitor = this.parts.visitors.get(who);
    if (route === undefined || !visitor || NOT_FOLLOWED.test(url)) return;
    const answer = await visitor.get(url);
    const answered = await this.answered(who, route, url, answer);
    this.parts.onAnswer(answered);
    if (answer.statusCode === 303) this.follow(who, String(answer.headers.location));
    if (answer.statusCode === 403) this.closed.add(`${who} ${url}`);
    if (answer.statusCode === 403 && OF_COUNTS.test(route)) this.visits.delete(route);
    if (answer.statusCode !== 200) return;
    this.reached.set(route, who);
    if (!isPage(answer)) return;
    for (const [, href = ''] of answer.body.matchAll(/href="(\/[^"#]*)"/g)) {
      this.links.set(`${who} ${plain(href)}`, route);
      this.follow(who, plain(href));
    }
    for (const form of postFormsOf(answer.body, url)) this.forms.push({ who, url, form });
  }

  private async answered(
    who: string,
    route: string,
    url: string,
    answer: LightMyRequestResponse,
    sent?: Readonly<Record<string, string>>,
  ): Promise<Answered> {
    const body = answer.body + this.parts.documents();
    const left = await this.parts.book.left();
    return {
      who,
      route,
      url,
      status: answer.statusCode,
      isPage: isPage(answer),
      body,
      left,
      ...(sent ? { sent } : {}),
    };
  }

  private async send(who: string, url: string, found: PageForm): Promise<void> {
    const { book, visitors, stranger } = this.parts;
    const route = this.routeOf('POST', found.action);
    const visitor = visitors.get(who);
    if (route === undefined || !visitor || this.reached.has(route) || NOT_FOLLOWED.test(found.action)) return;
    let form = found;
    for (let turn = 0; turn < TURNS; turn++) {
      const tries = this.tries.get(route) ?? 0;
      if (tries >= TRIES) return;
      this.tries.set(route, tries + 1);
      const fields = fillForm(form, (tries + turn) % TURNS, stranger);
      await book.breakAudit(true);
      const broken = await this.answered(who, route, form.action, await post(visitor, form, fields), fields);
      await book.breakAudit(false);
      const answer = await post(visitor, form, fields);
      const whole = await this.answered(who, route, form.action, answer, fields);
      this.parts.onBroken(broken, whole.left.entries);
      this.parts.onAnswer(whole);
      if ([200, 204, 303].includes(answer.statusCode)) {
        this.reached.set(route, who);
        if (answer.headers.location) this.queue.push({ who, url: String(answer.headers.location) });
        this.queue.push({ who, url });
        return;
      }
      this.refused.set(route, `${answer.statusCode} ${JSON.stringify(fields)}`);
      if (answer.statusCode !== 409) continue;
      // Somebody was quicker: the form as it is now, if the page still has it.
      const page = await visitor.get(url);
      const again = postFormsOf(page.body, url).find(({ action }) => action === form.action);
      await this.parts.book.left();
      if (!again) return;
      form = again;
    }
  }
}

function isPage({ headers }: LightMyRequestResponse): boolean {
  return String(headers['content-type']).startsWith('text/html');
}

async function post(
  visitor: Visitor,
  form: PageForm,
  fields: Readonly<Record<string, string>>,
): Promise<LightMyRequestResponse> {
  if (!form.takesFiles) return await visitor.post(form.action, fields);
  return await visitor.upload(form.action, [
    ...Object.entries(fields).map(([name, content]) => ({ name, content })),
    { name: 'files', filename: 'patient.csv', content: 'id\n' },
  ]);
}
