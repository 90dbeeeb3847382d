import type { FieldError } from '../../../kernel/index.ts';
import { classNames } from './class-names.ts';
import { FormGroup, type QuestionProps } from './field.tsx';
import { FieldGroup } from './fieldset.tsx';
import { Label } from './label.tsx';

const PARTS = [
  { part: 'day', text: 'Day', width: 2 },
  { part: 'month', text: 'Month', width: 2 },
  { part: 'year', text: 'Year', width: 4 },
] as const;

export type DatePart = (typeof PARTS)[number]['part'];

export interface DateInputProps extends QuestionProps {
  /** What was typed, so that a wrong date comes back as it was. */
  readonly value?: Readonly<Partial<Record<DatePart, string | undefined>>> | undefined;
  readonly disabled?: boolean | undefined;
}

/**
 * A date that people know, in three boxes named `<name>-day`, `<name>-month` and `<name>-year`.
 *
 * An error may name one box (`due-month`), which is then the one marked and the one the error summary leads
 * to, or the whole date (`due`), which marks all three. Parsers should name the first box that is wrong.
 */
export function DateInput({ value = {}, disabled, ...question }: DateInputProps) {
  const { name, id = name, errors = [] } = question;
  const own = errors.filter(
    ({ field }) => field === name || PARTS.some(({ part }) => field === `${name}-${part}`),
  );
  const wrong = wrongParts(name, own);
  return (
    <FieldGroup {...question} errors={own.map(({ message }) => ({ field: name, message }))} role="group">
      <div class="nhsuk-date-input" id={id}>
        {PARTS.map(({ part, text, width }) => (
          <div key={part} class="nhsuk-date-input__item">
            <FormGroup wrong={wrong.has(part)}>
              <Label class="nhsuk-date-input__label" for={`${id}-${part}`}>
                {text}
              </Label>
              <input
                class={classNames(
                  'nhsuk-input nhsuk-date-input__input',
                  `nhsuk-input--width-${width}`,
                  wrong.has(part) && 'nhsuk-input--error',
                )}
                id={`${id}-${part}`}
                name={`${name}-${part}`}
                type="text"
                inputmode="numeric"
                value={value[part]}
                disabled={disabled}
              />
            </FormGroup>
          </div>
        ))}
      </div>
    </FieldGroup>
  );
}

function wrongParts(name: string, errors: readonly FieldError[]): ReadonlySet<DatePart> {
  const named = PARTS.filter(({ part }) => errors.some(({ field }) => field === `${name}-${part}`));
  if (named.length > 0) return new Set(named.map(({ part }) => part));
  return new Set(errors.length > 0 ? PARTS.map(({ part }) => part) : []);
}
