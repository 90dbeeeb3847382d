import { childrenFrom, compareWithFixtures } from './fixture-oracle.tsx';
import { InsetText } from './inset-text.tsx';

interface Options {
  readonly text?: string;
  readonly html?: string;
}

compareWithFixtures<Options>({
  component: 'inset-text',
  render: ({ text, html }) => (
    <InsetText>{text ? <p>{text}</p> : childrenFrom({ html: html ?? '' })}</InsetText>
  ),
});
