import {
  mayChangeNamedGps,
  mayReceive,
  maySeeCaseload,
  maySeeMeetings,
  maySeeOutreach,
  maySeeSmi,
  mayVisit,
  mayWorkOnPlans,
  type UrgentCare,
} from '../../domains/coordination/index.ts';
import { maySeeQuality } from '../../domains/defects/index.ts';
import { maySeePlaces } from '../../domains/directory/index.ts';
import { mayBreakGlass, mayReviewAccess } from '../../domains/governance/index.ts';
import { mayReviewMatches } from '../../domains/identity/index.ts';
import { mayListPeople, mayReadAudit, maySeeImports } from '../../domains/register/index.ts';
import { maySeeInbox } from '../../domains/work/index.ts';
import type { Actor } from '../../platform/auth/index.ts';
import type { NavigationSection, Permission } from '../../platform/web/index.ts';
import { maySeeOperation } from '../operation/who-may.ts';

interface Entry {
  readonly text: string;
  readonly href: string;
  may(by: Actor): Permission;
  /** Where the page is for people of one kind of place: whether they work in one. Elsewhere it would not open. */
  works?(by: Actor, urgentCare: UrgentCare): boolean;
}

/** Every page of the menu, by what people do there. People see the pages that open for them. */
const SECTIONS: readonly { readonly text: string; readonly pages: readonly Entry[] }[] = [
  { text: 'Work', pages: [{ text: 'Work', href: '/work', may: maySeeInbox }] },
  {
    text: 'People',
    pages: [
      { text: 'People', href: '/people', may: mayListPeople },
      {
        text: 'Named GPs',
        href: '/named-gps',
        may: mayChangeNamedGps,
        works: (by) => by.organisationKind === 'practice',
      },
      { text: 'Matches', href: '/people/matches', may: mayReviewMatches },
    ],
  },
  {
    text: 'Care',
    pages: [
      { text: 'Team', href: '/team', may: maySeeCaseload },
      { text: 'Caseload', href: '/caseload', may: maySeeCaseload },
      { text: 'Lists that fit', href: '/selections', may: maySeeCaseload },
      { text: 'Care plans', href: '/plans', may: mayWorkOnPlans },
      { text: 'Meetings', href: '/mdt', may: maySeeMeetings },
      { text: 'Visits', href: '/in-reach', may: mayVisit },
      { text: 'SMI checks', href: '/smi', may: maySeeSmi },
      { text: 'Outreach', href: '/outreach', may: maySeeOutreach },
      {
        text: 'Urgent care',
        href: '/urgent-care',
        may: mayReceive,
        works: (by, urgentCare) => by.teamKind === urgentCare.team_kind,
      },
    ],
  },
  {
    text: 'Places',
    pages: [
      { text: 'Places', href: '/places', may: maySeePlaces },
      { text: 'Definitions', href: '/definitions', may: maySeePlaces },
    ],
  },
  {
    text: 'Data',
    pages: [
      { text: 'Data quality', href: '/quality', may: maySeeQuality },
      { text: 'Imports', href: '/imports', may: maySeeImports },
      { text: 'Operations', href: '/operations', may: maySeeOperation },
    ],
  },
  {
    text: 'Access',
    pages: [
      { text: 'Emergency access', href: '/emergency-access', may: mayBreakGlass },
      { text: 'Emergency reviews', href: '/emergency-access/reviews', may: mayReviewAccess },
      { text: 'Audit', href: '/audit', may: mayReadAudit },
    ],
  },
];

/** The menu of somebody: a few sections, each opening its first page; one that has a single page is that page. */
export function menuOf(by: Actor, urgentCare: UrgentCare): NavigationSection[] {
  const sections = SECTIONS.flatMap(({ text, pages }): NavigationSection[] => {
    const items = pages
      .filter(({ may, works }) => may(by).allowed && (works?.(by, urgentCare) ?? true))
      .map(({ text: name, href }) => ({ text: name, href }));
    const [first] = items;
    if (first === undefined) return [];
    return items.length === 1 ? [first] : [{ text, href: first.href, items }];
  });
  return [{ text: 'Home', href: '/' }, ...sections];
}

/** Links at the foot of every page: how figures come about, for those whose pages have any. */
export function footerOf(by: Actor): readonly { readonly text: string; readonly href: string }[] {
  return maySeePlaces(by).allowed ? [{ text: 'How the definitions work', href: '/definitions' }] : [];
}
