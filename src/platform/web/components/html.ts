import type { VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';

/** A whole document as text. Pages are made of components, so everything in them is escaped already. */
export function renderPage(page: VNode): string {
  return `<!DOCTYPE html>${renderToString(page)}`;
}

// A name that resolves to nothing (RFC 2606), so that an address on it can only have been a relative one.
const HERE = 'https://neighbourhold.invalid';

/**
 * The address, when it is relative or https; undefined for anything else, so that the link stays readable
 * as text and leads nowhere. Preact prints `javascript:` and `data:` addresses as they are, and some of ours
 * come from other people's directories.
 *
 * It asks the parser that browsers use, because they see through tabs, case and backslashes and a pattern
 * does not. `//elsewhere.example` is refused too: it looks like a path and is another site.
 */
export function safeHref(href: string): string | undefined {
  if (!URL.canParse(href, HERE)) return undefined;
  const url = new URL(href, HERE);
  if (url.protocol !== 'https:') return undefined;
  return url.origin === HERE || /^https:\/\//i.test(href) ? href : undefined;
}
