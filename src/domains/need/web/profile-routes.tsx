import { z } from 'zod';
import { londonDay, NotFound } from '../../../kernel/index.ts';
import {
  ActionList,
  DataDate,
  Heading,
  InsetText,
  Page,
  PageHeading,
  Table,
  toCsv,
  type Visit,
  type Web,
} from '../../../platform/web/index.ts';
import { kindInWords, maySeePlaces, type Place, placeHref, readPlaces } from '../../directory/index.ts';
import { visiblePractices } from '../../register/index.ts';
import { readPublication } from '../facts/publication.ts';
import { profileDocument } from '../profile/profile-document.ts';
import type { ProfileRules } from '../profile/profile-rules.ts';
import {
  ABOUT_RATIO,
  aboutNumbers,
  changeText,
  GAPS_NOT_PUBLISHED,
  NO_GAPS,
  peopleText,
  percentText,
  rowRatioText,
} from '../profile/profile-words.ts';
import { pyramidOf } from '../profile/pyramid.ts';
import { type Profile, type ProfileRow, readProfile } from '../profile/read-profile.ts';
import { equityHref } from './equity-page.tsx';
import type { Measures } from './measures.ts';
import { opensPeople, PlaceCount } from './place-count.tsx';

const ofPlace = z.object({ code: z.string().max(40) });
type ProfileVisit = Visit<z.output<typeof ofPlace>>;

export function profileHref(place: Place, ending = ''): string {
  return `${placeHref(place)}/profile${ending}`;
}

/** The profile of a place: to read, to print and as a file. */
export function profileRoutes(web: Web, measures: Measures, rules: ProfileRules): void {
  web.route({
    method: 'GET',
    url: '/places/:code/profile',
    may: maySeePlaces,
    params: ofPlace,
    handle: async (visit) => {
      const profile = await profileOf(visit, measures, rules);
      return { page: <ProfilePage visit={visit} measures={measures} profile={profile} /> };
    },
  });
  web.route({
    method: 'GET',
    url: '/places/:code/profile.pdf',
    may: maySeePlaces,
    params: ofPlace,
    handle: async (visit) => {
      const profile = await profileOf(visit, measures, rules);
      return {
        download: `profile-${profile.place.code}-${profile.asOf}.pdf`,
        pdf: profileDocument(profile),
      };
    },
  });
  web.route({
    method: 'GET',
    url: '/places/:code/profile.csv',
    may: maySeePlaces,
    params: ofPlace,
    handle: async (visit) => {
      const profile = await profileOf(visit, measures, rules);
      return {
        download: `profile-${profile.place.code}-${profile.asOf}.csv`,
        type: 'text/csv; charset=utf-8',
        content: toCsv(CSV_HEADER, csvRows(profile)),
      };
    },
  });
}

async function profileOf(visit: ProfileVisit, measures: Measures, rules: ProfileRules): Promise<Profile> {
  const tree = await readPlaces(visit.tx);
  const place = tree.named(visit.params.code);
  const publication = await readPublication(visit.tx);
  const visible = new Set(await visiblePractices(visit.tx, visit.by));
  const profile =
    publication && (await readProfile(visit.tx, { publication, tree, place, visible, measures, rules }));
  if (profile) return profile;
  throw new NotFound(
    `There is no profile of ${place.name}.`,
    'Profiles are of places with registered people, after the first refresh.',
  );
}

const CSV_HEADER = [
  'place',
  'data_date',
  'part',
  'name',
  'people',
  'percent',
  'borough_percent',
  'standardised_ratio',
  'ratio_lower',
  'ratio_upper',
  'change',
  'numbers',
];

function csvRows(profile: Profile) {
  const row = (part: string) => (each: ProfileRow) => [
    profile.place.name,
    profile.asOf,
    part,
    each.name,
    each.people.people ?? 'hidden',
    each.share === null ? null : Number((each.share * 100).toFixed(2)),
    each.boroughShare === null ? null : Number((each.boroughShare * 100).toFixed(2)),
    each.ratio && Number(each.ratio.value.toFixed(3)),
    each.ratio && Number(each.ratio.interval.lower.toFixed(3)),
    each.ratio && Number(each.ratio.interval.upper.toFixed(3)),
    each.change,
    profile.exact ? 'exact' : 'published',
  ];
  const ages = (profile.ages ?? []).map(({ age, sex, people }) => [
    profile.place.name,
    profile.asOf,
    'age and sex',
    `${age} ${sex}`,
    people?.value ?? 'hidden',
    ...Array.from({ length: 6 }, () => null),
    profile.exact ? 'exact' : 'published',
  ]);
  return [
    row('people')(profile.registered),
    ...ages,
    ...profile.segments.map(row('segment')),
    ...profile.conditions.map(row('condition')),
    ...profile.serviceUse.map(row('use')),
  ];
}

interface ProfileProps {
  readonly visit: Visit;
  readonly measures: Measures;
  readonly profile: Profile;
}

