import { formatDay, londonDay } from '../../../../kernel/index.ts';
import type { PlanVersion } from '../read-plan.ts';
import { type Own, Part } from './own-parts.tsx';

const SHOWN = 5;

/** What has changed in the person's plan, the latest first: who of which service wrote in which part of the one plan. */
export function Changes({ rules, versions }: Pick<Own, 'rules'> & { versions: readonly PlanVersion[] }) {
  if (versions.length === 0) return null;
  return (
    <Part id="changes" title="What has changed">
      <p>Everybody in your team sees these changes as soon as they are made.</p>
      <ul>
        {versions.slice(0, SHOWN).map(({ version, at, author, voice, sections, removed }) => {
          const parts = sections.map((section) => `“${rules.sections[section].title}”`).join(' and ');
          const who = voice === 'person' ? 'You' : author;
          return (
            <li key={version}>
              {`${formatDay(londonDay(at))}: ${who} ${removed ? 'took something out of' : 'wrote in'} ${parts}.`}
            </li>
          );
        })}
      </ul>
    </Part>
  );
}
