import type { Book } from '../../../src/platform/database/index.ts';

/** Finds people of a book in whatever is shown: by NHS number, by the address of their page, by their name. */
export interface PeopleFinder {
  /** The people, by number, that a text shows; a name that several have stands for all of them, in one group. */
  in(text: string): number[][];
}

interface Row {
  person_no: number;
  public_id: string;
  nhs_number: string | null;
  family_name: string;
  given_names: string;
}

export async function findPeople(book: Book): Promise<PeopleFinder> {
  const { rows } = await book
    .pool('owner')
    .query<Row>('select person_no, public_id, nhs_number, family_name, given_names from register.person');
  const staff = await book
    .pool('owner')
    .query<{ name: string }>('select name from auth.account union select name from directory.gp');
  const notPatients = new Set(staff.rows.map(({ name }) => wordsOf(name)));
  const byKey = new Map<string, number[]>();
  const byFirstWord = new Map<string, Set<string>>();
  const known = (key: string, person: number) => byKey.set(key, [...(byKey.get(key) ?? []), person]);
  for (const { person_no, public_id, nhs_number, family_name, given_names } of rows) {
    known(public_id.toUpperCase(), person_no);
    if (nhs_number !== null) known(nhs_number, person_no);
    for (const name of new Set(
      [`${family_name} ${given_names}`, `${given_names} ${family_name}`].map(wordsOf),
    )) {
      const [first = ''] = name.split(' ');
      if (notPatients.has(name) || first === '') continue;
      known(name, person_no);
      byFirstWord.set(first, (byFirstWord.get(first) ?? new Set()).add(name));
    }
  }
  return {
    in(text) {
      const plain = wordsOf(text.replaceAll(/<[^>]*>|\n/g, ' | '));
      const found = new Map<string, number[]>();
      const see = (key: string) => {
        const people = byKey.get(key);
        if (people) found.set(key, people);
      };
      for (const [id] of text.toUpperCase().matchAll(/[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}/g)) see(id);
      for (const [number] of plain.matchAll(/\b999 ?\d{3} ?\d{4}\b/g)) see(number.replaceAll(' ', ''));
      for (const { 0: word, index } of plain.matchAll(/[^ ]+/g))
        for (const name of byFirstWord.get(word) ?? [])
          if (plain.startsWith(name, index) && [' ', undefined].includes(plain[index + name.length]))
            see(name);
      return [...found.values()];
    },
  };
}

/** Words alone, in capitals: the same of a name in a table, in a file and in a sentence. */
function wordsOf(text: string): string {
  return text
    .replaceAll(/&#?\w+;/g, "'")
    .replaceAll(/[^\p{L}\p{N}’'|-]+/gu, ' ')
    .trim()
    .toUpperCase();
}
