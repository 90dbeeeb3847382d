import { Refusal } from '../../kernel/index.ts';
import { readXml } from '../arriving/xml.ts';
import type { XmlElements } from './xml-elements.ts';

/** An element while it is read. */
interface Element {
  readonly name: string;
  /** The names that lead here from the resource that it stands in, and its own. */
  readonly path: readonly string[];
  readonly value: string | undefined;
  /** What JSON keeps beside a value that has more to say: its id and its extensions. */
  readonly says: Record<string, unknown>;
  readonly from: number;
}

const FHIR = 'http://hl7.org/fhir';

/** Whether a text that is XML holds FHIR, by its beginning. */
export function looksLikeFhirXml(beginning: string): boolean {
  return beginning.trimStart().startsWith('<') && beginning.includes(FHIR);
}

/**
 * Turns a FHIR resource in XML into the same in JSON (hl7.org/fhir/R4/json.html): the elements of a bundle stay on the
 * lines on which they stood, so that what is said of them names the line of the file. Throws Refusal when it is not
 * well formed, or holds no resource.
 */
export function fhirXmlToJson(xml: string, file: string, elements: XmlElements): string {
  const open: Element[] = [];
  const entries: { json: string; line: number }[] = [];
  let whole: Element | null = null;
  let narrative = 0;
  for (const event of readXml(xml, file)) {
    if (event.kind === 'text') continue;
    if (event.kind === 'open') {
      // The narrative is a text of its own language and is kept as it was written.
      if (narrative === 0) open.push(begin(open.at(-1), event));
      if (narrative > 0 || event.name === 'div') narrative++;
      continue;
    }
    if (narrative > 0 && --narrative > 0) continue;
    const element = open.pop();
    if (!element) continue;
    const parent = open.at(-1);
    if (!parent) whole = element;
    else if (element.name === 'div') parent.says.div = xml.slice(element.from, event.to);
    else if (isEntry(element, open))
      entries.push({ json: JSON.stringify(element.says), line: lineAt(xml, element.from) });
    else put(parent, element, elements);
  }
  if (!whole || !/^[A-Z]/.test(whole.name)) throw notAResource(file);
  return withEntries(whole, entries);
}

function begin(
  parent: Element | undefined,
  { name, attributes, from }: { name: string; attributes: ReadonlyMap<string, string>; from: number },
): Element {
  const says: Record<string, unknown> = {};
  const isResource = /^[A-Z]/.test(name);
  if (isResource) says.resourceType = name;
  for (const attribute of ['id', 'url']) {
    const said = attributes.get(attribute);
    if (said !== undefined) says[attribute] = said;
  }
  const path = isResource ? [name] : [...(parent?.path ?? []), name];
  return { name, path, value: attributes.get('value'), says, from };
}

function isEntry(element: Element, around: readonly Element[]): boolean {
  return element.name === 'entry' && around.length === 1 && around[0]?.name === 'Bundle';
}

/** Puts a finished element into the one that it stands in. */
function put(parent: Element, element: Element, elements: XmlElements): void {
  const { name, path, value, says } = element;
  // A resource stands in an element of its own (`contained`, `resource`), which in JSON is the resource.
  if (/^[A-Z]/.test(name)) {
    Object.assign(parent.says, says);
    return;
  }
  const more = Object.keys(says).length > 0;
  if (value === undefined) add(parent.says, name, says, elements.isList(path));
  else {
    const typed = elements.typed(value, path);
    const place = add(parent.says, name, typed, elements.isList(path));
    if (more) addBeside(parent.says, `_${name}`, says, place);
  }
}

/** Adds a value under a name. Returns its place in the list that it became part of, null when it is alone. */
function add(to: Record<string, unknown>, name: string, value: unknown, isList: boolean): number | null {
  const there = to[name];
  if (Array.isArray(there)) return there.push(value) - 1;
  if (there === undefined && !isList) {
    to[name] = value;
    return null;
  }
  to[name] = there === undefined ? [value] : [there, value];
  return there === undefined ? 0 : 1;
}

function addBeside(to: Record<string, unknown>, name: string, says: unknown, place: number | null): void {
  if (place === null) {
    to[name] = says;
    return;
  }
  const list = Array.isArray(to[name]) ? (to[name] as unknown[]) : [];
  while (list.length < place) list.push(null);
  list[place] = says;
  to[name] = list;
}

/** The JSON of a resource; the entries of a bundle each on the line on which they begin in the XML. */
function withEntries({ says }: Element, entries: readonly { json: string; line: number }[]): string {
  const json = JSON.stringify(says);
  if (entries.length === 0) return json;
  let line = 1;
  const lines = entries.map((entry) => {
    const gap = '\n'.repeat(Math.max(0, entry.line - line));
    line = Math.max(line, entry.line);
    return gap + entry.json;
  });
  return `${json.slice(0, -1)},"entry":[${lines.join(',')}]}`;
}

function lineAt(text: string, at: number): number {
  let line = 1;
  for (let end = text.indexOf('\n'); end !== -1 && end < at; end = text.indexOf('\n', end + 1)) line++;
  return line;
}

function notAResource(file: string): Refusal {
  return new Refusal({
    code: 'not_a_resource',
    because: `${file} is XML of FHIR, but its outermost element is no resource.`,
    remedy: 'Send a resource or a Bundle.',
  });
}
