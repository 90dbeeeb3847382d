import { ErrorMessage } from './error-message.tsx';
import { childrenFrom, compareWithFixtures } from './fixture-oracle.tsx';

interface Options {
  readonly text?: string;
  readonly html?: string;
  readonly visuallyHiddenText?: string;
}

compareWithFixtures<Options>({
  component: 'error-message',
  render: (content) => <ErrorMessage>{childrenFrom(content)}</ErrorMessage>,
  notCovered: [
    {
      why: 'an error is always spoken as one, in English',
      when: ({ context }) => context.visuallyHiddenText !== undefined,
    },
  ],
});
