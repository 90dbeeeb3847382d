import type { ComponentChildren, VNode } from 'preact';
import type { FieldError } from '../../../kernel/index.ts';
import { classNames } from './class-names.ts';
import { ErrorMessage } from './error-message.tsx';
import type { HeadingLevel, HeadingSize } from './heading.tsx';
import { Hint } from './hint.tsx';
import { Label } from './label.tsx';

/** What every question of a form has, whatever it is answered with. */
export interface QuestionProps {
  readonly name: string;
  /** The id of its first box, where the error summary leads. As the name, unless a page has it twice. */
  readonly id?: string | undefined;
  readonly label: ComponentChildren;
  readonly labelSize?: HeadingSize | undefined;
  /** Makes the label a heading too: level 1 on a page that asks one thing. */
  readonly labelHeading?: HeadingLevel | undefined;
  readonly hint?: ComponentChildren;
  /** All errors of the form; the question finds its own by its name. */
  readonly errors?: readonly FieldError[] | undefined;
}

/** What a box must carry to belong to its label, hint and error. */
export interface Control {
  readonly id: string;
  readonly name: string;
  readonly 'aria-describedby': string | undefined;
}

export interface FieldProps extends QuestionProps {
  readonly class?: string | undefined;
  readonly children: (control: Control, wrong: boolean) => VNode;
}

/** One box with its label, hint and error: the frame of TextInput, Textarea, Select and FileUpload. */
export function Field(props: FieldProps) {
  const { name, id = name, label, labelSize, labelHeading, hint, children } = props;
  const { message, describedBy } = explain(props);
  return (
    <FormGroup wrong={message !== undefined} class={props.class}>
      <Label for={id} size={labelSize} heading={labelHeading}>
        {label}
      </Label>
      <Explanation id={id} hint={hint} message={message} />
      {children({ id, name, 'aria-describedby': describedBy }, message !== undefined)}
    </FormGroup>
  );
}

export interface FormGroupProps {
  readonly wrong: boolean;
  readonly class?: string | undefined;
  readonly children: ComponentChildren;
}

/** The space around one question, with a red line beside it when the answer cannot be used. */
export function FormGroup({ wrong, class: more, children }: FormGroupProps) {
  return (
    <div class={classNames('nhsuk-form-group', wrong && 'nhsuk-form-group--error', more)}>{children}</div>
  );
}

export interface ExplanationProps {
  readonly id: string;
  readonly hint: ComponentChildren;
  readonly message: string | undefined;
}

/** The hint and the error of a question, under the ids that `explain` promised. */
export function Explanation({ id, hint, message }: ExplanationProps) {
  return (
    <>
      {hint && <Hint id={`${id}-hint`}>{hint}</Hint>}
      {message !== undefined && <ErrorMessage id={`${id}-error`}>{message}</ErrorMessage>}
    </>
  );
}

/** The error of a question, if it has one, and the ids of what explains it. */
export function explain({ name, id = name, hint, errors = [] }: QuestionProps) {
  const message = errors.find(({ field }) => field === name)?.message;
  const ids = [hint && `${id}-hint`, message !== undefined && `${id}-error`].filter(Boolean);
  return { message, describedBy: ids.length > 0 ? ids.join(' ') : undefined };
}
