import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { batchSettings, type Product } from '../src/app/product.ts';
import { importDeliveries, type OpenedDeliveries } from '../src/domains/register/index.ts';
import { documentText, linesOf } from '../src/interoperability/fhir/fhir-file.ts';
import { openDeliveries } from '../src/interoperability/index.ts';
import { openHome } from '../src/platform/home/index.ts';
import { openDuck } from '../src/platform/lake/index.ts';
import { writeBundles, writeLines } from './fhir-records.ts';

/** How much is written and read: enough that what is done once does not count. */
const LINES = 1e9;
const BUNDLES = 300e6;

export interface FhirBench {
  readonly megabytes: number;
  readonly resources: number;
  /** MB a second of reading: until every resource is a staged row and counted, by another program too. */
  readonly reading: number;
  /** MB a second of taking the bytes apart by JSON.parse, one line or document after another, and nothing else. */
  readonly parsing: number;
  /** Of the whole process, after reading, at its highest until then. */
  readonly peakMemoryMb: number;
}
