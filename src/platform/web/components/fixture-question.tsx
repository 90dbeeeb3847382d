// For tests: reads the options that all published form fields share, as the props that all ours share.
import type { QuestionProps } from './field.tsx';
import { childrenFrom, type Fixture, type NotCovered, type TextOption } from './fixture-oracle.tsx';
import type { HeadingLevel, HeadingSize } from './heading.tsx';

type LabelOption =
  | string
  | {
      readonly text?: string;
      readonly html?: string;
      readonly heading?: TextOption | true | { readonly text?: string; readonly level?: HeadingLevel };
      readonly size?: HeadingSize | null;
      readonly id?: string;
      readonly classes?: string;
      readonly caption?: unknown;
      readonly isPageHeading?: boolean;
    };

export interface QuestionOptions {
  readonly name?: string;
  readonly id?: string;
  readonly idPrefix?: string;
  readonly label?: LabelOption;
  readonly fieldset?: { readonly legend?: LabelOption } | null;
  readonly hint?: TextOption;
  readonly errorMessage?: TextOption | boolean;
  readonly classes?: string;
  readonly attributes?: unknown;
  readonly formGroup?: { readonly afterInput?: TextOption; readonly classes?: string };
}

export function questionFrom(options: QuestionOptions): QuestionProps {
  const { id, idPrefix, hint, errorMessage, fieldset } = options;
  const name = options.name ?? id ?? idPrefix ?? 'example';
  const message = typeof errorMessage === 'boolean' ? undefined : childrenFrom(errorMessage);
  return {
    name,
    id: id ?? idPrefix,
    hint: childrenFrom(hint),
    errors: typeof message === 'string' ? [{ field: name, message }] : [],
    ...labelFrom(options.label ?? fieldset?.legend ?? ''),
  };
}

function labelFrom(label: LabelOption) {
  if (typeof label === 'string') return { label };
  const { heading, size, text, html } = label;
  const words = childrenFrom({ ...(text && { text }), ...(html && { html }) });
  if (!heading) return { label: words, labelSize: size ?? undefined };
  const options = typeof heading === 'object' ? heading : {};
  return {
    label: typeof heading === 'string' ? heading : 'text' in options ? options.text : words,
    labelSize: size ?? undefined,
    labelHeading: ('level' in options ? options.level : undefined) ?? (1 as const),
  };
}

const legend = ({ context: { label, fieldset } }: Fixture<QuestionOptions>) => {
  const option = label ?? fieldset?.legend;
  return typeof option === 'object' ? option : {};
};

/** What none of our fields does. Each test picks those that its fixtures have. */
export const NOT_COVERED = {
  errorOnly: {
    why: 'an error always has words',
    when: ({ context }) => context.errorMessage === true,
  },
  classes: {
    why: 'classes are chosen by props',
    when: ({ context }) => context.classes !== undefined || context.formGroup?.classes !== undefined,
  },
  labelId: { why: 'nobody needs the id of a label', when: (fixture) => legend(fixture).id !== undefined },
  legendClasses: {
    why: 'sizes are chosen by props',
    when: (fixture) => legend(fixture).classes !== undefined,
  },
  caption: {
    why: 'captions belong to page headings',
    when: (fixture) => legend(fixture).caption !== undefined,
  },
  noFieldset: {
    why: 'choices without a question cannot be understood',
    when: ({ context }) => context.fieldset === null,
  },
} as const satisfies Record<string, NotCovered<QuestionOptions>>;
