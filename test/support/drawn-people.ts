// The people of case files are part of the product: pages check a draft's.
export { drawnPopulation, drawnRecord } from '../../src/domains/need/evaluate/drawn-record.ts';
