import { compareWithFixtures } from './fixture-oracle.tsx';
import { SkipLink, type SkipLinkProps } from './skip-link.tsx';

compareWithFixtures<SkipLinkProps>({
  component: 'skip-link',
  render: (options) => <SkipLink {...options} />,
});
