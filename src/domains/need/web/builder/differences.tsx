import { differences } from '../../drafts/differences.ts';

/** What two texts differ in, line by line. */
export function Differences(props: { before: string; after: string; names: readonly [string, string] }) {
  const { before, after, names } = props;
  const shown = differences(before, after);
  if (shown.every(({ is }) => is === 'same')) return <p>The two texts are the same.</p>;
  return (
    <ol class="app-differences">
      {shown.map(({ is, text, line }) => (
        <li key={`${is} ${line}`} class={`app-differences__line app-differences__line--${is}`}>
          {is !== 'same' && (
            <span class="app-differences__mark">{is === 'gone' ? `− ${names[0]}: ` : `+ ${names[1]}: `}</span>
          )}
          <span class="app-differences__text">{text === '' ? ' ' : text}</span>
        </li>
      ))}
    </ol>
  );
}
