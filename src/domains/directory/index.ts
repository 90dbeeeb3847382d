export {
  changeParents,
  changePlaces,
  ensurePractices,
  noteLists,
  type ParentChange,
  type PlaceChange,
  type PlaceChanges,
} from './change-places.ts';
export type { ChangeOrigin } from './change-set.ts';
export {
  type AreaChange,
  changeAreas,
  changeStaff,
  changeTeam,
  isKnownTeam,
  removeStaff,
} from './change-teams.ts';
export { applyOffer, discardOffer, offerEvent, undoChanges } from './decide-changes.ts';
export { type AreaDeprivation, deprivationOf, readDeprivation } from './deprivation.ts';
export { type DirectoryState, readDirectory } from './directory-state.ts';
export { changeGps, endGp, type Gp, type GpChange, readGps } from './gps.ts';
export { directoryMigrations } from './migrations.ts';
export { type OfferedVintage, offerVintage } from './offer-changes.ts';
export { type Place, PlaceTree, readPlaces } from './place-tree.ts';
export type { OrganisationEvent } from './plan-event.ts';
export type { Vintage, VintagePlan } from './plan-vintage.ts';
export { type ChangeSet, readChangeSet, readChangeSets, type ShownChange } from './read-changes.ts';
export {
  type Colleague,
  dataTeam,
  governanceTeam,
  type ListedTeam,
  practiceTeam,
  readActor,
  readTeam,
  readTeams,
  teamKindOf,
  teamsOfRoles,
} from './staff.ts';
export type { DirectoryTables, PlaceKind, PlaceRelation } from './tables.ts';
export { dayAsked, onDay } from './web/as-at.tsx';
export { type PlacePanel, placeRoutes } from './web/place-routes.tsx';
export { kindInWords, placeHref } from './web/words.ts';
export { mayChangeDirectory, maySeePlaces } from './who-may.ts';
