import { InsetText } from '../../../../platform/web/index.ts';
import type { Problem } from '../../drafts/check-draft.ts';

/** What is wrong with a text, each with its line and what stands there. */
export function ProblemList(props: { problems: readonly Problem[]; what: string; text: string }) {
  const { problems, what, text } = props;
  if (problems.length === 0) return null;
  const lines = text.split('\n');
  return (
    <InsetText>
      <p>
        <strong>{`What has to be mended in the ${what}`}</strong>
      </p>
      <ul class="nhsuk-list nhsuk-list--bullet">
        {problems.map(({ line, message }) => (
          <li key={`${line} ${message}`}>
            {line === null ? message : `Line ${line}: ${message}`}
            {line !== null && lines[line - 1] && (
              <>
                {' '}
                <span class="app-differences__text">{lines[line - 1]?.trim()}</span>
              </>
            )}
          </li>
        ))}
      </ul>
    </InsetText>
  );
}
