import { z } from 'zod';
import { londonDay } from '../../../../kernel/index.ts';
import { writeAudit } from '../../../../platform/audit/index.ts';
import {
  type Answer,
  nothingTyped,
  rowNumber,
  statusOf,
  type Typed,
  type Visit,
  type Web,
} from '../../../../platform/web/index.ts';
import { readMembers, type WorkKinds } from '../../../work/index.ts';
import { changeSeries, SeriesConflict, type SeriesText, textOfSeries } from '../change-series.ts';
import { beginSeriesAgain, endSeries } from '../end-series.ts';
import type { MdtPathway } from '../mdt-pathway.ts';
import { readMeetingsAhead } from '../meetings-ahead.ts';
import { readCases, readOpenActions } from '../read-case.ts';
import { londonTime } from '../recurrence.ts';
import {
  readHeld,
  readOwnSeries,
  readReviewsAhead,
  readSeries,
  readSeriesChanges,
  readWaiting,
  type Series,
} from '../series.ts';
import { mayRunMeetings, maySeeMeetings } from '../who-may.ts';
import { beginAgainForm, changeSeriesForm, reasonForm } from './mdt-forms.ts';
import { seriesHref } from './meeting-pages.tsx';
import { BeginAgainPage, ChangeSeriesPage, EndSeriesPage, SeriesPage } from './series-pages.tsx';

interface SeriesParts {
  readonly pathway: MdtPathway;
  readonly kinds: WorkKinds;
}

const params = z.object({ series: rowNumber });
type SeriesVisit = Visit<{ series: number }>;
/** The page of a form about a series, with what was typed. */
type FormPage = (visit: SeriesVisit, typed: Typed) => Promise<Answer>;

/** Meetings that recur: what became of them, changing and ending them, and beginning them again. */
export function seriesRoutes(web: Web, parts: SeriesParts): void {
  web.route({
    method: 'GET',
    url: '/mdt/series/:series',
    may: maySeeMeetings,
    params,
    handle: async (visit) => {
      const { tx, by, now } = visit;
      const series = await readSeries(tx, visit.params.series, by);
      const actions = await readOpenActions(tx, series.series, 0);
      const waiting = series.endedAt === null ? [] : await readWaiting(tx, series, now);
      const reviews = await readReviewsAhead(tx, series.series, londonDay(now));
      await auditLook(visit, series, [...actions, ...waiting, ...reviews]);
      const page = (
        <SeriesPage
          visit={visit}
          series={series}
          changes={await readSeriesChanges(tx, series.series)}
          held={await readHeld(tx, series.series, 50)}
          actions={actions}
          waiting={waiting}
          reviews={reviews}
          runs={mayRunMeetings(by).allowed && by.team === series.team}
        />
      );
      return { page };
    },
  });
  changeRoutes(web, parts);
  endRoutes(web, parts);
  beginAgainRoutes(web, parts);
}

/** Everybody whom the page names was looked at. */
async function auditLook(
  { tx, because }: Visit,
  { series }: Series,
  shown: readonly { readonly personNo: number }[],
): Promise<void> {
  await writeAudit(tx, {
    action: 'mdt.looked',
    purpose: because,
    detail: { mdt: series, people: [...new Set(shown.map(({ personNo }) => personNo))] },
  });
}

/** The page of a form, before anything is typed. */
function formRoute(web: Web, url: string, page: FormPage): void {
  web.route({
    method: 'GET',
    url,
    may: mayRunMeetings,
    params,
    handle: (visit) => page(visit, nothingTyped),
  });
}

