import { childrenFrom, compareWithFixtures, type TextOption } from './fixture-oracle.tsx';
import type { HeadingLevel, HeadingSize } from './heading.tsx';
import { Label } from './label.tsx';

export interface LabelOptions {
  readonly text?: string;
  readonly html?: string;
  readonly size?: HeadingSize;
  readonly id?: string;
  readonly classes?: string;
  readonly caption?: unknown;
  readonly isPageHeading?: boolean;
  readonly heading?:
    | TextOption
    | true
    | {
        readonly level?: HeadingLevel;
        readonly size?: HeadingSize;
        readonly text?: string;
        readonly id?: string;
      };
}

compareWithFixtures<LabelOptions>({
  component: 'label',
  render: ({ heading, size, id, ...content }) => {
    const options = typeof heading === 'object' && heading !== null ? heading : {};
    const words = typeof heading === 'string' ? heading : (options.text ?? childrenFrom(content));
    return (
      <Label
        id={id}
        size={('size' in options ? options.size : undefined) ?? size}
        heading={heading ? (('level' in options ? options.level : undefined) ?? 1) : undefined}
      >
        {words}
      </Label>
    );
  },
  notCovered: [
    { why: 'classes are chosen by props', when: ({ context }) => context.classes !== undefined },
    { why: 'captions belong to page headings', when: ({ context }) => context.caption !== undefined },
    { why: 'deprecated option', when: ({ context }) => context.isPageHeading !== undefined },
    {
      why: 'nobody needs the id of a heading around a label',
      when: ({ context: { heading } }) => typeof heading === 'object' && heading !== null && 'id' in heading,
    },
  ],
});
