export { makePdf, type PdfDocument, type PdfValue } from './make-pdf.ts';
export { openPdfMaker, type PdfMaker } from './pdf-maker.ts';
