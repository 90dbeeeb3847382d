import { Refusal } from '../../kernel/index.ts';

/** What comes next in an XML text: a tag that opens, one that closes, or text between. */
export type XmlEvent =
  | {
      readonly kind: 'open';
      /** Without its prefix. */
      readonly name: string;
      readonly attributes: ReadonlyMap<string, string>;
      /** Where the tag begins in the text. */
      readonly from: number;
    }
  | { readonly kind: 'close'; readonly name: string; readonly to: number }
  | { readonly kind: 'text'; readonly text: string };

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const TAG =
  /<(?<close>\/)?(?<name>[\p{L}_:][\p{L}\p{N}_:.-]*)(?<rest>(?:\s+[\p{L}_:][\p{L}\p{N}_:.-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(?<empty>\/)?>/uy;
const ATTRIBUTE = /([\p{L}_:][\p{L}\p{N}_:.-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/gu;

/**
 * Reads well-formed XML from beginning to end (XML 1.0). Document types are refused: no file of ours has one, and with
 * them a text can name other files and grow without end. Throws Refusal, naming file and line, when it is not
 * well formed.
 */
export function* readXml(text: string, file: string): Generator<XmlEvent> {
  const open: string[] = [];
  let roots = 0;
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  const wrong = (what: string) => notWellFormed(file, lineOf(text, at), what);
  const past = (end: string, what: string) => {
    const found = text.indexOf(end, at);
    if (found < 0) throw wrong(`${what} does not end`);
    return found + end.length;
  };
  while (at < text.length) {
    if (text[at] !== '<') {
      const end = text.indexOf('<', at);
      const between = text.slice(at, end < 0 ? text.length : end);
      if (open.length > 0) yield { kind: 'text', text: unmask(between, wrong) };
      else if (between.trim() !== '') throw wrong('there is text outside of the document');
      at += between.length;
    } else if (text.startsWith('<!--', at)) at = past('-->', 'a comment');
    else if (text.startsWith('<?', at)) at = past('?>', 'an instruction');
    else if (text.startsWith('<![CDATA[', at) && open.length > 0) {
      const end = past(']]>', 'a CDATA section');
      yield { kind: 'text', text: text.slice(at + 9, end - 3) };
      at = end;
    } else if (text.startsWith('<!', at)) throw wrong('it has a document type, which is not read');
    else {
      TAG.lastIndex = at;
      const tag = TAG.exec(text)?.groups;
      if (!tag) throw wrong('a tag is not well formed');
      const from = at;
      const full = tag.name ?? '';
      const name = full.slice(full.indexOf(':') + 1);
      if (tag.close === undefined) {
        if (open.length === 0 && ++roots > 1) throw wrong('it has more than one document');
        yield { kind: 'open', name, attributes: attributesOf(tag.rest ?? '', wrong), from };
        open.push(full);
      }
      if (tag.close !== undefined || tag.empty !== undefined) {
        if (open.pop() !== full) throw wrong(`</${full}> closes what was not open`);
        yield { kind: 'close', name, to: TAG.lastIndex };
      }
      at = TAG.lastIndex;
    }
  }
  if (open.length > 0) throw wrong(`<${open.at(-1)}> is not closed`);
  if (roots === 0) throw wrong('there is nothing in it');
}

function attributesOf(text: string, wrong: (what: string) => Refusal): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name = '', double, single] of text.matchAll(ATTRIBUTE)) {
    if (attributes.has(name)) throw wrong(`an attribute ${name} stands twice`);
    attributes.set(name, unmask(double ?? single ?? '', wrong));
  }
  return attributes;
}

function unmask(text: string, wrong: (what: string) => Refusal): string {
  if (!text.includes('&')) return text;
  return text.replace(/&([^;&\s]{0,12})(;?)/g, (whole, name: string, end: string) => {
    const number = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(name);
    const code = number ? Number.parseInt(number[1] ?? number[2] ?? '', number[1] ? 16 : 10) : -1;
    const meant = number && code <= 0x10ffff ? String.fromCodePoint(code) : ENTITIES[name];
    if (meant === undefined || end === '') throw wrong(`${whole} is no character that is known`);
    return meant;
  });
}

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}

function notWellFormed(file: string, line: number, what: string): Refusal {
  return new Refusal({
    code: 'not_xml',
    because: `${file}, line ${line}: ${what}.`,
    remedy: 'Export the file again; it may have been cut short or edited by hand.',
  });
}
