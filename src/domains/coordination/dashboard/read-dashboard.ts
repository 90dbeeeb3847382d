import { londonDay } from '../../../kernel/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { type PlaceTree, readPlaces } from '../../directory/index.ts';
import {
  countByCare,
  countByDefinition,
  countByStanding,
  type Measures,
  type Publication,
  readPublication,
  type StandingCount,
} from '../../need/index.ts';
import { countInbox, type InboxCount, type WorkKinds } from '../../work/index.ts';
import { type Lead, readLeads } from '../capacity.ts';
import { type CaseloadCount, countCaseload } from '../caseload-filter.ts';
import { type PlanColumn, readPlanBoard, readPlansDue } from '../plan/plan-board.ts';
import type { PlanContent } from '../plan/plan-content.ts';
import { decidedOn, standingWith } from '../standing/standing.ts';

/** What a dashboard is made of: definitions, kinds of work and the rules of plans. */
export interface DashboardParts {
  readonly measures: Measures;
  readonly kinds: WorkKinds;
  readonly plans: PlanContent;
}

/** The share of the borough among whom a team looks first: the strategy's own line for who needs most. */
export const TOP = 9;

/** Everything that the dashboard of a team counts, each number the length of a list of its own. */
export interface Dashboard {
  readonly team: number;
  readonly publication: Publication | null;
  readonly places: PlaceTree;
  /** The place that need is asked about; undefined: everybody whom the team may see. */
  readonly place: string | undefined;
  readonly need: readonly StandingCount[];
  /** Of those who are to be decided on: how many are in each register of case finding, by its id. */
  readonly finding: ReadonlyMap<string, number>;
  /** The segments of the priority groups, as `segmentation/segment`. */
  readonly groups: readonly string[];
  readonly leads: readonly Lead[];
  readonly caseload: readonly CaseloadCount[];
  readonly work: readonly InboxCount[];
  readonly plans: ReadonlyMap<PlanColumn, number>;
}

/** Counts everything for one team, in a handful of statements, within the scope of whoever asks. */
export async function readDashboard(
  tx: Tx,
  parts: DashboardParts,
  asked: {
    readonly by: Actor;
    readonly team: number;
    readonly now: Date;
    readonly place?: string | undefined;
    /** Without what charts alone show: bands of need, priority groups, case finding and plans without a review that is due. */
    readonly charts?: boolean | undefined;
  },
): Promise<Dashboard> {
  const { team, now, by, place, charts = true } = asked;
  const today = londonDay(now);
  const publication = await readPublication(tx);
  const places = await readPlaces(tx);
  const groups = charts ? priorityGroups(parts.measures, publication) : [];
  const known = new Set(publication?.definitions.map(({ id }) => id));
  const findings = parts.measures.proposals.map(({ id }) => id).filter((id) => known.has(id));
  const filter = { top: TOP, ...(place === undefined ? {} : { place }) };
  const standing = standingWith(team, today);
  const plans = new Map<PlanColumn, number>();
  const listed = charts ? await readPlanBoard(tx, parts.plans, today) : await readPlansDue(tx, today);
  for (const { column } of listed) plans.set(column, (plans.get(column) ?? 0) + 1);
  return {
    team,
    publication,
    places,
    place,
    need: !publication
      ? []
      : charts
        ? await countByStanding(tx, publication, places, filter, standing, groups)
        : await countByCare(tx, publication, places, filter, {
            standing,
            decided: decidedOn(team),
            open: 'open',
          }),
    finding:
      publication && charts
        ? await countByDefinition(tx, publication, places, { ...filter, care: 'open' }, standing, findings)
        : new Map(),
    groups,
    leads: await readLeads(tx, team),
    caseload: await countCaseload(tx, team, now),
    work: await countInbox(tx, { team }, now, parts.kinds.hiddenFrom(by)),
    plans,
  };
}

const PRIORITY = 'priority-overall';

/** The groups by which people with long-term conditions are called, as far as this publication knows them. */
function priorityGroups({ priorities }: Measures, publication: Publication | null): string[] {
  const overall = priorities.find(({ id }) => id === PRIORITY);
  const known = publication?.definitions.find(({ id }) => id === PRIORITY)?.bands ?? [];
  return (overall?.segments ?? [])
    .filter(({ id }) => known.some((band) => band.id === id))
    .map(({ id }) => `${PRIORITY}/${id}`);
}
