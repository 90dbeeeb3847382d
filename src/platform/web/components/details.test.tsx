import { Details } from './details.tsx';
import { childrenFrom, compareWithFixtures, type TextOption } from './fixture-oracle.tsx';

interface Options {
  readonly summary: TextOption;
  readonly text?: string;
  readonly html?: string;
  readonly open?: boolean;
  readonly classes?: string;
}

compareWithFixtures<Options>({
  component: 'details',
  render: ({ summary, open, classes, ...content }) => (
    <Details summary={childrenFrom(summary)} open={open} expander={classes === 'nhsuk-expander'}>
      {childrenFrom(content)}
    </Details>
  ),
});
