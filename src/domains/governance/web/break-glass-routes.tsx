import type { VNode } from 'preact';
import { z } from 'zod';
import { formatInstant, NotFound, Refusal } from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import {
  formRoutes,
  InsetText,
  PostButton,
  rowNumber,
  statusOf,
  type Typed,
  type Visit,
  type Web,
} from '../../../platform/web/index.ts';
import { type PersonVisit, personHref } from '../../register/index.ts';
import { breakGlass, closeBreakGlass } from '../break-glass.ts';
import type { BreakGlassPathway } from '../break-glass-pathway.ts';
import { readAccess, readAccesses, readOwnAccesses } from '../read-break-glass.ts';
import { reviewBreakGlass } from '../review-break-glass.ts';
import { mayBreakGlass, mayReviewAccess } from '../who-may.ts';
import { breakGlassForm, reviewForm } from './break-glass-form.ts';
import { EMERGENCY, EmergencyPage, REVIEWS, ReviewPage, ReviewsPage } from './break-glass-pages.tsx';

const REVIEWS_SHOWN = 200;

const nobodyFound = new Refusal({
  code: 'nobody_found',
  because: 'Nobody here has this NHS number and this day of birth.',
  remedy: 'Check both. If they are right, the person is not registered with a practice that sends us data.',
});

/** Opening a record in an emergency, closing it again, and the review of it. */
export function breakGlassRoutes(web: Web, pathway: BreakGlassPathway): void {
  emergencyRoutes(web, pathway);
  reviewRoutes(web, pathway);
}

function emergencyRoutes(web: Web, pathway: BreakGlassPathway): void {
  const page = async (visit: Visit, typed: Typed) => {
    const open = await readOwnAccesses(visit.tx, visit.by, visit.now);
    if (open.length > 0)
      await writeAudit(visit.tx, {
        action: 'break_glass.listed',
        purpose: 'sees what they opened in an emergency',
        detail: { accesses: open.map(({ id }) => id), people: numbersOf(open) },
      });
    return {
      page: <EmergencyPage visit={visit} pathway={pathway} open={open} typed={typed} />,
      ...statusOf(typed),
    };
  };
  formRoutes(web, {
    url: EMERGENCY,
    may: mayBreakGlass,
    page,
    body: breakGlassForm,
    handle: async (visit) => {
      const { nhs_number, born, reason, said } = visit.body;
      const opened = await breakGlass(visit.tx, {
        by: visit.by,
        now: visit.now,
        pathway,
        nhsNumber: nhs_number,
        born,
        reason,
        said,
      });
      if ('publicId' in opened) return { redirect: personHref(opened.publicId) };
      // What was typed comes back as it was; the try stays in the audit, so nothing is thrown.
      const { born: _, ...typed } = visit.body;
      const fields = Object.fromEntries(
        Object.entries(typed).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
      );
      return await page(visit, { fields, errors: [], refusal: nobodyFound });
    },
  });
  web.route({
    method: 'POST',
    url: `${EMERGENCY}/:access/close`,
    may: mayBreakGlass,
    params: z.object({ access: rowNumber }),
    handle: async ({ tx, by, now, params }) => {
      await closeBreakGlass(tx, { by, now, access: params.access });
      return { redirect: EMERGENCY };
    },
  });
}

/** Whom a page names, for its entry in the audit. */
function numbersOf(accesses: readonly { readonly personNo: number }[]): number[] {
  return [...new Set(accesses.map(({ personNo }) => personNo))];
}

function reviewRoutes(web: Web, pathway: BreakGlassPathway): void {
  const params = z.object({ access: rowNumber });
  const page = async (visit: Visit<{ access: number }>, typed: Typed) => {
    const access = await readAccess(visit.tx, visit.params.access);
    if (!access) throw new NotFound('There is no such emergency access.');
    await writeAudit(visit.tx, {
      action: 'break_glass.review_opened',
      purpose: visit.because,
      detail: { access: access.id, people: numbersOf([access]) },
    });
    return {
      page: <ReviewPage visit={visit} pathway={pathway} access={access} typed={typed} />,
      ...statusOf(typed),
    };
  };
  web.route({
    method: 'GET',
    url: REVIEWS,
    may: mayReviewAccess,
    handle: async (visit) => {
      const accesses = await readAccesses(visit.tx, REVIEWS_SHOWN);
      await writeAudit(visit.tx, {
        action: 'break_glass.reviews_listed',
        purpose: visit.because,
        detail: { people: numbersOf(accesses) },
      });
      return { page: <ReviewsPage visit={visit} pathway={pathway} accesses={accesses} /> };
    },
  });
  formRoutes(web, {
    url: `${REVIEWS}/:access`,
    may: mayReviewAccess,
    params,
    page,
    body: reviewForm,
    handle: async ({ tx, by, now, params: { access }, body }) => {
      await reviewBreakGlass(tx, { by, now, pathway, access, ...body });
      return { redirect: `${REVIEWS}/${access}` };
    },
  });
}

/** On a person's page that somebody has open in an emergency: until when, and how to close it. */
export async function breakGlassPanel({ visit, person }: PersonVisit): Promise<VNode | null> {
  if (!mayBreakGlass(visit.by).allowed) return null;
  const open = await readOwnAccesses(visit.tx, visit.by, visit.now);
  const own = open.find(({ publicId }) => publicId === person.public_id);
  if (!own) return null;
  return (
    <InsetText>
      <p>
        {`You opened this record in an emergency. It closes ${formatInstant(own.closes)}. Your information governance lead has been told.`}
      </p>
      <PostButton
        action={`${EMERGENCY}/${own.id}/close`}
        csrfToken={visit.chrome.csrfToken}
        variant="secondary"
        small
      >
        Close it now
      </PostButton>
    </InsetText>
  );
}
