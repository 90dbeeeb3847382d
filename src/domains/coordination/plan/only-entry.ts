import { createHash } from 'node:crypto';
import type { SectionId } from './plan-parts.ts';
import type { PlanHead } from './read-plan.ts';

/**
 * The name of the one entry of a section that is no list. It follows from the plan, so that two people who begin it at
 * once begin the same entry. In the form of a UUID of version 8, which leaves the making to us (RFC 9562).
 */
export function onlyEntryId(plan: Pick<PlanHead, 'publicId'>, section: SectionId): string {
  const hex = createHash('sha256').update(`${plan.publicId} ${section}`).digest('hex');
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return parts.join('-');
}
