import { coded, hasCode } from './coding.ts';
import { type JsonObject, object, objects, text } from './json.ts';
import { isModified } from './modified.ts';
import { odsCode } from './patient.ts';

/** What an Encounter says of a stay or an attendance, as text for the register's stage. */
export interface HospitalVisit {
  readonly stage: 'admission' | 'attendance';
  readonly columns: Readonly<Record<string, string | undefined>>;
}

/** Classes of encounters (HL7 v3 ActCode) that are attendances of emergency departments, and hospital stays. */
export const VISIT_CLASSES: Readonly<Record<string, HospitalVisit['stage']>> = {
  EMER: 'attendance',
  IMP: 'admission',
  ACUTE: 'admission',
  NONAC: 'admission',
};

/** Statuses of an encounter that did not, or not yet, take place. */
const NOT_THERE = ['planned', 'cancelled', 'entered-in-error'];

/** UK Core: how somebody was admitted, by a code of the NHS Data Dictionary. */
const ADMISSION_METHOD = 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-AdmissionMethod';
/** What HL7's value sets say of it: where from (admit-source), and how pressing (v3 ActPriority). */
const FROM_EMERGENCY = ['emd'];
const PRESSING = ['EM', 'UR', 'A', 'S'];
const ELECTIVE = ['EL', 'R'];
/** HL7's words for where somebody went (discharge-disposition), as DISCHARGE DESTINATION of the NHS Data Dictionary. */
const DISPOSITIONS: Readonly<Record<string, string>> = {
  home: '19',
  'alt-home': '29',
  'other-hcf': '51',
  hosp: '88',
  long: '54',
  snf: '54',
  exp: '79',
};
const ICD10 = 'http://hl7.org/fhir/sid/icd-10';
const SNOMED = 'http://snomed.info/sct';

/**
 * What an Encounter says of a stay or an attendance; null when its class is neither. One that was only planned, or did
 * not take place, or that is modified, is withdrawn, in the version that says so. Its number is the visit number, so that messages of another
 * kind about the same visit are about the same row.
 */
export function hospitalVisit(resource: JsonObject, id: string): HospitalVisit | null {
  const stage = VISIT_CLASSES[text(object(resource.class).code) ?? ''];
  if (stage === undefined) return null;
  const period = object(resource.period);
  const status = text(resource.status);
  const provider = object(resource.serviceProvider);
  const reason = objects(resource.reasonCode)[0];
  const codes = objects(reason?.coding);
  const inSystem = (system: string) => text(codes.find((each) => each.system === system)?.code) ?? undefined;
  const columns = {
    row_id: visitNumber(resource) ?? `Encounter/${id}`,
    deleted: NOT_THERE.includes(status ?? '') || isModified(resource) ? 'true' : undefined,
    provider: odsCode(object(provider.identifier)) ?? undefined,
    provider_name: text(provider.display) ?? undefined,
    start: text(period.start) ?? undefined,
    term: coded(reason)?.display ?? coded(reason)?.source_term ?? undefined,
    diagnoses: inSystem(ICD10),
  };
  if (stage === 'attendance') return { stage, columns: { ...columns, complaint: inSystem(SNOMED) } };
  return {
    stage,
    columns: {
      ...columns,
      method: methodOf(resource),
      discharge: status === 'finished' ? (text(period.end) ?? undefined) : undefined,
      destination: destinationOf(object(resource.hospitalization)),
    },
  };
}

/** The identifier that says that it is a visit number (HL7 v2 table 0203), else the first that is in use. */
function visitNumber({ identifier }: JsonObject): string | null {
  const used = objects(identifier).filter(({ use }) => use !== 'old');
  const visit = used.find(({ type }) => hasCode(type, ['VN'])) ?? used[0];
  return text(visit?.value);
}

/** Where nobody says how somebody was admitted, it is not known: `other`, as codes 98 and 99 are. */
function methodOf(resource: JsonObject): string {
  const said = objects(resource.extension).find(({ url }) => url === ADMISSION_METHOD);
  const code = text(objects(object(said?.valueCodeableConcept).coding)[0]?.code);
  if (code !== null) return code;
  const { admitSource } = object(resource.hospitalization);
  if (hasCode(admitSource, FROM_EMERGENCY) || hasCode(resource.priority, PRESSING)) return 'emergency';
  return hasCode(resource.priority, ELECTIVE) ? 'elective' : 'other';
}

function destinationOf({ dischargeDisposition }: JsonObject): string | undefined {
  const said = object(dischargeDisposition);
  const code = text(objects(said.coding)[0]?.code);
  return (code === null ? text(said.text) : (DISPOSITIONS[code] ?? code)) ?? undefined;
}
