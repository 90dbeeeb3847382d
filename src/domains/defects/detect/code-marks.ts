import { type Duck, literal } from '../../../platform/lake/index.ts';
import { conversionsOf, type Library } from '../../need/index.ts';
import { type Lake, referenceTable } from '../../register/index.ts';
import type { DefectKinds } from '../defect-kinds.ts';

// What a code is to the search for defects, worked out once for the dictionary, so that the pass over entries joins
// a small number and compares no text.

type Codelist = NonNullable<ReturnType<Library['codelists']['get']>>;

/**
 * Leaves the temporary tables `event_mark` and `medicine_mark` (by code: mapped, restricted, `bits` of the pairs it
 * belongs to, for measurements the plausible range and the range of the unit it is taken for) and
 * `unit_conversion`.
 * Throws where the thresholds name a codelist that there is not, or one of the wrong kind.
 */
export async function markCodes(duck: Duck, lake: Lake, library: Library, kinds: DefectKinds): Promise<void> {
  const code = referenceTable(lake, 'code');
  const { pairs } = kinds.thresholds['codes-missing-for-medication'];
  const bitRows = pairs.flatMap(({ codes }, pair) =>
    codes.flatMap((id) => conceptsOf(library, id).map((concept) => `(${1 << pair}, ${literal(concept)})`)),
  );
  await duck.run(
    `create or replace temp table concept_bits as
     select concept, bit_or(bits)::integer as bits from (values (0, ''), ${bitRows.join(', ')}) as pair (bits, concept) group by concept`,
  );
  await markMeasures(duck, library, kinds);
  const restricted = [...library.codelists.values()].filter(({ id }) => id.startsWith('RESTRICTED_'));
  const restrictedConcepts = restricted.flatMap((list) => (list.kind === 'snomed' ? list.codes : []));
  await duck.run(
    `create or replace temp table event_mark as
     select code.code, code.system in ('snomed', 'dmd') as mapped, coalesce(bits, 0) as bits, measure, low, high, mixed_low, mixed_high,
            code.concept in ('', ${restrictedConcepts.map((each) => literal(each.code)).join(', ')}) as restricted,
            coalesce(code.display, code.concept) as term
       from ${code} as code
       left join concept_bits on concept_bits.concept = code.concept and code.system in ('snomed', 'dmd')
       left join measure_concept on measure_concept.concept = code.concept and code.system in ('snomed', 'dmd')`,
  );
  const medicineBits = pairs.map(
    ({ medicines }, pair) =>
      `case when ${medicines.map((id) => isMedicine(library, id)).join(' or ')} then ${1 << pair} else 0 end`,
  );
  const hidden = restricted.flatMap((list) => (list.kind === 'bnf' ? [bnfSql(list)] : []));
  await duck.run(
    `create or replace temp table medicine_mark as
     select code, system in ('snomed', 'dmd') or bnf is not null as mapped, coalesce(${medicineBits.join(' | ')}, 0)::integer as bits,
            coalesce(${['false', ...hidden].join(' or ')}, false) as restricted, coalesce(display, concept) as term from ${code}`,
  );
}

/** The measurements among the codes: each list's range in its first unit, and how every other unit becomes it. */
async function markMeasures(duck: Duck, library: Library, kinds: DefectKinds): Promise<void> {
  const { mixups } = kinds.thresholds['unit-error'];
  for (const { list } of mixups) conceptsOf(library, list);
  const lists = [...library.codelists.values()].filter(
    (list) => list.kind === 'snomed' && list.units !== undefined && list.plausible !== undefined,
  );
  const concepts: string[] = [];
  const conversions: string[] = [];
  lists.forEach((list, measure) => {
    if (list.kind !== 'snomed') return;
    const [low, high] = list.plausible ?? [0, 0];
    const mixed = mixups.find((mixup) => mixup.list === list.id)?.range ?? ['null', 'null'];
    for (const { code } of list.codes)
      concepts.push(`(${literal(code)}, ${measure}, ${low}, ${high}, ${mixed[0]}, ${mixed[1]})`);
    for (const [unit, { times, plus, whole }] of conversionsOf(list.units ?? {}))
      conversions.push(`(${measure}, ${literal(unit)}, ${times}, ${plus}, ${whole})`);
  });
  await duck.run(
    `create or replace temp table measure_concept as
     select concept, min(measure)::integer as measure, arg_min(low, measure)::double as low, arg_min(high, measure)::double as high,
            arg_min(mixed_low, measure)::double as mixed_low, arg_min(mixed_high, measure)::double as mixed_high
       from (values ${concepts.join(', ')}) as list (concept, measure, low, high, mixed_low, mixed_high) group by concept`,
  );
  await duck.run(
    `create or replace temp table unit_conversion as
     select measure::integer as measure, unit, times::double as times, plus::double as plus, whole
       from (values ${conversions.join(', ')}) as list (measure, unit, times, plus, whole)`,
  );
}

function conceptsOf(library: Library, id: string): string[] {
  const list = listNamed(library, id);
  if (list.kind !== 'snomed') throw new Error(`content/quality: ${id} is a list of medicines, not of codes`);
  return list.codes.map(({ code }) => code);
}

function isMedicine(library: Library, id: string): string {
  const list = listNamed(library, id);
  if (list.kind !== 'bnf') throw new Error(`content/quality: ${id} is a list of codes, not of medicines`);
  return bnfSql(list);
}

function bnfSql(list: Extract<Codelist, { kind: 'bnf' }>): string {
  const begins = (prefixes: readonly string[]) =>
    `(${prefixes.map((prefix) => `starts_with(bnf, ${literal(prefix)})`).join(' or ')})`;
  return list.except?.length
    ? `(${begins(list.prefixes)} and not ${begins(list.except)})`
    : begins(list.prefixes);
}

function listNamed(library: Library, id: string): Codelist {
  const list = library.codelists.get(id);
  if (!list) throw new Error(`content/quality names the codelist ${id}, which there is not`);
  return list;
}
