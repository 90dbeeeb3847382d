import { literal } from '../../platform/lake/index.ts';
import { SNOMED } from './coding.ts';
import { UCUM } from './quantity.ts';
import { RARE_VALUES } from './regular-shape.ts';

// The elements that resources are made of, in SQL, each as its namesake in coding.ts, quantity.ts, observation.ts and
// fhir-date.ts reads it from a parsed resource. `regular-lines.test.ts` holds the two together.

/** What stands between texts, and between the words of one, until all of them are known to be plain. */
export const BETWEEN = 'chr(31)';
const WITHIN = 'chr(30)';

/** SQL of pieces put together as people read them. */
export function readable(note: string): string {
  return `replace(replace(${note}, ${BETWEEN}, '; '), ${WITHIN}, ' ')`;
}

/** SQL of the coding of a CodeableConcept that counts: SNOMED CT if it is there, else the first that has a code. */
export function chosenSql(concept: string): string {
  const first = (condition: string) => `list_filter(${concept}.coding, lambda each: ${condition})[1]`;
  return `case when len(${concept}.coding) = 1 then ${concept}.coding[1]
               else coalesce(${first(`each.code is not null and ${isSnomed('each.system')}`)}, ${first('each.code is not null')}) end`;
}

function isSnomed(system: string): string {
  return `(${system} = ${literal(SNOMED)} or starts_with(${system}, ${literal(`${SNOMED}/`)}))`;
}

/**
 * SQL of what a CodeableConcept says, as a struct of code, system, display and source_term. `chosen` is SQL of the coding
 * that counts.
 */
export function codedSql(concept: string, chosen: string): string {
  const coding = `(${chosen})`;
  return `case when ${coding}.code is not null then ${fromCodingSql(concept, coding)}
    when ${concept}.text is not null
    then struct_pack(code := ${concept}.text, system := 'local', display := ${concept}.text, source_term := null::varchar) end`;
}

/** SQL of the same where the coding that counts has a code. */
function fromCodingSql(concept: string, coding: string): string {
  return `struct_pack(code := ${coding}.code,
                      system := case when ${isSnomed(`${coding}.system`)} then ${literal(SNOMED)} else ${coding}.system end,
                      display := coalesce(${coding}.display, ${concept}.text), source_term := ${concept}.text)`;
}

/** SQL of the words of a CodeableConcept. */
export function wordsSql(concept: string, chosen = chosenSql(concept)): string {
  const said = `list_transform([${chosen}], lambda each: coalesce(nullif(each.display, ''), each.code))[1]`;
  const display = `list_filter(${concept}.coding, lambda each: each.display is not null)[1].display`;
  // Most are not there at all, and a `coalesce` would look into each of its alternatives to find that out.
  return `case when ${concept} is not null then coalesce(nullif(${concept}.text, ''), ${said}, ${display}) end`;
}

const YEAR = '\\d{4}';
const MONTH = `${YEAR}-\\d{2}`;
const DAY = `${MONTH}-\\d{2}`;
const PAST_THE_HOUR = ':[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?';
const TIME = `T(?:[01]\\d|2[0-3])${PAST_THE_HOUR}`;
const ZONE = '(?:Z|[+-](?:0\\d|1[0-4]):[0-5]\\d)';
/** Instants of which the day in London is the day that is said: it was never more than two hours ahead of UTC. */
const SAME_DAY = `(?:19|20)\\d\\d-\\d\\d-\\d\\dT(?:(?:[01]\\d|2[01])${PAST_THE_HOUR}(?:Z|\\+00:00)|(?:0[1-9]|1\\d|2[01])${PAST_THE_HOUR}\\+01:00)`;

/**
 * SQL of the day of a year, month, date or dateTime in London; null of what is none. Working an instant out takes long, and
 * is done only where it could be on another day than it says.
 */
export function dateSql(said: string): string {
  const is = (pattern: string) => `regexp_full_match(${said}, ${literal(pattern)})`;
  return `case when strlen(${said}) <= 10
               then case when ${is(DAY)} then ${said} when ${is(MONTH)} then ${said} || '-15' when ${is(YEAR)} then ${said} || '-07-01' end
               when ${is(SAME_DAY)} then try_cast(left(${said}, 10) as date)::varchar
               when ${is(DAY + TIME)} then left(${said}, 10)
               when ${is(DAY + TIME + ZONE)}
               then (try_cast(${said} as timestamptz) at time zone 'Europe/London')::date::varchar end`;
}

