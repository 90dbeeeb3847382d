import { type FieldError, parsePlainDate } from '../../../kernel/index.ts';
import { PARAMETER } from '../language/parameters.ts';
import { type Field, type WordForm, wordForms } from './word-forms.ts';

/** What stands in the fields of a form, each by its name. */
export type FormValues = Readonly<Record<string, string>>;

type Body = Record<string, unknown>;

const UNITS = ['days', 'months', 'years'] as const;
const LOW = ['at_least', 'above'] as const;
const HIGH = ['below', 'at_most'] as const;
const LIST_ID = /^[A-Z][A-Z0-9_]*$/;

/**
 * The body of a word as its form shows it; null where it says something that the form has no field for. Every body that
 * is shown is written again with the same meaning.
 */
export function bodyToForm(word: string, body: unknown): FormValues | null {
  const form = wordForms[word];
  if (!form) return null;
  const only = form.fields[0];
  if (only && 'key' in only && only.key === null) {
    const read = readField(only, body);
    return read && { ...read };
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null;
  const known = new Set(form.fields.flatMap(keysOf));
  if (Object.keys(body).some((key) => !known.has(key))) return null;
  const values: Record<string, string> = {};
  for (const field of form.fields) {
    const read = readField(field, 'key' in field && field.key !== null ? (body as Body)[field.key] : body);
    if (read === null) return null;
    Object.assign(values, read);
  }
  return values;
}

/** The keys of a body that a field is about. */
function keysOf(field: Field): string[] {
  if (field.kind === 'window') return field.season ? [...UNITS, 'since_last'] : [...UNITS];
  if (field.kind === 'compare') return [...LOW, ...HIGH];
  return field.key === null ? [] : [field.key];
}

/** The name of a field in the form. */
export function nameOf(field: Field): string {
  return 'key' in field ? (field.key ?? field.kind) : field.kind;
}

function readField(field: Field, value: unknown): Record<string, string> | null {
  const name = nameOf(field);
  switch (field.kind) {
    case 'window':
      return readWindow(field, value as Body);
    case 'compare':
      return readCompare(value as Body);
    case 'codes': {
      const ids = value === undefined ? [] : [value].flat();
      return ids.every((id) => typeof id === 'string' && LIST_ID.test(id))
        ? { [name]: ids.join(', ') }
        : null;
    }
    case 'yes':
      return value === undefined || typeof value === 'boolean'
        ? { [name]: value === true ? 'yes' : '' }
        : null;
    case 'whole':
      return value === undefined || Number.isInteger(value) || isParameter(value)
        ? { [name]: value === undefined ? '' : String(value) }
        : null;
    case 'choice':
      if (value === undefined) return { [name]: field.fallback ?? '' };
      return field.of.some(([each]) => each === value) ? { [name]: String(value) } : null;
    case 'date':
    case 'definition':
      return value === undefined || typeof value === 'string' ? { [name]: value ?? '' } : null;
  }
}

function readWindow(
  { season }: Extract<Field, { kind: 'window' }>,
  body: Body,
): Record<string, string> | null {
  const given = keysOf({ kind: 'window', label: '', season }).filter((key) => body[key] !== undefined);
  const [unit, ...others] = given;
  if (others.length > 0) return null;
  if (unit === undefined) return { window: '', window_unit: season ? 'all' : 'months', season: '' };
  const value = body[unit];
  if (unit === 'since_last')
    return typeof value === 'string' ? { window: '', window_unit: 'since_last', season: value } : null;
  return Number.isInteger(value) || isParameter(value)
    ? { window: String(value), window_unit: unit, season: '' }
    : null;
}

function readCompare(body: Body): Record<string, string> | null {
  const values: Record<string, string> = {};
  for (const [name, words] of [
    ['low', LOW],
    ['high', HIGH],
  ] as const) {
    const given = words.filter((word) => body[word] !== undefined);
    const [word = words[0], ...others] = given;
    const value = body[word];
    if (others.length > 0 || (value !== undefined && typeof value !== 'number' && !isParameter(value)))
      return null;
    values[`${name}_word`] = word;
    values[name] = value === undefined ? '' : String(value);
  }
  return values;
}

/** A condition of a word from what stands in its form, or what is wrong with which field. */
export function formToCondition(
  word: string,
  values: FormValues,
): { readonly condition: Record<string, unknown> } | { readonly errors: readonly FieldError[] } {
  const form = wordForms[word];
  if (!form) return { errors: [{ field: 'word', message: 'Choose what has to be true' }] };
  const errors: FieldError[] = [];
  const body: Body = {};
  let scalar: unknown;
  for (const field of form.fields) {
    const written = writeField(field, values);
    if ('error' in written) errors.push(written.error);
    else if ('key' in field && field.key === null) scalar = written.value;
    else if ('key' in field) {
      if (written.value !== undefined) body[field.key as string] = written.value;
    } else Object.assign(body, written.value);
  }
  const missing = errors.length === 0 ? nothingOf(form, body) : null;
  if (missing) errors.push(missing);
  return errors.length > 0 ? { errors } : { condition: { [word]: scalar ?? body } };
}

function nothingOf({ oneOf, fields }: WordForm, body: Body): FieldError | null {
  if (!oneOf || oneOf.keys.some((key) => body[key] !== undefined)) return null;
  const field = fields.find((each) => keysOf(each).some((key) => oneOf.keys.includes(key)));
  const name = field?.kind === 'compare' ? 'low' : field ? nameOf(field) : 'word';
  return { field: name, message: oneOf.message };
}

type Written = { readonly value: unknown } | { readonly error: FieldError };

function writeField(field: Field, values: FormValues): Written {
  const name = nameOf(field);
  const text = (values[name] ?? '').trim();
  const wrong = (message: string): Written => ({ error: { field: name, message } });
  switch (field.kind) {
    case 'window':
      return writeWindow(field, values);
    case 'compare':
      return writeCompare(values);
    case 'codes':
      return writeCodes(field, values);
    case 'yes':
      return { value: text === '' ? undefined : true };
    case 'whole':
      return writeWhole(field, text);
    case 'choice':
      if (text === '' && field.optional) return { value: undefined };
      if (!field.of.some(([each]) => each === text)) return wrong(`Choose one: ${field.label.toLowerCase()}`);
      return { value: text === field.fallback ? undefined : text };
    case 'date':
      if (text === '') return field.optional ? { value: undefined } : wrong('Write a day, as 2026-04-01');
      return isDay(text) ? { value: text } : wrong('Write a day that there is, as 2026-04-01');
    case 'definition':
      if (text === '' && field.optional) return { value: undefined };
      return text === '' ? wrong('Choose a definition') : { value: text };
  }
}

function writeCodes(field: Extract<Field, { kind: 'codes' }>, values: FormValues): Written {
  const name = nameOf(field);
  const ids = [values[name] ?? '', values[`${name}_more`] ?? '']
    .flatMap((text) => text.split(/[\s,;]+/))
    .filter((id) => id !== '');
  const wanted = [...new Set(ids)];
  if (wanted.length === 0)
    return field.optional
      ? { value: undefined }
      : { error: { field: name, message: 'Choose at least one codelist' } };
  const bad = wanted.find((id) => !LIST_ID.test(id));
  if (bad !== undefined)
    return {
      error: {
        field: name,
        message: `${bad} is no id of a codelist: they are capital letters, digits and _`,
      },
    };
  return { value: wanted.length === 1 ? wanted[0] : wanted };
}

function writeWhole(field: Extract<Field, { kind: 'whole' }>, text: string): Written {
  const { key, least, most, fallback, optional, label } = field;
  const upTo = most === undefined ? `${least} or more` : `${least} to ${most}`;
  if (text === '' && (optional || fallback !== undefined)) return { value: undefined };
  if (isParameter(text)) return { value: text };
  const number = Number(text);
  if (
    text === '' ||
    !Number.isInteger(number) ||
    number < least ||
    number > (most ?? Number.MAX_SAFE_INTEGER)
  )
    return { error: { field: key, message: `${label}: write a whole number, ${upTo}` } };
  return { value: number === fallback ? undefined : number };
}

function writeWindow({ season, needed }: Extract<Field, { kind: 'window' }>, values: FormValues): Written {
  const unit = values.window_unit ?? '';
  const text = (values.window ?? '').trim();
  if (unit === 'since_last' && season) {
    const day = (values.season ?? '').trim();
    return /^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(day) && day !== '02-29'
      ? { value: { since_last: day } }
      : { error: { field: 'season', message: 'Write a month and a day, as 09-01' } };
  }
  if (unit === 'all' && season && !needed) return { value: {} };
  const isUnit = UNITS.some((each) => each === unit);
  if (isParameter(text) && isUnit) return { value: { [unit]: text } };
  const number = Number(text);
  if (text === '' || !Number.isInteger(number) || number < 1)
    return { error: { field: 'window', message: 'Write a whole number, 1 or more' } };
  if (!isUnit) return { error: { field: 'window_unit', message: 'Choose days, months or years' } };
  return { value: { [unit]: number } };
}

function writeCompare(values: FormValues): Written {
  const body: Body = {};
  for (const [name, words] of [
    ['low', LOW],
    ['high', HIGH],
  ] as const) {
    const text = (values[name] ?? '').trim();
    if (text === '') continue;
    const word = words.find((each) => each === values[`${name}_word`]) ?? words[0];
    if (isParameter(text)) {
      body[word] = text;
      continue;
    }
    if (!/^-?\d+(\.\d+)?$/.test(text))
      return { error: { field: name, message: 'Write a number, as 48 or 7.5' } };
    body[word] = Number(text);
  }
  return { value: body };
}

function isDay(text: string): boolean {
  return parsePlainDate(text) !== null;
}

/** `$oldest` stands for a number that the definition names. */
function isParameter(value: unknown): boolean {
  return typeof value === 'string' && PARAMETER.test(value);
}
