import type { VNode } from 'preact';
import { z } from 'zod';
import { NotFound } from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import { nothingTyped, rowNumber, type Typed, type Visit, type Web } from '../../../platform/web/index.ts';
import { readPlaces } from '../../directory/index.ts';
import {
  type Match,
  type MatchingMethod,
  matchPeople,
  readMatch,
  readMatches,
} from '../../register/index.ts';
import { answerQuestion, askPractice } from '../ask-practice.ts';
import { decide, readOpenCaseloads } from '../decide.ts';
import type { IdentityPathway } from '../identity-question.ts';
import { mayReviewMatches } from '../who-may.ts';
import { answerForm, askedPractice, decisionForm, unmergeForm } from './match-form.ts';
import { MatchPage } from './match-page.tsx';
import { matchHref } from './match-view.ts';
import { QueuePage } from './queue-page.tsx';

export interface MatchParts {
  readonly method: MatchingMethod;
  readonly pathway: IdentityPathway;
  /** Told when a decision changes who is who, so that the list of people is brought up to date. */
  decided(): Promise<void>;
}

const pair = z.object({ pair: rowNumber });

/** People who may be one: those that wait for a decision, and one pair side by side. */
export function matchRoutes(web: Web, parts: MatchParts): void {
  const { pathway } = parts;
  web.route({
    method: 'GET',
    url: '/people/matches',
    may: mayReviewMatches,
    query: z.object({
      show: z.enum(['waiting', 'decided']).default('waiting'),
      page: z.coerce.number().int().min(1).max(10_000).default(1),
    }),
    handle: async (visit) => {
      const { show, page } = visit.query;
      const { total, matches } = await readMatches(visit.tx, show, page);
      const places = await readPlaces(visit.tx);
      return {
        page: (
          <QueuePage
            visit={visit}
            show={show}
            page={page}
            total={total}
            matches={matches}
            method={parts.method}
            places={places}
          />
        ),
      };
    },
  });
  web.route({
    method: 'GET',
    url: '/people/matches/:pair',
    may: mayReviewMatches,
    params: pair,
    handle: (visit) => matchPage(visit, parts, nothingTyped),
  });
  web.route({
    method: 'POST',
    url: '/people/matches/:pair',
    may: mayReviewMatches,
    params: pair,
    body: decisionForm,
    handle: async ({ tx, by, now, params, body }) => {
      const act = { match: params.pair, by, at: now, reason: body.reason, seen: body.seen };
      const practice = askedPractice(body.verdict);
      if (practice !== null) await askPractice(tx, { ...act, practice, pathway });
      else await decide(tx, { ...act, verdict: body.verdict === 'merge' ? 'merge' : 'apart' });
      if (body.verdict === 'merge') await parts.decided();
      return { redirect: matchHref(params.pair) };
    },
    again: (visit, refused) => matchPage(visit, parts, { fields: visit.body, ...refused }),
  });
  web.route({
    method: 'POST',
    url: '/people/matches/:pair/undo',
    may: mayReviewMatches,
    params: pair,
    body: unmergeForm,
    handle: async ({ tx, by, now, params, body }) => {
      await decide(tx, { match: params.pair, by, at: now, ...body, verdict: 'unmerge' });
      await parts.decided();
      return { redirect: matchHref(params.pair) };
    },
    again: (visit, refused) => matchPage(visit, parts, { fields: visit.body, ...refused }),
  });
  web.route({
    method: 'POST',
    url: '/people/matches/:pair/answer',
    may: mayReviewMatches,
    params: pair,
    body: answerForm,
    handle: async ({ tx, by, now, params, body }) => {
      await answerQuestion(tx, { match: params.pair, by, at: now, pathway, ...body });
      return { redirect: '/people/matches' };
    },
    again: (visit, refused) => matchPage(visit, parts, { fields: visit.body, ...refused }),
  });
}

/** One pair as it stands now. Showing it is a look at each of the two. */
async function matchPage(visit: Visit<{ pair: number }>, parts: MatchParts, typed: Typed) {
  const match = await openMatch(visit);
  const people = await matchPeople(visit.tx, match.id);
  for (const { person_no } of people) {
    await writeAudit(visit.tx, {
      action: 'match.opened',
      subject: { kind: 'person', id: person_no },
      purpose: visit.because,
      detail: { match: match.id },
    });
  }
  const caseloads = await readOpenCaseloads(
    visit.tx,
    people.map(({ person_no }) => person_no),
  );
  const places = await readPlaces(visit.tx);
  const page: VNode = (
    <MatchPage
      visit={visit}
      match={match}
      people={people}
      caseloads={caseloads}
      places={places}
      method={parts.method}
      pathway={parts.pathway}
      typed={typed}
    />
  );
  if (typed.errors.length > 0) return { page, status: 422 };
  return typed.refusal ? { page, status: 409 } : { page };
}

async function openMatch(visit: Visit<{ pair: number }>): Promise<Match> {
  const match = await readMatch(visit.tx, visit.params.pair);
  if (match) return match;
  throw new NotFound(
    'There is no such pair of people, or it is not yours to review.',
    'People who may be one lists those that are.',
  );
}