function ProfilePage({ visit, measures, profile }: ProfileProps) {
  const { place, borough, registered, before, gaps } = profile;
  const change =
    before !== null && registered.change !== null && ` (${changeText(registered)} since the data before)`;
  return (
    <Page
      title={`Profile of ${place.name}`}
      chrome={visit.chrome}
      breadcrumbs={[{ text: place.name, href: placeHref(place) }]}
    >
      <PageHeading caption={`${kindInWords(place.kind)} in ${borough.name}`}>
        {`Profile of ${place.name}`}
      </PageHeading>
      <ActionList
        items={[
          { text: 'Get it as a PDF', href: profileHref(place, '.pdf') },
          { text: 'Get its numbers as CSV', href: profileHref(place, '.csv') },
          { text: 'Compare groups of people here', href: equityHref(place.code, undefined) },
        ]}
      />
      <InsetText>
        <p>{aboutNumbers(profile)}</p>
      </InsetText>
      <p>
        <strong>{`${peopleText(registered)} people registered`}</strong>
        {change}
      </p>
      <Pyramid profile={profile} />
      <Heading level={2}>Segments of need</Heading>
      <p>Everybody is in one: the one of greatest need that is true of them.</p>
      <Rows caption="Segments of need" profile={profile} rows={profile.segments} />
      <Heading level={2}>Conditions</Heading>
      <p>{ABOUT_RATIO}</p>
      <Rows caption="Conditions" profile={profile} rows={profile.conditions} ratio />
      <Heading level={2}>What people use</Heading>
      <Rows caption="What people use" profile={profile} rows={profile.serviceUse} ratio />
      <Heading level={2}>Gaps between groups of people</Heading>
      {gaps === null || gaps.length === 0 ? (
        <p>{gaps === null ? GAPS_NOT_PUBLISHED : NO_GAPS}</p>
      ) : (
        <ul class="nhsuk-list nhsuk-list--bullet">
          {gaps.map((gap) => (
            <li key={gap}>{gap}</li>
          ))}
        </ul>
      )}
      <DataDate date={profile.asOf} stale={measures.isStale(profile.asOf, londonDay(visit.now))} />
    </Page>
  );
}

function Rows({
  caption,
  profile,
  rows,
  ratio = false,
}: {
  caption: string;
  profile: Profile;
  rows: readonly ProfileRow[];
  ratio?: boolean;
}) {
  return (
    <Table
      caption={caption}
      hideCaption
      compact
      responsive
      rows={rows}
      columns={[
        { heading: 'Name', rowHeader: true, cell: (row) => <DefinitionLink row={row} /> },
        { heading: 'People', numeric: true, cell: (row) => <People profile={profile} row={row} /> },
        { heading: 'Share', numeric: true, cell: ({ share }) => percentText(share) },
        { heading: 'Borough', numeric: true, cell: ({ boroughShare }) => percentText(boroughShare) },
        ...(ratio ? [{ heading: 'Ratio', numeric: true, cell: rowRatioText }] : []),
        ...(profile.before === null ? [] : [{ heading: 'Change', numeric: true, cell: changeText }]),
      ]}
    />
  );
}

function DefinitionLink({ row }: { row: ProfileRow }) {
  return <a href={`/definitions/${row.reference.split('/', 1)[0]}`}>{row.name}</a>;
}

function People({ profile, row }: { profile: Profile; row: ProfileRow }) {
  const opens = opensPeople(row.people, { place: profile.place.code, condition: [row.reference] });
  return <PlaceCount number={row.people} opens={opens} />;
}

const BAR_HEIGHT = 16;

function Pyramid({ profile }: { profile: Profile }) {
  const rows = pyramidOf(profile.ages);
  if (rows.length === 0) return null;
  const bar = (width: number, side: 'left' | 'right') => (
    <svg class="app-bars__mark" width="100%" height={BAR_HEIGHT} focusable="false" aria-hidden="true">
      <rect
        class="app-bars__bar"
        x={side === 'right' ? `${(100 - width).toFixed(1)}%` : 0}
        width={`${width}%`}
        height={BAR_HEIGHT}
      />
    </svg>
  );
  return (
    <section>
      <Heading level={2}>People by age and sex</Heading>
      <table class="nhsuk-table nhsuk-table--compact app-pyramid">
        <caption class="nhsuk-table__caption nhsuk-u-visually-hidden">People by age and sex</caption>
        <thead class="nhsuk-table__head">
          <tr>
            <th scope="col">Female</th>
            <td />
            <th scope="col">Age</th>
            <td />
            <th scope="col">Male</th>
          </tr>
        </thead>
        <tbody class="nhsuk-table__body">
          {rows.map((row) => (
            <tr key={row.title}>
              <td>{row.female}</td>
              <td class="app-pyramid__bar">{bar(row.femaleWidth, 'right')}</td>
              <th scope="row">{row.title}</th>
              <td class="app-pyramid__bar">{bar(row.maleWidth, 'left')}</td>
              <td>{row.male}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
