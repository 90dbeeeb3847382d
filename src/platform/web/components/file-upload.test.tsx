import { FileUpload } from './file-upload.tsx';
import { compareWithFixtures } from './fixture-oracle.tsx';
import { NOT_COVERED, type QuestionOptions, questionFrom } from './fixture-question.tsx';

interface Options extends QuestionOptions {
  readonly multiple?: boolean;
  readonly disabled?: boolean;
  readonly chooseFilesButtonClassList?: unknown;
  readonly chooseFilesButtonText?: unknown;
}

compareWithFixtures<Options>({
  component: 'file-upload',
  render: ({ multiple, disabled, ...options }) => (
    <FileUpload {...questionFrom(options)} multiple={multiple} disabled={disabled} />
  ),
  // Ours is the browser's own control: see FileUpload.
  adjust: (html) => html.replace(' data-module="nhsuk-file-upload"', ''),
  notCovered: [
    NOT_COVERED.errorOnly,
    NOT_COVERED.labelId,
    {
      why: 'ours has no drop zone, whose words and looks these set',
      when: ({ context }) =>
        context.chooseFilesButtonText !== undefined || context.chooseFilesButtonClassList !== undefined,
    },
  ],
});
