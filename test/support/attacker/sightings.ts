import { dimensionsOf } from '../../../src/domains/need/equity/compared.ts';
import { figuresOf } from '../../../src/domains/need/equity/figures.ts';
import { bandsOf, type Definition, type Library } from '../../../src/domains/need/language/library.ts';
import { csvOf, dayOf, type ReadTable, summariesOf, tablesOf, textOf } from './page-text.ts';

/**
 * One number that was seen: `place|measure|band|group`, as of a day; group is empty for everybody, `dimension/group` for a
 * group, `age-and-sex/AGE/SEX` for a stratum. Null where the page says that it is hidden.
 */
export interface Sighting {
  readonly day: string;
  readonly cell: string;
  readonly people: number | null;
}

export interface ReadPage {
  readonly url: string;
  readonly body: string;
}

export function cellOf(place: string, measure: string, band: string, group = ''): string {
  return `${place}|${measure}|${band}|${group}`;
}

/** A number as pages write it. Undefined where there is none. */
function numberIn(text: string | undefined): number | null | undefined {
  if (text === undefined || text === '' || text === 'none' || text === 'No data') return undefined;
  if (['hidden', 'suppressed', 'fewer than 8'].includes(text.toLowerCase())) return null;
  return /^[\d,]+$/.test(text) ? Number(text.replaceAll(',', '')) : undefined;
}

/**
 * Reads numbers off pages and files. It knows what anybody can know who reads the definitions, which every page links to:
 * which name is which definition, band or group. `largest` are the places whose sum a page of a definition shows.
 */
export class Reader {
  private readonly byShortName = new Map<string, readonly [string, string]>();
  private readonly charts = new Map<string, ReadonlyMap<string, readonly [string, string]>>();
  private readonly captions = new Map<string, string>();
  private readonly groups = new Map<string, string>();
  private readonly figures: ReturnType<typeof figuresOf>;

  private readonly library: Library;
  private readonly largest: string;

  constructor(library: Library, largest: string) {
    this.library = library;
    this.largest = largest;
    this.figures = figuresOf(library);
    for (const definition of library.definitions) {
      if (definition.kind === 'register')
        this.byShortName.set(shortName(definition), [`definition:${definition.id}`, 'in']);
      if (definition.kind === 'ranking') {
        const bands = definition.bands.map(({ id, title }) => [title, ['need', id]] as const);
        const rest = ['Not ranked: under 20, or a feed is missing', ['need', 'unranked']] as const;
        this.charts.set('need', new Map([...bands, rest]));
      } else if (definition.kind !== 'register') {
        const chart = definition.id === 'electronic-frailty-index' ? 'frailty' : definition.id;
        this.charts.set(
          chart,
          new Map(bandsOf(definition).map(({ id, title }) => [title, [`band:${definition.id}`, id]])),
        );
        this.captions.set(shortName(definition), chart);
      }
    }
    this.captions.set('Need in this place', 'need');
    this.captions.set('Frailty of people aged 65 and over', 'frailty');
    for (const chart of ['conditions', 'case-finding']) this.charts.set(chart, this.byShortName);
    this.captions.set('Long-term conditions', 'conditions');
    this.captions.set('People whom a clinician may want to check', 'case-finding');
    for (const { id, title, short, segments } of dimensionsOf(library))
      for (const segment of segments)
        this.groups.set(`${short ?? title}/${segment.title}`, `${id}/${segment.id}`);
  }

  /** Everything that a page says in numbers of people. */
  read({ url, body }: ReadPage): Sighting[] {
    const { pathname, searchParams } = new URL(url, 'http://site');
    const [, top = '', one = '', two = ''] = pathname.split('/');
    const day = dayOf(body) ?? '';
    if (pathname === '/equity') return this.readEquityPage(body, searchParams, day);
    if (pathname === '/equity.csv') return this.readEquityFile(body, searchParams.get('place'));
    if (pathname === '/need/calibration.csv') return readCalibrationFile(body);
    if (pathname === '/need/calibration') return this.readCalibrationPage(body, searchParams, day);
    if (pathname === '/opt-outs') return this.readOptOuts(body, day);
    if (pathname === '/') return this.readHome(body, day);
    if (pathname === '/definitions') return this.readDefinitions(body, day);
    if (top === 'definitions' && one !== '' && two === '') return this.readDefinition(one, body, day);
    if (top !== 'places' || one === '') return [];
    if (two === '') return this.readPlace(one, body, day);
    if (two === 'profile') return this.readProfilePage(one, body, day);
    if (two === 'profile.csv') return this.readProfileFile(one, body);
    return this.readChartFile(one, two.replace('.csv', ''), body);
  }

  private readPlace(place: string, body: string, day: string): Sighting[] {
    return tablesOf(body).flatMap((table) => {
      if (table.caption === 'People registered, by place') return this.readPlaces(place, table, day);
      const chart = this.captions.get(table.caption);
      const names = chart === undefined ? undefined : this.charts.get(chart);
      return table.rows.flatMap(([name, value]) => {
        const cell = names?.get(name?.text ?? '');
        return cell ? seen(day, cellOf(place, ...cell), numberIn(value?.text)) : [];
      });
    });
  }

