import { isSegment } from './er7.ts';

/** The lines of one message, MSH first, and the line of the file on which it begins, counted from 1. */
export interface FramedMessage {
  readonly kind: 'message';
  readonly line: number;
  readonly segments: readonly string[];
  /** The first line in it that is no segment, so that nothing in it can be relied on. */
  readonly stray: number | null;
}

/** Lines that stand before any message and are none. */
export interface StrayLines {
  readonly kind: 'stray';
  readonly line: number;
  readonly text: string;
}

/** What the trailer of a batch says of it, and what was in it. */
export interface BatchEnd {
  readonly kind: 'batch';
  readonly line: number;
  readonly promised: number;
  readonly found: number;
}

/** Headers and trailers of files and batches, which stand around messages. */
const AROUND = /^(FHS|BHS|FTS|BTS)(?![A-Za-z0-9])/;
/** The bytes that open and close a message on a wire (MLLP), where an engine wrote down what it received. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are those bytes.
const ON_THE_WIRE = /[\u000B\u001C]/g;

/** Whether a text begins as HL7 version 2 does. */
export function looksLikeHl7(text: string): boolean {
  return /^(MSH|FHS|BHS)[^A-Za-z0-9\s]{2}/.test(text.replace(ON_THE_WIRE, '').trimStart());
}

/**
 * Parts lines into messages: a message begins with MSH and ends before the next. Segments end in CR, LF or both; a file
 * may hold batches, or what an engine wrote down with the bytes of the wire.
 */
export async function* framed(
  lines: AsyncIterable<string>,
): AsyncGenerator<FramedMessage | StrayLines | BatchEnd> {
  let at = 0;
  let inBatch = 0;
  let open: { line: number; segments: string[]; stray: number | null } | null = null;
  let stray: { line: number; text: string[] } | null = null;
  const ended = function* (): Generator<FramedMessage | StrayLines> {
    if (open) yield { kind: 'message', ...open };
    if (stray) yield { kind: 'stray', line: stray.line, text: stray.text.join('\n') };
    open = null;
    stray = null;
  };
  for await (const raw of lines) {
    at++;
    const line = raw.replace(ON_THE_WIRE, '').replace(/^\uFEFF/, '');
    if (line.trim() === '') continue;
    if (/^MSH[^A-Za-z0-9\s]{2}/.test(line)) {
      yield* ended();
      open = { line: at, segments: [line], stray: null };
      inBatch++;
    } else if (AROUND.test(line)) {
      yield* ended();
      if (line.startsWith('BHS')) inBatch = 0;
      const promised = /^BTS[^A-Za-z0-9](\d+)/.exec(line)?.[1];
      if (promised !== undefined)
        yield { kind: 'batch', line: at, promised: Number(promised), found: inBatch };
      if (line.startsWith('BTS')) inBatch = 0;
    } else if (open) {
      const { segments } = open as { segments: string[] };
      segments.push(line);
      if (!isSegment(line, segments[0]?.[3] ?? '|')) open.stray ??= at;
    } else {
      stray ??= { line: at, text: [] };
      stray.text.push(line);
    }
  }
  yield* ended();
}

/** Parts text into lines, whichever ends they have: CR, LF or both. */
export async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of pieces) {
    const lines = (rest + piece).split(/\r\n|\r(?!$)|\n/);
    rest = lines.pop() ?? '';
    yield* lines;
  }
  yield* rest.split(/\r\n|\r|\n/);
}
