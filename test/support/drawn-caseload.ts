import { beforeAll } from 'vitest';
import {
  type CaseloadPathway,
  discharge,
  handOver,
  readCaseloadPathway,
  setNextStep,
  takeOn,
} from '../../src/domains/coordination/index.ts';
import { plainDate } from '../../src/kernel/index.ts';
import type { AuditTables } from '../../src/platform/audit/index.ts';
import type { Actor } from '../../src/platform/auth/index.ts';
import {
  actAs,
  asBatch,
  type DrawnPerson,
  drawPerson,
  drawPlace,
  drawStaff,
  drawTeam,
  relate,
} from './drawn-team.ts';
import type { TestBook } from './test-book.ts';

export const NOW = new Date('2026-11-02T09:00:00Z');

/** A neighbourhood team with a lead and two coordinators, and a practice that has agreed to be looked through. */
export interface DrawnCaseload {
  readonly team: number;
  readonly practice: number;
  readonly intLead: Actor;
  readonly josie: Actor;
  readonly tunde: Actor;
  readonly pathway: CaseloadPathway;
  /** Another person of the practice, each time. */
  person(about?: Parameters<typeof drawPerson>[3]): Promise<DrawnPerson>;
  take(
    person: DrawnPerson,
    about: { by: Actor; lead: Actor } & Partial<Omit<Request<typeof takeOn>, 'lead'>>,
  ): Promise<number>;
  step(item: number, about: { by: Actor } & Partial<Request<typeof setNextStep>>): Promise<void>;
  hand(item: number, about: { by: Actor; to: Actor } & Partial<Request<typeof handOver>>): Promise<void>;
  end(item: number, about: { by: Actor } & Partial<Request<typeof discharge>>): Promise<void>;
  /** What the audit has of a person: who, what and why, in order. */
  auditOf(person: DrawnPerson): Promise<{ who: string; action: string; why: string; detail: unknown }[]>;
}

type Request<Command extends (tx: never, request: never) => unknown> = Parameters<Command>[1];

export function useDrawnCaseload(at: TestBook, capacity: { josie: number; tunde: number }): DrawnCaseload {
  const drawn = {} as { -readonly [Key in keyof DrawnCaseload]: DrawnCaseload[Key] };
  const pathway = readCaseloadPathway('content');
  const next = { nextStep: 'Ring them', due: plainDate('2026-11-09'), overrideReason: null };
  const common = (by: Actor) => ({ by, now: NOW, pathway });
  let people = 0;
  beforeAll(async () => {
    const team = await drawTeam(at.book, 'INT');
    const practice = await drawPlace(at.book, 'practice', 'Z90001');
    await relate(at.book, 'int_agreement', { team }, { practice });
    Object.assign(drawn, {
      team,
      practice,
      intLead: await drawStaff(at.book, 'int_lead', { team }),
      josie: await drawStaff(at.book, 'care_coordinator', { team, capacity: capacity.josie }),
      tunde: await drawStaff(at.book, 'care_coordinator', { team, capacity: capacity.tunde }),
    });
  });
  return Object.assign(drawn, {
    pathway,
    person: (about = {}) => drawPerson(at.book, ++people, drawn.practice, about),
    take: (person, { by, lead, ...more }) =>
      actAs(at.book, by, (tx) =>
        takeOn(tx, {
          ...common(by),
          ...next,
          personId: person.id,
          lead: lead.account,
          reason: 'Falls, twice',
          evidence: { rank: 1 },
          ...more,
        }),
      ),
    step: (item, { by, ...more }) =>
      actAs(at.book, by, (tx) => setNextStep(tx, { ...common(by), ...next, item, ...more })),
    hand: (item, { by, to, ...more }) =>
      actAs(at.book, by, (tx) => handOver(tx, { ...common(by), ...next, item, lead: to.account, ...more })),
    end: (item, { by, ...more }) =>
      actAs(at.book, by, (tx) =>
        discharge(tx, { ...common(by), item, outcome: 'goals_met', note: null, ...more }),
      ),
    auditOf: (person) =>
      asBatch(at.book, async (tx) => {
        const rows = await tx
          .withTables<AuditTables>()
          .selectFrom('audit.entry')
          .select(['account', 'action', 'purpose', 'detail'])
          .where('subject_kind', '=', 'person')
          .where('subject_id', '=', String(person.no))
          .orderBy('id')
          .execute();
        return rows.map(({ account, purpose, ...row }) => ({ who: account, why: purpose, ...row }));
      }),
  } satisfies Partial<DrawnCaseload>);
}
