// For tests: reads the items of published radios and checkboxes as choices of ours.
import type { Choice, ChoiceDivider } from './choices.tsx';
import { childrenFrom, type TextOption } from './fixture-oracle.tsx';
import type { QuestionOptions } from './fixture-question.tsx';

interface Item {
  readonly value?: string;
  readonly text?: string;
  readonly html?: string;
  readonly label?: TextOption;
  readonly hint?: TextOption;
  readonly divider?: string;
  readonly disabled?: boolean;
  readonly conditional?: { readonly html: string };
  readonly behaviour?: string;
  readonly exclusive?: boolean;
  readonly behaviourGroup?: string;
  readonly exclusiveGroup?: string;
  readonly name?: string;
}

export interface ChoicesOptions extends QuestionOptions {
  readonly items: readonly (Item | false)[];
  readonly value?: string | null;
  readonly values?: readonly string[];
  readonly small?: boolean;
  readonly inline?: boolean;
  readonly disabled?: boolean;
}

export function choicesFrom(items: ChoicesOptions['items']): (Choice | ChoiceDivider)[] {
  return items
    .filter((item) => item !== false)
    .map(({ divider, value = '', text, html, label, hint, conditional, behaviour, exclusive, disabled }) => {
      if (divider) return { divider };
      return {
        value,
        text: childrenFrom(label) ?? childrenFrom({ ...(text && { text }), ...(html && { html }) }),
        hint: childrenFrom(hint),
        conditional: conditional && childrenFrom(conditional),
        exclusive: exclusive || behaviour === 'exclusive',
        disabled,
      };
    });
}
