import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { NhsNumbers } from '../src/synthetic/nhs-numbers.ts';
import { type Chance, openChance } from './chance.ts';

// Made-up people as a general practice system exports them in FHIR, for measuring how fast they are taken in. Their
// records have the shapes and the mixture of real ones, and no meaning.

const MOST_PEOPLE = 500_000;
const SEED = 20_261_122;

type Resource = Readonly<Record<string, unknown>>;

/** Writes NDJSON until there are so many bytes of it, all types on the lines of one file. Returns the file. */
export function writeLines(folder: string, bytes: number): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'records.ndjson');
  const out = openSync(file, 'w');
  let written = 0;
  for (let person = 0; written < bytes; person++) {
    const lines = recordOf(person).map((resource) => `${JSON.stringify(resource)}\n`);
    written += writeSync(out, lines.join(''));
  }
  closeSync(out);
  return file;
}

/**
 * Writes bundles until there are so many bytes of them: a half as one compact bundle, a half as a bundle for each
 * person, indented as Synthea writes them. Returns the folder.
 */
export function writeBundles(folder: string, bytes: number): string {
  mkdirSync(folder, { recursive: true });
  let person = 0;
  let written = 0;
  const all = openSync(join(folder, 'all.json'), 'w');
  written += writeSync(all, '{"resourceType":"Bundle","type":"collection","entry":[');
  for (; written < bytes / 2; person++) {
    const entries = recordOf(person).map((resource) => JSON.stringify(entryOf(resource)));
    written += writeSync(all, `${person === 0 ? '' : ','}${entries.join(',')}`);
  }
  writeSync(all, ']}');
  closeSync(all);
  for (; written < bytes; person++) {
    const out = openSync(join(folder, `person-${person}.json`), 'w');
    const entry = recordOf(person).map(entryOf);
    written += writeSync(out, JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry }, null, 2));
    closeSync(out);
  }
  return folder;
}

function entryOf(resource: Resource): Resource {
  const { resourceType, id } = resource;
  return { fullUrl: `https://gp.example/fhir/${resourceType}/${id}`, resource };
}

const numbers = new NhsNumbers(SEED, MOST_PEOPLE);

/** The record of one person: the same in every run, and about 800 kB for ten of them. */
function recordOf(person: number): Resource[] {
  const chance = openChance(SEED + person);
  const about = { person, chance, next: 0 };
  const record = [patient(about), episode(about)];
  for (let consultations = 10 + chance.below(40); consultations > 0; consultations--)
    record.push(...consultation(about));
  return record;
}

interface About {
  readonly person: number;
  readonly chance: Chance;
  next: number;
}

function consultation(about: About): Resource[] {
  const { chance } = about;
  const day = dayOf(chance);
  const found = [encounter(about, day)];
  for (let results = chance.below(5); results > 0; results--) found.push(result(about, day));
  if (chance.one(3)) found.push(bloodPressure(about, day));
  if (chance.one(5)) found.push(condition(about, day));
  if (chance.one(8)) found.push(immunisation(about, day));
  for (let medicines = chance.below(3); medicines > 0; medicines--) found.push(medicine(about, day));
  return found;
}

function dayOf(chance: Chance): string {
  const two = (number: number) => String(number).padStart(2, '0');
  return `${2006 + chance.below(20)}-${two(1 + chance.below(12))}-${two(1 + chance.below(28))}`;
}

function begin(about: About, resourceType: string, profile: string, day: string) {
  const { person, chance } = about;
  const time = `${String(8 + chance.below(11)).padStart(2, '0')}:${String(10 + chance.below(50))}`;
  return {
    start: {
      resourceType,
      id: `${person.toString(16).padStart(8, '0')}-${(++about.next).toString(16).padStart(4, '0')}-4000-8000-${resourceType.length}0000000000`,
      meta: {
        lastUpdated: `${day}T${time}:07.123+00:00`,
        profile: [`https://fhir.hl7.org.uk/StructureDefinition/UKCore-${profile}`],
      },
    },
    subject: { reference: `Patient/${patientId(person)}` },
    instant: `${day}T${time}:00+00:00`,
  };
}

