import { parseOdsCode } from '../../kernel/index.ts';
import { firstDay } from './fhir-date.ts';
import { type JsonObject, object, objects, text, texts } from './json.ts';
import { BY_IDENTIFIER, NHS_NUMBER, ODS_CODE, type Surroundings, targetOf } from './reference.ts';

/** A staged patient: the columns of the stage, as text. `practice_ref` names an Organization that has the code. */
export interface PatientEntry {
  readonly [column: string]: string | null;
}

/** Maps a Patient to the columns of the register's stage for patients. */
export function patientEntry(resource: JsonObject, around: Surroundings): PatientEntry {
  return {
    nhs_number: nhsNumber(resource),
    ...nameOf(resource),
    sex: text(resource.gender),
    ...born(text(resource.birthDate)),
    ...died(resource.deceasedDateTime),
    ...addressOf(resource),
    ...listOf(resource, around),
  };
}

/** Only an NHS number is one: other identifiers, such as a hospital's own or another country's, are not. */
function nhsNumber({ identifier }: JsonObject): string | null {
  const ours = objects(identifier).filter(({ system, use }) => system === NHS_NUMBER && use !== 'old');
  return text(ours[0]?.value);
}

const NAME_USES = ['official', 'usual', undefined, 'temp', 'nickname', 'anonymous'];

function nameOf({ name }: JsonObject) {
  const names = objects(name);
  const chosen = NAME_USES.flatMap((use) => names.filter((each) => each.use === use))[0] ?? names[0] ?? {};
  const given = texts(chosen.given).join(' ') || null;
  const family = text(chosen.family);
  return {
    title: texts(chosen.prefix).join(' ') || null,
    // A name that is only written out is not taken apart: where a family name begins is not ours to guess.
    family_name: family ?? (given === null ? text(chosen.text) : null),
    given_names: given,
  };
}

function born(birthDate: string | null) {
  const [, year, month] = /^(\d{4})(?:-(\d{2}))?$/.exec(birthDate ?? '') ?? [];
  if (year === undefined) return { birth_date: birthDate };
  return { birth_year: year, birth_month: month ?? null };
}

function died(deceased: unknown) {
  const day = firstDay(text(deceased));
  if (day === null || day.precision === null) return { death_date: day?.date ?? null };
  const [year = null, month = null] = day.date.split('-');
  return { death_year: year, death_month: day.precision === 'month' ? month : null };
}

function addressOf({ address }: JsonObject) {
  const current = objects(address).filter(({ use }) => use !== 'old');
  const home = current.find(({ use }) => use === 'home') ?? current[0] ?? {};
  const { line, city, district } = home;
  const lines = [...texts(line), text(city), text(district)].filter((each) => each !== null);
  return { address: lines.join(', ') || text(home.text), postcode: text(home.postalCode) };
}

/**
 * The practice whose list a person is on: the organisation with an ODS code among their general practitioners that
 * has not ended. A person who died, who is no longer in use with the sender, or of whom another record has taken the
 * place, is on no list here.
 */
function listOf(
  resource: JsonObject,
  around: Surroundings,
): { practice_code: string | null; practice_ref: string | null } {
  const replaced = objects(resource.link).some(({ type }) => type === 'replaced-by');
  const gone = resource.active === false || resource.deceasedBoolean === true || replaced;
  const practices = gone ? [] : objects(resource.generalPractitioner).filter((each) => !hasEnded(each));
  const targets = practices.flatMap((practice) => targetOf(practice, around) ?? []);
  const codes = [
    ...practices.flatMap(({ identifier }) => odsCode(object(identifier)) ?? []),
    ...targets.flatMap(({ id }) =>
      id.startsWith(BY_ODS_CODE) ? (parseOdsCode(id.slice(BY_ODS_CODE.length)) ?? []) : [],
    ),
  ];
  const referred = targets.filter(({ type, id }) => type === 'Organization' && !id.startsWith(BY_IDENTIFIER));
  return {
    practice_code: codes[0] ?? null,
    practice_ref: codes.length > 0 ? null : (referred[0]?.id ?? null),
  };
}

const BY_ODS_CODE = `${BY_IDENTIFIER}${ODS_CODE}|`;

function hasEnded({ identifier }: JsonObject): boolean {
  return text(object(object(identifier).period).end) !== null;
}

/** The ODS code of an identifier, null where it is none. */
export function odsCode({ system, value }: JsonObject): string | null {
  return system === ODS_CODE ? parseOdsCode(text(value) ?? '') : null;
}
