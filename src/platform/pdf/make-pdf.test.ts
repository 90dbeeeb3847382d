import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { makePdf, type PdfDocument } from './make-pdf.ts';
import { openPdfMaker } from './pdf-maker.ts';

const plan: PdfDocument = {
  title: 'A plan',
  day: '2026-11-22',
  foot: 'A copy',
  template:
    '= For #(data.name)x\n#data.name\n#table(columns: 2, table.header([What], [When]), ..data.steps.flatten())',
  data: { name: 'Ruby Example', steps: [['Ring her', 'Monday']] },
};

/** What of a PDF is readable: its plain parts, and its packed streams unpacked. */
function contentOf(pdf: Buffer): string {
  const text = pdf.toString('latin1');
  const streams = [...text.matchAll(/stream\r?\n/g)].flatMap((match) => {
    try {
      return [inflateSync(pdf.subarray(match.index + match[0].length)).toString('latin1')];
    } catch {
      return [];
    }
  });
  return [text, ...streams].join('\n');
}

test('a document is a tagged PDF with a title, a language and a day', () => {
  const pdf = makePdf(plan);
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  const content = contentOf(pdf);
  expect(content).toContain('/StructTreeRoot');
  expect(content).toMatch(/\/Lang ?\(en-GB\)/);
  expect(content).toContain('pdfuaid:part');
  expect(content).toContain('A plan');
  expect(content).toContain('2026-11-22');
  expect(content).toContain('/TH');
});

test('the same document is the same file', () => {
  expect(makePdf(plan).equals(makePdf(plan))).toBe(true);
});

test.each([
  ['code', '#read("/etc/passwd")'],
  ['a heading', '= Not a heading'],
  ['a comment', '/* a // b */'],
  ['quotes and backslashes', '"\\u{0}" \\ # $ $ _ * @ <a> `'],
  ['nothing', ''],
  ['another script', 'Привет, γειά, Zoë, 你好, مرحبا'],
])('what people write stays text, whatever it looks like: %s', (_, name) => {
  const pdf = makePdf({ ...plan, data: { name, steps: [[name, name]] } });
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
});

test('letters that no font has are boxes, and are no reason to print nothing', () => {
  const of = (name: string) => makePdf({ ...plan, data: { name, steps: [['Ring her', 'Monday']] } });
  // Unicode keeps this one for private use for ever, and no font of a machine has it.
  const boxed = of('Ruby \u{10FFFD}');
  expect(boxed.subarray(0, 5).toString()).toBe('%PDF-');
  const content = contentOf(boxed);
  expect(content).toContain('/StructTreeRoot');
  expect(content).not.toContain('pdfuaid:part');
  // It says so: one line more than the same document without that letter.
  const lines = (pdf: Buffer) => contentOf(pdf).match(/\bTJ\b|\bTj\b/g)?.length ?? 0;
  expect(lines(boxed)).toBeGreaterThan(lines(of('Ruby A')));
});

test('a template that is wrong is a fault that says where', () => {
  expect(() => makePdf({ ...plan, template: '#data.nothing' })).toThrow(
    /"A plan" could not be set.*nothing/s,
  );
});

test('a maker without a thread makes the same', async () => {
  const maker = openPdfMaker(null);
  expect((await maker.make(plan)).equals(makePdf(plan))).toBe(true);
  await maker.close();
});
