import { type JsonObject, object, objects, text } from './json.ts';

/** A bundle that says of itself that it is a page of a search: its own address, and that of the page after it. */
export interface Page {
  readonly file: string;
  readonly self: string | null;
  readonly next: string | null;
  readonly total: string | null;
}

/** What a bundle says of the pages of its search. Servers send a search in pages, and a file is one of them. */
export function pageOf(file: string, bundle: JsonObject): Page {
  const link = (relation: string) =>
    objects(bundle.link).flatMap((each) =>
      text(each.relation) === relation ? (text(each.url) ?? []) : [],
    )[0] ?? null;
  return { file, self: link('self'), next: link('next'), total: text(object(bundle).total) };
}

/** Of files that name a page after them which is not among them: that it is missing, in a sentence each. */
export function missingPages(pages: readonly Page[]): string[] {
  const here = new Set(pages.map(({ self }) => self));
  return pages
    .filter(({ next }) => next !== null && !here.has(next))
    .map(({ file, total }) => {
      const of = total === null ? '' : ` of ${total} results`;
      return `${file} is a page of a search${of}, and the page after it is not here: what stands on it is not taken in until it is sent`;
    });
}
