import type { Concept } from '../../register/index.ts';
import type { Codelist } from './codelist.ts';
import type { Library } from './library.ts';
import { hasConcept, hasDiagnosis, hasMedicine } from './membership.ts';

/**
 * Restricted content: what the law or the person's safety keeps from ordinary view (gender recognition, HIV and
 * sexual health, assisted conception, safeguarding). It is a set of codelists, so that its owner can change it.
 */
export function restrictedContent(
  library: Library,
): (concept: Pick<Concept, 'system' | 'concept' | 'bnf'>) => boolean {
  const lists = [...library.codelists.values()].filter(({ id }) => id.startsWith('RESTRICTED_'));
  const known = new Map<string, boolean>();
  return (concept) => {
    const key = `${concept.system} ${concept.concept} ${concept.bnf}`;
    const answer = known.get(key) ?? isOnAny(lists, concept);
    known.set(key, answer);
    return answer;
  };
}

function isOnAny(
  lists: readonly Codelist[],
  { system, concept, bnf }: Pick<Concept, 'system' | 'concept' | 'bnf'>,
): boolean {
  return lists.some(
    (list) =>
      hasConcept(list, system, concept) ||
      hasMedicine(list, { system, concept, bnf }) ||
      (system === 'icd10' && hasDiagnosis(list, concept)),
  );
}
