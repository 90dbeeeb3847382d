import type { ComponentChildren } from 'preact';
import type { FieldError } from '../../../../kernel/index.ts';
import { Fieldset, Radios, Select, TextInput } from '../../../../platform/web/index.ts';
import type { Field, ListsFor } from '../../forms/word-forms.ts';
import { type FormValues, nameOf } from '../../forms/word-values.ts';
import { entryFeed } from '../../language/codelist.ts';
import { bandsOf, type Codelist, type Library } from '../../language/library.ts';

interface FieldsProps {
  readonly library: Library;
  readonly fields: readonly Field[];
  readonly values: FormValues;
  readonly errors: readonly FieldError[];
}

/** The fields of a word's form. */
export function BlockFields({ library, fields, values, errors }: FieldsProps) {
  return (
    <>
      {fields.map((field) => (
        <BlockField key={nameOf(field)} library={library} field={field} values={values} errors={errors} />
      ))}
    </>
  );
}

function BlockField(props: Omit<FieldsProps, 'fields'> & { field: Field }): ComponentChildren {
  const { library, field, values, errors } = props;
  const name = nameOf(field);
  const value = values[name];
  switch (field.kind) {
    case 'codes':
      return <CodesField {...props} field={field} />;
    case 'window':
      return <WindowField {...props} field={field} />;
    case 'compare':
      return <CompareField {...props} field={field} />;
    case 'whole':
      return (
        <TextInput
          name={name}
          label={field.optional ? `${field.label} (optional)` : field.label}
          width={4}
          inputmode="numeric"
          value={value ?? (field.fallback === undefined ? '' : String(field.fallback))}
          errors={errors}
        />
      );
    case 'date':
      return (
        <TextInput
          name={name}
          label={field.optional ? `${field.label} (optional)` : field.label}
          hint="A day, as 2026-04-01"
          width={10}
          value={value}
          errors={errors}
        />
      );
    case 'yes':
      return (
        <Radios
          name={name}
          label={field.label}
          hint={field.says}
          choices={[
            { value: 'yes', text: 'Yes' },
            { value: '', text: 'No' },
          ]}
          value={value ?? ''}
          inline
          small
          errors={errors}
        />
      );
    case 'choice':
      return (
        <Radios
          name={name}
          label={field.label}
          choices={[
            ...field.of.map(([choice, text]) => ({ value: choice, text })),
            ...(field.optional ? [{ value: '', text: 'It does not matter' }] : []),
          ]}
          value={value ?? field.fallback ?? (field.optional ? '' : undefined)}
          small
          errors={errors}
        />
      );
    case 'definition':
      return (
        <Select
          name={name}
          label={field.label}
          options={[
            { value: '', text: field.optional ? 'Everybody' : 'Choose a definition' },
            ...(field.scores ? scoreOptions(library) : definitionOptions(library)),
          ]}
          value={value}
          errors={errors}
        />
      );
  }
}

function scoreOptions(library: Library) {
  return [...library.definitions]
    .filter(({ kind }) => kind === 'score' || kind === 'calculation')
    .sort((a, b) => a.title.localeCompare(b.title, 'en'))
    .map(({ id, title }) => ({ value: id, text: title }));
}

function definitionOptions(library: Library) {
  return [...library.definitions]
    .filter(({ kind }) => kind !== 'ranking')
    .sort((a, b) => a.title.localeCompare(b.title, 'en'))
    .flatMap((definition) => [
      ...(definition.kind === 'segmentation' ? [] : [{ value: definition.id, text: definition.title }]),
      ...bandsOf(definition).map((band) => ({
        value: `${definition.id}/${band.id}`,
        text: `${definition.title}: ${band.title}`,
      })),
    ]);
}

type Of<Kind extends Field['kind']> = Omit<FieldsProps, 'fields'> & { field: Extract<Field, { kind: Kind }> };

