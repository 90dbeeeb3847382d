export { assignMany, type Bulk } from './assign-many.ts';
export { type BeginDecision, begunAlready, decideOnBegun } from './begin-work.ts';
export {
  deferWork,
  finishWork,
  handOverWork,
  type OfTask,
  putBackWork,
  stopWork,
  takeWork,
} from './change-work.ts';
export { endAway, readAway, setAway } from './cover.ts';
export { type Desk, readDesk, readMembers, type TeamMember } from './desk.ts';
export { endWorkOn } from './end-work-on.ts';
export { escalateBreaches } from './escalate.ts';
export { actOnMany, type ManyAct } from './many-acts.ts';
export { endMany, openMany, type WorkAbout } from './many-items.ts';
export { workMigrations } from './migrations.ts';
export {
  countInbox,
  type InboxCount,
  type InboxRow,
  readInbox,
  readLinked,
  readWork,
  readWorkHistory,
  readWorkOfPerson,
  type WorkEvent,
} from './read-inbox.ts';
export { type LatestWork, readLatestWork, readOpenWork } from './read-latest.ts';
export { countWorkOfLeavers, returnWorkOfLeavers } from './return-work.ts';
export { type ReviewPathway, readReviewPathway, reviewClock, reviewPathway } from './review-clock.ts';
export { reviewStates } from './review-states.ts';
export {
  acceptWork,
  declineWork,
  offerWork,
  openTask,
  returnUnaccepted,
  type TaskFor,
  withdrawWork,
} from './send-work.ts';
export { isOver, type Move, move, type StateTable } from './state-table.ts';
export { stopByRule } from './stop-by-rule.ts';
export type { WorkTables } from './tables.ts';
export { taskStates, taskStateWords } from './task-states.ts';
export { undoMany } from './undo-many.ts';
export { ActList, type WorkInList, workInList } from './web/acts-in-rows.tsx';
export {
  type BeginRow,
  beginActs,
  beginForms,
  belowBegin,
  type OpenedBegin,
  openedBegin,
  WhoHasIt,
} from './web/begin-in-row.tsx';
export { WorkTable } from './web/inbox-page.tsx';
export { countOf, inboxHref } from './web/inbox-query.ts';
export { DayBoxes, TeamChoice } from './web/item-page.tsx';
export { reviewActs } from './web/review-acts.tsx';
export { type OpenedRow, type RowAddresses, rowAddresses, type WorkList } from './web/row-addresses.ts';
export { workHref } from './web/words.tsx';
export { withDays } from './web/work-forms.ts';
export { workPanel } from './web/work-panel.tsx';
export { describe as describeWork, workRoutes } from './web/work-routes.tsx';
export { maySeeInbox } from './who-may.ts';
export {
  actOnWork,
  endOfDayClock,
  openWork,
  type WorkAct,
  type WorkClock,
  type WorkItem,
} from './work-item.ts';
export { type KindAct, type OwnEndings, type WorkKind, WorkKinds } from './work-kind.ts';
export { acceptBy, type Ending, readWorkPathway, taskClock, type WorkPathway } from './work-pathway.ts';
