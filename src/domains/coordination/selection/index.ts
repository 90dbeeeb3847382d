export { readSelectionContent, type SelectionContent } from './selection-content.ts';
export { type SelectionParts, selectionRoutes, selectionStep } from './web/selection-routes.tsx';
