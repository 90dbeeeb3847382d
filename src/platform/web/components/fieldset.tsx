import type { ComponentChildren } from 'preact';
import { classNames } from './class-names.ts';
import { Explanation, explain, FormGroup, type QuestionProps } from './field.tsx';
import { Heading, type HeadingLevel, type HeadingSize } from './heading.tsx';

export interface FieldsetProps {
  readonly legend: ComponentChildren;
  readonly legendSize?: HeadingSize | undefined;
  /** Makes the legend a heading too: level 1 on a page that asks one thing. */
  readonly legendHeading?: HeadingLevel | undefined;
  readonly describedBy?: string | undefined;
  readonly role?: 'group' | undefined;
  readonly children?: ComponentChildren;
}

/** Fields that answer one question together. */
export function Fieldset({ legend, legendSize, legendHeading, describedBy, role, children }: FieldsetProps) {
  return (
    <fieldset class="nhsuk-fieldset" role={role} aria-describedby={describedBy}>
      <legend
        class={classNames('nhsuk-fieldset__legend', legendSize && `nhsuk-fieldset__legend--${legendSize}`)}
      >
        {legendHeading === undefined ? (
          legend
        ) : (
          <Heading level={legendHeading} class="nhsuk-fieldset__heading">
            {legend}
          </Heading>
        )}
      </legend>
      {children}
    </fieldset>
  );
}

export interface FieldGroupProps extends QuestionProps {
  readonly role?: 'group' | undefined;
  readonly children: ComponentChildren;
}

/** Several boxes under one question, with its hint and error: the frame of Radios, Checkboxes and DateInput. */
export function FieldGroup(props: FieldGroupProps) {
  const { name, id = name, label, labelSize, labelHeading, hint, role, children } = props;
  const { message, describedBy } = explain(props);
  return (
    <FormGroup wrong={message !== undefined}>
      <Fieldset
        legend={label}
        legendSize={labelSize}
        legendHeading={labelHeading}
        describedBy={describedBy}
        role={role}
      >
        <Explanation id={id} hint={hint} message={message} />
        {children}
      </Fieldset>
    </FormGroup>
  );
}
