import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { VNode } from 'preact';
import type { z } from 'zod';
import type { FieldError, Refusal } from '../../kernel/index.ts';
import type { Actor, OidcSignIn, OpenScope, Origin } from '../auth/index.ts';
import type { Clock } from '../clock/index.ts';
import type { Book, Tx } from '../database/index.ts';
import type { Logger } from '../log/index.ts';
import type { PdfDocument, PdfMaker } from '../pdf/index.ts';
import type { Chrome, NavigationSection } from './components/index.ts';
import type { PersonaChoice } from './sign-in-page.tsx';

/** What the web server is given; rooms see of it only what a request carries. */
export interface WebSettings {
  readonly book: Book;
  readonly clock: Clock;
  readonly log: Logger;
  /** The folder of built assets. */
  readonly assets: string;
  readonly publicUrl: URL;
  readonly demo: boolean;
  /** Of which moment this is a restored copy, in words; undefined where it is none. */
  readonly copyOf?: string | undefined;
  /** Where somebody tells of a fault of this installation; undefined where nobody has said. */
  readonly securityContact: string | undefined;
  readonly oidc: OidcSignIn | null;
  readonly pdf: PdfMaker;
  /** The made-up people that a demo offers to sign in as. */
  personas(): Promise<readonly PersonaChoice[]>;
  /** Who an account is at work; null when nobody has given it a role. */
  readActor(book: Book, account: string): Promise<Actor | null>;
  readonly scope: OpenScope;
  /** The sections that a role sees in the navigation. */
  navigation(by: Actor): readonly NavigationSection[];
  /** Links at the foot of every page, of those that somebody may open. */
  footer(by: Actor): readonly { readonly text: string; readonly href: string }[];
  /** What the header says of somebody: role and place. */
  describe(by: Actor): string;
}

/** Whether somebody may do something, and the sentence that says why or why not. */
export type Permission =
  | { readonly allowed: true; readonly because: string }
  | { readonly allowed: false; readonly because: string };

export function allow(because: string): Permission {
  return { allowed: true, because };
}

export function deny(because: string): Permission {
  return { allowed: false, because };
}

/** One request of somebody who is signed in and may make it, inside its transaction. */
export interface Visit<Params = unknown, Query = unknown, Body = unknown> {
  readonly by: Actor;
  readonly tx: Tx;
  readonly origin: Origin;
  readonly now: Date;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly chrome: Chrome;
  /** The address that was asked for, with its query. */
  readonly url: string;
  /** Why this person may do this: the purpose of the audit entry. */
  readonly because: string;
  /** Aborted when whoever asked has left before there was an answer: work that only they wait for need not go on. */
  readonly left: AbortSignal;
}

/** What a handler answers. */
export type Answer =
  | { readonly page: VNode; readonly status?: number }
  | { readonly redirect: string }
  /** For a script of ours that asks for no page: it is done. */
  | { readonly done: true }
  | { readonly download: string; readonly type: string; readonly content: string | Buffer }
  /** A document to print. It is set after the transaction, so that nobody's transaction waits for it. */
  | { readonly download: string; readonly pdf: PdfDocument };

export interface RouteShape<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType> {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  /** Who may come here at all, by role. What they may see of it is decided where the query is born. */
  may(by: Actor): Permission;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  handle(visit: Visit<z.output<Params>, z.output<Query>, z.output<Body>>): Promise<Answer>;
  /**
   * For forms: the same page again, after the form or the rules refused what was typed and the act was undone. What
   * was typed comes as it was sent, so that nothing has to be typed twice. A form that has it loses nothing when the
   * session has ended meanwhile: it is kept for whoever typed it, and comes back this way once they have signed in.
   */
  again?(
    visit: Visit<z.output<Params>, z.output<Query>, Record<string, string>>,
    refused: { readonly errors: readonly FieldError[]; readonly refusal: Refusal },
  ): Promise<Answer>;
  /**
   * For forms in which people write much (`KeptForm`): what is typed is kept while it is typed, by a script that sends it
   * to the form's address with `/keep` behind it. Says whether the form says no more than what is saved.
   */
  isSaved?(visit: Visit<z.output<Params>, z.output<Query>, Record<string, string>>): Promise<boolean>;
}

/** Who may come to a route: everybody, and why that is right; or whom the rule lets in. */
export type Access = { readonly everybody: string } | { may(by: Actor): Permission };

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Every route says it, or the server does not start. */
    access?: Access;
  }
}

/** What rooms add their pages to: `web.route(...)` checks who comes and where forms come from before a handler runs. */
export interface Web {
  readonly fastify: FastifyInstance;
  readonly settings: WebSettings;
  route<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType>(
    shape: RouteShape<Params, Query, Body>,
  ): void;
  /** Who asks, for the few routes that cannot be a form (uploads). They check permission and form token themselves. */
  who(request: FastifyRequest): Promise<{ readonly by: Actor; isOwnForm(token: unknown): boolean } | null>;
  /** Every route there is, for the table of who may what. */
  readonly routes: readonly { readonly method: string; readonly url: string; readonly access: Access }[];
}
