import type { VNode } from 'preact';
import { Card, Heading } from '../../../../platform/web/index.ts';
import { entriesOf, entryName, type PlanEntry } from '../plan-document.ts';
import { planSections, type SectionId } from '../plan-parts.ts';
import { isOpen } from '../plan-states.ts';
import { EntryFields, type Words, WrittenBy } from './part-view.tsx';
import { type PlanLook, planHref } from './plan-visit.ts';

/** One part of the plan as the reader may see it, with the ways to write in it. */
export function SectionView(props: { section: SectionId; look: PlanLook; words: Words }): VNode | null {
  const { section, look, words } = props;
  const { plan, rules, voice } = look;
  const { many } = planSections[section];
  const entries = entriesOf(plan, section);
  const open = isOpen(plan.state);
  const may = look.mayWrite(section).allowed && open;
  const decides = section === 'sharing' && voice !== 'carer' && open;
  // The person sees what is written, and where they can write; empty parts of others would only be in the way.
  if (entries.length === 0 && !may && !decides && voice !== 'staff') return null;
  const own = rules.sections[section];
  const href = (entry: string) => planHref(plan.publicId, 'parts', section, entry);
  const add = may && many ? { text: `Add: ${own.one?.toLowerCase()}`, href: href('new') } : null;
  const write =
    may && !many && entries.length === 0 ? { text: `Write: ${own.title}`, href: href('only') } : null;
  const way = add ?? write;
  return (
    <section aria-labelledby={section} class="app-plan-part">
      <Heading level={2} class="nhsuk-heading-m" id={section}>
        {own.title}
      </Heading>
      <p class="app-secondary">{own.help}</p>
      <div class="app-plan-part__entries">
        {entries.map((entry) => (
          <EntryView
            key={entry.entry}
            of={entry}
            words={words}
            href={may && mayChangeEntry(look, entry) ? href(entry.entry) : null}
          />
        ))}
      </div>
      {(entries.length === 0 || way) && (
        <p>
          {entries.length === 0 && 'Nothing is written here yet. '}
          {way && <a href={way.href}>{way.text}</a>}
        </p>
      )}
      {decides && <a href={planHref(plan.publicId, 'sharing')}>Change who may see this plan</a>}
    </section>
  );
}

/** Steps that the team does are the team's to change. */
function mayChangeEntry({ voice }: PlanLook, entry: PlanEntry): boolean {
  return voice === 'staff' || !entry.work;
}

function EntryView({ of, words, href }: { of: PlanEntry; words: Words; href: string | null }) {
  const { many } = planSections[of.section];
  return (
    <Card
      headingLevel={3}
      headingSize="s"
      {...(many ? { heading: entryName(of) || words.rules.sections[of.section].one } : {})}
      {...(many && href !== null ? { actions: [{ text: 'Change', href }] } : {})}
    >
      <EntryFields words={words} of={of} under={many ? entryName(of) : undefined} />
      <WrittenBy words={words} of={of} />
      {!many && href !== null && (
        <a href={href}>
          Change<span class="nhsuk-u-visually-hidden">{`: ${words.rules.sections[of.section].title}`}</span>
        </a>
      )}
    </Card>
  );
}
