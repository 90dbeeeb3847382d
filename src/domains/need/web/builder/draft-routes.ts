import type { Web } from '../../../../platform/web/index.ts';
import { aboutRoutes } from './about-routes.tsx';
import { blockRoutes } from './block-routes.tsx';
import { casesRoutes } from './cases-routes.tsx';
import { checkRoutes } from './check-routes.tsx';
import { draftListRoutes } from './draft-list-routes.tsx';
import type { DraftParts } from './draft-parts.ts';
import { draftHistoryRoutes } from './history-routes.tsx';
import { numbersRoutes } from './numbers-routes.tsx';
import { examplePeopleRoutes } from './people-routes.tsx';
import { textRoutes } from './text-routes.tsx';

/** Writing definitions in the browser: from a draft, through a check by somebody else, into the next refresh. */
export function draftRoutes(web: Web, parts: DraftParts): void {
  draftListRoutes(web, parts);
  blockRoutes(web, parts);
  numbersRoutes(web, parts);
  textRoutes(web, parts);
  aboutRoutes(web, parts);
  casesRoutes(web, parts);
  examplePeopleRoutes(web, parts);
  checkRoutes(web, parts);
  draftHistoryRoutes(web, parts);
}
