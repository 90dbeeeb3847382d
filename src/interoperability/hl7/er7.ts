// ER7, the text form of HL7 version 2 (chapter 2 of the standard): segments on lines, parted into fields, repetitions,
// components and subcomponents by characters that the message itself declares in its first segment.

interface Separators {
  readonly field: string;
  readonly component: string;
  readonly repetition: string;
  readonly escape: string;
  readonly subcomponent: string;
}

/** A field that occurs once, or one occurrence of it: its components as text, counted from 1. */
export type Occurrence = (component: number) => string | null;

/** A message that can be asked for its fields. */
export interface Message {
  /** The occurrences of a field; none where it is empty, missing or said to be nothing. */
  readonly all: (segment: string, field: number, which?: number) => readonly Occurrence[];
  /** A component of the first occurrence of a field in the first such segment; null where it says nothing. */
  readonly get: (segment: string, field: number, component?: number) => string | null;
  /** How many segments of a name there are. */
  readonly count: (segment: string) => number;
}

/** The beginning of a segment: its name and, unless nothing follows, a separator. */
const SEGMENT = /^[A-Z][A-Z0-9]{2}(?![A-Za-z0-9\s])/;
/** A value that says: nothing, and forget what was said before. */
const NOTHING = '""';

/** Whether a line is a segment of a message whose fields are parted by `separator`. */
export function isSegment(line: string, separator: string): boolean {
  return SEGMENT.test(line) && (line.length === 3 || line[3] === separator);
}

/** Reads a message from its segments, of which the first is MSH. */
export function readMessage(lines: readonly string[]): Message {
  const separators = separatorsOf(lines[0] ?? '');
  const segments = new Map<string, (readonly string[])[]>();
  for (const line of lines) {
    const fields = line.split(separators.field);
    const name = fields[0] ?? '';
    // The first field of MSH is the separator itself.
    const numbered = name === 'MSH' ? ['MSH', separators.field, ...fields.slice(1)] : fields;
    segments.set(name, [...(segments.get(name) ?? []), numbered]);
  }
  const all = (segment: string, field: number, which = 0): Occurrence[] => {
    const raw = segments.get(segment)?.[which]?.[field] ?? '';
    if (raw.trim() === '' || raw === NOTHING) return [];
    return raw.split(separators.repetition).map((occurrence) => {
      const components = occurrence.split(separators.component);
      return (component) => said(components[component - 1] ?? '', separators);
    });
  };
  return {
    all,
    get: (segment, field, component = 1) => all(segment, field)[0]?.(component) ?? null,
    count: (segment) => segments.get(segment)?.length ?? 0,
  };
}

/** What a message declares in MSH-1 and MSH-2; the usual ones stand in for those that it leaves out. */
function separatorsOf(msh: string): Separators {
  const field = msh[3] ?? '|';
  const [component = '^', repetition = '~', escaping = '\\', subcomponent = '&'] =
    msh.slice(4).split(field, 1)[0]?.split('') ?? [];
  return { field, component, repetition, escape: escaping, subcomponent };
}

/** The first subcomponent as plain text; null where it says nothing. */
function said(component: string, separators: Separators): string | null {
  const first = component.split(separators.subcomponent, 1)[0] ?? '';
  const text = plainText(first, separators).trim();
  return text === '' || text === NOTHING ? null : text;
}

const ESCAPED: Readonly<Record<string, keyof Separators>> = {
  F: 'field',
  S: 'component',
  T: 'subcomponent',
  R: 'repetition',
  E: 'escape',
};

/** Text with its escapes resolved. Highlighting and other character sets, which say nothing here, are left out. */
function plainText(text: string, separators: Separators): string {
  const { escape: sign } = separators;
  if (!text.includes(sign)) return text;
  const parts = text.split(sign);
  let plain = parts[0] ?? '';
  for (let at = 1; at < parts.length; at += 2) {
    const code = parts[at] ?? '';
    const isClosed = at + 1 < parts.length;
    plain += isClosed ? meant(code, separators) : `${sign}${code}`;
    plain += parts[at + 1] ?? '';
  }
  return plain;
}

function meant(code: string, separators: Separators): string {
  const separator = ESCAPED[code];
  if (separator) return separators[separator];
  if (/^X(?:[0-9A-Fa-f]{2})+$/.test(code)) return Buffer.from(code.slice(1), 'hex').toString('utf8');
  if (code === '.br' || /^\.sp\d*$/.test(code)) return ' ';
  if (/^[HN]$|^[CMZ]|^\./.test(code)) return '';
  // No escape after all: a path or a stray sign.
  return `${separators.escape}${code}${separators.escape}`;
}
