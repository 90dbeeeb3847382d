// Forms as a browser reads them, and somebody who fills every one of them in.

/** One box of a form: its name, its kind, what stands in it, and what it offers. */
export interface FormField {
  readonly name: string;
  readonly kind: 'kept' | 'text' | 'choice' | 'ticks' | 'file';
  readonly value: string;
  readonly offers: readonly string[];
}

export interface PageForm {
  readonly action: string;
  readonly fields: readonly FormField[];
  /** What each of its buttons sends. */
  readonly buttons: readonly (readonly [string, string])[];
  readonly takesFiles: boolean;
}

/** The forms of a page that are sent, with all their fields. */
export function postFormsOf(html: string, url: string): PageForm[] {
  const forms = [...html.matchAll(/<form([^>]*)>([\s\S]*?)<\/form>/g)];
  return forms.flatMap(([, about = '', body = '']) => {
    if (attribute(about, 'method') !== 'post') return [];
    const id = attribute(about, 'id');
    // Boxes in the rows of a table belong to a form that stands elsewhere and is named by them.
    const own =
      id === undefined
        ? body
        : body +
          [...html.matchAll(/<input[^>]*>/g)]
            .map(([tag]) => tag)
            .filter((tag) => attribute(tag, 'form') === id)
            .join('');
    return [
      {
        action: attribute(about, 'action') ?? url,
        fields: fieldsOf(own),
        buttons: [...own.matchAll(/<button([^>]*)>/g)].flatMap(([, tag = '']) => {
          const name = attribute(tag, 'name');
          return name === undefined ? [] : [[name, attribute(tag, 'value') ?? ''] as const];
        }),
        takesFiles: attribute(about, 'enctype') === 'multipart/form-data',
      },
    ];
  });
}

function fieldsOf(body: string): FormField[] {
  const fields = new Map<string, { -readonly [Key in keyof FormField]: FormField[Key] }>();
  const tags = body.matchAll(/<(input|textarea|select)([^>]*)>(?:([\s\S]*?)<\/\1>)?/g);
  for (const [, tag = '', about = '', inside = ''] of tags) {
    const name = attribute(about, 'name');
    if (name === undefined || / disabled(=|\s|$)/.test(about)) continue;
    const kind = kindOf(tag, attribute(about, 'type') ?? 'text');
    const value = tag === 'textarea' ? plain(inside) : (attribute(about, 'value') ?? '');
    const known = fields.get(name) ?? { name, kind, value: '', offers: [] };
    fields.set(name, known);
    if (tag === 'select') {
      const options = [...inside.matchAll(/<option([^>]*)>/g)].map(([, option = '']) => option);
      known.offers = options.map((option) => attribute(option, 'value') ?? '');
      known.value = attribute(options.find((option) => / selected/.test(option)) ?? '', 'value') ?? '';
    } else if (kind === 'choice' || kind === 'ticks') {
      known.offers = [...known.offers, value];
      if (/ checked(=|\s|$)/.test(about)) known.value = value;
    } else known.value = value;
  }
  return [...fields.values()];
}

function kindOf(tag: string, type: string): FormField['kind'] {
  if (tag === 'select' || type === 'radio') return 'choice';
  if (type === 'checkbox') return 'ticks';
  if (type === 'file') return 'file';
  return type === 'hidden' ? 'kept' : 'text';
}

function attribute(tag: string, name: string): string | undefined {
  const value = new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(tag)?.[1];
  return value === undefined ? undefined : plain(value);
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'" };

export function plain(text: string): string {
  return text.replace(/&(#?\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}
