import { childrenFrom, compareWithFixtures } from './fixture-oracle.tsx';
import { Tag, type TagColour } from './tag.tsx';

interface Options {
  readonly text?: string;
  readonly html?: string;
  readonly colour?: TagColour | false;
  readonly border?: boolean;
  readonly classes?: string;
}

compareWithFixtures<Options>({
  component: 'tag',
  render: ({ colour, border, ...content }) => (
    <Tag colour={colour || undefined} {...(border !== undefined && { border })}>
      {childrenFrom(content)}
    </Tag>
  ),
  notCovered: [
    { why: 'classes are chosen by props', when: ({ context }) => context.classes !== undefined },
    {
      why: 'without a colour a tag is plain text, and is written as that',
      when: ({ context }) => context.colour === false,
    },
  ],
});
