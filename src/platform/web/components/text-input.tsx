import type { ComponentChildren } from 'preact';
import { classNames } from './class-names.ts';
import { Field, type QuestionProps } from './field.tsx';

export interface TextInputProps extends QuestionProps {
  readonly value?: string | undefined;
  /** In characters, so that the box says how long the answer is. */
  readonly width?: 2 | 3 | 4 | 5 | 10 | 20 | 30 | undefined;
  /** Evenly spaced digits, for NHS numbers and reference codes. */
  readonly code?: boolean | undefined;
  readonly inputmode?: 'numeric' | 'decimal' | 'tel' | 'email' | 'search' | undefined;
  readonly autocomplete?: string | undefined;
  readonly spellcheck?: boolean | undefined;
  readonly disabled?: boolean | undefined;
  readonly prefix?: ComponentChildren;
  /** A unit behind the box: "mmHg", "kg". Not read out: the label must name it too. */
  readonly suffix?: ComponentChildren;
  /** A button beside the box. */
  readonly after?: ComponentChildren;
}

/** A line of text. */
export function TextInput(props: TextInputProps) {
  const { value, code, width, prefix, suffix, after } = props;
  return (
    <Field {...props}>
      {(control, wrong) => (
        <InputWrapper prefix={prefix} suffix={suffix} after={after}>
          <input
            class={classNames(
              'nhsuk-input',
              code && 'nhsuk-input--code',
              wrong && 'nhsuk-input--error',
              width && `nhsuk-input--width-${width}`,
            )}
            {...control}
            type="text"
            value={value}
            spellcheck={props.spellcheck}
            inputmode={props.inputmode}
            autocomplete={props.autocomplete}
            disabled={props.disabled}
          />
        </InputWrapper>
      )}
    </Field>
  );
}

interface InputWrapperProps {
  readonly prefix?: ComponentChildren;
  readonly suffix?: ComponentChildren;
  readonly after?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** Puts units and buttons on one line with a box. */
export function InputWrapper({ prefix, suffix, after, children }: InputWrapperProps) {
  if (!prefix && !suffix && !after) return <>{children}</>;
  return (
    <div class="nhsuk-input-wrapper">
      {prefix && (
        <div class="nhsuk-input-wrapper__prefix" aria-hidden="true">
          {prefix}
        </div>
      )}
      {children}
      {suffix && (
        <div class="nhsuk-input-wrapper__suffix" aria-hidden="true">
          {suffix}
        </div>
      )}
      {after}
    </div>
  );
}
