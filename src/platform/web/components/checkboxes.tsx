import { type Choice, type ChoiceDivider, Choices } from './choices.tsx';
import type { QuestionProps } from './field.tsx';
import { FieldGroup } from './fieldset.tsx';

export interface CheckboxesProps extends QuestionProps {
  readonly choices: readonly (Choice | ChoiceDivider)[];
  readonly values?: readonly string[] | undefined;
  readonly small?: boolean | undefined;
  readonly inline?: boolean | undefined;
  readonly disabled?: boolean | undefined;
}

/** Any number of a few choices. The form sends the name once for each that is ticked. */
export function Checkboxes({ choices, values = [], small, inline, disabled, ...question }: CheckboxesProps) {
  return (
    <FieldGroup {...question}>
      <Choices
        kind="checkboxes"
        name={question.name}
        id={question.id ?? question.name}
        choices={choices}
        chosen={values}
        small={small}
        inline={inline}
        disabled={disabled}
      />
    </FieldGroup>
  );
}
