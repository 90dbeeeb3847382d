import { formatDay, formatInstant } from '../../../../kernel/index.ts';
import { SummaryList, type SummaryRow, Tag } from '../../../../platform/web/index.ts';
import { choiceWords, type PlanContent } from '../plan-content.ts';
import { type Author, entryName, type Plan, type PlanEntry, stepStatus } from '../plan-document.ts';
import { fieldsOf, planSections, type SectionId } from '../plan-parts.ts';

/** Names of those who can be asked to do a step, by account. */
export type OwnerNames = ReadonlyMap<string, string>;

export interface Words {
  readonly rules: PlanContent;
  readonly plan: Pick<Plan, 'entries'>;
  readonly owners: OwnerNames;
}

/** What a field says, in words: a day as people write it, the words of a choice, the goal that is meant. */
export function fieldWords(words: Words, section: SectionId, field: string, text: string): string {
  switch (planSections[section].fields[field]) {
    case 'day':
      return /^\d{4}-\d{2}-\d{2}$/.test(text) ? formatDay(text) : text;
    case 'choice':
      if (section === 'sharing') return text === 'withhold' ? 'Not shared' : 'Shared';
      return choiceWords(words.rules, section, field, text);
    case 'goal': {
      const goal = words.plan.entries.find(({ entry }) => entry === text);
      return goal ? entryName(goal) : 'A goal that is not in the plan any more';
    }
    case 'owner':
      if (text === 'person') return 'The person themself';
      if (text === 'carer') return 'Their carer';
      return text === 'other' ? 'Somebody else' : (words.owners.get(text) ?? 'Somebody of the team');
    default:
      return text;
  }
}

const STATUS_WORDS = { to_do: 'To do', done: 'Done', not_needed: 'Not needed any more' } as const;

/**
 * What an entry says, field by field. Fields without words are left out: a plan is read, not filled in. So is what the
 * heading above has said already.
 */
export function EntryFields({
  words,
  of,
  under,
}: {
  words: Words;
  of: PlanEntry;
  under?: string | undefined;
}) {
  const rows = fieldsOf(of.section).flatMap((field): SummaryRow[] => {
    if (under !== undefined && of.content[field] === under) return [];
    const text = of.section === 'action' && field === 'status' ? stepStatus(of) : (of.content[field] ?? '');
    if (text === '') return [];
    const key = words.rules.sections[of.section].fields[field]?.label ?? field;
    const said =
      of.section === 'action' && field === 'status'
        ? STATUS_WORDS[text as keyof typeof STATUS_WORDS]
        : fieldWords(words, of.section, field, text);
    const isLink = planSections[of.section].fields[field] === 'link';
    return [{ key, value: isLink ? <a href={said}>{said}</a> : <span class="app-said">{said}</span> }];
  });
  return rows.length > 0 ? <SummaryList rows={rows} /> : null;
}

const VOICE_TAGS = { person: 'The person', carer: 'Carer' } as const;

/** Who wrote what stands here, each writer once; what the person and their carer wrote is marked. */
export function WrittenBy({ words, of }: { words: Words; of: PlanEntry }) {
  const writers = new Map<string, { author: Author; fields: string[] }>();
  for (const [field, author] of Object.entries(of.authors)) {
    if (!of.content[field]) continue;
    const key = `${author.voice} ${author.name}`;
    const known = writers.get(key) ?? { author, fields: [] };
    known.fields.push(words.rules.sections[of.section].fields[field]?.label ?? field);
    if (author.at > known.author.at) known.author = author;
    writers.set(key, known);
  }
  const all = [...writers.values()];
  return (
    <p class="app-secondary">
      {all.map(({ author, fields }, at) => (
        <span key={author.name}>
          {at > 0 && ' · '}
          {author.voice !== 'staff' && <Tag colour="aqua-green">{VOICE_TAGS[author.voice]}</Tag>}{' '}
          {all.length > 1 ? `${fields.join(', ')}: ` : ''}
          {`${author.name}, ${formatInstant(new Date(author.at))}`}
        </span>
      ))}
    </p>
  );
}
