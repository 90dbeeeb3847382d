import type { ComponentChildren } from 'preact';

export interface InsetTextProps {
  readonly children: ComponentChildren;
}

/** Sets a paragraph apart from the text around it. Children are paragraphs. */
export function InsetText({ children }: InsetTextProps) {
  return (
    <div class="nhsuk-inset-text">
      <span class="nhsuk-u-visually-hidden">Information: </span>
      {children}
    </div>
  );
}
