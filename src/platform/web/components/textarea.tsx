import { classNames } from './class-names.ts';
import { Field, type QuestionProps } from './field.tsx';

export interface TextareaProps extends QuestionProps {
  readonly value?: string | undefined;
  readonly rows?: number;
  readonly autocomplete?: string | undefined;
  readonly spellcheck?: boolean | undefined;
  readonly disabled?: boolean | undefined;
}

/** A few sentences. */
export function Textarea(props: TextareaProps) {
  const { value, rows = 5, autocomplete, spellcheck, disabled } = props;
  return (
    <Field {...props}>
      {(control, wrong) => (
        <textarea
          class={classNames('nhsuk-textarea', wrong && 'nhsuk-textarea--error')}
          {...control}
          rows={rows}
          autocomplete={autocomplete}
          spellcheck={spellcheck}
          disabled={disabled}
        >
          {value}
        </textarea>
      )}
    </Field>
  );
}
