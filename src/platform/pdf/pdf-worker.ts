import { answerQuestions } from '../thread/index.ts';
import { makePdf, type PdfDocument } from './make-pdf.ts';

// The other side of PdfMaker: a thread that sets documents, so that the web server's event loop never waits for one.

answerQuestions<PdfDocument, Uint8Array>(makePdf);
