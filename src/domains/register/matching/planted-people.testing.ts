import { Dice } from '../../../synthetic/dice.ts';
import { familyName, givenNames } from '../../../synthetic/names.ts';

// People made up to measure the matching: a population, some of whom have a second record that is theirs and differs
// as records do, and some of whom have a relative who is easily taken for them. Nobody in it exists.

/** A patient record as `makeComparable` takes it, and whose it truly is. */
export interface PlantedRecord {
  readonly rec: number;
  /** Every record is a person of its own before anybody joins them. */
  readonly truly: number;
  readonly numbered: boolean;
  readonly family: string;
  readonly given: string;
  readonly born: string;
  readonly postcode: string | null;
  readonly sex: string;
}

/** What was planted: which kind, and between which records. */
export interface PlantedPair {
  readonly kind: string;
  readonly one: number;
  readonly other: number;
  /** Whether the two are one person. */
  readonly same: boolean;
}

type Looks = Pick<PlantedRecord, 'family' | 'given' | 'born' | 'postcode' | 'sex'>;
type Change = (person: Looks, dice: Dice) => Partial<Looks>;

/** Second records of one person. */
const SAME: Record<string, Change> = {
  'nothing differs': () => ({}),
  'letter wrong in the family name': ({ family }, dice) => ({ family: typo(family, dice) }),
  'letter wrong in the given name': ({ given }, dice) => ({ given: typo(given, dice) }),
  'day and month swapped': ({ born }) => ({ born: swapped(born) }),
  'day of birth wrong': ({ born }, dice) => ({ born: `${born.slice(0, 8)}${two(dice.between(1, 28))}` }),
  'maiden name': (_, dice) => ({ family: familyName(dice) }),
  'maiden name, and moved house': (_, dice) => ({ family: familyName(dice), postcode: postcode(dice) }),
  'double name': ({ family }, dice) => ({ family: `${family}-${familyName(dice)}` }),
  'moved house': (_, dice) => ({ postcode: postcode(dice) }),
  'no address': () => ({ postcode: null }),
  'short form of the given name': () => ({ given: 'Bill' }),
  'initial for the given name': ({ given }) => ({ given: given.slice(0, 1) }),
};

/** Records of two people who are easily taken for one. */
const DIFFERENT: Record<string, Change> = {
  twins: ({ given, sex }, dice) => ({ given: another(given, sex, dice) }),
  'twin of the other sex': ({ given, sex }, dice) => ({
    sex: sex === 'male' ? 'female' : 'male',
    given: another(given, sex === 'male' ? 'female' : 'male', dice),
  }),
  'parent and child of one name': ({ born }, dice) => ({
    born: `${Number(born.slice(0, 4)) - dice.between(20, 40)}-${two(dice.between(1, 12))}-${two(dice.between(1, 28))}`,
  }),
  'brothers and sisters': ({ born, given, sex }, dice) => ({
    given: another(given, sex, dice),
    born: `${Number(born.slice(0, 4)) - dice.between(1, 6)}-${two(dice.between(1, 12))}-${two(dice.between(1, 28))}`,
  }),
};

/**
 * Makes a population with so many pairs of each kind planted in it. Those who have a second record have an NHS number
 * in the first and none in the second; of everybody else one in fifty has none.
 */
export function plantPeople(people: number, ofEachKind: number, seed = 7) {
  const dice = new Dice();
  const records: PlantedRecord[] = [];
  const pairs: PlantedPair[] = [];
  const add = (looks: Looks, truly: number, numbered: boolean) => {
    records.push({ rec: records.length + 1, truly, numbered, ...looks });
    return records.length;
  };
  for (let number = 1; number <= people; number++) {
    const looks = drawLooks(dice.begin(seed, number, 1));
    add(looks, number, !dice.chance(2));
  }
  const kinds = [
    ...Object.entries(SAME).map(([kind, change]) => ({ kind, change, same: true })),
    ...Object.entries(DIFFERENT).map(([kind, change]) => ({ kind, change, same: false })),
  ];
  let truly = people;
  for (const [at, { kind, change, same }] of kinds.entries()) {
    for (let count = 0; count < ofEachKind; count++) {
      dice.begin(seed, count, at + 2);
      const drawn = drawLooks(dice);
      const looks =
        kind === 'short form of the given name' ? { ...drawn, given: 'William', sex: 'male' } : drawn;
      const one = add(looks, ++truly, true);
      const other = add({ ...looks, ...change(looks, dice) }, same ? truly : ++truly, false);
      pairs.push({ kind, one, other, same });
    }
  }
  return { records, pairs };
}

