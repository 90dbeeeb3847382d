import { renderToString } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import { compareWithFixtures } from './fixture-oracle.tsx';
import { NOT_COVERED, type QuestionOptions, questionFrom } from './fixture-question.tsx';
import { Textarea, type TextareaProps } from './textarea.tsx';

type Options = QuestionOptions & Omit<TextareaProps, keyof QuestionOptions>;

compareWithFixtures<Options>({
  component: 'textarea',
  render: (options) => <Textarea {...options} {...questionFrom(options)} />,
  notCovered: [NOT_COVERED.errorOnly, NOT_COVERED.labelId],
});

test('what was typed comes back as it was', () => {
  const html = renderToString(<Textarea name="note" label="Note" value={'</textarea><script>1 & 2'} />);
  expect(html).toContain('>&lt;/textarea>&lt;script>1 &amp; 2</textarea>');
});
