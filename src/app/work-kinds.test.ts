import { expect, test } from 'vitest';
import { anActor } from '../../test/support/actors.ts';
import { readDefectKinds } from '../domains/defects/index.ts';
import type { InboxRow } from '../domains/work/index.ts';
import { workKinds } from './work-kinds.ts';

const caseload = workKinds('content', readDefectKinds('content')).kind('caseload');
const entry = { item: 12, team: 3 } as InboxRow;

test.each([
  ['its team', anActor('care_coordinator', { team: 3 }), '/caseload/12'],
  ['another team', anActor('care_coordinator', { team: 4 }), null],
  ['the practice', anActor('gp'), null],
])('an entry of a caseload leads to its page for %s, or to nothing', (_, by, href) => {
  expect(caseload.href?.(entry, by)).toBe(href);
});
