import { join } from 'node:path';
import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { readPlaces } from '../../src/domains/directory/index.ts';
import {
  readCalibrationRules,
  readDisclosureRules,
  readLibrary,
  refresh,
} from '../../src/domains/need/index.ts';
import type { DisclosureRules } from '../../src/domains/need/refresh/disclosure.ts';
import { boundsOf } from '../support/attacker/bounds.ts';
import { Reader, type ReadPage, type Sighting } from '../support/attacker/sightings.ts';
import {
  type Sums,
  sumsOf,
  sumsOfCalibration,
  sumsOfEverybody,
  type World,
} from '../support/attacker/sums.ts';
import { diceOf, walk } from '../support/attacker/walk.ts';
import { observation, patient, registration, writeExtract } from '../support/extracts.ts';
import { importPaths } from '../support/imports.ts';
import { useSite } from '../support/site.ts';
import { persona } from '../support/small-borough.ts';
import { useTestBorough } from '../support/test-book.ts';

/**
 * The long run (NEIGHBOURHOLD_LONG_ATTACK=1) fetches every page that it comes to and puts every hidden number to the
 * solver: half an hour and more. The short one has the same sequences over fewer pages, and a sample of the numbers.
 */
const IS_LONG = process.env.NEIGHBOURHOLD_LONG_ATTACK === '1';
const SEQUENCES = 10_000;
const FETCHES = IS_LONG ? Number.POSITIVE_INFINITY : 60;
const SAMPLED = IS_LONG ? Number.POSITIVE_INFINITY : 2;
/** Some of what can be assumed: figures for years to come are worked out of what is published. */
const PROJECTIONS = ['/projection.csv?years=20&births=300', '/projection.csv?moves=100&deaths=0'];
const PLANNERS = ['commissioner', 'pcn_manager', 'ig_lead'] as const;

/** Pages and files that give counts to planners: the attacker reads every one of them. */
const OF_COUNTS: readonly RegExp[] = [
  /^\/$/,
  /^\/places\/:code$/,
  /^\/places\/:code\/(?!history)[\w-]+\.csv$/,
  /^\/places\/:code\/profile(\.pdf)?$/,
  /^\/definitions(\/:id)?$/,
  /^\/equity(\.csv)?$/,
  /^\/need\/calibration(\.csv)?$/,
  /^\/opt-outs$/,
  /^\/projection(\.csv)?$/,
];

/** What planners may open beside: nobody is counted there for planning, and why not. */
const NOT_OF_COUNTS: readonly (readonly [RegExp, string])[] = [
  [/^\/(audit|emergency-access|protected-records)/, 'people by name, for information governance'],
  [/^\/people\/matches/, 'pairs by name, for who decides about them'],
  [/^\/(imports|quality)/, 'rows and defects of what a practice sent, for who answers for data'],
  [/^\/codelists/, 'codes; use is counted for who may see the entries, by row-level security'],
  [/^\/definitions\/:id\/export$/, 'a definition as text'],
  [/^\/places($|\/(all$|:code\/history|changes|directory))/, 'organisations'],
  [/^\/operations$/, 'jobs and disks'],
  [/^\/kept\/:id$/, 'what they typed themselves'],
  [/^\/work($|[./])/, 'work of a team; of who sees nobody by name, defects and checks of definitions'],
];

/** What somebody noted who saved every page: what each number was, and where it stood. */
class Notebook {
  readonly days = new Map<string, Map<string, number | null>>();
  /** Numbers of the same people and day that were shown in two ways. */
  readonly contradictions: string[] = [];
  private readonly from = new Map<string, string>();

  note({ day, cell, people }: Sighting, where: string): void {
    const seen = this.days.get(day) ?? new Map<string, number | null>();
    this.days.set(day, seen);
    const known = seen.get(cell);
    const key = `${day} ${cell}`;
    if (known !== undefined && known !== people)
      this.contradictions.push(
        `${key}: ${known ?? 'hidden'} at ${this.from.get(key)}, ${people ?? 'hidden'} at ${where}`,
      );
    seen.set(cell, people);
    this.from.set(key, where);
  }

