// For tests: reads HTML well enough to compare two pieces of it, and to hand published HTML to our components.
import { type ComponentChildren, h } from 'preact';

export interface HtmlElement {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: HtmlNode[];
}
export type HtmlNode = HtmlElement | string;

const TOKEN =
  /<!--[\s\S]*?-->|<!DOCTYPE[^>]*>|<\/([\w-]+)\s*>|<([a-zA-Z][\w-]*)((?:\s+[^\s"'>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+))?)*)\s*(\/?)>|[^<]+|</gi;
const ATTRIBUTE = /([^\s"'>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g;
const VOID = new Set(['br', 'hr', 'img', 'input', 'link', 'meta']);

/** Reads HTML into a tree. Closes what is left open; knows no scripts and no styles. */
export function parseHtml(html: string): HtmlNode[] {
  const root: HtmlElement = { tag: '', attributes: {}, children: [] };
  const open = [root];
  for (const [token, closing, opening, attributes, selfClosing] of html.matchAll(TOKEN)) {
    const parent = open.at(-1) ?? root;
    if (closing) {
      const at = open.findLastIndex(({ tag }) => tag === closing.toLowerCase());
      if (at > 0) open.length = at;
    } else if (opening) {
      const element = { tag: opening.toLowerCase(), attributes: readAttributes(attributes), children: [] };
      parent.children.push(element);
      if (!selfClosing && !VOID.has(element.tag)) open.push(element);
    } else if (!token.startsWith('<!')) {
      parent.children.push(decode(token));
    }
  }
  return root.children;
}

function readAttributes(written = ''): Record<string, string> {
  const pairs = [...written.matchAll(ATTRIBUTE)].map(([, name = '', double, single, bare]) => [
    name,
    decode(double ?? single ?? bare ?? ''),
  ]);
  return Object.fromEntries(pairs);
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', ctdot: '⋯' };

function decode(text: string): string {
  return text.replaceAll(/&(?:#(\d+)|(\w+));/g, (whole, code?: string, name?: string) =>
    code ? String.fromCodePoint(Number(code)) : (ENTITIES[name ?? ''] ?? whole),
  );
}

/** Published HTML as children for our components, so that options called `html` can be compared too. */
export function asChildren(html: string): ComponentChildren {
  return childrenOf(parseHtml(html));
}

/** As asChildren, for what has been read already. */
export function childrenOf(nodes: readonly HtmlNode[]): ComponentChildren[] {
  return withoutIndentation(nodes).map((node) =>
    typeof node === 'string' ? node : h(node.tag, node.attributes, ...childrenOf(node.children)),
  );
}

/**
 * One line for each element and text, attributes and classes in order of the alphabet, so that two pieces of
 * HTML are the same text when browsers and screen readers would not know them apart.
 *
 * Left out on purpose: what is drawn inside an svg, because our icons are our own; roles that the element has
 * anyway (nav, header, footer); and role="text", which ARIA does not know.
 */
export function canonical(html: string): string {
  return lines(parseHtml(html), '').join('\n');
}

function lines(nodes: readonly HtmlNode[], indent: string): string[] {
  return withoutIndentation(nodes).flatMap((node) => {
    if (typeof node === 'string') return [indent + JSON.stringify(node)];
    const inside = node.tag === 'svg' ? [] : lines(node.children, `${indent}  `);
    return [`${indent}<${node.tag}${attributesInOrder(node)}>`, ...inside];
  });
}

const OWN_ROLE: Readonly<Record<string, string>> = {
  nav: 'navigation',
  header: 'banner',
  footer: 'contentinfo',
  span: 'text',
};

function attributesInOrder({ tag, attributes }: HtmlElement): string {
  return Object.entries(attributes)
    .filter(([name, value]) => name !== 'role' || value !== OWN_ROLE[tag])
    .map(([name, value]) => ` ${name}="${name === 'class' ? value.split(/\s+/).sort().join(' ') : value}"`)
    .sort()
    .join('');
}

/**
 * Drops line breaks with the spaces around them, which templates put between elements; keeps single spaces,
 * which people wrote: "Change<span> date of birth</span>" must not become "Changedate of birth".
 */
function withoutIndentation(nodes: readonly HtmlNode[]): HtmlNode[] {
  return nodes
    .map((node) => (typeof node === 'string' ? withoutBreaks(node) : node))
    .filter((node) => node !== '');
}

function withoutBreaks(text: string): string {
  return text
    .replaceAll(/\s*\n\s*/g, '\n')
    .replaceAll(/^\n|\n$/g, '')
    .replaceAll(/\s+/g, ' ');
}
