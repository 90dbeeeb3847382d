import type { VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';

/** A whole document as text. Pages are made of components, so everything in them is escaped already. */
export function renderPage(page: VNode): string {
  return `<!DOCTYPE html>${renderToString(page)}`;
}

// A name that resolves to nothing (RFC 2606), so that an address on it can only have been a relative one.
const HERE = 'https://neighbourhold.invalid';

/** Where a refused link leads: nowhere on the page, and its name in the status bar says why. */
export const REFUSED_HREF = '#refused-address';

/**
 * The address when it is relative or https; for anything else one that leads nowhere. Preact prints
 * `javascript:` and `data:` addresses as they are, and some of ours come from other people's directories.
 * One bad address there should cost its link, not the page.
 *
 * It asks the parser that browsers use, because they see through tabs, case and backslashes and a pattern
 * does not. `//elsewhere.example` is refused too: it looks like a path and is another site.
 */
export function safeHref(href: string): string {
  if (!URL.canParse(href, HERE)) return REFUSED_HREF;
  const { protocol, origin } = new URL(href, HERE);
  const ours = origin === HERE;
  const https = protocol === 'https:' && /^https:\/\//i.test(href);
  return ours || https ? href : REFUSED_HREF;
}
