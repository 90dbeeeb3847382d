import { childrenFrom, compareWithFixtures, type TextOption } from './fixture-oracle.tsx';
import { Hint } from './hint.tsx';

compareWithFixtures<TextOption>({
  component: 'hint',
  render: (content) => <Hint>{childrenFrom(content)}</Hint>,
});
