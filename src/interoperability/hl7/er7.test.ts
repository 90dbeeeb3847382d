import { describe, expect, test } from 'vitest';
import { isSegment, readMessage } from './er7.ts';
import { framed, linesOf, looksLikeHl7 } from './framing.ts';

async function* pieces(...texts: string[]) {
  yield* texts;
}
const framesOf = async (...texts: string[]) => {
  const found = [];
  for await (const each of framed(linesOf(pieces(...texts)))) found.push(each);
  return found;
};

describe('a message of HL7 version 2', () => {
  test('is read by the separators that it declares', () => {
    const message = readMessage(['MSH$*+!%$PAS$ZH900', 'PID$1$$77*x%y*z+88$a!S!b!F!c!R!d!T!e!E!f']);
    expect(message.get('MSH', 1)).toBe('$');
    expect(message.get('MSH', 4)).toBe('ZH900');
    expect(message.all('PID', 3).map((each) => [each(1), each(2), each(3)])).toEqual([
      ['77', 'x', 'z'],
      ['88', null, null],
    ]);
    expect(message.get('PID', 4)).toBe('a*b$c+d%e!f');
  });

  test.each([
    ['A \\T\\ E', 'A & E'],
    ['line\\.br\\line', 'line line'],
    ['\\H\\bold\\N\\', 'bold'],
    ['caf\\XC3A9\\', 'café'],
    ['C:\\odd', 'C:\\odd'],
    ['\\Q\\', '\\Q\\'],
    ['""', null],
    ['   ', null],
    ['', null],
  ])('text %j says %j', (written, said) => {
    expect(readMessage(['MSH|^~\\&|', `ZZZ|${written}`]).get('ZZZ', 1)).toBe(said);
  });

  test('what is not there says nothing', () => {
    const message = readMessage(['MSH|^~\\&']);
    expect([message.get('PV1', 19), message.get('MSH', 40), message.count('DG1')]).toEqual([null, null, 0]);
    expect(message.all('DG1', 3, 7)).toEqual([]);
  });

  test('a segment has a name of three and the separator', () => {
    expect(
      ['PID|1', 'PV1', 'ZA1|', 'PID^1', 'pid|1', 'PIDX|1', 'PI'].map((line) => isSegment(line, '|')),
    ).toEqual([true, true, true, false, false, false, false]);
  });
});

describe('a file of messages', () => {
  const two = ['MSH|^~\\&|A', 'PID|1', 'MSH|^~\\&|B', 'PID|2'];

  test.each(['\r', '\n', '\r\n'])('ends its segments in %j, wherever it is cut into pieces', async (end) => {
    const text = `${two.join(end)}${end}`;
    for (let cut = 0; cut <= text.length; cut += 1) {
      const found = await framesOf(text.slice(0, cut), text.slice(cut));
      expect(found.map((each) => each.kind === 'message' && each.segments)).toEqual([
        ['MSH|^~\\&|A', 'PID|1'],
        ['MSH|^~\\&|B', 'PID|2'],
      ]);
    }
  });

  test('may hold the bytes of the wire, a mark, and headers of batches', async () => {
    const wire = `\uFEFF\u000B${two.slice(0, 2).join('\r')}\r\u001C\r\u000B${two.slice(2).join('\r')}\r\u001C\r`;
    expect((await framesOf(wire)).map(({ kind }) => kind)).toEqual(['message', 'message']);
    const batch = ['FHS|^~\\&', 'BHS|^~\\&', ...two, 'BTS|2', 'FTS|1'].join('\r');
    expect(await framesOf(batch)).toMatchObject([
      { kind: 'message', line: 3 },
      { kind: 'message', line: 5 },
      { kind: 'batch', promised: 2, found: 2 },
    ]);
    expect([wire, batch, 'PID|1', '{"a":1}', 'MSHX', 'id,name'].map(looksLikeHl7)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  test('says which lines are of no message, and which message has a line that is no segment', async () => {
    const found = await framesOf(
      ['hello', 'world', 'MSH|^~\\&|A', 'PID|1', 'and more', 'MSH|^~\\&|B'].join('\n'),
    );
    expect(found).toMatchObject([
      { kind: 'stray', line: 1, text: 'hello\nworld' },
      { kind: 'message', line: 3, stray: 5 },
      { kind: 'message', line: 6, stray: null },
    ]);
  });
});
