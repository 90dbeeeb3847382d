import { anActor } from '../../../test/support/actors.ts';

/** Who searches, for tests: the operator, as for the command line and for jobs. */
export const searchOperator = anActor('operator');
