// For tests: holds our components against the HTML that nhsuk-frontend publishes for its own.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { ComponentChildren, VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { describe, expect, test } from 'vitest';
import { asChildren, canonical } from './html-tree.ts';

export interface Fixture<Options> {
  readonly name: string;
  readonly context: Options;
  readonly html: string;
}

/** Fixtures that a component of ours does not do, and why that is right. */
export interface NotCovered<Options> {
  readonly why: string;
  readonly when: (fixture: Fixture<Options>) => boolean;
}

export interface Comparison<Options> {
  /** The folder in nhsuk-frontend: "button", "tables". */
  readonly component: string;
  readonly render: (options: Options, fixture: Fixture<Options>) => VNode | null;
  readonly notCovered?: readonly NotCovered<Options>[];
  /** Where we differ on purpose: changes the published HTML to what is expected of ours. */
  readonly adjust?: (html: string) => string;
}

const require = createRequire(import.meta.url);

/** One test for each published fixture: equal to ours, or skipped under its reason. */
export function compareWithFixtures<Options>(comparison: Comparison<Options>): void {
  const { component, render, notCovered = [], adjust = (html) => html } = comparison;
  const rules = [CALL_BLOCK, ...notCovered];
  const fixtures = published<Options>(component);

  describe(`nhsuk-frontend ${component}`, () => {
    for (const fixture of fixtures) {
      const reason = rules.find(({ when }) => when(fixture))?.why;
      test.skipIf(reason !== undefined)(fixture.name + (reason ? ` (not covered: ${reason})` : ''), () => {
        const ours = renderToString(<div>{render(fixture.context, fixture)}</div>);
        expect(canonical(ours)).toBe(canonical(`<div>${adjust(fixture.html)}</div>`));
      });
    }

    test.each(notCovered)('leaves out only what is there: $why', ({ when }) => {
      expect(fixtures.some(when)).toBe(true);
    });
  });
}

const CALL_BLOCK: NotCovered<unknown> = {
  why: 'its content is in a template, not in its options',
  when: ({ name }) => name.includes('call block'),
};

function published<Options>(component: string): Fixture<Options>[] {
  const file = require.resolve(`nhsuk-frontend/dist/nhsuk/components/${component}/fixtures.json`);
  return JSON.parse(readFileSync(file, 'utf8')).fixtures;
}

/** A text option of a macro: a string, or text, or HTML. */
export type TextOption = string | { readonly text?: string; readonly html?: string } | null;

/** What a text option says, as children for a component of ours. */
export function childrenFrom(option: TextOption | undefined): ComponentChildren {
  if (option === undefined || option === null || typeof option === 'string') return option ?? undefined;
  return option.html === undefined ? option.text : asChildren(option.html);
}

/** As childrenFrom, for props of ours that are plain text. */
export function textFrom(option: TextOption | undefined): string | undefined {
  if (option === undefined || option === null || typeof option === 'string') return option ?? undefined;
  return option.text;
}
