import { askedInWords } from '../evaluate/words.ts';
import type { Condition } from '../language/definition.ts';
import type { Library } from '../language/library.ts';

/** Conditions in words, the parts of each below it. */
export function ConditionTree({
  library,
  conditions,
}: {
  library: Library;
  conditions: readonly Condition[];
}) {
  return (
    <ul class="nhsuk-list nhsuk-list--bullet">
      {conditions.map((condition) => {
        const parts =
          'all' in condition
            ? condition.all
            : 'any' in condition
              ? condition.any
              : 'not' in condition
                ? [condition.not]
                : [];
        return (
          <li key={JSON.stringify(condition)}>
            {askedInWords(library, condition)}
            {parts.length > 0 && <ConditionTree library={library} conditions={parts} />}
          </li>
        );
      })}
    </ul>
  );
}
