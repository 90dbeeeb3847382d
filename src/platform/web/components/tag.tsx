import type { ComponentChildren } from 'preact';
import { classNames } from './class-names.ts';

export type TagColour =
  | 'white'
  | 'grey'
  | 'green'
  | 'aqua-green'
  | 'blue'
  | 'purple'
  | 'pink'
  | 'red'
  | 'orange'
  | 'yellow';

export interface TagProps {
  readonly children: ComponentChildren;
  readonly colour?: TagColour | undefined;
  readonly border?: boolean;
}

/** A state in a word or two. The word carries the meaning; the colour only helps to find it. */
export function Tag({ children, colour, border = true }: TagProps) {
  return (
    <strong
      class={classNames('nhsuk-tag', colour && `nhsuk-tag--${colour}`, !border && 'nhsuk-tag--no-border')}
    >
      {children}
    </strong>
  );
}
