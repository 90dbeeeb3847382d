export { nationalMigrations } from './migrations.ts';
export { type PublishedFact, readPublications, readPublished } from './read-published.ts';
export type { NationalTables } from './tables.ts';
export { type Publication, type PublishedRow, takePublication } from './take-publication.ts';
