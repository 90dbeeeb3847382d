export { workMigrations } from './migrations.ts';
export { isOver, type Move, move, type StateTable } from './state-table.ts';
export type { WorkTables } from './tables.ts';
export {
  actOnWork,
  endOfDayClock,
  escalateBreaches,
  openWork,
  type WorkAct,
  type WorkClock,
  type WorkItem,
} from './work-item.ts';
