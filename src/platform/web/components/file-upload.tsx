import { Field, type QuestionProps } from './field.tsx';

export interface FileUploadProps extends QuestionProps {
  /** Endings or media types the browser should offer: ".csv,.parquet". The server checks again. */
  readonly accept?: string | undefined;
  readonly multiple?: boolean | undefined;
  readonly disabled?: boolean | undefined;
}

/**
 * A file to send. Its form needs `enctype="multipart/form-data"`.
 *
 * The browser's own control, without nhsuk-frontend's drop zone: that hides it behind a button whose spoken
 * name lacks the words on it (WCAG 2.5.3).
 */
export function FileUpload(props: FileUploadProps) {
  const { accept, multiple, disabled } = props;
  return (
    <Field {...props} class="nhsuk-file-upload">
      {(control) => (
        <input
          class="nhsuk-file-upload__input"
          {...control}
          type="file"
          accept={accept}
          multiple={multiple}
          disabled={disabled}
        />
      )}
    </Field>
  );
}
