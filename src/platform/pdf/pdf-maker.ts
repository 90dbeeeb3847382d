import { Worker } from 'node:worker_threads';
import { Refusal } from '../../kernel/index.ts';
import { makePdf, type PdfDocument } from './make-pdf.ts';
import type { PdfAnswer, PdfQuestion } from './pdf-worker.ts';

/** Sets documents for pages, one after another, off the web server's event loop. */
export interface PdfMaker {
  make(document: PdfDocument): Promise<Buffer>;
  close(): Promise<void>;
}

interface Waiting {
  resolve(pdf: Buffer): void;
  reject(error: Error): void;
}

/**
 * Starts the setting thread when the first document is asked for. A thread that ends unexpectedly fails the documents
 * that were open and is replaced at the next one. `script` is the built `pdf-worker.js`; without it, in tests, the
 * calling thread sets them.
 */
export function openPdfMaker(script: URL | null): PdfMaker {
  if (script === null) return { make: async (document) => makePdf(document), close: async () => {} };
  let worker: Worker | null = null;
  let next = 1;
  const waiting = new Map<number, Waiting>();

  const fail = (error: Error) => {
    worker = null;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };

  const start = (): Worker => {
    const started = new Worker(script);
    started.on('message', (answer: PdfAnswer) => {
      const question = waiting.get(answer.id);
      waiting.delete(answer.id);
      if ('refused' in answer) question?.reject(new Refusal(answer.refused));
      else if ('error' in answer) question?.reject(new Error(answer.error));
      else question?.resolve(Buffer.from(answer.pdf));
    });
    started.on('error', fail);
    started.on('exit', () => fail(new Error('The thread that sets documents ended')));
    started.unref();
    return started;
  };

  return {
    make: (document) =>
      new Promise<Buffer>((resolve, reject) => {
        worker ??= start();
        const question: PdfQuestion = { id: next++, document };
        waiting.set(question.id, { resolve, reject });
        worker.postMessage(question);
      }),
    close: async () => {
      await worker?.terminate();
    },
  };
}
