import { renderToString } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import { type ChoicesOptions, choicesFrom } from './fixture-choices.tsx';
import { compareWithFixtures } from './fixture-oracle.tsx';
import { NOT_COVERED, questionFrom } from './fixture-question.tsx';
import { Radios } from './radios.tsx';

compareWithFixtures<ChoicesOptions>({
  component: 'radios',
  render: ({ items, value, small, inline, disabled, ...options }) => (
    <Radios
      {...questionFrom(options)}
      choices={choicesFrom(items)}
      value={value ?? undefined}
      small={small}
      inline={inline}
      disabled={disabled}
    />
  ),
  notCovered: [
    NOT_COVERED.errorOnly,
    NOT_COVERED.noFieldset,
    NOT_COVERED.labelId,
    {
      why: 'fields of a choice are revealed by the style sheet, without aria-expanded on a radio',
      when: ({ context }) => context.items.some((item) => item !== false && item.conditional !== undefined),
    },
  ],
});

test('fields of a choice come right after it, where the style sheet looks for them', () => {
  const html = renderToString(
    <Radios
      name="contact"
      label="How?"
      value="text"
      choices={[{ value: 'phone', text: 'Phone', conditional: <p>Which number?</p> }]}
    />,
  );
  expect(html).toMatch(/<\/div><div class="nhsuk-radios__conditional" id="conditional-contact"><p>/);
  expect(html).not.toContain('aria-controls');
});
