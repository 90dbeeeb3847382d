import type { ComponentChildren } from 'preact';
import { classNames } from './class-names.ts';

export interface NotificationBannerProps {
  /** One sentence, when that is all there is to say. */
  readonly text?: ComponentChildren;
  readonly heading?: ComponentChildren;
  readonly children?: ComponentChildren;
  /** `success` says that what was asked for has been done, and takes the focus. */
  readonly variant?: 'success' | undefined;
  readonly title?: ComponentChildren;
  /** Needed only when a page has two of them. */
  readonly titleId?: string;
}

/** What just happened, or what the reader should know before the page: above the heading. */
export function NotificationBanner({
  text,
  heading,
  children,
  variant,
  title = variant === 'success' ? 'Success' : 'Important',
  titleId = 'nhsuk-notification-banner-title',
}: NotificationBannerProps) {
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: both roles take a name
    <div
      class={classNames('nhsuk-notification-banner', variant && `nhsuk-notification-banner--${variant}`)}
      data-module="nhsuk-notification-banner"
      role={variant === 'success' ? 'alert' : 'region'}
      aria-labelledby={titleId}
    >
      <div class="nhsuk-notification-banner__header">
        <h2 class="nhsuk-notification-banner__title" id={titleId}>
          {title}
        </h2>
      </div>
      <div class="nhsuk-notification-banner__content">
        {heading && <h3 class="nhsuk-notification-banner__heading">{heading}</h3>}
        {text && <p class="nhsuk-notification-banner__heading">{text}</p>}
        {children}
      </div>
    </div>
  );
}
