import { formatDay } from '../../../kernel/index.ts';
import { Tag } from '../../../platform/web/index.ts';
import type { ExplainedCondition, ExplainedEntry } from '../evaluate/explanation.ts';

const ANSWERS = {
  true: { word: 'Yes', colour: 'green' },
  false: { word: 'No', colour: 'grey' },
  null: { word: 'Unknown', colour: 'yellow' },
} as const;

export function Answer({ truth }: { truth: boolean | null }) {
  const { word, colour } = ANSWERS[`${truth}`];
  return <Tag colour={colour}>{word}</Tag>;
}

/** Conditions as a tree of sentences, each with its answer and the rows that decided it. */
export function Reasons({
  conditions,
  practices,
}: {
  conditions: readonly ExplainedCondition[];
  practices: ReadonlyMap<string, string>;
}) {
  return (
    <ul class="nhsuk-list app-reasons">
      {conditions.map((condition, at) => (
        <li key={`${at} ${condition.asked}`} class="app-reasons__condition">
          <p class="app-reasons__asked">
            {condition.answer === undefined ? (
              <Answer truth={condition.truth} />
            ) : (
              <Tag colour={condition.answer.assumed ? 'yellow' : condition.truth ? 'blue' : 'grey'}>
                {condition.answer.assumed ? `Assumed: ${condition.answer.text}` : condition.answer.text}
              </Tag>
            )}{' '}
            {condition.asked}
            {condition.weight !== undefined && (
              <span class="app-secondary">
                {condition.truth === true ? `adds ${condition.weight}` : `would add ${condition.weight}`}
              </span>
            )}
          </p>
          {condition.found !== '' && <p class="app-secondary">{capitalised(condition.found)}</p>}
          <Evidence condition={condition} practices={practices} />
          {condition.parts.length > 0 && <Reasons conditions={condition.parts} practices={practices} />}
        </li>
      ))}
    </ul>
  );
}

function Evidence({
  condition,
  practices,
}: {
  condition: ExplainedCondition;
  practices: ReadonlyMap<string, string>;
}) {
  if (condition.evidence.length === 0) return null;
  return (
    <ul class="nhsuk-list nhsuk-list--bullet app-reasons__evidence">
      {condition.evidence.map((entry) => (
        <li key={entry.row}>{entryText(entry, practices)}</li>
      ))}
      {condition.more > 0 && <li>{`and ${condition.more} more`}</li>}
    </ul>
  );
}

/** "HbA1c 51 mmol/mol, 3 May 2026, Ash Grove Surgery". */
export function entryText(entry: ExplainedEntry, practices: ReadonlyMap<string, string>): string {
  const value = entry.value === null ? '' : ` ${entry.value}${entry.unit ? ` ${entry.unit}` : ''}`;
  const when = entry.date === null ? 'no date' : formatDay(entry.date);
  const where = entry.practice === null ? '' : `, ${practices.get(entry.practice) ?? entry.practice}`;
  return `${entry.what}${value}, ${when}${where}`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
