import type { ComponentChildren } from 'preact';
import { classNames } from './class-names.ts';
import { safeHref } from './html.ts';

export type ButtonVariant = 'secondary' | 'secondary-solid' | 'reverse' | 'warning' | 'brand' | 'login';

export interface ButtonLook {
  readonly children: ComponentChildren;
  /** Without one it is the main act of the page, of which there should be one. */
  readonly variant?: ButtonVariant | undefined;
  /** For rows and lists of staff pages. */
  readonly small?: boolean | undefined;
  readonly id?: string | undefined;
}

export interface ButtonProps extends ButtonLook {
  readonly type?: 'submit' | 'button' | 'reset';
  readonly name?: string | undefined;
  readonly value?: string | undefined;
  readonly disabled?: boolean | undefined;
  /** Swallows the second click of a double click. The server must still be safe against it. */
  readonly preventDoubleClick?: boolean | undefined;
}

/** A button of a form. For going somewhere use ButtonLink; for one act without a form, PostButton. */
export function Button({ type = 'submit', name, value, disabled = false, ...look }: ButtonProps) {
  return (
    <button
      class={buttonClass(look)}
      id={look.id}
      name={name}
      value={value}
      type={type}
      disabled={disabled}
      aria-disabled={disabled ? 'true' : undefined}
      data-module="nhsuk-button"
      data-prevent-double-click={look.preventDoubleClick?.toString()}
    >
      {look.children}
    </button>
  );
}

export interface ButtonLinkProps extends ButtonLook {
  readonly href: string;
}

/** A link that looks like a button: the next step, where nothing is changed by going there. */
export function ButtonLink({ href, ...look }: ButtonLinkProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: it goes somewhere, so it is a link; it is spoken as it looks
    <a
      class={buttonClass(look)}
      id={look.id}
      href={safeHref(href)}
      role="button"
      draggable={false}
      data-module="nhsuk-button"
    >
      {look.children}
    </a>
  );
}

/** Buttons side by side, and below each other on a phone. */
export function ButtonGroup({ children }: { readonly children: ComponentChildren }) {
  return <div class="nhsuk-button-group">{children}</div>;
}

function buttonClass({ variant, small }: ButtonLook): string {
  return classNames('nhsuk-button', variant && `nhsuk-button--${variant}`, small && 'nhsuk-button--small');
}
