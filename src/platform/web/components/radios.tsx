import { type Choice, type ChoiceDivider, Choices } from './choices.tsx';
import type { QuestionProps } from './field.tsx';
import { FieldGroup } from './fieldset.tsx';

export interface RadiosProps extends QuestionProps {
  readonly choices: readonly (Choice | ChoiceDivider)[];
  readonly value?: string | undefined;
  readonly small?: boolean | undefined;
  /** Side by side, for two short choices. */
  readonly inline?: boolean | undefined;
  readonly disabled?: boolean | undefined;
}

/** One of a few choices, all in sight. */
export function Radios({ choices, value, small, inline, disabled, ...question }: RadiosProps) {
  return (
    <FieldGroup {...question}>
      <Choices
        kind="radios"
        name={question.name}
        id={question.id ?? question.name}
        choices={choices}
        chosen={value === undefined ? [] : [value]}
        small={small}
        inline={inline}
        disabled={disabled}
      />
    </FieldGroup>
  );
}