  private readPlaces(place: string, { headings, rows }: ReadTable, day: string): Sighting[] {
    const frailty = this.charts.get('frailty');
    return rows.flatMap((row, at) => {
      const code = at === 0 ? place : /^\/places\/([^?/]+)/.exec(row[0]?.href ?? '')?.[1];
      if (code === undefined) return [];
      return headings.flatMap((heading, column) => {
        const cell: readonly [string, string] | undefined =
          heading === 'Registered'
            ? ['registered', 'all']
            : heading === 'In the top 9% of need'
              ? ['need', 'top-2+next-7']
              : frailty?.get(heading);
        return cell ? seen(day, cellOf(code, ...cell), numberIn(row[column]?.text)) : [];
      });
    });
  }

  private readChartFile(place: string, chart: string, body: string): Sighting[] {
    return csvOf(body).flatMap(({ data_date = '', band = '', people }) => {
      const cell = this.charts.get(chart)?.get(band);
      return cell ? seen(data_date, cellOf(place, ...cell), numberIn(people)) : [];
    });
  }

  private profileCell(part: string, name: string): readonly [string, string, string?] | undefined {
    if (part === 'people') return ['registered', 'all'];
    if (part === 'segment') return this.charts.get('bridges-to-health')?.get(name);
    if (part === 'age and sex') return ['of', 'everybody', `age-and-sex/${name.split(' ').join('/')}`];
    return this.byShortName.get(name);
  }

  private readProfileFile(place: string, body: string): Sighting[] {
    return csvOf(body).flatMap(({ data_date = '', part = '', name = '', people }) => {
      const cell = this.profileCell(part, name);
      return cell ? seen(data_date, cellOf(place, ...cell), numberIn(people)) : [];
    });
  }

  private readProfilePage(place: string, body: string, day: string): Sighting[] {
    return tablesOf(body).flatMap(({ caption, rows }) =>
      rows.flatMap(([name, value]) => {
        const part = caption === 'Segments of need' ? 'segment' : 'condition';
        if (!['Segments of need', 'Conditions', 'What people use'].includes(caption)) return [];
        const cell = this.profileCell(part, name?.text ?? '');
        return cell ? seen(day, cellOf(place, ...cell), numberIn(value?.text)) : [];
      }),
    );
  }

  /** What is handed to be set as a PDF: rows of text under the words that stand before them. */
  readDocument(place: string, day: string, data: unknown): Sighting[] {
    const { registered, segments, conditions, use } = data as Record<string, unknown>;
    const rows = (part: string, of: unknown) =>
      (of as string[][]).flatMap(([name = '', people]) => {
        const cell = this.profileCell(part, name);
        return cell ? seen(day, cellOf(place, ...cell), numberIn(people)) : [];
      });
    return [
      ...seen(day, cellOf(place, 'registered', 'all'), numberIn(String(registered))),
      ...rows('segment', segments),
      ...rows('condition', conditions),
      ...rows('use', use),
    ];
  }

  private readDefinitions(body: string, day: string): Sighting[] {
    return tablesOf(body).flatMap(({ headings, rows }) =>
      rows.flatMap((row) => {
        const id = row[0]?.href?.split('/').at(-1);
        const definition = this.library.definitions.find((each) => each.id === id);
        return definition
          ? headings.flatMap((heading, at) => this.outcome(definition, heading, row[at]?.text, day))
          : [];
      }),
    );
  }

  private outcome(definition: Definition, name: string, value: string | undefined, day: string): Sighting[] {
    const band = { In: 'in', Out: 'out', Unknown: 'unknown' }[name];
    if (band === undefined || definition.kind === 'segmentation') return [];
    const id = definition.kind === 'ranking' ? definition.of : definition.id;
    return seen(day, cellOf(this.largest, `definition:${id}`, band), numberIn(value));
  }

  private readDefinition(id: string, body: string, day: string): Sighting[] {
    const definition = this.library.definitions.find((each) => each.id === id);
    if (!definition) return [];
    const outcomes = [...summariesOf(body)].flatMap(([name, value]) =>
      this.outcome(definition, name, value, day),
    );
    const tables = tablesOf(body).flatMap(({ caption, rows }) =>
      rows.flatMap(([name, value], at) => {
        const band = bandsOf(definition).find(({ title }) => title === name?.text)?.id;
        if (caption === 'Step by step')
          return seen(day, cellOf(this.largest, `lost:${id}`, String(at)), numberIn(value?.text));
        return /^People by (band|segment)$/.test(caption) && band !== undefined
          ? seen(day, cellOf(this.largest, `band:${id}`, band), numberIn(value?.text))
          : [];
      }),
    );
    return [...outcomes, ...tables];
  }

