import { childrenFrom, compareWithFixtures, type TextOption, textFrom } from './fixture-oracle.tsx';
import { WarningCallout } from './warning-callout.tsx';

interface Options {
  readonly heading?: TextOption;
  readonly text?: string;
  readonly html?: string;
}

compareWithFixtures<Options>({
  component: 'warning-callout',
  render: ({ heading, text, html }) => (
    <WarningCallout heading={textFrom(heading)} headingLevel={3} text={text}>
      {html && childrenFrom({ html })}
    </WarningCallout>
  ),
  notCovered: [
    { why: 'a warning always says what kind it is', when: ({ context }) => context.heading === undefined },
  ],
});
