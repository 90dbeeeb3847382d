import { parentPort } from 'node:worker_threads';
import { Refusal } from '../../kernel/index.ts';
import { makePdf, type PdfDocument } from './make-pdf.ts';

// The other side of PdfMaker: a thread that sets documents, so that the web server's event loop never waits for one.

export interface PdfQuestion {
  readonly id: number;
  readonly document: PdfDocument;
}

export type PdfAnswer =
  | { readonly id: number; readonly pdf: Uint8Array }
  | { readonly id: number; readonly refused: { code: string; because: string; remedy: string } }
  | { readonly id: number; readonly error: string };

parentPort?.on('message', ({ id, document }: PdfQuestion) => {
  parentPort?.postMessage(answerTo(id, document));
});

function answerTo(id: number, document: PdfDocument): PdfAnswer {
  try {
    return { id, pdf: makePdf(document) };
  } catch (error) {
    if (error instanceof Refusal) {
      return { id, refused: { code: error.code, because: error.message, remedy: error.remedy } };
    }
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}
