import type { CodelistKind } from '../language/codelist.ts';

/** A code of a list that was read, and what the file calls it. */
export interface ListedCode {
  readonly code: string;
  readonly term: string;
  /** What it stands for among others of its list, where the file says that. */
  readonly category: string | null;
}

/** What kinds of lists files bring. Lists of words and of places are content's own. */
export type LoadableKind = Exclude<CodelistKind, 'words' | 'areas' | 'practices'>;

/** One list of a file. */
export interface ReadList {
  readonly id: string;
  readonly title: string;
  readonly kind: LoadableKind;
  /** Each code once. */
  readonly codes: readonly ListedCode[];
}

/** Why a row of a list is not taken. `refusedRows` has the words. */
export type RowReason =
  | 'no_code'
  | 'no_list'
  | 'unknown_system'
  | 'spreadsheet_number'
  | 'digits_lost'
  | 'wrong_check_digit'
  | 'not_an_identifier'
  | 'not_a_concept'
  | 'not_icd10'
  | 'not_opcs'
  | 'not_bnf'
  | 'not_read'
  | 'left_the_list'
  | 'two_categories';

/** A row that is not taken: where it stands, and what it says. */
export interface RefusedRow {
  readonly line: number;
  readonly column: string;
  readonly said: string;
  readonly reason: RowReason;
}

/** A table of lists, read: rows read = codes of the lists + refused + duplicates. */
export interface CodelistTable {
  /** The file, and its sheet where it has sheets. */
  readonly name: string;
  /** SHA-256 of the file. */
  readonly hash: string;
  readonly source: string;
  /** The day of its release, where the file or its name says one. */
  readonly released: string | null;
  readonly read: number;
  readonly lists: readonly ReadList[];
  readonly refused: readonly RefusedRow[];
  readonly duplicates: number;
  /** What somebody should know of it as a whole. */
  readonly notes: readonly string[];
}

/** A file that is no table of codes, and why. */
export interface UnusableFile {
  readonly name: string;
  readonly hash: string;
  readonly refusal: { readonly code: string; readonly because: string; readonly remedy: string };
}

/** What each reason means, and what to do. `{said}` and `{column}` are filled in. */
const WORDS: Record<RowReason, { readonly because: string; readonly remedy: string }> = {
  no_code: { because: 'has no code', remedy: 'Write the code into the row, or take the row out.' },
  no_list: {
    because: 'does not say of which list it is',
    remedy: 'Write the id of the list (cluster) into the row.',
  },
  unknown_system: {
    because: 'is of a code system that no list here can be of',
    remedy: 'Take the row out, or map the code to SNOMED CT.',
  },
  spreadsheet_number: {
    because: 'was shortened by a spreadsheet; the digits that it left out are gone',
    remedy: 'Take the code from the file as it was published, and open it with the column as text.',
  },
  digits_lost: {
    because: 'ends in noughts that a spreadsheet put there: it keeps 15 digits, and the rest are gone',
    remedy: 'Take the code from the file as it was published, and open it with the column as text.',
  },
  wrong_check_digit: {
    because: 'is no SNOMED CT identifier: its last digit does not follow from the others',
    remedy: 'Compare it with the list as it was published; a digit is wrong, missing or in another place.',
  },
  not_an_identifier: {
    because: 'is no SNOMED CT identifier, which has 6 to 18 digits',
    remedy: 'Check that this column has the codes, and that the list is of SNOMED CT or dm+d.',
  },
  not_a_concept: {
    because: 'is the number of a description or a relationship, and entries are coded by concepts',
    remedy: 'Put the number of the concept (conceptId) in its place.',
  },
  not_icd10: {
    because: 'is no ICD-10 code, as I50 or I50.1',
    remedy: 'Check that this column has the codes, or say of which kind the list is.',
  },
  not_opcs: {
    because: 'is no OPCS-4 code, as K40 or K40.1',
    remedy: 'Check that this column has the codes, or say of which kind the list is.',
  },
  not_bnf: {
    because: 'is no BNF code, as 0212000 or 0212000B0AAABAB',
    remedy: 'Check that this column has the codes, or say of which kind the list is.',
  },
  not_read: {
    because: 'is no Read code of five or seven signs',
    remedy: 'Check that this column has the codes, or say of which kind the list is.',
  },
  left_the_list: {
    because: 'is marked as not on the list, or no longer',
    remedy: 'Nothing has to be done, unless the mark is wrong.',
  },
  two_categories: {
    because: 'stands in another category further up',
    remedy: 'Decide which category it belongs to and leave one row.',
  },
};

/** Why a row was not taken, and what to do, in a sentence each. */
export function rowInWords(row: Pick<RefusedRow, 'said' | 'reason'>): { because: string; remedy: string } {
  const { because, remedy } = WORDS[row.reason];
  return { because: row.said === '' ? `The row ${because}.` : `“${row.said}” ${because}.`, remedy };
}
