import type { PlainDate } from '../../../kernel/index.ts';
import { EditableContent } from '../../../platform/content/index.ts';
import { nextVersion } from '../language/versions.ts';
import type { DefinitionText } from './definition-text.ts';

/** What a new definition is called before anybody has written it, and by whom it is. */
export interface NewHead {
  readonly id: string;
  readonly title: string;
  readonly why: string;
  readonly author: string;
  readonly review: PlainDate;
}

const NOT_CHECKED = 'Not checked yet';

/** The text of a new register without conditions. */
export function newText({ id, title, why, author, review }: NewHead): string {
  const content = new EditableContent('');
  const head = {
    kind: 'register',
    id,
    version: '1.0.0',
    title,
    group: 'population',
    why,
    source: 'Written here',
    licence: 'For use by this organisation',
    author,
    owner: author,
    checker: NOT_CHECKED,
    review,
    status: 'draft',
  };
  for (const [key, value] of Object.entries(head)) content.set([key], value);
  return String(content);
}

/** The text of a copy: of the same id under the next version, or of another id. Cases go along. */
export function copiedText(
  of: DefinitionText,
  as: { readonly id: string; readonly title: string; readonly why: string; readonly author: string },
): { readonly definition: string; readonly cases: string } {
  const definition = new EditableContent(of.definition);
  const same = as.id === of.id;
  definition.set(['id'], as.id);
  definition.set(['version'], same ? nextVersion(of.version) : '1.0.0');
  const changed = (key: string, value: string) => {
    if (String(definition.get([key])).trim() !== value) definition.set([key], value);
  };
  changed('title', as.title);
  changed('why', as.why);
  if (!same) definition.remove(['short']);
  definition.set(['author'], as.author);
  definition.set(['checker'], NOT_CHECKED);
  definition.set(['status'], 'draft');
  return { definition: String(definition), cases: casesFor(of.cases, as.id) };
}

/** The text as it is published: who wrote and who checked it stands in it. */
export function publishedText(
  text: string,
  by: { readonly author: string; readonly checker: string; readonly status: 'verified' | 'unverified' },
): string {
  const content = new EditableContent(text);
  content.set(['author'], by.author);
  content.set(['checker'], by.checker);
  content.set(['status'], by.status);
  return String(content);
}

/** Cases of another id. */
export function casesFor(cases: string, id: string): string {
  const content = new EditableContent(cases);
  if (cases.trim() === '' || !content.isReadable) return cases;
  content.set(['definition'], id);
  return String(content);
}

/** An id from a title: "Falls, last year" becomes falls-last-year. */
export function idFrom(title: string): string {
  const id = title
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[^a-z]+|-+$/g, '')
    .slice(0, 60);
  return id === '' ? 'definition' : id.replace(/-+$/, '');
}
