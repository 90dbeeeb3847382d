import { Refusal } from '../kernel/index.ts';

/**
 * Cases and defects that are put into the borough on purpose, so that software which should find them can be scored.
 * All are off unless asked for. truth.txt in the delivery folder lists each one.
 */
export const plants = {
  'undiagnosed-hypertension': 'high readings twice and no diagnosis, in 1 of 250 adults without one',
  'case-finding': 'for every case-finding rule people whom it must find, and near misses, about 400 in all',
  duplicates: 'a second record without an NHS number, and namesakes with numbers of their own',
  'outlier-practices': 'three practices far from the others: recall, coding, prevention',
  defects: 'entries before birth and after the extract, wrong units, values that no body has',
} as const;

export type PlantName = keyof typeof plants;

/** The plants of a list such as `duplicates,defects`. Throws Refusal for a name that there is not. */
export function plantsNamed(text: string): PlantName[] {
  return text
    .split(',')
    .filter((name) => name !== '')
    .map((name) => {
      if (Object.hasOwn(plants, name)) return name as PlantName;
      throw new Refusal({
        code: 'synthetic_plant',
        because: `There is nothing called ${name} to plant.`,
        remedy: `Choose among ${Object.keys(plants).join(', ')}.`,
      });
    });
}
