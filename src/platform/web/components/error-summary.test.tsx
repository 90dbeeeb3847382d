import { renderToString } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import { ErrorSummary } from './error-summary.tsx';
import { childrenFrom, compareWithFixtures, type TextOption } from './fixture-oracle.tsx';

interface Options {
  readonly heading?: TextOption;
  readonly description?: TextOption;
  readonly errorList?: readonly ({ readonly text: string; readonly href?: string } | false)[];
  readonly disableAutoFocus?: boolean;
}

compareWithFixtures<Options>({
  component: 'error-summary',
  render: ({ heading, description, errorList = [] }) => (
    <ErrorSummary
      heading={childrenFrom(heading)}
      description={childrenFrom(description)}
      errors={errorList
        .filter((error) => error !== false)
        .map(({ text, href = '#' }) => ({ field: href.slice(1), message: text }))}
    />
  ),
  notCovered: [
    {
      why: 'a page with errors opens at its errors',
      when: ({ context }) => context.disableAutoFocus !== undefined,
    },
  ],
});

test('a form without errors has no summary', () => {
  expect(renderToString(<ErrorSummary errors={[]} />)).toBe('');
});
