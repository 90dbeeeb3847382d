export {
  changeParents,
  changePlaces,
  ensurePractices,
  type ParentChange,
  type PlaceChange,
  type PlaceChanges,
} from './change-places.ts';
export { directoryMigrations } from './migrations.ts';
export { type Place, PlaceTree, readPlaces } from './place-tree.ts';
export type { DirectoryTables, PlaceKind, PlaceRelation } from './tables.ts';
