import { InvalidInput, parsePlainDate } from '../../../kernel/index.ts';
import { EditableContent } from '../../../platform/content/index.ts';
import type { Codelist, Library } from '../language/library.ts';

/** What the small form of a case asks: one person, up to three entries, and what must come out. */
export interface CaseForm {
  readonly name: string;
  readonly born: string;
  readonly sex: 'female' | 'male' | 'unknown';
  readonly entries: readonly {
    readonly list: string;
    readonly date: string;
    readonly value: string;
    readonly field: string;
  }[];
  readonly outcome: 'in' | 'out' | 'unknown';
  readonly missingFeed: '' | 'events' | 'medicines';
}

/** Adds a drawn person to a text of cases. Throws InvalidInput naming the fields. */
export function addCase(
  text: string,
  about: {
    readonly id: string;
    readonly referenceDate: string;
    readonly library: Library;
    readonly made: CaseForm;
  },
): string {
  const { id, referenceDate, library, made } = about;
  const content = new EditableContent(text);
  if (!content.isReadable)
    throw new InvalidInput([
      { field: 'cases', message: 'The text of the cases has errors, which have to be mended first' },
    ]);
  if (content.get(['people']) === undefined) {
    content.set(['definition'], id);
    content.set(['reference_date'], referenceDate);
    content.set(['people'], []);
  }
  const entries = made.entries
    .filter(({ list }) => list !== '')
    .map((entry) => ({ ...entryOf(library, entry) }));
  const events = entries.filter((entry) => 'code' in entry);
  const medicines = entries.filter((entry) => 'bnf' in entry);
  content.insert(['people'], content.length(['people']), {
    name: made.name,
    born: made.born,
    sex: made.sex,
    ...(events.length > 0 ? { events } : {}),
    ...(medicines.length > 0 ? { medicines } : {}),
    ...(made.missingFeed === '' ? {} : { feeds: { [made.missingFeed]: 'missing' } }),
    expect: { outcome: made.outcome },
  });
  return String(content);
}

function entryOf(library: Library, { list: id, date, value, field }: CaseForm['entries'][number]) {
  const list = library.codelists.get(id);
  const wrong = (message: string) => new InvalidInput([{ field, message }]);
  if (!list || (list.kind !== 'snomed' && list.kind !== 'bnf')) throw wrong('Choose a codelist of the list');
  if (date !== '' && parsePlainDate(date) === null)
    throw wrong('Write its day as 2026-04-01, or leave it empty');
  const day = date === '' ? null : date;
  if (list.kind === 'bnf') return { bnf: medicineOf(list), date: day };
  const [first] = list.codes;
  if (!first) throw wrong('This list has no codes yet');
  if (value !== '' && !/^-?\d+(\.\d+)?$/.test(value))
    throw wrong('Write its value as a number, as 48 or 7.5');
  return { code: first.code, date: day, ...(value === '' ? {} : { value: Number(value) }) };
}

/** A medicine of a list: the shortest code under its first beginning. */
function medicineOf(list: Extract<Codelist, { kind: 'bnf' }>): string {
  return (list.prefixes[0] ?? '').padEnd(9, '0');
}
