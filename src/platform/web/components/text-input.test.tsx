import { childrenFrom, compareWithFixtures, type TextOption } from './fixture-oracle.tsx';
import { NOT_COVERED, type QuestionOptions, questionFrom } from './fixture-question.tsx';
import { TextInput, type TextInputProps } from './text-input.tsx';

interface Options extends QuestionOptions, Omit<TextInputProps, keyof QuestionOptions | 'prefix' | 'suffix'> {
  readonly type?: string;
  readonly prefix?: TextOption;
  readonly suffix?: TextOption;
}

compareWithFixtures<Options>({
  component: 'input',
  render: ({ prefix, suffix, formGroup, ...options }) => (
    <TextInput
      {...options}
      {...questionFrom(options)}
      prefix={childrenFrom(prefix)}
      suffix={childrenFrom(suffix)}
      after={childrenFrom(formGroup?.afterInput)}
    />
  ),
  notCovered: [
    NOT_COVERED.errorOnly,
    NOT_COVERED.classes,
    NOT_COVERED.labelId,
    { why: 'the keyboard is chosen by inputmode', when: ({ context }) => context.type !== undefined },
  ],
});
