import { type ContentPath, EditableContent } from '../../../platform/content/index.ts';
import { type Condition, joiningWords, parseCondition } from '../language/definition.ts';
import { bodyToForm, type FormValues } from './word-values.ts';

/** A group that puts others together: all of them, any of them, or not the one. */
export interface GroupBlock {
  readonly kind: 'group';
  readonly at: ContentPath;
  readonly word: (typeof joiningWords)[number];
  readonly parts: readonly Block[];
}

/** A condition that has a form. */
export interface FormBlock {
  readonly kind: 'form';
  readonly at: ContentPath;
  readonly word: string;
  readonly values: FormValues;
  /** Null where it is written wrong. */
  readonly condition: Condition | null;
}

/** Something that the forms do not know: it is shown, moved and changed as text. */
export interface TextBlock {
  readonly kind: 'text';
  readonly at: ContentPath;
  readonly text: string;
  readonly condition: Condition | null;
}

export type Block = GroupBlock | FormBlock | TextBlock;

/** The conditions of a definition as blocks, each place that has conditions under its name. */
export interface BlockTree {
  readonly title: string;
  readonly at: ContentPath;
  /** Null where there is no condition yet. */
  readonly block: Block | null;
}

/** A draft's text to be changed block by block. */
export function editable(text: string): EditableContent {
  return new EditableContent(text, joiningWords);
}

/** The blocks of a text; null where it is no YAML, or no definition that has conditions. */
export function readBlocks(text: string): readonly BlockTree[] | null {
  const content = editable(text);
  if (!content.isReadable) return null;
  const raw = content.get([]) as Record<string, unknown> | undefined;
  const tree = (title: string, at: ContentPath): BlockTree => ({
    title,
    at,
    block: content.get(at) === undefined ? null : blockAt(content, at),
  });
  const items = (key: string) => (Array.isArray(raw?.[key]) ? (raw[key] as unknown[]) : []);
  const titleOf = (item: unknown, at: number) =>
    String((item as { title?: unknown } | null)?.title ?? `number ${at + 1}`);
  switch (raw?.kind) {
    case 'register':
      return [tree('Who is in', ['rule'])];
    case 'score':
      return [
        tree('Who can have it', ['applies_to']),
        ...items('terms').map((term, at) => tree(`Adds to it: ${titleOf(term, at)}`, ['terms', at, 'when'])),
      ];
    case 'calculation':
      return [
        ...(content.get(['applies_to']) === undefined ? [] : [tree('Who can have it', ['applies_to'])]),
        ...inputTrees(raw.inputs, tree),
      ];
    case 'segmentation':
      return items('segments')
        .slice(0, -1)
        .map((segment, at) => tree(titleOf(segment, at), ['segments', at, 'when']));
    default:
      return null;
  }
}

/** The inputs of a calculation that ask conditions. The others are changed as text. */
function inputTrees(
  inputs: unknown,
  tree: (title: string, at: ContentPath) => BlockTree,
): readonly BlockTree[] {
  if (typeof inputs !== 'object' || inputs === null) return [];
  return Object.entries(inputs as Record<string, { when?: unknown; choose?: unknown } | null>).flatMap(
    ([id, source]) => {
      const title = id.replaceAll('_', ' ');
      const choices = Array.isArray(source?.choose) ? (source.choose as { is?: unknown }[]) : [];
      return [
        ...(source?.when === undefined ? [] : [tree(`Input: ${title}`, ['inputs', id, 'when'])]),
        ...choices.map((choice, at) =>
          tree(`Input: ${title}, ${choice.is}`, ['inputs', id, 'choose', at, 'when']),
        ),
      ];
    },
  );
}

/** The block at a place of a text; null where there is none. */
export function readBlock(text: string, at: ContentPath): Block | null {
  const content = editable(text);
  return content.isReadable && content.get(at) !== undefined ? blockAt(content, at) : null;
}

function blockAt(content: EditableContent, at: ContentPath): Block {
  const raw = content.get(at);
  const [word, ...others] =
    typeof raw === 'object' && raw !== null && !Array.isArray(raw) ? Object.keys(raw) : [];
  const asText = (): TextBlock => ({
    kind: 'text',
    at,
    text: content.textAt(at),
    condition: parseCondition(raw, content.get(['parameters'])),
  });
  if (word === undefined || others.length > 0) return asText();
  const body = (raw as Record<string, unknown>)[word];
  if (word === 'not') return { kind: 'group', at, word, parts: [blockAt(content, [...at, word])] };
  if (word === 'all' || word === 'any') {
    if (!Array.isArray(body)) return asText();
    return { kind: 'group', at, word, parts: body.map((_, place) => blockAt(content, [...at, word, place])) };
  }
  const values = bodyToForm(word, body);
  return values === null
    ? asText()
    : { kind: 'form', at, word, values, condition: parseCondition(raw, content.get(['parameters'])) };
}

/** A place as it stands in an address: `rule.all.1`. */
export function placeText(at: ContentPath): string {
  return at.join('.');
}

/** Reads a place from an address; numbers are positions. Null where it names no place of conditions. */
export function parsePlace(text: string): ContentPath | null {
  if (!/^[a-z_]+(\.([a-z_][a-z0-9_]*|\d{1,4}))*$/.test(text)) return null;
  const at = text.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  return ['rule', 'applies_to', 'terms', 'segments', 'inputs'].includes(String(at[0])) ? at : null;
}