/** SQL of records as a relation that `makeComparable` reads. `numbers` false: nobody has an NHS number. */
export function plantedSql(file: string, numbers = true): string {
  return `(select rec, rec as person, case when numbered and ${numbers} then 'n' || rec end as nhs_number, family as family_name,
                  given as given_names, (born - date '1970-01-01')::integer as birth_day, false as birth_approximate,
                  postcode, sex
             from read_csv('${file}', header = true, columns = {rec: 'integer', truly: 'integer', numbered: 'boolean',
                  family: 'varchar', given: 'varchar', born: 'date', postcode: 'varchar', sex: 'varchar'}))`;
}

/** The records as CSV, for DuckDB to read. */
export function plantedCsv(records: readonly PlantedRecord[]): string {
  const lines = records.map(({ rec, truly, numbered, family, given, born, postcode: code, sex }) =>
    [rec, truly, numbered, family, given, born, code ?? '', sex].join(','),
  );
  return `rec,truly,numbered,family,given,born,postcode,sex\n${lines.join('\n')}\n`;
}

/** What became of planted pairs: the share missed of each kind that is one person, and proposed of each that is two. */
export function matchingErrors(
  planted: ReturnType<typeof plantPeople>,
  found: readonly { readonly one: number; readonly other: number }[],
) {
  const proposed = new Set(found.map(({ one, other }) => `${one} ${other}`));
  const trulyOf = new Map(planted.records.map(({ rec, truly }) => [rec, truly]));
  const kinds = new Map<string, { same: boolean; pairs: number; proposed: number }>();
  for (const { kind, one, other, same } of planted.pairs) {
    const count = kinds.get(kind) ?? { same, pairs: 0, proposed: 0 };
    count.pairs += 1;
    if (proposed.has(`${one} ${other}`)) count.proposed += 1;
    kinds.set(kind, count);
  }
  const falsely = found.filter(({ one, other }) => trulyOf.get(one) !== trulyOf.get(other)).length;
  const same = planted.pairs.filter((pair) => pair.same);
  const missed = same.filter(({ one, other }) => !proposed.has(`${one} ${other}`)).length;
  return {
    kinds: [...kinds].map(([kind, count]) => ({ kind, ...count })),
    proposed: found.length,
    /** Of what is proposed, the share that is two people. */
    falseShare: found.length === 0 ? 0 : falsely / found.length,
    /** Of second records that were planted, the share that is not found. */
    missedShare: missed / same.length,
  };
}

function drawLooks(dice: Dice): Looks {
  const sex = dice.chance(51) ? 'female' : 'male';
  return {
    family: familyName(dice),
    given: givenNames(dice, sex === 'female' ? 'F' : 'M', [
      'english',
      'english',
      'english',
      'westAfrican',
      'southAsian',
      'caribbean',
      'european',
    ]),
    born: `${dice.between(1935, 2024)}-${two(dice.between(1, 12))}-${two(dice.between(1, 28))}`,
    postcode: postcode(dice),
    sex,
  };
}

function another(given: string, sex: string, dice: Dice): string {
  for (;;) {
    const name = givenNames(dice, sex === 'female' ? 'F' : 'M', ['english', 'westAfrican', 'southAsian']);
    if (name.split(' ')[0] !== given.split(' ')[0]) return name;
  }
}

/** One letter after the first becomes another one, or two neighbours change places. */
function typo(name: string, dice: Dice): string {
  const at = dice.between(1, Math.max(1, name.length - 2));
  if (dice.chance(50)) return name.slice(0, at) + name[at + 1] + name[at] + name.slice(at + 2);
  return name.slice(0, at) + dice.one([...'aeionrst']) + name.slice(at + 1);
}

function swapped(born: string): string {
  const [year, month, day] = born.split('-').map(Number);
  return (day ?? 0) <= 12
    ? `${year}-${two(day ?? 1)}-${two(month ?? 1)}`
    : `${year}-${two(month ?? 1)}-${two(day ?? 1)}`;
}

function postcode(dice: Dice): string {
  return `ZZ${dice.between(1, 9)} ${dice.between(1, 9)}${dice.one([...'ABDEFGHJLN'])}${dice.one([...'ABDEFGHJLN'])}`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
