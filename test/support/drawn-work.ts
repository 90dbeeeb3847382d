import { randomUUID } from 'node:crypto';
import { beforeAll } from 'vitest';
import { practiceTeam } from '../../src/domains/directory/index.ts';
import { openTask, readWorkPathway, type WorkKind, WorkKinds } from '../../src/domains/work/index.ts';
import type { PlainDate } from '../../src/kernel/index.ts';
import type { Actor } from '../../src/platform/auth/index.ts';
import { anActor } from './actors.ts';
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

/** Noon of the day on which drawn work is asked for. */
const NOW = new Date('2026-11-02T12:00:00Z');

/** Two teams, north with a lead, Ann and Bob, and south with Cat; and a person whom only north may see. */
export interface DrawnWork {
  readonly now: Date;
  /** So many days after. */
  later(days: number): Date;
  readonly kinds: WorkKinds;
  readonly operator: Actor;
  readonly north: number;
  readonly south: number;
  readonly practice: number;
  readonly lead: Actor;
  readonly ann: Actor;
  readonly bob: Actor;
  readonly cat: Actor;
  readonly person: DrawnPerson;
  ask(about: {
    by: Actor;
    for: { team: number; account: string | null };
    due?: PlainDate;
    from?: number;
    person?: number;
    kind?: string;
    title?: string;
    once?: boolean;
  }): Promise<number>;
  /** Ends all open work, whoever has it. */
  endAll(): Promise<void>;
  thirdParty(): Promise<Actor>;
  practiceTeam(): Promise<number>;
}

export function useDrawnWork(at: TestBook, others: readonly WorkKind[] = []): DrawnWork {
  const drawn = {} as { -readonly [Key in keyof DrawnWork]: DrawnWork[Key] };
  const kinds = new WorkKinds(readWorkPathway('content'), others);
  beforeAll(async () => {
    const north = await drawTeam(at.book, 'north');
    const south = await drawTeam(at.book, 'south');
    const practice = await drawPlace(at.book, 'practice', 'Z90001');
    await relate(at.book, 'int_agreement', { team: north }, { practice });
    const operator = await drawStaff(at.book, 'operator');
    Object.assign(drawn, {
      north,
      south,
      practice,
      operator,
      lead: await drawStaff(at.book, 'int_lead', { team: north }),
      ann: await drawStaff(at.book, 'care_coordinator', { team: north }),
      bob: await drawStaff(at.book, 'care_coordinator', { team: north }),
      cat: await drawStaff(at.book, 'care_coordinator', { team: south }),
      person: await drawPerson(at.book, 1, practice),
    });
  });
  return Object.assign(drawn, {
    now: NOW,
    later: (days: number) => new Date(NOW.getTime() + days * 86_400_000),
    kinds,
    operator: anActor('operator'),
    ask: ({ by, person = drawn.person.no, kind = 'task', ...about }) =>
      actAs(at.book, by, (tx) =>
        openTask(tx, {
          by,
          now: NOW,
          kinds,
          kind,
          subject: { kind: 'person', id: person },
          title: 'See how she manages the stairs',
          note: 'Two falls',
          ...about,
        }),
      ),
    async endAll() {
      await at.book
        .pool('owner')
        .query(
          "update work.item set closed_at = now(), outcome = 'done', state = 'done', offered_team = null, offered_account = null, accept_by = null where closed_at is null",
        );
      await at.book
        .pool('owner')
        .query(
          "update register.care_relationship set ends = now(), ended_because = 'drawn' where kind = 'work' and ends is null",
        );
    },
    thirdParty: async () =>
      drawStaff(at.book, 'int_lead', { team: await drawTeam(at.book, `third ${randomUUID()}`) }),
    practiceTeam: () => asBatch(at.book, (tx) => practiceTeam(tx, drawn.practice)),
  } satisfies Partial<DrawnWork>);
}