function changeRoutes(web: Web, { pathway }: SeriesParts): void {
  const url = '/mdt/series/:series/change';
  const page: FormPage = async (visit, typed) => {
    const { tx, by, now } = visit;
    const series = await readOwnSeries(tx, visit.params.series, by);
    const conflict = typed.refusal instanceof SeriesConflict ? typed.refusal : null;
    const made = (
      <ChangeSeriesPage
        visit={visit}
        pathway={pathway}
        series={series}
        members={await readMembers(tx, series.team, now)}
        stands={conflict?.offered ?? textOfSeries(series, now)}
        // What comes back after a conflict is theirs where only they wrote.
        typed={conflict === null ? typed : { ...typed, fields: {} }}
        conflict={conflict}
      />
    );
    return { page: made, ...statusOf(typed) };
  };
  formRoute(web, url, page);
  web.route({
    method: 'POST',
    url,
    may: mayRunMeetings,
    params,
    body: changeSeriesForm,
    handle: async (visit) => {
      const { tx, by, now, body } = visit;
      if (body.starts === undefined) throw new Error('the form asks for a day');
      const typed: SeriesText = {
        name: body.name,
        cadence: body.cadence,
        starts: londonTime(body.starts, body.time).toISOString(),
        minutes: String(body.minutes),
        place: body.place,
        chair: body.chair,
        chairDiscipline: body.chairDiscipline,
      };
      const base: SeriesText = {
        name: body['was-name'],
        cadence: body['was-cadence'],
        starts: body['was-starts'],
        minutes: body['was-minutes'],
        place: body['was-place'],
        chair: body['was-chair'],
        chairDiscipline: body['was-chairDiscipline'],
      };
      await changeSeries(tx, { by, now, pathway, series: visit.params.series, base, typed });
      return { redirect: seriesHref(visit.params.series) };
    },
    again: (visit, refused) => page(visit, { fields: visit.body, ...refused }),
  });
}

function endRoutes(web: Web, { pathway, kinds }: SeriesParts): void {
  const url = '/mdt/series/:series/end';
  const page: FormPage = async (visit, typed) => {
    const { tx, by, now } = visit;
    const series = await readOwnSeries(tx, visit.params.series, by);
    const { team, ahead } = series;
    const cases = ahead === null ? [] : await readCases(tx, ahead.meeting);
    const others = await readMeetingsAhead(tx, { team, people: [], now });
    const made = (
      <EndSeriesPage
        visit={visit}
        series={series}
        stands={{
          people: cases.filter(({ removedBecause }) => removedBecause === null).length,
          actions: (await readOpenActions(tx, series.series, 0)).length,
          reviews: (await readReviewsAhead(tx, series.series, londonDay(now))).length,
        }}
        others={others.filter(({ meeting }) => meeting !== ahead?.meeting)}
        typed={typed}
      />
    );
    return { page: made, ...statusOf(typed) };
  };
  formRoute(web, url, page);
  web.route({
    method: 'POST',
    url,
    may: mayRunMeetings,
    params,
    body: reasonForm,
    handle: async ({ tx, by, now, params: { series }, body }) => {
      await endSeries(tx, { by, now, pathway, kinds, series, reason: body.reason });
      return { redirect: seriesHref(series) };
    },
    again: (visit, refused) => page(visit, { fields: visit.body, ...refused }),
  });
}

function beginAgainRoutes(web: Web, { pathway }: SeriesParts): void {
  const url = '/mdt/series/:series/begin-again';
  const page: FormPage = async (visit, typed) => {
    const { tx, by, now } = visit;
    const series = await readOwnSeries(tx, visit.params.series, by);
    const waiting = (await readWaiting(tx, series, now)).filter(({ elsewhere }) => elsewhere === null);
    const made = <BeginAgainPage visit={visit} series={series} waiting={waiting.length} typed={typed} />;
    return { page: made, ...statusOf(typed) };
  };
  formRoute(web, url, page);
  web.route({
    method: 'POST',
    url,
    may: mayRunMeetings,
    params,
    body: beginAgainForm,
    handle: async ({ tx, by, now, params: { series }, body }) => {
      const { starts, time } = body;
      if (starts === undefined) throw new Error('the form asks for a day');
      await beginSeriesAgain(tx, { by, now, pathway, series, starts: londonTime(starts, time) });
      return { redirect: seriesHref(series) };
    },
    again: (visit, refused) => page(visit, { fields: visit.body, ...refused }),
  });
}
