// For tests: reads the options of published cards, which lists and tables may stand in, as the props of ours.
import type { ComponentChildren } from 'preact';
import type { CardAction, CardProps } from './card.tsx';
import { type TextOption, textFrom } from './fixture-oracle.tsx';
import type { HeadingLevel, HeadingSize } from './heading.tsx';
import { childrenOf, type HtmlElement, type HtmlNode, parseHtml } from './html-tree.ts';

interface CardHeading {
  readonly text?: string;
  readonly id?: string;
  readonly level?: HeadingLevel;
  readonly size?: HeadingSize;
  readonly classes?: string;
}

type ActionOption =
  | { readonly text: string; readonly href?: string; readonly visuallyHiddenText?: string }
  | false;

export interface CardOptions {
  readonly heading?: string | CardHeading;
  readonly description?: TextOption;
  readonly href?: string;
  readonly clickable?: boolean;
  readonly variant?: string;
  readonly actions?: readonly ActionOption[] | { readonly items: readonly ActionOption[] };
  readonly image?: unknown;
  readonly imgURL?: string;
}

export const actionsOf = ({ actions = [] }: CardOptions) =>
  ('items' in actions ? actions.items : actions).filter((action) => action !== false);

/** The cards that tell patients how urgent a symptom is. */
export const isCareCard = ({ variant = '' }: CardOptions) =>
  ['non-urgent', 'urgent', 'emergency'].includes(variant);

const VARIANTS: readonly string[] = ['feature', 'primary', 'secondary', 'warning'];

export function cardFrom(options: CardOptions): CardProps {
  const { heading, variant, href, clickable } = options;
  const { id, level, size } = typeof heading === 'object' ? heading : {};
  return {
    heading: textFrom(heading),
    headingId: id,
    headingLevel: level,
    headingSize: size,
    href,
    clickable,
    actions: actionsOf(options).map(({ text, href = '#' }): CardAction => ({ text, href })),
    variant: VARIANTS.includes(variant ?? '') ? (variant as CardProps['variant']) : undefined,
  };
}

/** What stands in a published card below its heading, when it came from a template and not from options. */
export function contentOfCard(html: string): ComponentChildren {
  const content = find(parseHtml(html), 'nhsuk-card__content');
  return content && childrenOf(content.children.filter((node) => !hasClass(node, 'nhsuk-card__heading')));
}

function find(nodes: readonly HtmlNode[], name: string): HtmlElement | undefined {
  for (const node of nodes) {
    if (typeof node === 'string') continue;
    const found = hasClass(node, name) ? node : find(node.children, name);
    if (found) return found;
  }
  return undefined;
}

function hasClass(node: HtmlNode, name: string): boolean {
  return typeof node !== 'string' && (node.attributes.class ?? '').split(/\s+/).includes(name);
}
