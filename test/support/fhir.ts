import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export type Drawn = Record<string, unknown>;

const SNOMED = 'http://snomed.info/sct';

export function concept(code: string, display: string, system = SNOMED): Drawn {
  return { coding: [{ system, code, display }] };
}

export function nhsNumber(value: string): Drawn {
  return { system: 'https://fhir.nhs.uk/Id/nhs-number', value };
}

/** A patient with what every patient has; the id tells them apart. */
export function fhirPatient(id: string, more: Drawn = {}): Drawn {
  return {
    resourceType: 'Patient',
    id,
    name: [{ use: 'official', family: `Family${id}`, given: [`Given${id}`] }],
    gender: 'female',
    birthDate: '1955-03-04',
    ...more,
  };
}

/** On the list of a practice, by its ODS code. */
export function onListOf(code: string): Drawn {
  return {
    generalPractitioner: [
      { identifier: { system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: code } },
    ],
  };
}

export function fhirCondition(id: string, patient: string, more: Drawn = {}): Drawn {
  return {
    resourceType: 'Condition',
    id,
    subject: { reference: `Patient/${patient}` },
    code: concept('44054006', 'Type 2 diabetes mellitus'),
    onsetDateTime: '2020-05-06',
    ...more,
  };
}

export function fhirObservation(id: string, patient: string, value: number, more: Drawn = {}): Drawn {
  return {
    resourceType: 'Observation',
    id,
    status: 'final',
    subject: { reference: `Patient/${patient}` },
    code: concept('1003671000000109', 'Haemoglobin A1c level'),
    effectiveDateTime: '2020-05-06',
    valueQuantity: { value, unit: 'mmol/mol', system: 'http://unitsofmeasure.org', code: 'mmol/mol' },
    ...more,
  };
}

/** A blood pressure with its readings as components. */
export function bloodPressure(
  id: string,
  patient: string,
  readings: readonly number[],
  more: Drawn = {},
): Drawn {
  const kinds = [concept('72313002', 'Systolic'), concept('1091811000000102', 'Diastolic')];
  return {
    resourceType: 'Observation',
    id,
    status: 'final',
    subject: { reference: `Patient/${patient}` },
    code: concept('75367002', 'Blood pressure'),
    effectiveDateTime: '2020-05-06',
    component: readings.map((value, at) => ({ code: kinds[at], valueQuantity: { value, unit: 'mmHg' } })),
    ...more,
  };
}

export function bundle(entries: readonly Drawn[], more: Drawn = {}): Drawn {
  return { resourceType: 'Bundle', type: 'transaction', entry: entries, ...more };
}

/** Entries of a bundle around resources, with nothing else said of them. */
export function entriesOf(...resources: readonly Drawn[]): Drawn[] {
  return resources.map((resource) => ({ resource }));
}

/** The version of a resource that was made at a time. */
export function asOf(lastUpdated: string): Drawn {
  return { meta: { lastUpdated } };
}

export function ndjson(...lines: readonly (Drawn | string)[]): string {
  return `${lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')}\n`;
}

/** Writes a file, and the folders that it stands in. Returns its path. */
export function writeFile(folder: string, name: string, content: string | Buffer | Drawn): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  const raw = typeof content === 'string' || Buffer.isBuffer(content);
  writeFileSync(file, raw ? content : JSON.stringify(content, null, 2));
  return file;
}
