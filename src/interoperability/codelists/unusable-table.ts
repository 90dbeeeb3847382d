import { Refusal } from '../../kernel/index.ts';
import { nearestName } from '../national/column-names.ts';
import type { TextRecord } from '../tabular/text-table.ts';
import type { CodelistFormat } from './description.ts';
import { isEitherWay } from './guess-kind.ts';

const COLUMNS_NAMED = 8;

/** A table without a column of codes: what it has instead, and which of that may be meant. */
export function noCodes(name: string, records: readonly TextRecord[], format: CodelistFormat): Refusal {
  const widest = records.reduce<readonly string[]>(
    (most, { fields }) => (fields.length > most.length ? fields : most),
    [],
  );
  const named = widest.filter((field) => field !== '');
  const known = format.codes.flatMap(({ names }) => names);
  const near = named.flatMap((column) => {
    const meant = nearestName(column, known);
    return meant === null ? [] : [`“${column}” may be ${meant}`];
  });
  const shown = named.slice(0, COLUMNS_NAMED).map((column) => `“${column.slice(0, 40)}”`);
  const more = named.length > COLUMNS_NAMED ? ` and ${named.length - COLUMNS_NAMED} more` : '';
  return new Refusal({
    code: 'no_codes',
    because:
      named.length === 0
        ? `${name} has no rows.`
        : `${name} has no column of codes that is known by its name. It has ${shown.join(', ')}${more}${near.length > 0 ? `; ${near.join(', ')}` : ''}.`,
    remedy:
      'Call the column of codes “code” or, better, by its system: “SNOMED code”, “dmd_id”, “ICD10 code”, “OPCS4 code”. A name that your publisher uses can be added to content/formats/codelists.yaml; no program has to change.',
  });
}

/** Codes that may be of several kinds, or of none. */
export function kindUnclear(name: string, codes: readonly string[]): Refusal {
  const examples = codes.slice(0, 3).map((code) => `“${code.slice(0, 30)}”`);
  if (codes.length === 0)
    return new Refusal({
      code: 'no_codes',
      because: `${name} has a column of codes and not one code in it.`,
      remedy: 'Compare it with the list as it was published.',
    });
  return new Refusal({
    code: 'kind_unclear',
    because: isEitherWay(codes)
      ? `The codes of ${name} (${examples.join(', ')}) can be ICD-10 and OPCS-4 alike.`
      : `The codes of ${name} (${examples.join(', ')}) are of no kind that is known.`,
    remedy: 'Say of which kind the list is (--kind icd10, or “Kind of codes” on the page).',
  });
}
