import { InvalidInput } from '../../../kernel/index.ts';
import { EditableContent } from '../../../platform/content/index.ts';

/** A condition that somebody wrote as text. Throws InvalidInput for `text` where it is not one mapping. */
export function readFragment(text: string): unknown {
  const content = new EditableContent(text);
  const value = content.isReadable ? content.get([]) : undefined;
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0)
    throw new InvalidInput([
      {
        field: 'text',
        message: 'Write one condition, such as “age: { from: 18 }”: this cannot be read as one',
      },
    ]);
  return value;
}
