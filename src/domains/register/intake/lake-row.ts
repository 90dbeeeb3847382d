import { eventKinds, type SourceTable, type Stage } from './staging.ts';

const day = (column: string) => `(${column} - date '1970-01-01')::integer`;

const minute = (column: string) =>
  `(date_part('hour', ${column}) * 60 + date_part('minute', ${column}))::integer`;

/** DISCHARGE DESTINATION of the NHS Data Dictionary, the codes that say most; others are kept as they came. */
const DESTINATIONS = {
  '19': 'usual place of residence',
  '29': 'temporary place of residence',
  '51': 'another hospital',
  '54': 'care home',
  '65': 'care home',
  '79': 'died',
  '85': 'care home',
  '87': 'another hospital',
  '88': 'hospice',
} as const;

/** A AND E ATTENDANCE DISPOSAL of the NHS Data Dictionary. */
const OUTCOMES = {
  '01': 'admitted',
  '02': 'discharged',
  '03': 'discharged',
  '04': 'referred',
  '05': 'referred',
  '06': 'referred',
  '07': 'transferred',
  '10': 'died',
  '11': 'referred',
  '12': 'left',
  '13': 'left',
  '14': 'other',
} as const;

/** SQL of a code's word; what is no code stays, in small letters. */
function spoken(words: Record<string, string>, column: string): string {
  const branches = Object.entries(words).map(([code, word]) => `when '${code}' then '${word}'`);
  return `case ${column} ${branches.join(' ')} else lower(${column}) end`;
}

/** Names that suppliers give to the same code system. */
const SYSTEM_NAMES = {
  snomed: ['http://snomed.info/sct', 'snomed', 'snomed ct', 'snomedct', 'urn:oid:2.16.840.1.113883.6.96'],
  dmd: ['https://dmd.nhs.uk', 'dmd', 'dm+d'],
  loinc: ['http://loinc.org', 'loinc'],
  rxnorm: ['http://www.nlm.nih.gov/research/umls/rxnorm', 'rxnorm'],
  cvx: ['http://hl7.org/fhir/sid/cvx', 'cvx'],
  ctv3: ['http://read.info/ctv3', 'ctv3', 'read v3'],
  read: ['http://read.info/readv2', 'read', 'read v2'],
  icd10: ['http://hl7.org/fhir/sid/icd-10', 'icd-10', 'icd10'],
} as const;

/** SQL of the short name of a code system. A mapped code without a system is SNOMED CT, as in OLIDS. */
export function systemSql(mapped: string, mappedSystem: string, sourceSystem: string): string {
  const named = (column: string) =>
    `case ${Object.entries(SYSTEM_NAMES)
      .map(
        ([name, words]) =>
          `when lower(${column}) in (${words.map((word) => `'${word}'`).join(', ')}) then '${name}'`,
      )
      .join(' ')} else lower(${column}) end`;
  return `case when ${mapped} is not null then coalesce(${named(mappedSystem)}, 'snomed')
               else coalesce(${named(sourceSystem)}, ${named(mappedSystem)}, 'local') end`;
}

/**
 * The rules by which a checked row becomes a lake row: the expressions of its content columns. A coded row gets its
 * `code`, the number that the dictionary gives it, when it is merged.
 */
export function contentSql(stage: Stage, source: Pick<SourceTable, 'eventKind'>): Record<string, string> {
  switch (stage) {
    case 'patient':
      return {
        nhs_number: 'nhs_number',
        pseudonym: 'pseudonym',
        title: 'title',
        family_name: 'family_name',
        given_names: 'given_names',
        sex: "coalesce(sex, 'unknown')",
        // Without a day the 15th stands for the month, without a month July for the year; both are marked.
        birth_day: day('coalesce(birth_date, make_date(birth_year, coalesce(birth_month, 7), 15))'),
        birth_approximate: 'birth_date is null',
        death_day: day('coalesce(death_date, make_date(death_year, coalesce(death_month, 7), 15))'),
        address: 'address',
        postcode: 'upper(postcode)',
        practice: 'upper(practice_code)',
        sensitive: 'coalesce(sensitive, false)',
        confidential: 'coalesce(confidential, false)',
        dummy: 'coalesce(dummy, false)',
      };
    case 'patient_person':
      return { person_key: 'person_key' };
    case 'registration':
      return {
        kind: 'kind',
        status: 'status',
        start_day: day('start_date'),
        end_day: day('end_date'),
        practice: 'practice_code',
      };
    case 'residence':
      return { lsoa: 'lsoa', start_day: day('start_date'), end_day: day('end_date') };
    case 'event':
      return {
        day: day('"date"'),
        precision: '"precision"',
        value: 'value',
        unit: 'unit',
        kind: `${eventKinds.indexOf(source.eventKind ?? 'observation')}::utinyint`,
        term: 'source_term',
        note: '"text"',
        confidential: 'coalesce(confidential, false)',
      };
    case 'medication':
      return {
        day: day('"date"'),
        term: 'source_term',
        dose: 'dose',
        quantity: 'quantity',
        unit: 'unit',
        duration_days: 'duration_days',
        confidential: 'coalesce(confidential, false)',
      };
    case 'appointment':
      return {
        day: day('start::date'),
        start_minute: minute('start'),
        minutes: 'minutes',
        status: 'status',
        category: 'category',
        mode: 'mode',
        booked_day: day('booked::date'),
        practitioner: 'practitioner',
      };
    case 'admission':
      return {
        day: day('start::date'),
        start_minute: minute('start'),
        discharge_day: day('discharge::date'),
        method: 'method',
        destination: spoken(DESTINATIONS, 'destination'),
        diagnoses: 'diagnoses',
        term: 'term',
        specialty: 'specialty',
        provider: 'upper(coalesce(provider, row.org))',
        provider_name: 'provider_name',
        confidential: 'coalesce(confidential, false)',
      };
    case 'attendance':
      return {
        day: day('start::date'),
        start_minute: minute('start'),
        department: 'department',
        ambulance: 'ambulance',
        outcome: spoken(OUTCOMES, 'outcome'),
        complaint: 'complaint',
        diagnoses: 'diagnoses',
        term: 'term',
        provider: 'upper(coalesce(provider, row.org))',
        provider_name: 'provider_name',
        confidential: 'coalesce(confidential, false)',
      };
    case 'source_record':
      return { record: 'record' };
    case 'postcode_area':
    case 'organisation':
    case 'concept':
      throw new Error(`${stage} is looked up, not kept by patient`);
  }
}
