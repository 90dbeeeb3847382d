export { type IntStandard, readIntStandard } from './int-standard.ts';
export { readSelectionContent, type SelectionContent } from './selection-content.ts';
export { addMember, readHours } from './team-hours.ts';
export { type SelectionParts, selectionRoutes, selectionStep } from './web/selection-routes.tsx';
