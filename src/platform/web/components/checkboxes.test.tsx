import { Checkboxes } from './checkboxes.tsx';
import { type ChoicesOptions, choicesFrom } from './fixture-choices.tsx';
import { compareWithFixtures } from './fixture-oracle.tsx';
import { NOT_COVERED, questionFrom } from './fixture-question.tsx';

compareWithFixtures<ChoicesOptions>({
  component: 'checkboxes',
  render: ({ items, values, small, inline, disabled, ...options }) => (
    <Checkboxes
      {...questionFrom(options)}
      choices={choicesFrom(items)}
      values={values}
      small={small}
      inline={inline}
      disabled={disabled}
    />
  ),
  notCovered: [
    NOT_COVERED.errorOnly,
    NOT_COVERED.noFieldset,
    NOT_COVERED.labelId,
    {
      why: 'only "none of these" is ours, not "all of these", and no groups within a group',
      when: ({ context }) =>
        context.items.some(
          (item) =>
            item &&
            (item.behaviour === 'inclusive' || item.behaviourGroup || item.exclusiveGroup || item.name),
        ),
    },
  ],
});