  private readCalibrationPage(body: string, asked: URLSearchParams, day: string): Sighting[] {
    const outcome = asked.get('of') ?? 'emergency-admission';
    return tablesOf(body).flatMap(({ caption, rows }) => {
      const dimension = this.library.definitions.find((each) => shortName(each) === caption)?.id;
      const part = caption === 'What happened, by tenth of the score' ? 'tenth' : dimension;
      if (part === undefined) return [];
      return rows.flatMap(([name, people, happened]) => [
        ...seen(day, calibrationCell('people', part, name?.text ?? ''), numberIn(people?.text)),
        ...seen(day, calibrationCell(outcome, part, name?.text ?? ''), numberIn(happened?.text)),
      ]);
    });
  }

  /** Everybody, whom objections leave out, and whom national opt-outs leave out beside them. */
  private readOptOuts(body: string, day: string): Sighting[] {
    const rows =
      tablesOf(body).find(({ caption }) => caption === 'How many people each use counts')?.rows ?? [];
    const [everybody, objecting, both] = [rows[0]?.[3], rows[1]?.[2], rows[2]?.[2]].map((cell) =>
      numberIn(cell?.text),
    );
    const optedOut = both === null || objecting === null ? both : Number(both) - Number(objecting);
    return [
      ...seen(day, cellOf(this.largest, 'opt-outs', 'registered'), everybody),
      ...seen(day, cellOf(this.largest, 'opt-outs', 'objecting'), objecting),
      // Both hidden says nothing of either alone.
      ...(objecting === null ? [] : seen(day, cellOf(this.largest, 'opt-outs', 'opted-out'), optedOut)),
    ];
  }

  /** The numbers of the place that a reader works for, on their home page. */
  private readHome(body: string, day: string): Sighting[] {
    const place = /<h2[^>]*><a href="\/places\/([^"?/]+)"/.exec(body)?.[1];
    if (place === undefined) return [];
    const cells = {
      'people registered': cellOf(place, 'registered', 'all'),
      'in the top 9% of need': cellOf(place, 'need', 'top-2+next-7'),
      'severely frail': cellOf(place, 'band:electronic-frailty-index', 'severe'),
    };
    return Object.entries(cells).flatMap(([label, cell]) => {
      const card = new RegExp(`<li data-count=[^>]*>((?:(?!</li>)[\\s\\S])*?${label})`).exec(body)?.[1];
      const said = card === undefined ? undefined : textOf(card).replace(label, '').trim();
      return seen(day, cell, numberIn(said));
    });
  }

  private group(
    place: string,
    reference: string,
    row: { day: string; group: string | undefined; people: string | undefined; counted: string | undefined },
  ): Sighting[] {
    const figure = this.figures.find((each) => each.reference === reference);
    if (!figure || row.group === undefined) return [];
    return [
      ...seen(row.day, cellOf(place, 'of', figure.of, row.group), numberIn(row.people)),
      ...seen(row.day, cellOf(place, figure.measure, figure.band, row.group), numberIn(row.counted)),
    ];
  }

  private readEquityFile(body: string, place: string | null): Sighting[] {
    return csvOf(body).flatMap(({ data_date = '', figure = '', dimension, group, people, counted }) =>
      this.group(place ?? this.largest, figure, {
        day: data_date,
        group: this.groups.get(`${dimension}/${group}`),
        people,
        counted,
      }),
    );
  }

  private readEquityPage(body: string, asked: URLSearchParams, day: string): Sighting[] {
    const reference = asked.get('of') ?? 'hypertension';
    const figure = this.figures.find((each) => each.reference === reference);
    return tablesOf(body).flatMap(({ caption, rows }) =>
      rows.flatMap(([name, people, counted]) => {
        const dimension = dimensionsOf(this.library).find(
          ({ title, short }) => caption === `${figure?.name} by ${(short ?? title).toLowerCase()}`,
        );
        return this.group(asked.get('place') || this.largest, reference, {
          day,
          group: this.groups.get(`${dimension?.short ?? dimension?.title}/${name?.text}`),
          people: people?.text,
          counted: counted?.text,
        });
      }),
    );
  }
}

/** Tenths and groups of a calibration: of everybody who had a score, wherever they are. */
export function calibrationCell(outcome: string, part: string, name: string): string {
  return cellOf('', 'calibration', outcome, `${part}/${name}`);
}

function readCalibrationFile(body: string): Sighting[] {
  return csvOf(body).flatMap(({ data_date = '', outcome = '', part = '', name = '', people, happened }) => [
    ...seen(data_date, calibrationCell('people', part, name), numberIn(people)),
    ...seen(data_date, calibrationCell(outcome, part, name), numberIn(happened)),
  ]);
}

function seen(day: string, cell: string, people: number | null | undefined): Sighting[] {
  return people === undefined ? [] : [{ day, cell, people }];
}

function shortName({ short, title }: { short?: string | undefined; title: string }): string {
  return short ?? title;
}
