export {
  changeParents,
  changePlaces,
  ensurePractices,
  type ParentChange,
  type PlaceChange,
  type PlaceChanges,
} from './change-places.ts';
export {
  type AreaChange,
  changeAreas,
  changeStaff,
  changeTeam,
  isKnownTeam,
  removeStaff,
} from './change-teams.ts';
export { directoryMigrations } from './migrations.ts';
export { type Place, PlaceTree, readPlaces } from './place-tree.ts';
export { type Colleague, practiceTeam, readActor, readTeam } from './staff.ts';
export type { DirectoryTables, PlaceKind, PlaceRelation } from './tables.ts';
export { kindInWords, type PlacePanel, placeHref, placeRoutes } from './web/place-routes.tsx';
export { maySeePlaces } from './who-may.ts';