  on(day: string): ReadonlyMap<string, number | null> {
    return this.days.get(day) ?? new Map();
  }
}

describe('somebody who wants to know what is hidden', () => {
  const at = useTestBorough();
  const documents: { title: string; day: string; data: unknown }[] = [];
  const site = useSite(at, () => ({
    pdf: {
      make: async (document) => {
        documents.push(document);
        return Buffer.from('%PDF-');
      },
      close: async () => {},
    },
  }));
  const library = readLibrary('content');
  const rules = readDisclosureRules('content');
  const notebook = new Notebook();
  const walks = { sequences: 0, steps: 0, kinds: new Set<string>(), refused: [] as string[] };
  let world: World;
  let days: string[] = [];

  const publish = async (disclosure: DisclosureRules = rules) =>
    await refresh({
      book: at.book,
      home: at.home,
      library,
      disclosure,
      calibration: readCalibrationRules('content'),
      settings: { threads: 1, memoryMegabytes: 1000 },
    });

  /** Some people come, and some are found to have something. */
  const deliver = async (day: string, practice: string, people: number) => {
    const ids = Array.from({ length: people }, (_, at_) => `${day}-${at_}`);
    const folder = writeExtract(
      join(at.home.path, 'drawn'),
      day,
      {
        patient: ids.map((id, place) =>
          patient(id, {
            birth_date: `19${40 + 3 * place}-02-03`,
            gender_code: place % 2 ? 'male' : 'female',
          }),
        ),
        episode_of_care: ids.map((id) => registration(id, { episode_of_care_start_date: day })),
        observation: ids.slice(0, 3).map((id) => observation(`o${id}`, id)),
      },
      { publisher: practice, extracted_at: `${day}T06:00:00Z` },
    );
    const { deliveries } = await importPaths(at, folder);
    expect(deliveries.map(({ refusal }) => refusal)).toEqual([null]);
  };

  const attack = async (sequences: number, seed: number) => {
    const reader = new Reader(library, world.tree.roots[0]?.code ?? '');
    const share = Math.ceil(sequences / PLANNERS.length);
    for (const [at_, planner] of PLANNERS.entries()) {
      const visitor = await site.signedIn(planner);
      const onPage = (page: ReadPage) => {
        // Information governance has these as they are, and is told so.
        if (page.url === '/opt-outs' && planner === 'ig_lead') return;
        const sightings = reader.read(page);
        for (const sighting of sightings) notebook.note(sighting, page.url);
        if (sightings.length > 0) read.add(routeOf(page.url));
        const place = /^\/places\/([^/]+)\/profile\.pdf/.exec(page.url)?.[1];
        const document = documents.pop();
        if (place && document)
          for (const sighting of reader.readDocument(place, document.day, document.data)) {
            notebook.note(sighting, page.url);
            read.add(routeOf(page.url));
          }
      };
      // Each page and file of counts once, before chance leads on.
      if (at_ === 0)
        for (const url of everyCount()) {
          const { statusCode, body } = await visitor.get(url);
          if (statusCode !== 200) walks.refused.push(`${statusCode} ${url}`);
          onPage({ url, body });
        }
      const walked = await walk(visitor, {
        sequences: share,
        seed: seed + at_,
        fetches: FETCHES,
        days,
        onPage,
      });
      walks.sequences += share;
      walks.steps += walked.steps;
      walks.refused.push(...walked.refused.filter((each) => !each.startsWith('303 /places')));
      for (const kind of walked.kinds.keys()) walks.kinds.add(kind);
    }
  };

  /** The routes whose pages were read, with numbers on them. */
  const read = new Set<string>();
  const planners = () => Promise.all(PLANNERS.map((planner) => persona(at.book, planner)));
  const routes = () => site.web.routes.filter(({ method, access }) => method === 'GET' && 'may' in access);
  const routeOf = (url: string) => {
    const path = url.split('?', 1)[0] ?? '';
    const found = routes().filter((route) =>
      new RegExp(`^${route.url.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}$`).test(path),
    );
    return found.find((route) => !route.url.includes(':'))?.url ?? found[0]?.url ?? path;
  };
  /** Every address of counts: of the largest place, of a neighbourhood and of a practice; each outcome of the calibration. */
  const everyCount = () => {
    const places = ['borough', 'neighbourhood', 'practice'].flatMap(
      (kind) =>
        world.tree.all.find((place) => place.kind === kind && world.tree.practices(place).length > 0)?.code ??
        [],
    );
    return routes()
      .filter(({ url }) => OF_COUNTS.some((pattern) => pattern.test(url)))
      .flatMap(({ url }) => {
        if (url.startsWith('/places/:code/profile'))
          return places.slice(0, 2).map((code) => url.replace(':code', code));
        if (url.includes(':code')) return places.map((code) => url.replace(':code', code));
        if (url === '/definitions/:id')
          return ['/definitions/diabetes', '/definitions/electronic-frailty-index'];
        if (url === '/need/calibration.csv')
          return ['emergency-admission', 'emergency-attendance', 'death'].map((of) => `${url}?of=${of}`);
        return [url];
      });
  };

  beforeAll(async () => {
    world = { library, tree: await readPlaces(at.book.as('batch')), rules };
    days = ['2026-11-01', '2026-11-08', '2026-11-15'];
    await attack(2500, 1);
    await deliver('2026-11-08', 'Z10010', 9);
    await publish();
    await attack(2500, 11);
    await deliver('2026-11-15', 'Z10011', 5);
    await publish();
    await attack(2500, 21);
    // The same people once more, under rules that hide less and round less.
    await publish({ ...rules, hide_up_to: 3, round_to: 2, protected_up_to: 3 });
    await attack(2500, 31);
  }, 3_600_000);

  test(`walks the pages in ${SEQUENCES} sequences, drilling, splitting, asking for other days, and taking files`, () => {
    expect(walks.sequences).toBeGreaterThanOrEqual(SEQUENCES);
    expect(walks.steps).toBeGreaterThan(SEQUENCES);
    expect([...walks.kinds].sort()).toEqual(['date', 'drill', 'export', 'split']);
    expect(walks.refused).toEqual([]);
    expect([...notebook.days.keys()].sort()).toEqual(days);
    for (const day of days) {
      const seen = [...notebook.on(day)];
      expect(seen.length).toBeGreaterThan(2000);
      expect(seen.filter(([, people]) => people === null).length).toBeGreaterThan(1000);
    }
    const cells = days.flatMap((day) => [...notebook.on(day).keys()]);
    expect(cells.some((cell) => cell.includes('|ethnic-category/'))).toBe(true);
    // Few pages are fetched in the short run, and profiles are not always among them.
    if (IS_LONG) expect(cells.some((cell) => cell.includes('|age-and-sex/'))).toBe(true);
  });

  test('reads every page, file and document of counts that there is: whoever adds one adds it here', async () => {
    const by = await planners();
    const open = routes().filter(
      ({ access }) => 'may' in access && by.some((one) => access.may(one).allowed),
    );
    const known = ({ url }: { url: string }) =>
      OF_COUNTS.filter((pattern) => pattern.test(url)).length +
      NOT_OF_COUNTS.filter(([pattern]) => pattern.test(url)).length;
    expect(open.filter((route) => known(route) !== 1).map(({ url }) => url)).toEqual([]);
    const ofCounts = open.filter(({ url }) => OF_COUNTS.some((pattern) => pattern.test(url)));
    expect(ofCounts.length).toBeGreaterThan(15);
    // Of projections below: they are worked out of what is read here.
    const notRead = ofCounts.map(({ url }) => url).filter((url) => !read.has(url));
    expect(notRead.sort()).toEqual(['/projection', '/projection.csv']);
  });

  test('is told the same of the same people on every page, in every file, and by every publication', () => {
    expect(notebook.contradictions).toEqual([]);
  });

  test('is let into no count that was never protected: candidates, whom they would move, people', async () => {
    const unprotected = site.web.routes.filter(
      ({ method, url }) =>
        method === 'GET' &&
        /^\/(definitions\/drafts|codelists\/loads|people)(\/|$)/.test(url) &&
        // Pairs of records that may be one person: the information governance lead reviews them by name, and nothing is counted.
        !url.startsWith('/people/matches'),
    );
    expect(unprotected.length).toBeGreaterThan(15);
    for (const planner of PLANNERS) {
      const visitor = await site.signedIn(planner);
      for (const { url } of unprotected) {
        const { statusCode } = await visitor.get(url.replace(/:\w+/g, '1'));
        expect([planner, url, [403, 404].includes(statusCode)]).toEqual([planner, url, true]);
      }
    }
  });

  /** All that may be worked out of some hidden numbers of one day, by what adds up to what. */
  const told = async (
    seen: ReadonlyMap<string, number | null>,
    sample: number,
    pick: (cell: string) => boolean = () => true,
  ) => {
    const found: { cell: string; least: number; most: number }[] = [];
    let put = 0;
    const dice = diceOf(7);
    const everybody = [() => sumsOfEverybody(seen, world), () => sumsOfCalibration(seen, world)];
    for (const of of [...everybody, ...library.definitions]) {
      const sums: Sums | null = typeof of === 'function' ? of() : sumsOf(of, seen, world);
      if (!sums) continue;
      const isOwn = (cell: string) =>
        typeof of === 'function' || !(cell.includes('|registered|') || cell.includes('|of|everybody|'));
      const hidden = sums.hidden().filter((cell) => isOwn(cell) && pick(cell));
      const put_ = sampleOf(hidden, sample, dice);
      if (put_.length === 0) continue;
      const bounds = await boundsOf(
        sums,
        put_.map((cell) => sums.at(cell)),
      );
      put += put_.length;
      for (const cell of put_) {
        const bound = bounds.get(sums.at(cell));
        if (bound && (bound.least === bound.most || bound.most <= rules.protected_up_to))
          found.push({ cell, ...bound });
      }
    }
    return { found, put };
  };

  test('finds no hidden number by linear programming, and of none that it is a small one or nobody', async () => {
    let put = 0;
    for (const day of days) {
      const { found, put: of } = await told(notebook.on(day), SAMPLED);
      put += of;
      expect([day, found]).toEqual([day, []]);
    }
    expect(put).toBeGreaterThan(200);
  }, 14_400_000);

  test('is shown published numbers alone: were exact ones others, every page of counts would be the same', async () => {
    const looked = async () => {
      const pages: [string, string][] = [];
      for (const planner of PLANNERS) {
        const visitor = await site.signedIn(planner);
        for (const url of [...everyCount(), ...PROJECTIONS]) {
          if (url === '/opt-outs') continue;
          const { statusCode, body } = await visitor.get(url);
          expect([planner, url, statusCode]).toEqual([planner, url, 200]);
          const document = documents.pop();
          const page =
            body.replaceAll(/name="_csrf" value="[^"]*"/g, '') + JSON.stringify(document?.data ?? '');
          pages.push([`${planner} ${url}`, page]);
        }
      }
      return pages;
    };
    const before = await looked();
    const change = (by: number) =>
      at.book.pool('owner').query(
        `update need.practice_count set people = people + ${by};
         update need.equity_count set people = array(select each + ${by} from unnest(people) with ordinality as of (each, at) order by at);
         update need.equity_stratum set people = array(select each + ${by} from unnest(people) with ordinality as of (each, at) order by at)`,
      );
    // Whoever cares for everybody there has the exact ones, which tells that they were changed.
    const lead = await site.signedIn('int_lead');
    const exact = async () =>
      (await lead.get(everyCount().find((url) => url.startsWith('/places/')) ?? '')).body;
    const exactBefore = await exact();
    await change(1000);
    const after = await looked();
    expect(await exact()).not.toBe(exactBefore);
    await change(-1000);
    expect(await exact()).toBe(exactBefore);
    expect(before.filter(([, page], at_) => page !== after[at_]?.[1]).map(([url]) => url)).toEqual([]);
  }, 120_000);

  test('is right: what they work out holds for the people themselves', async () => {
    const day = days.at(-1) ?? '';
    const { rows } = await sql<{ id: string; code: string; people: number }>`
      select worded.id, place.code, count(*)::int as people
        from need.person_fact as fact join directory.place as place on place.place_id = fact.practice_id
        cross join unnest(in_ids) as each join need.definition as worded on worded.definition_no = each
       where planning and snapshot_id = (select max(snapshot_id) from need.publication)
         and worded.id in ('diabetes', 'hypertension', 'asthma', 'copd') group by 1, 2`.execute(
      at.book.as('batch'),
    );
    expect(rows.length).toBeGreaterThan(100);
    for (const id of new Set(rows.map((row) => row.id))) {
      const definition = library.definitions.find((each) => each.id === id);
      const sums = definition && sumsOf(definition, notebook.on(day), world);
      if (!sums) continue;
      const own = rows.filter((row) => row.id === id);
      const places = own.map(({ code }) => sums.at(`${code}|definition:${id}|in|`));
      const bounds = await boundsOf(sums, places);
      own.forEach(({ code, people }, place) => {
        const { least = 0, most = 0 } = bounds.get(places[place] ?? -1) ?? {};
        expect([id, code, people >= least && people <= most]).toEqual([id, code, true]);
      });
    }
  }, 600_000);

  test('would find some, were only small numbers hidden and nothing else', async () => {
    const day = days.at(-1) ?? '';
    const bare = new Map(notebook.on(day));
    const planted = new Set<string>();
    for (const id of ['atrial-fibrillation', 'coronary-heart-disease', 'heart-failure', 'stroke-tia'])
      for (const [cell, people] of await exactCounts(id)) {
        planted.add(cell);
        bare.set(cell, people > 0 && people <= rules.hide_up_to ? null : 5 * Math.round(people / 5));
      }
    const { found, put } = await told(bare, Number.POSITIVE_INFINITY, (cell) => planted.has(cell));
    expect(put).toBeGreaterThan(10);
    expect(found.length).toBeGreaterThan(3);
  }, 600_000);

  /** How many people of each place who do not object are in a definition. */
  const exactCounts = async (id: string) => {
    const { rows } = await sql<{ practice: number; people: number }>`
      select practice_id as practice, count(*)::int as people from need.person_fact
       where planning and snapshot_id = (select max(snapshot_id) from need.publication)
         and (select definition_no from need.definition join need.publication on true
               where id = ${id} and snapshot_id = (select max(snapshot_id) from need.publication)
                 and definition_no = any (select (each ->> 'no')::int from jsonb_array_elements(definitions) as each)) = any (in_ids)
       group by 1`.execute(at.book.as('batch'));
    const of = new Map(rows.map(({ practice, people }) => [practice, people]));
    return new Map(
      world.tree.all.map((place) => [
        `${place.code}|definition:${id}|in|`,
        world.tree.practices(place).reduce((sum, practice) => sum + (of.get(practice.id) ?? 0), 0),
      ]),
    );
  };
});

function sampleOf<Item>(items: readonly Item[], size: number, dice: () => number): Item[] {
  if (items.length <= size) return [...items];
  return Array.from({ length: size }, () => items[Math.floor(dice() * items.length)]).filter(
    (item) => item !== undefined,
  );
}