function patientId(person: number): string {
  return `${person.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
}

const SNOMED = 'http://snomed.info/sct';

function concept(code: string, display: string, system = SNOMED) {
  return { coding: [{ system, code, display }], text: display };
}

function patient({ person, chance }: About): Resource {
  return {
    resourceType: 'Patient',
    id: patientId(person),
    meta: { lastUpdated: '2026-10-01T02:00:00.000+00:00' },
    identifier: [
      { system: 'https://fhir.nhs.uk/Id/nhs-number', value: numbers.of(person) },
      { system: 'https://gp.example/id/local', value: String(100_000 + person) },
    ],
    active: true,
    name: [
      { use: 'official', family: `Family${person}`, given: [`Given${chance.below(500)}`], prefix: ['Mx'] },
    ],
    gender: chance.pick(['female', 'male']),
    birthDate: `${1930 + chance.below(90)}-0${1 + chance.below(9)}-1${chance.below(10)}`,
    address: [
      { use: 'home', line: [`${1 + chance.below(200)} Made-up Row`], city: 'London', postalCode: 'ZZ1 1AA' },
    ],
    generalPractitioner: [
      { identifier: { system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: `Y9990${person % 9}` } },
    ],
  };
}

/** Of no use to any room yet: kept whole. */
function episode(about: About): Resource {
  const { start, subject, instant } = begin(about, 'EpisodeOfCare', 'EpisodeOfCare', dayOf(about.chance));
  return { ...start, status: 'active', patient: subject, period: { start: instant } };
}

function encounter(about: About, day: string): Resource {
  const { start, subject, instant } = begin(about, 'Encounter', 'Encounter', day);
  return {
    ...start,
    status: 'finished',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB', display: 'ambulatory' },
    type: [concept('24671000000101', 'Telephone consultation')],
    subject,
    participant: [{ individual: { reference: `Practitioner/${about.chance.below(400)}` } }],
    period: { start: instant, end: instant },
    serviceProvider: { reference: 'Organization/1' },
  };
}

const RESULTS = [
  ['1003671000000109', 'Haemoglobin A1c level', 'mmol/mol', 30, 60],
  ['1000731000000107', 'Serum creatinine level', 'umol/L', 50, 90],
  ['1005671000000105', 'Serum cholesterol level', 'mmol/L', 3, 5],
  ['1011481000000105', 'Estimated glomerular filtration rate', 'mL/min/{1.73_m2}', 30, 80],
  ['60621009', 'Body mass index', 'kg/m2', 18, 25],
] as const;

function result(about: About, day: string): Resource {
  const { chance } = about;
  const { start, subject, instant } = begin(about, 'Observation', 'Observation', day);
  const [code, display, unit, least, span] = chance.pick(RESULTS);
  const value = least + chance.below(span * 10) / 10;
  return {
    ...start,
    status: 'final',
    category: [
      concept('laboratory', 'Laboratory', 'http://terminology.hl7.org/CodeSystem/observation-category'),
    ],
    code: concept(code, display),
    subject,
    effectiveDateTime: instant,
    issued: instant,
    performer: [{ reference: `Practitioner/${chance.below(400)}` }],
    valueQuantity: { value, unit, system: 'http://unitsofmeasure.org', code: unit },
    referenceRange: [{ low: { value: least, unit }, high: { value: least + span, unit } }],
  };
}

function bloodPressure(about: About, day: string): Resource {
  const { chance } = about;
  const { start, subject, instant } = begin(about, 'Observation', 'Observation-VitalSigns', day);
  const reading = (code: string, display: string, value: number) => ({
    code: concept(code, display),
    valueQuantity: { value, unit: 'mmHg', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' },
  });
  return {
    ...start,
    status: 'final',
    code: concept('75367002', 'Blood pressure'),
    subject,
    effectiveDateTime: instant,
    component: [
      reading('72313002', 'Systolic arterial pressure', 100 + chance.below(80)),
      reading('1091811000000102', 'Diastolic arterial pressure', 60 + chance.below(50)),
    ],
  };
}

const CONDITIONS = [
  ['44054006', 'Type 2 diabetes mellitus'],
  ['38341003', 'Hypertensive disorder'],
  ['195967001', 'Asthma'],
  ['13645005', 'Chronic obstructive pulmonary disease'],
  ['35489007', 'Depressive disorder'],
] as const;

function condition(about: About, day: string): Resource {
  const { chance } = about;
  const { start, subject, instant } = begin(about, 'Condition', 'Condition-ProblemsHealthConcerns', day);
  const resolved = chance.one(4);
  const [code, display] = chance.pick(CONDITIONS);
  const status = (code: string, of: string) => ({
    coding: [{ system: `http://terminology.hl7.org/CodeSystem/condition-${of}`, code }],
  });
  return {
    ...start,
    clinicalStatus: status(resolved ? 'resolved' : 'active', 'clinical'),
    verificationStatus: status(chance.one(40) ? 'refuted' : 'confirmed', 'ver-status'),
    code: concept(code, display),
    subject,
    onsetDateTime: chance.one(10) ? day.slice(0, 4) : day,
    ...(resolved ? { abatementDateTime: day } : {}),
    recordedDate: instant,
  };
}

function immunisation(about: About, day: string): Resource {
  const { start, subject } = begin(about, 'Immunization', 'Immunization', day);
  return {
    ...start,
    extension: [
      {
        url: 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-VaccinationProcedure',
        valueCodeableConcept: concept(
          '985151000000100',
          'Administration of first inactivated seasonal influenza vaccination',
        ),
      },
    ],
    status: 'completed',
    vaccineCode: concept('39116411000001105', 'Influenza vaccine'),
    patient: subject,
    occurrenceDateTime: day,
    recorded: day,
    primarySource: true,
    lotNumber: `L${about.chance.below(10_000)}`,
  };
}

const MEDICINES = [
  ['39113311000001107', 'Ramipril 5mg capsules'],
  ['39732311000001104', 'Metformin 500mg tablets'],
  ['39021111000001102', 'Amlodipine 5mg tablets'],
  ['39695211000001102', 'Salbutamol 100micrograms/dose inhaler CFC free'],
] as const;

function medicine(about: About, day: string): Resource {
  const { chance } = about;
  const { start, subject, instant } = begin(about, 'MedicationRequest', 'MedicationRequest', day);
  const [code, display] = chance.pick(MEDICINES);
  return {
    ...start,
    status: 'completed',
    intent: chance.pick(['order', 'plan']),
    medicationCodeableConcept: concept(code, display),
    subject,
    authoredOn: instant,
    requester: { reference: `Practitioner/${chance.below(400)}` },
    dosageInstruction: [{ text: 'One to be taken each day' }],
    dispenseRequest: {
      quantity: { value: 28, unit: 'capsule', system: SNOMED, code: '428641000' },
      expectedSupplyDuration: { value: 28, unit: 'day', system: 'http://unitsofmeasure.org', code: 'd' },
    },
  };
}