/** Ids as text, so that several can stand there, and a list of all to choose one more from. */
function CodesField({ library, field, values, errors }: Of<'codes'>) {
  const name = nameOf(field);
  const given = (values[name] ?? '').split(/[\s,;]+/).filter((id) => id !== '');
  const titles = given.map((id) => library.codelists.get(id)?.title ?? `${id}: there is no such list`);
  const lists = [...library.codelists.values()]
    .filter((list) => field.lists.some((of) => fits(list, of)))
    .sort((a, b) => a.title.localeCompare(b.title, 'en'));
  return (
    <Fieldset legend={field.optional ? `${field.label} (optional)` : field.label} legendSize="s">
      <TextInput
        name={name}
        label="Ids, separated by commas"
        hint={
          titles.length > 0
            ? `Now: ${titles.join('; ')}`
            : 'Several are read as one. Leave it empty to choose below.'
        }
        value={values[name]}
        spellcheck={false}
        autocomplete="off"
        errors={errors}
      />
      <Select
        name={`${name}_more`}
        label={given.length > 0 ? 'Add a list' : 'Choose a list'}
        options={[
          { value: '', text: 'None' },
          ...lists.map(({ id, title }) => ({ value: id, text: `${title} (${id})` })),
        ]}
        value={values[`${name}_more`]}
        errors={errors}
      />
    </Fieldset>
  );
}

function fits(list: Codelist, of: ListsFor): boolean {
  switch (of) {
    case 'entries':
      return entryFeed(list.kind) === 'events';
    case 'medicines':
      return entryFeed(list.kind) === 'medicines';
    case 'values':
      return list.kind === 'snomed' && list.units !== undefined;
    case 'statuses':
      return list.kind === 'words';
    case 'diagnoses':
      return list.kind === 'icd10';
  }
}

function WindowField({ field, values, errors }: Of<'window'>) {
  return (
    <Fieldset legend={field.label} legendSize="s">
      <div class="app-beside">
        <TextInput
          name="window"
          label="How many"
          hint={
            field.season ? 'Leave it empty for all of the record, or since a day of the year.' : undefined
          }
          width={4}
          inputmode="numeric"
          value={values.window}
          errors={errors}
        />
        <Select
          name="window_unit"
          label="Of what"
          options={[
            { value: 'months', text: 'Months' },
            { value: 'days', text: 'Days' },
            { value: 'years', text: 'Years' },
            ...(field.season
              ? [
                  { value: 'all', text: 'All of the record' },
                  { value: 'since_last', text: 'Since the last such day of the year' },
                ]
              : []),
          ]}
          value={values.window_unit ?? 'months'}
          errors={errors}
        />
      </div>
      {field.season && (
        <TextInput
          name="season"
          label="Day of the year (optional)"
          hint="Only with “Since the last such day of the year”: month and day, as 09-01"
          width={5}
          value={values.season}
          errors={errors}
        />
      )}
    </Fieldset>
  );
}

function CompareField({ field, values, errors }: Of<'compare'>) {
  const end = (name: 'low' | 'high', label: string, words: readonly (readonly [string, string])[]) => (
    <div class="app-beside">
      <Select
        name={`${name}_word`}
        label={`${label}: how it is compared`}
        options={words.map(([value, text]) => ({ value, text }))}
        value={values[`${name}_word`]}
        errors={errors}
      />
      <TextInput
        name={name}
        label={`${label} (optional)`}
        width={5}
        inputmode="decimal"
        value={values[name]}
        errors={errors}
      />
    </div>
  );
  return (
    <Fieldset legend={field.label} legendSize="s">
      <p class="app-secondary">Write one number, or both. In the first unit of the codelist.</p>
      {end('low', 'Lowest', [
        ['at_least', 'At least'],
        ['above', 'Above'],
      ])}
      {end('high', 'Highest', [
        ['below', 'Below'],
        ['at_most', 'At most'],
      ])}
    </Fieldset>
  );
}
