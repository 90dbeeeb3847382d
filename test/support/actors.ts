import { randomUUID } from 'node:crypto';
import type { Actor, Origin, Role } from '../../src/platform/auth/index.ts';

/** Somebody in a role, for tests in which it does not matter who. */
export function anActor(role: Role, about: Partial<Actor> = {}): Actor {
  return { account: randomUUID(), name: `Test ${role}`, role, organisation: null, team: null, ...about };
}

export function anOrigin(): Origin {
  return { requestId: randomUUID(), from: 'test' };
}
