import { type DrawnTable, patient, registration, toCsv, writeExtract } from './extracts.ts';

// A second delivery of the small borough, six weeks after the first: every practice sends, and nothing is new. What a
// test wants to be wrong it puts into one practice's tables.

const COLUMNS = {
  patient: 'id,birth_date',
  episode_of_care: 'id,patient_id,episode_type_code,episode_of_care_start_date',
  observation: 'id,patient_id,clinical_effective_date,mapped_concept_code',
  medication_order: 'id,patient_id,clinical_effective_date,bnf_code',
  appointment: 'id,patient_id,start_date,national_slot_category_name',
} as const;

export type RoundTable = keyof typeof COLUMNS;
type Planted = Partial<Record<RoundTable, DrawnTable | 'left out'>>;

/** The practices of the small borough, by number: 1 is Z10001. */
export const practiceCode = (number: number) => `Z${10_000 + number}`;
/** The first patient of a practice in the small borough. */
export const firstPatient = (number: number) => String((10_000 + number) * 1_000_000 + 1);

/**
 * Writes a round of incremental deliveries below `parent`, a folder for each of the 40 practices. `planted` says for a
 * practice's number what it sends, table by table; null: it sends nothing. Returns the folders.
 */
export function writeRound(
  parent: string,
  day: string,
  planted: ReadonlyMap<number, Planted | null>,
): string[] {
  return Array.from({ length: 40 }, (_, at) => at + 1).flatMap((number) => {
    const plant = planted.get(number);
    if (plant === null) return [];
    const tables = (Object.keys(COLUMNS) as RoundTable[]).flatMap((name) => {
      const rows = plant?.[name] ?? [];
      if (rows === 'left out') return [];
      return [[name, rows.length === 0 ? `${COLUMNS[name]}\n` : toCsv(rows)] as const];
    });
    const note = {
      layout: 'practice-extract',
      publisher: practiceCode(number),
      extracted_at: `${day}T03:00:00Z`,
      full: false,
    };
    return [writeExtract(parent, `${day}-${practiceCode(number)}`, Object.fromEntries(tables), note)];
  });
}

/** So many new people of a practice, registered since 2010. */
export function newcomers(
  count: number,
  begin: string,
  more: (at: number) => Record<string, string | number> = () => ({}),
) {
  const ids = Array.from({ length: count }, (_, at) => `${begin}${at}`);
  return {
    ids,
    patient: ids.map((id, at) => patient(id, more(at))),
    episode_of_care: ids.map((id) => registration(id)),
  };
}
