export { VICTORIA_PRACTICE } from './borough.ts';
export type { Format } from './encode.ts';
export { LEAST_ROWS } from './filling.ts';
export { CARER_NHS_NUMBER, VICTORIA_NHS_NUMBER } from './nhs-numbers.ts';
export { emptyDemoPack } from './place-pack.ts';
export { FULL_BOROUGH, type LongTermReading, MOVED_EVERY } from './plan.ts';
export { type PlantName, plants, plantsNamed } from './plant-names.ts';
export { type SynthesisedBorough, type SynthesiseOptions, synthesise } from './synthesise.ts';
export type { TerritoryName } from './territory.ts';
