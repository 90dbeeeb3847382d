export interface NavigationItem {
  readonly text: string;
  readonly href: string;
}

/** A section of the menu: a page, or several under one name, the first of which the name opens. */
export interface NavigationSection extends NavigationItem {
  readonly items?: readonly NavigationItem[];
}

/** What stands around every page and comes from the request, not from the page: made once, by the web server. */
export interface Chrome {
  /** Addresses of built files, by the names in dist/assets/manifest.json. */
  readonly assets: {
    readonly styles: string;
    readonly start: string;
    readonly nhsuk: string;
    readonly mark: string;
  };
  /** The path that was asked for. The navigation marks where it is by it. */
  readonly path: string;
  readonly csrfToken: string;
  /** Who is signed in; null on pages before that. */
  readonly account: {
    readonly name: string;
    /** What they may do and where: "Care coordinator, Ash Grove". */
    readonly role: string;
    readonly href?: string | undefined;
  } | null;
  readonly signOutHref: string;
  readonly navigation: readonly NavigationSection[];
  readonly footer: readonly NavigationItem[];
  /** Says on every page that all people are made up. */
  readonly demo: boolean;
  /** The moment up to which this is a restored copy, in words; says on every page that it is one. */
  readonly copyOf?: string | undefined;
  /** What the page gives back of what somebody typed and did not save; undefined on every other page. */
  readonly kept?: { readonly id: string; readonly at: Date; readonly words: readonly string[] } | undefined;
}

/** The section that a path is in, and the page of it: of all pages of all sections the longest that the path begins with. */
export function currentSection(
  sections: readonly NavigationSection[],
  path: string,
): { section: NavigationSection; item: NavigationItem } | undefined {
  const pages = sections.flatMap((section) =>
    (section.items ?? [section]).map((item) => ({ section, item, href: item.href, text: item.text })),
  );
  const found = currentItem(pages, path);
  return pages.find((page) => page === found);
}

/** The item whose section a path is in: the longest that the path begins with. */
export function currentItem(items: readonly NavigationItem[], path: string): NavigationItem | undefined {
  return items
    .filter(({ href }) => path === href || path.startsWith(href.endsWith('/') ? href : `${href}/`))
    .filter(({ href }) => href !== '/' || path === '/')
    .sort((a, b) => b.href.length - a.href.length)[0];
}
