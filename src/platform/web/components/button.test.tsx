import { renderToString } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import { Button, ButtonGroup, ButtonLink, type ButtonVariant } from './button.tsx';
import { childrenFrom, compareWithFixtures } from './fixture-oracle.tsx';

interface Options {
  readonly text?: string;
  readonly html?: string;
  readonly variant?: ButtonVariant;
  readonly small?: boolean;
  readonly href?: string;
  readonly type?: 'submit' | 'button' | 'reset';
  readonly disabled?: boolean;
  readonly preventDoubleClick?: boolean;
  readonly name?: string;
  readonly value?: string;
  readonly id?: string;
  readonly icon?: unknown;
}

compareWithFixtures<Options>({
  component: 'button',
  render: ({ text, html, href, ...options }) => {
    const children = childrenFrom({ ...(text && { text }), ...(html && { html }) });
    return href === undefined ? (
      <Button {...options}>{children}</Button>
    ) : (
      <ButtonLink {...options} href={href}>
        {children}
      </ButtonLink>
    );
  },
  notCovered: [
    { why: 'our buttons are words, without icons', when: ({ context }) => context.icon !== undefined },
  ],
});

test('buttons of one form stand together', () => {
  const html = renderToString(
    <ButtonGroup>
      <Button name="act" value="save">
        Save
      </Button>
      <ButtonLink href="/list">Cancel</ButtonLink>
    </ButtonGroup>,
  );
  expect(html).toMatch(/^<div class="nhsuk-button-group"><button .*name="act" value="save".*<\/a><\/div>$/);
});
