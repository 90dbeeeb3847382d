import type { LoadableKind, RowReason } from '../../domains/need/index.ts';
import { snomedComponent } from '../../kernel/index.ts';

/** A code as lists have it, or why a text is none. */
export type ReadCode = { readonly code: string } | { readonly reason: RowReason };

/**
 * Reads a code of a kind as files write it: with or without dots, as a number with `.0`, in quotes that keep a
 * spreadsheet from reading it. What a spreadsheet has shortened is refused: nobody can know its lost digits.
 */
export function readCode(kind: LoadableKind, written: string): ReadCode {
  const text = withoutMarks(written);
  if (text === '') return { reason: 'no_code' };
  switch (kind) {
    case 'snomed':
    case 'dmd':
      return snomedCode(text);
    case 'icd10':
      return formed(text.toUpperCase().replace('.', ''), ICD10, 'not_icd10', withoutSigns);
    case 'opcs':
      return formed(text.toUpperCase().replace('.', ''), OPCS, 'not_opcs');
    case 'bnf':
      return BNF_LENGTHS.has(text.length)
        ? formed(text.toUpperCase(), BNF, 'not_bnf')
        : { reason: SHORTENED.test(text) ? 'spreadsheet_number' : 'not_bnf' };
    case 'ctv3':
      return formed(text, CTV3, 'not_read');
    case 'read':
      return formed(text, READ, 'not_read');
  }
}

/** An apostrophe in front, or ="..." (of which a reader of CSV leaves =...), is what people put around a code so that a spreadsheet leaves it alone. */
export function withoutMarks(written: string): string {
  return written
    .trim()
    .replace(/^="?(.*?)"?$/, '$1')
    .replace(/^'/, '')
    .replace(/[\u00A0\u200B\uFEFF]/g, '')
    .trim();
}

const SHORTENED = /^\d([.,]\d+)?E\+?\d+$/i;
/** A spreadsheet keeps this many digits and writes noughts for the others. */
const KEPT_DIGITS = 15;

function snomedCode(text: string): ReadCode {
  if (SHORTENED.test(text)) return { reason: 'spreadsheet_number' };
  const digits = text.replace(/\.0+$/, '').replace(/ /g, '');
  if (!/^\d{6,18}$/.test(digits)) return { reason: 'not_an_identifier' };
  const component = snomedComponent(digits);
  if (component === 'concept') return { code: digits };
  if (component !== null) return { reason: 'not_a_concept' };
  const noughts = digits.slice(KEPT_DIGITS);
  return { reason: noughts !== '' && /^0+$/.test(noughts) ? 'digits_lost' : 'wrong_check_digit' };
}

const ICD10 = /^[A-Z]\d{2}[0-9A-Z]{0,2}$/;
const OPCS = /^[A-Z]\d{2}\d?$/;
const BNF = /^\d{2}[0-9A-Z]{0,13}$/;
/** Chapter, section, paragraph, subparagraph, substance, product, strength, presentation: nothing ends between them. */
const BNF_LENGTHS = new Set([2, 4, 6, 7, 9, 11, 13, 15]);
const CTV3 = /^[0-9A-Za-z.]{5}$/;
const READ = /^[0-9A-Za-z.]{5}([0-9A-Za-z]{2})?$/;

/** The cross and the star of an ICD-10 code say how it is paired, and an X fills it up: no part of the code. */
function withoutSigns(text: string): string {
  return text.replace(/[†*+]$/u, '').replace(/X$/, '');
}

function formed(text: string, form: RegExp, reason: RowReason, clean = (each: string) => each): ReadCode {
  if (SHORTENED.test(text) && reason !== 'not_read') return { reason: 'spreadsheet_number' };
  const code = clean(text);
  return form.test(code) ? { code } : { reason };
}
