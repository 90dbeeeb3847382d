import type { Duck } from '../../../platform/lake/index.ts';
import type { MatchingMethod } from './matching-method.ts';

/**
 * Makes the temporary table `comparable`: each patient record of `source` in the form in which records are compared.
 * Names without accents, case and punctuation; birth in parts; postcodes without blanks.
 *
 * `source` is SQL of `rec, person, nhs_number` (of the person), `family_name, given_names, birth_day,
 * birth_approximate, postcode, sex`.
 */
export async function makeComparable(duck: Duck, source: string, method: MatchingMethod): Promise<void> {
  const forms = method.short_forms.flatMap((names, list) => names.map((name) => `('${name}', ${list})`));
  await duck.run(
    `create or replace temp table short_form as
     select name, list(list_no) as lists from (values ${forms.join(', ')}) as form (name, list_no) group by name`,
  );
  await duck.run(`
    create or replace temp table comparable as
    with words as (
      select rec, person, nhs_number is not null as numbered, sex, birth_approximate,
             date '1970-01-01' + birth_day as born,
             ${letters('family_name', ' ')} as family_words, ${letters('given_names', ' ')} as given_words,
             nullif(upper(regexp_replace(postcode, '[^A-Za-z0-9]', '', 'g')), '') as postcode
        from ${source}),
    parts as (
      select *, replace(family_words, ' ', '') as family, string_split(family_words, ' ') as families,
             split_part(given_words, ' ', 1) as given, string_split(given_words, ' ') as givens
        from words)
    select parts.* exclude (family_words, given_words, born), short_form.lists as short_forms,
           year(born) as birth_year, month(born) as birth_month, day(born) as birth_day,
           year(born) * 10000 + least(month(born), day(born)) * 100 + greatest(month(born), day(born)) as birth,
           ${soundexSql('family')} as family_sound, ${soundexSql('given')} as given_sound,
           left(postcode, length(postcode) - 3) as district
      from parts left join short_form on short_form.name = parts.given`);
}

/** SQL of a text in small letters of the alphabet alone, words parted by `between`; null where nothing is left. */
function letters(column: string, between: string): string {
  const plain = `regexp_replace(lower(strip_accents(${column})), '[''’]', '', 'g')`;
  return `nullif(trim(regexp_replace(${plain}, '[^a-z]+', '${between}', 'g')), '')`;
}

/**
 * SQL of the Soundex code of a name in small letters: its first letter and the sounds of its next consonants.
 * Rules: US National Archives, "The Soundex Indexing System".
 */
function soundexSql(name: string): string {
  // h and w do not part two equal sounds; vowels do.
  const sounds = `translate(regexp_replace(${name}, '[hw]', '', 'g'), 'aeiouybfpvcgjkqsxzdtlmnr', '000000111122222222334556')`;
  const single = [1, 2, 3, 4, 5, 6].reduce(
    (sql, digit) => `regexp_replace(${sql}, '${digit}+', '${digit}', 'g')`,
    sounds,
  );
  return `case when ${name} is not null
               then left(${name}, 1) || left(replace(substr(${single}, 2), '0', '') || '000', 3) end`;
}
