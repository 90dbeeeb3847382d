import { renderToString } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import { DateInput, type DatePart } from './date-input.tsx';
import { compareWithFixtures } from './fixture-oracle.tsx';
import { NOT_COVERED, type QuestionOptions, questionFrom } from './fixture-question.tsx';

interface Part {
  readonly name?: string;
  readonly value?: string;
  readonly error?: boolean;
  readonly label?: string;
}

interface Options extends QuestionOptions, Partial<Record<DatePart, Part>> {
  readonly values?: Partial<Record<DatePart, string>>;
  readonly items?: readonly (Part & Readonly<Record<string, unknown>>)[];
  readonly disabled?: boolean;
  readonly namePrefix?: string;
}

const PARTS: readonly DatePart[] = ['day', 'month', 'year'];

const partOf = (options: Options, part: DatePart): Part | undefined =>
  options.items?.find(({ name }) => name === part) ?? options[part];

compareWithFixtures<Options>({
  component: 'date-input',
  render: (options) => {
    const question = questionFrom({ ...options, name: options.id ?? 'example' });
    const message = question.errors?.[0]?.message;
    const wrong = PARTS.filter((part) => partOf(options, part)?.error).map(
      (part) => `${question.name}-${part}`,
    );
    return (
      <DateInput
        {...question}
        errors={message ? (wrong[0] ? wrong : [question.name]).map((field) => ({ field, message })) : []}
        value={Object.fromEntries(
          PARTS.map((part) => [part, partOf(options, part)?.value ?? options.values?.[part]]),
        )}
        disabled={options.disabled}
      />
    );
  },
  // Ours carry the name of the date, so that a form can ask for two.
  adjust: (html) =>
    html.replaceAll(/id="([\w-]+)-(day|month|year)" name="[^"]+"/g, 'id="$1-$2" name="$1-$2"'),
  notCovered: [
    NOT_COVERED.errorOnly,
    NOT_COVERED.labelId,
    {
      why: 'a date has a day, a month and a year',
      when: ({ name }) => /day and month|month and year/.test(name),
    },
    { why: 'an error always has words', when: ({ name }) => name.startsWith('with errors only') },
    { why: 'a date is typed as a whole', when: ({ name }) => /disabled (with enabled )?input/.test(name) },
    {
      why: 'we ask for dates of others, not of the reader',
      when: ({ name }) => name.includes('autocomplete'),
    },
    { why: 'English only, so far', when: ({ name }) => name === 'with translations' },
  ],
});

test('an error of the whole date marks all boxes', () => {
  const html = renderToString(
    <DateInput name="due" label="Due" errors={[{ field: 'due', message: 'Enter a date' }]} />,
  );
  expect(html.match(/nhsuk-input--error/g)).toHaveLength(3);
});

test('an error of another field with a longer name is not ours', () => {
  const html = renderToString(
    <DateInput name="due" label="Due" errors={[{ field: 'due-reason', message: 'Say why' }]} />,
  );
  expect(html).not.toContain('error');
});
