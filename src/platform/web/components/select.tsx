import type { ComponentChildren } from 'preact';
import { classNames } from './class-names.ts';
import { Field, type QuestionProps } from './field.tsx';
import { InputWrapper } from './text-input.tsx';

export interface SelectOption {
  readonly value: string;
  readonly text: string;
  readonly disabled?: boolean | undefined;
}

export interface SelectProps extends QuestionProps {
  readonly options: readonly SelectOption[];
  readonly value?: string | undefined;
  readonly disabled?: boolean | undefined;
  /** A button beside the box. */
  readonly after?: ComponentChildren;
}

/** One of a long list. For up to about six choices Radios are quicker and can all be seen. */
export function Select(props: SelectProps) {
  const { options, value, disabled, after } = props;
  return (
    <Field {...props}>
      {(control, wrong) => (
        <InputWrapper after={after}>
          <select
            class={classNames('nhsuk-select', wrong && 'nhsuk-select--error')}
            {...control}
            disabled={disabled}
          >
            {options.map((option) => (
              <option
                key={option.value}
                value={option.value}
                selected={option.value === value}
                disabled={option.disabled}
              >
                {option.text}
              </option>
            ))}
          </select>
        </InputWrapper>
      )}
    </Field>
  );
}
