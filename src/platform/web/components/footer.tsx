import type { Chrome } from './chrome.ts';
import { safeHref } from './html.ts';

export interface FooterProps {
  readonly links: Chrome['footer'];
  readonly containerClass: string;
}

/** The foot of every page, with the line that must never be missing: software advises, people decide. */
export function Footer({ links, containerClass }: FooterProps) {
  return (
    <footer class="nhsuk-footer">
      <div class={containerClass}>
        <div class="nhsuk-footer__meta">
          {links.length > 0 && (
            <>
              <h2 class="nhsuk-u-visually-hidden">Support links</h2>
              <ul class="nhsuk-footer__list">
                {links.map(({ text, href }) => (
                  <li key={href} class="nhsuk-footer__list-item">
                    <a class="nhsuk-footer__list-item-link" href={safeHref(href)}>
                      {text}
                    </a>
                  </li>
                ))}
              </ul>
            </>
          )}
          <p class="nhsuk-body-s">Neighbourhold is software: it advises, and people decide.</p>
        </div>
      </div>
    </footer>
  );
}
