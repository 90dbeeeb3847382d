import { type Document, isCollection, isMap, isNode, isScalar, isSeq, parseDocument, stringify } from 'yaml';

/** A place in a content file: keys of mappings and positions of lists, from the top. */
export type ContentPath = readonly (string | number)[];

/** Wide enough that a condition stays on its line; text that was folded stays folded. */
const LINE = 110;

/**
 * A YAML text that is changed in places: what is not touched keeps its wording, its order and its comments. Throws
 * nothing for a text that is no YAML: `isReadable` says so, and it cannot be changed.
 */
export class EditableContent {
  private readonly document: Document.Parsed;
  private readonly opening: ReadonlySet<string>;

  /** `opening` are the words under which a list of items stands, each on its line. */
  constructor(text: string, opening: readonly string[] = []) {
    this.document = parseDocument(text, { uniqueKeys: true });
    this.opening = new Set(opening);
  }

  get isReadable(): boolean {
    return (
      this.document.errors.length === 0 && (this.document.contents === null || isMap(this.document.contents))
    );
  }

  /** What stands at a place, as plain values; undefined where nothing does. */
  get(path: ContentPath): unknown {
    const node = path.length === 0 ? this.document.contents : this.document.getIn(path, true);
    return isNode(node) ? node.toJS(this.document) : undefined;
  }

  /** Puts a value at a place, such as a title. */
  set(path: ContentPath, value: unknown): void {
    const made = this.document.createNode(value);
    keepStyle(this.document.getIn(path, true), made);
    this.document.setIn(path, made);
  }

  /** Puts an item, new or taken out elsewhere, into a list before what stands at a position. */
  insert(path: ContentPath, at: number, value: unknown): void {
    const list = this.document.getIn(path, true);
    if (!isSeq(list)) throw new Error(`${path.join('.')} is no list`);
    list.items.splice(at, 0, this.item(value));
    list.flow = false;
  }

  remove(path: ContentPath): void {
    this.document.deleteIn(path);
  }

  /** Takes what stands at a place out, with its comments, to be put elsewhere. */
  take(path: ContentPath): unknown {
    const node = this.document.getIn(path, true);
    this.document.deleteIn(path);
    return node;
  }

  /** Puts an item, new or taken out elsewhere, at a place. */
  put(path: ContentPath, value: unknown): void {
    this.document.setIn(path, this.item(value));
  }

  private item(value: unknown) {
    return isNode(value) ? value : laidOut(this.document.createNode(value), this.opening);
  }

  /** How many things stand in the list at a place; 0 where there is no list. */
  length(path: ContentPath): number {
    const node = this.document.getIn(path, true);
    return isSeq(node) ? node.items.length : 0;
  }

  /** The part of the text that stands at a place, as it would be written alone. */
  textAt(path: ContentPath): string {
    return contentText(this.get(path));
  }

  toString(): string {
    return this.document.toString({ lineWidth: LINE });
  }
}

/** A value as YAML. */
export function contentText(value: unknown): string {
  return stringify(value, { lineWidth: LINE });
}

/**
 * Lays a new part out as people write it: an item is a word and what belongs to it in one line; under the words that
 * open a list of items, each has a line of its own.
 */
function laidOut<Node>(node: Node, opening: ReadonlySet<string>): Node {
  if (isSeq(node)) {
    node.flow = false;
    for (const item of node.items) laidOut(item, opening);
  }
  if (!isMap(node)) return node;
  node.flow = false;
  for (const { key, value } of node.items) {
    if (isScalar(key) && opening.has(String(key.value))) laidOut(value, opening);
    else if (isCollection(value)) value.flow = true;
  }
  return node;
}

/** A text that stood folded or in quotes stays so. */
function keepStyle(before: unknown, made: unknown): void {
  if (!isScalar(before) || !isScalar(made) || typeof made.value !== 'string') return;
  if (before.type === 'BLOCK_FOLDED' || before.type === 'QUOTE_SINGLE') made.type = before.type;
}
