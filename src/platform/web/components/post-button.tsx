import { Button, type ButtonLook } from './button.tsx';
import { CsrfField } from './csrf-field.tsx';
import { safeHref } from './html.ts';

export interface PostButtonProps extends ButtonLook {
  readonly action: string;
  readonly csrfToken: string;
  /** What goes with the act, as hidden fields. */
  readonly fields?: Readonly<Record<string, string>> | undefined;
}

/** One act that needs no form to fill in: "Claim", "Mark as done". A form, so that it works without JavaScript. */
export function PostButton({ action, csrfToken, fields = {}, ...look }: PostButtonProps) {
  return (
    <form class="app-post-button" method="post" action={safeHref(action)}>
      <CsrfField token={csrfToken} />
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <Button preventDoubleClick {...look} />
    </form>
  );
}
