import { openThread } from '../thread/index.ts';
import { makePdf, type PdfDocument } from './make-pdf.ts';

/** Sets documents for pages, one after another, off the web server's event loop. */
export interface PdfMaker {
  make(document: PdfDocument): Promise<Buffer>;
  close(): Promise<void>;
}

/** `script` is the built `pdf-worker.js`; without it, in tests, the calling thread sets the documents. */
export function openPdfMaker(script: URL | null): PdfMaker {
  if (script === null) return { make: async (document) => makePdf(document), close: async () => {} };
  const thread = openThread<PdfDocument, Uint8Array>({ script, failed: 'The document could not be made' });
  return { make: async (document) => Buffer.from(await thread.ask(document)), close: () => thread.close() };
}
