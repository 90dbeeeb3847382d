import { formatDay, type PlainDate } from '../../../../kernel/index.ts';
import { Tag } from '../../../../platform/web/index.ts';
import { type InReachPathway, settingOf } from '../in-reach-pathway.ts';
import type { Resident, Visited } from '../read-in-reach.ts';

export function siteHref(site: number, day?: PlainDate): string {
  return `/in-reach/sites/${site}${day === undefined ? '' : `?day=${day}`}`;
}

/** The address of a route; what is today's or the first page's own is left out. */
export function routeHref(
  of: { day?: PlainDate; setting?: string | null; page?: number },
  file = '',
): string {
  const query = new URLSearchParams();
  if (of.day) query.set('day', of.day);
  if (of.setting) query.set('setting', of.setting);
  if (of.page && of.page > 1) query.set('page', String(of.page));
  const text = query.toString();
  return `/in-reach${file}${text === '' ? '' : `?${text}`}`;
}

/** The people whom one number of a route counts; what is today's or the first page's own is left out. */
export function visitedHref(of: {
  which: Visited;
  day?: PlainDate | undefined;
  setting?: string | null;
  site?: number | undefined;
  page?: number;
}): string {
  const query = new URLSearchParams({ which: of.which });
  if (of.day !== undefined) query.set('day', of.day);
  if (of.setting) query.set('setting', of.setting);
  if (of.site !== undefined) query.set('site', String(of.site));
  if (of.page && of.page > 1) query.set('page', String(of.page));
  return `/in-reach/people?${query}`;
}

export function siteName(site: {
  readonly address: string | null;
  readonly postcode: string | null;
}): string {
  return site.address ?? site.postcode ?? 'Address not shown or not recorded';
}

/** `every 7 days`, and whether that is the person's own. */
export function cadenceWords(pathway: InReachPathway, who: Pick<Resident, 'setting' | 'everyDays'>): string {
  const days = who.everyDays ?? settingOf(pathway, who.setting).every_days;
  const text = days === 1 ? 'every day' : `every ${days} days`;
  return who.everyDays === null ? text : `${text}, set for this person`;
}

export function outcomeWords(pathway: InReachPathway, outcome: string): string {
  return pathway.outcomes.find(({ id }) => id === outcome)?.title ?? outcome;
}

/** Why visits ended: what whoever visited said, or the record. */
export function endingWords(pathway: InReachPathway, because: string | null): string {
  if (because === null) return '';
  return (pathway.endings as Record<string, string>)[because] ?? outcomeWords(pathway, because);
}

/** When somebody is visited next, and how pressing it is. */
export function NextVisit({ who, today }: { who: Pick<Resident, 'nextDay' | 'missed'>; today: PlainDate }) {
  if (who.nextDay === null) return <>None</>;
  return (
    <>
      {formatDay(who.nextDay)}{' '}
      {who.missed ? (
        <Tag colour="red">Missed</Tag>
      ) : who.nextDay < today ? (
        <Tag colour="orange">Late</Tag>
      ) : who.nextDay === today ? (
        <Tag colour="yellow">Today</Tag>
      ) : null}
    </>
  );
}

export function lastVisitWords(pathway: InReachPathway, who: Resident): string | null {
  if (who.lastDay === null || who.lastOutcome === null) return null;
  const note = who.lastNote === null ? '' : `: ${who.lastNote}`;
  return `${outcomeWords(pathway, who.lastOutcome)}, ${formatDay(who.lastDay)}${note}`;
}
