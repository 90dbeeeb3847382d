import { childrenFrom, compareWithFixtures, type TextOption } from './fixture-oracle.tsx';
import { NotificationBanner } from './notification-banner.tsx';

interface Options {
  readonly text?: string;
  readonly html?: string;
  readonly heading?: TextOption | { readonly text: string; readonly element: string };
  readonly title?: TextOption;
  readonly titleId?: string;
  readonly variant?: 'success';
  readonly role?: string;
  readonly disableAutoFocus?: boolean;
  readonly attributes?: unknown;
}

compareWithFixtures<Options>({
  component: 'notification-banner',
  render: ({ text, html, heading, title, titleId, variant }) => (
    <NotificationBanner
      text={text}
      heading={childrenFrom(heading)}
      variant={variant}
      title={childrenFrom(title)}
      {...(titleId && { titleId })}
    >
      {html && childrenFrom({ html })}
    </NotificationBanner>
  ),
  notCovered: [
    {
      why: 'what was asked for and done is always said at once',
      when: ({ context }) => context.disableAutoFocus !== undefined || context.role !== undefined,
    },
    { why: 'attributes are chosen by props', when: ({ context }) => context.attributes !== undefined },
    {
      why: 'one sentence is the text, not a heading',
      when: ({ context: { heading } }) => typeof heading === 'object' && !!heading && 'element' in heading,
    },
  ],
});
