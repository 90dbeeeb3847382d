import { randomUUID } from 'node:crypto';
import type { Actor } from '../../platform/auth/index.ts';

/** Who searches, for tests: the operator, as for the command line and for jobs. */
export const searchOperator: Actor = {
  account: randomUUID(),
  name: 'Operator',
  role: 'operator',
  organisation: null,
  team: null,
};
