// What stands on a page, as somebody reads it who saves pages: tables, summaries, links, forms. No knowledge of the
// program that wrote them.

/** A table of a page: what its caption says, its headings, and its rows as text. */
export interface ReadTable {
  readonly caption: string;
  readonly headings: readonly string[];
  readonly rows: readonly (readonly ReadCell[])[];
}

export interface ReadCell {
  readonly text: string;
  /** Where its first link leads, if it has one. */
  readonly href: string | null;
}

/** A form that asks: its address, and what each choice offers; a field that is typed offers nothing. */
export interface ReadForm {
  readonly action: string;
  readonly fields: readonly { readonly name: string; readonly options: readonly string[] }[];
}

export function tablesOf(html: string): ReadTable[] {
  return all(html, /<table[^>]*>(.*?)<\/table>/gs).map((table) => ({
    caption: textOf(all(table, /<caption[^>]*>(.*?)<\/caption>/gs)[0] ?? ''),
    headings: all(table, /<th[^>]*scope="col"[^>]*>(.*?)<\/th>/gs).map(textOf),
    rows: all(all(table, /<tbody[^>]*>(.*?)<\/tbody>/gs)[0] ?? '', /<tr[^>]*>(.*?)<\/tr>/gs).map((row) =>
      all(row, /<t[hd][^>]*>(.*?)<\/t[hd]>/gs).map((cell) => ({
        text: textOf(cell.replace(/<span class="nhsuk-table__heading"[^>]*>.*?<\/span>/gs, '')),
        href: linksOf(cell)[0] ?? null,
      })),
    ),
  }));
}

/** The lines of summary lists: a name and what it says. */
export function summariesOf(html: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const row of all(html, /<div class="nhsuk-summary-list__row[^"]*">(.*?)<\/div>/gs))
    found.set(
      textOf(all(row, /<dt[^>]*>(.*?)<\/dt>/gs)[0] ?? ''),
      textOf(all(row, /<dd[^>]*>(.*?)<\/dd>/gs)[0] ?? ''),
    );
  return found;
}

export function linksOf(html: string): string[] {
  return all(html, /<a [^>]*href="([^"]+)"/g).map(plain);
}

export function formsOf(html: string): ReadForm[] {
  return [...html.matchAll(/<form([^>]*)>(.*?)<\/form>/gs)].flatMap(([, about = '', body = '']) => {
    const action = /action="([^"]+)"/.exec(about)?.[1];
    if (action === undefined || !about.includes('method="get"')) return [];
    const selects = [...body.matchAll(/<select[^>]*name="([^"]+)"[^>]*>(.*?)<\/select>/gs)];
    const typed = all(body, /<input[^>]*name="([^"]+)"[^>]*type="text"/g);
    return [
      {
        action: plain(action),
        fields: [
          ...selects.map(([, name = '', options = '']) => ({
            name,
            options: all(options, /<option[^>]*value="([^"]*)"/g).map(plain),
          })),
          ...typed.map((name) => ({ name, options: [] })),
        ],
      },
    ];
  });
}

/** The day that the page says its data are as at. */
export function dayOf(html: string): string | null {
  return /Data as at <time datetime="([^"]+)"/.exec(html)?.[1] ?? null;
}

/** The rows of a CSV file by its headings. */
export function csvOf(text: string): Record<string, string>[] {
  const [headings = [], ...rows] = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) =>
      all(`,${line}`, /,("(?:[^"]|"")*"|[^,]*)/g).map((field) =>
        field.replace(/^"|"$/g, '').replaceAll('""', '"'),
      ),
    );
  return rows.map((row) => Object.fromEntries(headings.map((heading, at) => [heading, row[at] ?? ''])));
}

function all(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((match) => match[1] ?? '');
}

export function textOf(html: string): string {
  return plain(html.replace(/<[^>]*>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim();
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'" };

function plain(text: string): string {
  return text.replace(/&(#?\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}
