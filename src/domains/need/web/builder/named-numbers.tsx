import type { FieldError } from '../../../../kernel/index.ts';
import { Button, CsrfField, Details, TextInput, type Visit } from '../../../../platform/web/index.ts';
import { readNamedNumbers } from '../../forms/named-numbers.ts';
import { draftHref, type OpenedDraft } from './draft-parts.ts';

/** What was typed into the form of the named numbers, when it comes back. */
export interface TypedNumbers {
  readonly values: Readonly<Record<string, string>>;
  readonly errors: readonly FieldError[];
}

/** The named numbers of a draft, each to be changed, and room for one more. */
export function NamedNumbers(props: { visit: Visit; opened: OpenedDraft; typed: TypedNumbers | null }) {
  const { visit, opened, typed } = props;
  const { draft } = opened;
  const numbers = readNamedNumbers(draft.definition);
  if (draft.state !== 'draft') return null;
  const errors = typed?.errors;
  const field = (name: string, label: string, value: string, width: 5 | 20 = 5) => (
    <TextInput
      key={name}
      name={name}
      label={label}
      width={width}
      autocomplete="off"
      spellcheck={false}
      value={typed?.values[name] ?? value}
      errors={errors}
    />
  );
  return (
    <Details summary={`Numbers with a name (${numbers.length})`} open={numbers.length > 0 || typed !== null}>
      <p>
        A condition may say a name in the place of a number, as $oldest: one that stands in several places is
        changed here, and in all of them.
      </p>
      <form method="post" action={draftHref(draft.draftId, 'numbers')}>
        <CsrfField token={visit.chrome.csrfToken} />
        <input type="hidden" name="seen" value={draft.version} />
        {numbers.map(({ name, title, value }) => field(`value_${name}`, `${title} ($${name})`, value))}
        <div class="app-beside">
          {field('new_name', 'A new name (optional)', '', 20)}
          {field('new_title', 'What it means', '', 20)}
          {field('new_value', 'Its number', '')}
        </div>
        <Button variant="secondary" small preventDoubleClick>
          Save the numbers
        </Button>
      </form>
    </Details>
  );
}
