import { formatDay } from '../../../kernel/index.ts';
import type { PdfDocument } from '../../../platform/pdf/index.ts';
import { kindInWords } from '../../directory/index.ts';
import {
  ABOUT_RATIO,
  aboutNumbers,
  changeText,
  GAPS_NOT_PUBLISHED,
  NO_GAPS,
  peopleText,
  percentText,
  rowRatioText,
} from './profile-words.ts';
import { pyramidOf } from './pyramid.ts';
import type { Profile, ProfileRow } from './read-profile.ts';

/** A profile to print: tables and bars that hold without colour. */
export function profileDocument(profile: Profile): PdfDocument {
  const { place, borough, asOf, before, registered, segments, conditions, serviceUse, gaps } = profile;
  return {
    title: `Profile of ${place.name}`,
    day: asOf,
    foot: `${place.name}, data as at ${formatDay(asOf)}. ${profile.exact ? 'Exact numbers: for those who may see the people.' : 'Published numbers, rounded.'}`,
    template: TEMPLATE,
    data: {
      name: place.name,
      kind: kindInWords(place.kind),
      borough: borough.name,
      day: formatDay(asOf),
      before: before === null ? null : formatDay(before),
      about: aboutNumbers(profile),
      ratio: ABOUT_RATIO,
      registered: peopleText(registered),
      change: changeText(registered),
      pyramid: pyramidOf(profile.ages).map(({ title, female, male, femaleWidth, maleWidth }) => ({
        title,
        female,
        male,
        femaleWidth,
        maleWidth,
      })),
      segments: segments.map(shortCells),
      conditions: conditions.map(longCells),
      use: serviceUse.map(longCells),
      gaps: gaps ?? [],
      noGaps: gaps === null ? GAPS_NOT_PUBLISHED : NO_GAPS,
    },
  };
}

function shortCells(row: ProfileRow): string[] {
  return [row.name, peopleText(row), percentText(row.share), percentText(row.boroughShare), changeText(row)];
}

function longCells(row: ProfileRow): string[] {
  return [
    row.name,
    peopleText(row),
    percentText(row.share),
    percentText(row.boroughShare),
    rowRatioText(row),
    changeText(row),
  ];
}

const TEMPLATE = `
#let since = if data.before == none { () } else { ([Since #data.before],) }
#let numbers(rows, ratio) = {
  let heads = ([Name], [People], [Share], [Borough]) + if ratio { ([Ratio],) } else { () } + since
  table(
    columns: (1fr,) + (auto,) * (heads.len() - 1),
    align: (x, y) => if x == 0 { left } else { right },
    table.header(..heads),
    ..rows.map(row => row.slice(0, heads.len())).flatten().map(cell => [#cell]),
  )
}
#let bar(width, side) = align(side + horizon, box(width: width * 1%, height: 7pt, fill: luma(35%)))

= Profile of #data.name
#data.kind in #data.borough. Data as at #data.day.

#data.about

*#data.registered people registered*#if data.before != none [ (#data.change since #data.before)].

#if data.pyramid.len() > 0 [
== People by age and sex
#table(
  columns: (auto, 1fr, auto, 1fr, auto),
  align: (right + horizon, right + horizon, center + horizon, left + horizon, right + horizon),
  inset: (x: 4pt, y: 2.5pt),
  table.header([Female], [], [Age], [], [Male]),
  ..data.pyramid.map(row => ([#row.female], bar(row.femaleWidth, right), [#row.title], bar(row.maleWidth, left), [#row.male])).flatten(),
)
]

== Segments of need
Everybody is in one: the one of greatest need that is true of them.
#numbers(data.segments, false)

== Conditions
#data.ratio
#numbers(data.conditions, true)

== What people use
#numbers(data.use, true)

== Gaps between groups of people
#if data.gaps.len() == 0 [#data.noGaps] else [#list(..data.gaps.map(gap => [#gap]))]
`;
