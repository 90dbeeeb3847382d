import type { Book } from '../../src/platform/database/index.ts';

/** What identifies the people of a book, to look for it where none of it may stand. */
export interface Identifiers {
  /** Family and given names of people, and names of staff as whole words; in small letters. */
  readonly words: ReadonlySet<string>;
  readonly postcodes: ReadonlySet<string>;
  readonly publicIds: ReadonlySet<string>;
}

export async function readIdentifiers(book: Book): Promise<Identifiers> {
  const { rows: people } = await book
    .pool('batch')
    .query('select family_name, given_names, postcode, public_id from register.person');
  const { rows: staff } = await book
    .pool('batch')
    .query(`select name from auth.account where issuer <> 'system'`);
  const names = [
    ...people.flatMap(({ family_name, given_names }) => [family_name, given_names]),
    ...staff.map(({ name }) => name.replace(/^Dr /, '')),
  ];
  return {
    words: new Set(names.flatMap((name) => wordsOf(name ?? ''))),
    postcodes: new Set(people.flatMap(({ postcode }) => (postcode ? [closedUp(postcode)] : []))),
    publicIds: new Set(people.map(({ public_id }) => public_id)),
  };
}

/**
 * What lines of a log tell of people: NHS numbers (ten digits with a check digit that fits, of anybody), names and
 * addresses of pages of the people of a book, their postcodes. Each as the line with what was found, the first twenty; none
 * is what is wanted.
 */
export function toldInLogs(lines: readonly string[], known: Identifiers): string[] {
  const told = lines.flatMap((line) => {
    // Request ids are random, so that ten digits of one may look like a number.
    // Nor do the places in the program say anything of people, wherever it is installed.
    const withoutIds = line.replace(UUID, '').replace(/\(?(file:\/\/)?\/[\w./@-]+:\d+:\d+\)?/g, '');
    const numbers = [...withoutIds.matchAll(/(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)/g)]
      .map(([found]) => found)
      .filter((found) => isNhsNumber(found.replace(/[ -]/g, '')));
    const ids = [...line.matchAll(UUID)].map(([found]) => found.toLowerCase());
    const postcodes = [...withoutIds.matchAll(/\b[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}\b/gi)].map(
      ([found]) => found,
    );
    const found = [
      ...numbers,
      ...ids.filter((id) => known.publicIds.has(id)),
      ...postcodes.filter((postcode) => known.postcodes.has(closedUp(postcode))),
      ...wordsOf(withoutIds).filter((word) => known.words.has(word)),
    ];
    return found.map((each) => `${each} in: ${line.trim()}`);
  });
  return told.slice(0, 20);
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/\p{L}[\p{L}'’]+/gu) ?? [];
}

function closedUp(postcode: string): string {
  return postcode.replaceAll(' ', '').toUpperCase();
}

function isNhsNumber(digits: string): boolean {
  const sum = [...digits.slice(0, 9)].reduce((total, digit, at) => total + Number(digit) * (10 - at), 0);
  const check = (11 - (sum % 11)) % 11;
  return check !== 10 && check === Number(digits[9]);
}
