export { loadableKinds } from './codelists/description.ts';
export { type ReadCodelists, readCodelists } from './codelists/read-codelists.ts';
export { openDeliveries } from './deliveries/open-deliveries.ts';
export { documentOf, fhirToPlan, planToFhir } from './fhir/care-plan.ts';
export { openTabularFile, type TabularFile } from './tabular/tabular-file.ts';
