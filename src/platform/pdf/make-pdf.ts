import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { NodeCompiler, NodeError } from '@myriaddreamin/typst-ts-node-compiler';
import { Refusal } from '../../kernel/index.ts';

/** What a template may be given: whatever JSON can say. */
export type PdfValue =
  | string
  | number
  | boolean
  | null
  | readonly PdfValue[]
  | { readonly [key: string]: PdfValue | undefined };

/**
 * A document to print. `template` is a program of ours in Typst, the same for every reader; it sees what differs as
 * `data`. Never put text of people into the template: Typst would run it. In `data` it stays text.
 */
export interface PdfDocument {
  /** The name that a reader of PDFs shows, and a screen reader says first. */
  readonly title: string;
  /** The day that it is as of, as 2026-11-22. It stands on every page. */
  readonly day: string;
  /** What every page says at its foot beside its number: whose it is, that it is a copy, where the live one is. */
  readonly foot: string;
  /** Typst markup. `data` is the data; the house's styles hold; headings are `=`, `==`; a table has a `table.header`. */
  readonly template: string;
  readonly data: PdfValue;
}

const require = createRequire(import.meta.url);

// Made for readers with low vision, and free to carry along (SIL Open Font Licence). Its letters cover the languages of
// Western Europe; for others Typst falls back to a font of its own, and then to the machine's.
const FONTS = [
  '400Regular/AtkinsonHyperlegible_400Regular.ttf',
  '400Regular_Italic/AtkinsonHyperlegible_400Regular_Italic.ttf',
  '700Bold/AtkinsonHyperlegible_700Bold.ttf',
  '700Bold_Italic/AtkinsonHyperlegible_700Bold_Italic.ttf',
];

let compiler: NodeCompiler | null = null;

function openCompiler(): NodeCompiler {
  if (compiler) return compiler;
  const fontBlobs = FONTS.map((name) =>
    readFileSync(require.resolve(`@expo-google-fonts/atkinson-hyperlegible/${name}`)),
  );
  compiler = loadTypst().NodeCompiler.create({ fontArgs: [{ fontBlobs }] });
  return compiler;
}

/** Typst comes as a binary for each kind of machine. Where there is none, everything but documents works. */
function loadTypst(): typeof import('@myriaddreamin/typst-ts-node-compiler') {
  try {
    return require('@myriaddreamin/typst-ts-node-compiler');
  } catch {
    throw new Refusal({
      code: 'no_documents_here',
      because: `The server is a kind of machine on which documents cannot be made (${process.platform}, ${process.arch}).`,
      remedy: 'Print the page from your browser instead; it can save a PDF too.',
    });
  }
}

/**
 * A tagged PDF (PDF/UA-1: headings, tables and reading order for a screen reader) on A4, readable in black and white.
 * Takes 50 to 500 ms of the thread it is called on: a server asks a `PdfMaker`.
 *
 * PDF/UA-1 allows no letter that cannot be shown. Where the machine has no font for a script that somebody wrote in, the
 * document is made all the same, still tagged, with boxes for those letters and a line that says so.
 *
 * @throws Refusal where the machine has no Typst.
 * @throws Error if the template is wrong; its message says where. That is a mistake of ours, never of a reader.
 */
export function makePdf({ title, day, foot, template, data }: PdfDocument): Buffer {
  const typst = openCompiler();
  const [year, month, date] = day.split('-').map(Number);
  const inputs = { data: JSON.stringify(data), title, foot, day: JSON.stringify([year, month, date]) };
  const set = (missing: string, options?: Parameters<NodeCompiler['pdf']>[1]) => {
    const compiled = typst.compile({ mainFileContent: HOUSE + template, inputs: { ...inputs, missing } });
    if (!compiled.result) throw new Error(whatIsWrong(typst, compiled.takeDiagnostics()));
    return typst.pdf(compiled.result, options);
  };
  try {
    try {
      return set('', { pdfStandard: 'ua-1' });
    } catch (error) {
      if (!(error instanceof Error && NO_FONT.test(error.message))) throw error;
      return set(MISSING_LETTERS);
    }
  } catch (error) {
    throw new Error(
      `The document "${title}" could not be set: ${error instanceof Error ? error.message : String(error)}`,
    );
  } finally {
    // Typst remembers every part of every document, and these hold people.
    typst.evictCache(0);
  }
}

/** What Typst says of letters that no font of the machine has. */
const NO_FONT = /could not be displayed with font/;
const MISSING_LETTERS =
  'Some letters cannot be printed by this computer and stand here as boxes. Read them on the page on screen.';

function whatIsWrong(from: NodeCompiler, diagnostics: NodeError | null): string {
  if (!diagnostics) return 'Typst gives no reason';
  return from
    .fetchDiagnostics(diagnostics)
    .map(({ message }: { message?: string }) => message ?? 'Typst gives no reason')
    .join('; ');
}

// The page that every document has. Tables may break between pages: Typst cuts off a figure that may not.
const HOUSE = `
#let data = json(bytes(sys.inputs.data))
#let day = json(bytes(sys.inputs.day))
#set document(title: sys.inputs.title, date: datetime(year: day.at(0), month: day.at(1), day: day.at(2)))
#set text(font: ("Atkinson Hyperlegible", "Libertinus Serif"), size: 10.5pt, lang: "en", region: "GB", hyphenate: false)
#set par(leading: 0.6em, spacing: 0.9em)
#set page(
  paper: "a4",
  margin: (x: 18mm, top: 16mm, bottom: 20mm),
  footer: context [
    #set text(size: 8.5pt)
    #line(length: 100%, stroke: 0.4pt)
    #grid(columns: (1fr, auto), column-gutter: 1em, sys.inputs.foot, [Page #counter(page).display() of #counter(page).final().first()])
  ],
)
#show heading: set block(above: 1.2em, below: 0.6em)
#show heading.where(level: 1): set text(size: 17pt)
#show heading.where(level: 2): set text(size: 13pt)
#show heading.where(level: 3): set text(size: 11pt)
#show figure: set block(breakable: true)
#set table(stroke: (x, y) => (bottom: if y == 0 { 0.8pt } else { 0.3pt }), inset: (x: 4pt, y: 4pt))
#show table.cell.where(y: 0): strong
#if sys.inputs.missing != "" { strong(sys.inputs.missing) }
`;
