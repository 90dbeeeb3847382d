import { childrenFrom, compareWithFixtures } from './fixture-oracle.tsx';
import { NOT_COVERED, type QuestionOptions, questionFrom } from './fixture-question.tsx';
import { Select, type SelectOption } from './select.tsx';

interface Option extends SelectOption {
  readonly selected?: boolean;
  readonly divider?: boolean;
  readonly attributes?: unknown;
}

interface Options extends QuestionOptions {
  readonly items: readonly (Option | false)[];
  readonly value?: string;
  readonly disabled?: boolean;
}

compareWithFixtures<Options>({
  component: 'select',
  render: ({ items, value, disabled, formGroup, ...options }) => (
    <Select
      {...questionFrom(options)}
      options={items.filter((item) => item !== false)}
      value={value}
      disabled={disabled}
      after={childrenFrom(formGroup?.afterInput)}
    />
  ),
  notCovered: [
    NOT_COVERED.errorOnly,
    NOT_COVERED.labelId,
    {
      why: 'a list that needs lines between its parts is too long',
      when: ({ context }) => context.items.some((item) => item !== false && item.divider),
    },
  ],
});
