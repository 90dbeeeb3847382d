import type { ComponentChildren } from 'preact';
import { classNames } from './class-names.ts';
import { Hint } from './hint.tsx';
import { Label } from './label.tsx';

export interface Choice {
  readonly value: string;
  readonly text: ComponentChildren;
  readonly hint?: ComponentChildren;
  readonly disabled?: boolean | undefined;
  /** Fields that only this choice asks for. They are sent even when they are out of sight. */
  readonly conditional?: ComponentChildren;
  /** Checkboxes only: "None of these", which unticks the others. */
  readonly exclusive?: boolean | undefined;
}

/** A word between choices: "or". */
export interface ChoiceDivider {
  readonly divider: string;
}

export interface ChoicesProps {
  readonly kind: 'radios' | 'checkboxes';
  readonly name: string;
  readonly id: string;
  readonly choices: readonly (Choice | ChoiceDivider)[];
  readonly chosen: readonly string[];
  readonly small?: boolean | undefined;
  readonly inline?: boolean | undefined;
  readonly disabled?: boolean | undefined;
}

/** What radios and checkboxes have in common, which is everything but how many may be chosen. */
export function Choices(props: ChoicesProps) {
  const { kind, id, choices, small, inline } = props;
  const block = `nhsuk-${kind}`;
  return (
    <div
      class={classNames(block, small && `${block}--small`, inline && `${block}--inline`)}
      data-module={block}
    >
      {choices.map((choice, position) => {
        // The first box bears the question's own id, because the error summary leads there.
        const choiceId = position === 0 ? id : `${id}-${position + 1}`;
        return 'divider' in choice ? (
          <div key={choiceId} class={`${block}__divider`}>
            {choice.divider}
          </div>
        ) : (
          <ChoiceItem key={choiceId} {...props} block={block} id={choiceId} choice={choice} />
        );
      })}
    </div>
  );
}

interface ChoiceItemProps extends ChoicesProps {
  readonly block: string;
  readonly choice: Choice;
}

function ChoiceItem({ kind, block, id, name, choice, chosen, disabled }: ChoiceItemProps) {
  const { value, text, hint, conditional } = choice;
  // The script that reveals puts aria-expanded on the box, which ARIA allows on a checkbox and not on a radio.
  // Radios are left to the style sheet, which looks at what is checked.
  const revealedByScript = kind === 'checkboxes';
  const checked = chosen.includes(value);
  const hintId = `${id}-item-hint`;
  const conditionalId = `conditional-${id}`;
  return (
    <>
      <div class={`${block}__item`}>
        <input
          class={`${block}__input`}
          id={id}
          name={name}
          type={kind === 'radios' ? 'radio' : 'checkbox'}
          value={value}
          checked={checked}
          disabled={choice.disabled ?? disabled}
          data-aria-controls={conditional && revealedByScript ? conditionalId : undefined}
          data-behaviour={choice.exclusive ? 'exclusive' : undefined}
          aria-describedby={hint ? hintId : undefined}
        />
        <Label class={`${block}__label`} for={id}>
          {text}
        </Label>
        {hint && (
          <Hint class={`${block}__hint`} id={hintId}>
            {hint}
          </Hint>
        )}
      </div>
      {conditional && (
        <div
          class={classNames(
            `${block}__conditional`,
            revealedByScript && !checked && `${block}__conditional--hidden`,
          )}
          id={conditionalId}
        >
          {conditional}
        </div>
      )}
    </>
  );
}
