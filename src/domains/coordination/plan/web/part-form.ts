import { z } from 'zod';
import { parsePlainDate } from '../../../../kernel/index.ts';
import type { Content } from '../plan-document.ts';
import { planSections, type SectionId } from '../plan-parts.ts';

/** The version that a form was written against: a row's number, or 0 for what is new. */
export const seenVersion = z.coerce.number().int().min(0).max(2_147_483_647);

/** What comes with every form of a part: the version that it was written against. The rest are the part's fields. */
export const partForm = z.looseObject({ seen: seenVersion });

/**
 * What a form says, by field of the part. A day comes in three boxes; one that is no day stays as it was typed, so that
 * the rules can say what is wrong with it. A text that was kept as it would have been saved has its days in one.
 */
export function contentOf(section: SectionId, fields: Readonly<Record<string, unknown>>): Content {
  const text = (name: string) => {
    const value = fields[name];
    return typeof value === 'string' ? value : '';
  };
  return Object.fromEntries(
    Object.entries(planSections[section].fields).map(([name, kind]) => [
      name,
      kind === 'day' ? typedDay(name, text) : text(name),
    ]),
  );
}

function typedDay(name: string, text: (name: string) => string): string {
  const [year, month, day] = ['year', 'month', 'day'].map((part) => text(`${name}-${part}`).trim());
  if (!year && !month && !day) return text(name);
  const written = `${year}-${month?.padStart(2, '0')}-${day?.padStart(2, '0')}`;
  return parsePlainDate(written) ?? written;
}

/** A day as three boxes, as it was typed or as it stands. */
export function dayBoxes(text: string): { day: string; month: string; year: string } {
  const [year = '', month = '', day = ''] = text.split('-');
  const plain = (part: string) => part.replace(/^0+(?=\d)/, '');
  return { day: plain(day), month: plain(month), year };
}
