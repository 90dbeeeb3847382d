import { literal } from '../../../platform/lake/index.ts';
import { levelWeight, type MatchField, type MatchingMethod, matchFields } from './matching-method.ts';

/** SQL of the level that two comparable records `a` and `b` come to in each field; null where one side lacks it. */
function levelSql(method: MatchingMethod): Record<MatchField, string> {
  // One slip in a name of four letters or more, wherever it is: Jaro-Winkler makes much of it in short names.
  const alike = (column: string) =>
    `(jaro_winkler_similarity(a.${column}, b.${column}) >= ${method.nearly_the_same}
      or (least(length(a.${column}), length(b.${column})) >= 4 and damerau_levenshtein(a.${column}, b.${column}) = 1))`;
  return {
    family_name: `case
      when a.family is null or b.family is null then null
      when a.family = b.family then 'same'
      when ${alike('family')} then 'nearly_same'
      when list_has_any(a.families, b.families) then 'part_same'
      when a.family_sound = b.family_sound then 'sounds_alike'
      else 'different' end`,
    given_name: `case
      when a.given is null or b.given is null then null
      when a.given = b.given then 'same'
      when coalesce(list_has_any(a.short_forms, b.short_forms), false) then 'short_form'
      when length(a.given) > 1 and length(b.given) > 1 and ${alike('given')} then 'nearly_same'
      when list_contains(a.givens, b.given) or list_contains(b.givens, a.given) then 'middle_name'
      when least(length(a.given), length(b.given)) = 1 and left(a.given, 1) = left(b.given, 1) then 'initial'
      else 'different' end`,
    birth_date: `case
      when a.birth is null or b.birth is null then null
      when a.birth_approximate or b.birth_approximate then
        case when a.birth_year = b.birth_year and a.birth_month = b.birth_month then 'same_month_day_unknown'
             else 'different' end
      when a.birth_year = b.birth_year and a.birth_month = b.birth_month and a.birth_day = b.birth_day then 'same'
      when a.birth = b.birth then 'day_and_month_swapped'
      when (a.birth_year = b.birth_year)::int + (a.birth_month = b.birth_month)::int
             + (a.birth_day = b.birth_day)::int = 2 then 'two_parts_same'
      else 'different' end`,
    postcode: `case
      when a.postcode is null or b.postcode is null then null
      when a.postcode = b.postcode then 'same'
      when a.district = b.district then 'same_district'
      else 'different' end`,
    sex: `case
      when a.sex not in ('female', 'male') or b.sex not in ('female', 'male') then null
      when a.sex = b.sex then 'same'
      else 'different' end`,
  };
}

/** SQL select list: the level of each field, by the field's name. */
export function levelsSql(method: MatchingMethod): string {
  const levels = levelSql(method);
  return matchFields.map((field) => `${levels[field]} as ${field}`).join(', ');
}

/** SQL of what the levels of a compared pair weigh together, in bits. */
export function weightSql(method: MatchingMethod): string {
  const fields = matchFields.map((field) => {
    const cases = method.fields[field].map(
      (each) => `when ${literal(each.level)} then ${levelWeight(each)}::decimal(9, 2)`,
    );
    return `case ${field} ${cases.join(' ')} else 0 end`;
  });
  return fields.join(' + ');
}

/** SQL of whether a compared pair may be proposed at all. */
export function mayProposeSql(method: MatchingMethod): string {
  const needed = method.needed.map((field) => `${field} is not null`);
  const never = method.never.map(({ field, level }) => `${field} is distinct from ${literal(level)}`);
  return [...needed, ...never, 'true'].join(' and ');
}
