import { formatInstant } from '../../../kernel/index.ts';
import type { Chrome } from './chrome.ts';
import { Details } from './details.tsx';
import { NotificationBanner } from './notification-banner.tsx';
import { PostButton } from './post-button.tsx';

/**
 * On a page that gives back what somebody typed and did not save: their own words, also where the form is not there any
 * more, and the way to throw them away.
 */
export function KeptBanner({
  kept: { id, at, words },
  csrfToken,
}: {
  readonly kept: NonNullable<Chrome['kept']>;
  readonly csrfToken: string;
}) {
  return (
    <NotificationBanner
      title="Not saved"
      titleId="kept-banner"
      text={`You typed this on ${formatInstant(at)}`}
    >
      {words.length > 0 && (
        <Details summary="What you typed, to copy">
          {words.map((text) => (
            <p key={text} class="app-said">
              {text}
            </p>
          ))}
        </Details>
      )}
      <PostButton action={`/kept/${id}/throw-away`} csrfToken={csrfToken} variant="secondary">
        Throw this text away
      </PostButton>
    </NotificationBanner>
  );
}
