import { Fieldset } from './fieldset.tsx';
import { childrenFrom, compareWithFixtures } from './fixture-oracle.tsx';
import { NOT_COVERED, type QuestionOptions, questionFrom } from './fixture-question.tsx';

interface Options {
  readonly legend: NonNullable<QuestionOptions['label']>;
  readonly html?: string;
}

compareWithFixtures<Options>({
  component: 'fieldset',
  render: ({ legend, html }) => {
    const { label, labelSize, labelHeading } = questionFrom({ label: legend });
    return (
      <Fieldset legend={label} legendSize={labelSize} legendHeading={labelHeading}>
        {html && childrenFrom({ html })}
      </Fieldset>
    );
  },
  notCovered: [
    {
      why: NOT_COVERED.caption.why,
      when: ({ context: { legend } }) => typeof legend === 'object' && legend.caption !== undefined,
    },
  ],
});
