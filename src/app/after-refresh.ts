import {
  type KeptInReach,
  type KeptPlanWork,
  type KeptSmi,
  keepInReach,
  keepOutreach,
  keepPlanWork,
  keepSmi,
  readInReachPathway,
  readOutreachPathway,
  readPlanContent,
  readSmiPathway,
} from '../domains/coordination/index.ts';
import { readDefectKinds } from '../domains/defects/index.ts';
import { type KeptReviews, keepReviews, readReviewOfMatches } from '../domains/identity/index.ts';
import {
  type KeptCodelistChecks,
  keepCodelistChecks,
  readCodelistCheck,
  readLibrary,
  readNextLibrary,
} from '../domains/need/index.ts';
import { act } from '../platform/auth/index.ts';
import { openDuck } from '../platform/lake/index.ts';
import { batchSettings, type Product } from './product.ts';
import { workKinds } from './work-kinds.ts';

/**
 * What has to follow new facts: whoever is newly in a care home or housebound is visited, who no longer is, is not; the
 * physical health checks of people with severe mental illness, with who chases them; the pairs of records that somebody
 * has to compare; the reviews and steps of care plans;
 * outreach to people who have been seen; and the versions of lists of codes that wait. Safe to run again.
 */
export async function afterRefresh(
  { book, home, content, operator: by }: Pick<Product, 'book' | 'home' | 'content' | 'operator'>,
  now: Date,
): Promise<{
  inReach: KeptInReach;
  smi: KeptSmi;
  matches: KeptReviews;
  plans: KeptPlanWork;
  outreach: { readonly ended: number };
  codelists: KeptCodelistChecks;
}> {
  const origin = { requestId: 'after-refresh', from: 'refresh' };
  const inReach = await act(book, { by, origin, login: 'batch' }, (tx) =>
    keepInReach(tx, { by, now, pathway: readInReachPathway(content) }),
  );
  const matches = await act(book, { by, origin, login: 'batch' }, (tx) =>
    keepReviews(tx, { by, now, pathway: readReviewOfMatches(content) }),
  );
  const kinds = workKinds(content, readDefectKinds(content));
  const plans = await act(book, { by, origin, login: 'batch' }, (tx) =>
    keepPlanWork(tx, { by, now, kinds, content: readPlanContent(content) }),
  );
  const outreach = await act(book, { by, origin, login: 'batch' }, (tx) =>
    keepOutreach(tx, { by, now, kinds, pathway: readOutreachPathway(content) }),
  );
  const { library } = await readNextLibrary(book.as('batch'), readLibrary(content));
  const codelists = await act(book, { by, origin, login: 'batch' }, (tx) =>
    keepCodelistChecks(tx, { by, now, pathway: readCodelistCheck(content), library }),
  );
  const duck = await openDuck(batchSettings);
  try {
    const smi = await act(book, { by, origin, login: 'batch' }, (tx) =>
      keepSmi(tx, {
        by,
        now,
        pathway: readSmiPathway(content),
        kinds,
        library,
        duck,
        lake: home.lake,
      }),
    );
    return { inReach, smi, matches, plans, outreach, codelists };
  } finally {
    duck.close();
  }
}

/** What followed a refresh, in a line. */
export function keptLine({
  inReach,
  smi,
  matches,
  plans,
  outreach,
  codelists,
}: Awaited<ReturnType<typeof afterRefresh>>): string {
  return `Visits: ${inReach.begun} people new, ${inReach.changed} changed, ${inReach.ended} ended. SMI checks: ${smi.people} people, ${smi.overdue} with one overdue; ${smi.opened} chases opened, ${smi.ended} ended. Records to compare: ${matches.opened} pairs new, ${matches.ended} ended. Care plans: ${plans.opened} reviews and ${plans.steps} steps became work. Outreach: ${outreach.ended} ended. Lists of codes: ${codelists.opened} versions new to publish, ${codelists.ended} ended.`;
}
