import { type FieldError, InvalidInput } from '../../../kernel/index.ts';
import { EditableContent } from '../../../platform/content/index.ts';

/** A number of a definition that has a name: `$oldest`. */
export interface NamedNumber {
  readonly name: string;
  readonly title: string;
  readonly value: string;
}

/** The named numbers of a text, in its order; none where they cannot be read. */
export function readNamedNumbers(text: string): NamedNumber[] {
  const content = new EditableContent(text);
  const found = content.isReadable ? content.get(['parameters']) : undefined;
  if (typeof found !== 'object' || found === null || Array.isArray(found)) return [];
  return Object.entries(found).map(([name, each]) => ({
    name,
    title: String((each as { title?: unknown } | null)?.title ?? name),
    value: String((each as { value?: unknown } | null)?.value ?? ''),
  }));
}

const NUMBER = /^-?\d+(\.\d+)?$/;

/** Gives named numbers other values, and a new one its name. Throws InvalidInput naming the fields. */
export function changeNamedNumbers(
  text: string,
  change: { readonly values: Readonly<Record<string, string>>; readonly added: NamedNumber | null },
): string {
  const content = new EditableContent(text);
  const errors: FieldError[] = [];
  for (const { name, value } of readNamedNumbers(text)) {
    const wanted = (change.values[name] ?? value).trim();
    if (!NUMBER.test(wanted)) errors.push({ field: `value_${name}`, message: `${name}: write a number` });
    else if (wanted !== value) content.set(['parameters', name, 'value'], likeBefore(content, name, wanted));
  }
  const { added } = change;
  if (added) {
    if (!/^[a-z][a-z0-9_]*$/.test(added.name) || content.get(['parameters', added.name]) !== undefined)
      errors.push({
        field: 'new_name',
        message: 'Write a name that is not taken: small letters, digits and _',
      });
    if (added.title === '') errors.push({ field: 'new_title', message: 'Write what it means' });
    if (!NUMBER.test(added.value)) errors.push({ field: 'new_value', message: 'Write a number' });
    if (errors.length === 0)
      content.set(['parameters', added.name], { title: added.title, value: Number(added.value) });
  }
  if (errors.length > 0) throw new InvalidInput(errors);
  return String(content);
}

/** Weights of scores are text, so that sums stay exact; other numbers are numbers. */
function likeBefore(content: EditableContent, name: string, value: string): string | number {
  return typeof content.get(['parameters', name, 'value']) === 'string' ? value : Number(value);
}