/** SQL of whether there is a day where one is said. A year has to stand in the line in quotes: a number is no date. */
export function isDaySql(said: string, date: string): string {
  return `(${said} is null or (${date} is not null and (strlen(${said}) <> 4 or contains(json, '"' || ${said} || '"'))))`;
}

/** SQL of the number of a Quantity as text. */
export function numberSql(quantity: string): string {
  const number = `${quantity}.value::varchar`;
  return `case when ends_with(${number}, '.0') then left(${number}, -2) else ${number} end`;
}

/** SQL of whether a Quantity has a value that `numberSql` does not write as the sorter does. */
export function isOddNumberSql(quantity: string): string {
  const number = `${quantity}.value::varchar`;
  return `(${quantity}.value is not null and not (regexp_full_match(${number}, '-?(?:0|[1-9]\\d{0,14})(?:\\.\\d{1,17})?') and ${number} not in ('-0', '-0.0')))`;
}

/** SQL of the unit of a Quantity: the UCUM code if it is one, else the unit in words. */
export function unitSql(quantity: string): string {
  return `coalesce(case when ${quantity}.system = ${literal(UCUM)} then ${quantity}.code end, ${quantity}.unit, ${quantity}.code)`;
}

/** SQL of what was found, in words: of a Quantity that is a bound, and of values that are no Quantity. */
export function measuredNoteSql(element: string): string {
  const quantity = `${element}.valueQuantity`;
  return `case when ${quantity}.comparator is not null
               then concat_ws(${WITHIN}, ${quantity}.comparator, ${numberSql(quantity)}, ${unitSql(quantity)})
               when ${quantity} is null
               then coalesce(${wordsSql(`${element}.valueCodeableConcept`)}, ${element}.valueString) end`;
}

/** SQL of whether an element has a value that is not read here. */
export function isOddMeasureSql(element: string): string {
  const rare = RARE_VALUES.map((name) => `${element}.${name}`);
  return `(coalesce(${rare.join(', ')}) is not null or ${isOddNumberSql(`${element}.valueQuantity`)})`;
}

/** SQL of the components of an Observation as a list of structs; `words` is what the note of the whole says of each. */
export function componentsSql(list: string): string {
  // What DuckDB does for each of a list is dear by the length of its SQL. Nearly all components are a code and a number.
  const rest = `list_filter(${list}, lambda one: ${isPlainComponent('one')} is not true)`;
  return `case when len(${rest}) = 0 then ${plainComponentsSql(list)} else ${anyComponentsSql(list)} end`;
}

/** SQL of whether a component is one coding with a code and a Quantity that is no bound. */
function isPlainComponent(one: string): string {
  return `(len(${one}.code.coding) = 1 and ${one}.code.coding[1].code is not null
           and ${one}.valueQuantity is not null and ${one}.valueQuantity.comparator is null)`;
}

function plainComponentsSql(list: string): string {
  const measured = `list_transform(${list}, lambda one: struct_pack(
    coding := one.code.coding[1], text := one.code.text, value := ${numberSql('one.valueQuantity')},
    unit := ${unitSql('one.valueQuantity')}))`;
  const name = `coalesce(nullif(one.text, ''), nullif(one.coding.display, ''), one.coding.code)`;
  return `list_transform(${measured}, lambda one: struct_pack(
    coded := ${fromCodingSql('one', 'one.coding')}, value := one.value, unit := one.unit, note := null::varchar,
    words := concat_ws(${WITHIN}, ${name}, one.value, one.unit)))`;
}

function anyComponentsSql(list: string): string {
  // In two steps, so that nothing is worked out twice.
  const measured = `list_transform(${list}, lambda one: struct_pack(
    coding := ${chosenSql('one.code')}, concept := one.code, value := ${numberSql('one.valueQuantity')},
    unit := ${unitSql('one.valueQuantity')}, note := ${measuredNoteSql('one')}))`;
  const result = `coalesce(one.note, nullif(concat_ws(${WITHIN}, one.value, one.unit), ''))`;
  return `list_transform(${measured}, lambda one: struct_pack(
    coded := ${codedSql('one.concept', 'one.coding')}, value := one.value, unit := one.unit, note := one.note,
    words := nullif(concat_ws(${WITHIN}, ${wordsSql('one.concept', 'one.coding')}, ${result}), '')))`;
}
