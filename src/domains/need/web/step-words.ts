import { askedInWords } from '../evaluate/words.ts';
import type { Condition } from '../language/definition.ts';
import { allConditions, type Library } from '../language/library.ts';

/** More conditions than this in one step are counted instead of said: the rule stands above. */
const SAID_IN_A_STEP = 3;

/** A step in one line: of one that has parts, the parts. */
export function stepInWords(library: Library, condition: Condition): string {
  const parts = 'any' in condition ? condition.any : 'all' in condition ? condition.all : [];
  const leaves = allConditions(condition).filter(
    (each) => !('any' in each || 'all' in each || 'not' in each),
  );
  if (parts.length > 0 && leaves.length > SAID_IN_A_STEP)
    return 'any' in condition
      ? `At least one of ${parts.length} things, by ${leaves.length} conditions`
      : `${parts.length} things together, by ${leaves.length} conditions`;
  if ('any' in condition) return condition.any.map((part) => stepInWords(library, part)).join('; or ');
  if ('all' in condition) return condition.all.map((part) => stepInWords(library, part)).join('; and ');
  if ('not' in condition) return `Not: ${stepInWords(library, condition.not)}`;
  return askedInWords(library, condition);
}
