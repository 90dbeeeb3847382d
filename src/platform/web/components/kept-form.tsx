import { randomUUID } from 'node:crypto';
import type { ComponentChildren } from 'preact';
import { CsrfField } from './csrf-field.tsx';
import { safeHref } from './html.ts';

export interface KeptFormProps {
  /** To where it is sent: a form whose route says `isSaved`. */
  readonly action: string;
  readonly csrfToken: string;
  /** Which form it is, where it comes back: two tabs hold two texts for one address. */
  readonly form: string | undefined;
  readonly children: ComponentChildren;
  /** The buttons, below the line that says what became of what was typed. */
  readonly buttons: ComponentChildren;
}

/** A form in which people write much: what is typed is kept while it is typed, where there is a script (`keep-typed.js`). */
export function KeptForm({ action, csrfToken, form = randomUUID(), children, buttons }: KeptFormProps) {
  const href = safeHref(action);
  const [path = '', query] = href.split('?', 2);
  return (
    <form
      method="post"
      action={href}
      novalidate
      data-keep={`${path}/keep${query === undefined ? '' : `?${query}`}`}
    >
      <CsrfField token={csrfToken} />
      <input type="hidden" name="form" value={form} />
      {children}
      <p role="status" class="app-secondary" data-keep-status />
      {buttons}
    </form>
  );
}
