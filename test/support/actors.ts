import { randomUUID } from 'node:crypto';
import type { Actor, Origin, Role } from '../../src/platform/auth/index.ts';

/** Somebody in a role, for tests in which it does not matter who. */
export function anActor(role: Role, about: Partial<Actor> = {}): Actor {
  const nowhere = { organisation: null, organisationKind: null, team: null, teamKind: null };
  return { account: randomUUID(), name: `Test ${role}`, role, ...nowhere, ...about };
}

export function anOrigin(): Origin {
  return { requestId: randomUUID(), from: 'test' };
}
