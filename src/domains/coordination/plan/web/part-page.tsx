import type { ComponentChildren, VNode } from 'preact';
import { type FieldError, formatInstant, type Refusal } from '../../../../kernel/index.ts';
import {
  Button,
  CsrfField,
  DateInput,
  KeptForm,
  Page,
  PageHeading,
  Radios,
  Select,
  Textarea,
  TextInput,
  WarningCallout,
} from '../../../../platform/web/index.ts';
import type { FieldConflict } from '../merge-fields.ts';
import { type Content, entriesOf, entryName } from '../plan-document.ts';
import { type FieldKind, planSections, type SectionId } from '../plan-parts.ts';
import { dayBoxes } from './part-form.ts';
import { fieldWords, type OwnerNames } from './part-view.tsx';
import { nameOf, type PlanLook, planHref } from './plan-visit.ts';

export interface PartPageParts {
  readonly look: PlanLook;
  readonly section: SectionId;
  readonly entry: string;
  /** Which form it is: what is typed in it is kept under its name. */
  readonly form?: string | undefined;
  /** The version that the form is written against. */
  readonly seen: number;
  /** What stands in the boxes. */
  readonly fields: Content;
  readonly owners: OwnerNames;
  readonly errors?: readonly FieldError[];
  readonly refusal?: Refusal | null;
  readonly conflicts?: readonly FieldConflict[];
  /** What else was typed here and is not saved. */
  readonly notice?: ComponentChildren;
  /** Whether there is an entry to take away. */
  readonly stands: boolean;
}

/** One part of the plan to write in. One form, one save: others write in other parts meanwhile. */
export function PartPage(parts: PartPageParts) {
  const { look, section, entry, form, seen, errors = [], refusal, conflicts = [], notice, stands } = parts;
  const { visit, plan, rules, voice, person } = look;
  const own = rules.sections[section];
  const action = planHref(plan.publicId, 'parts', section, entry);
  return (
    <Page
      title={own.title}
      chrome={visit.chrome}
      width={voice === 'staff' ? 'wide' : 'reading'}
      back={{ text: 'Back to the plan', href: planHref(plan.publicId) }}
      errors={errors}
    >
      <PageHeading caption={voice === 'staff' ? nameOf(person) : undefined}>{own.title}</PageHeading>
      {notice}
      {refusal && errors.length === 0 && (
        <WarningCallout heading="This is not saved yet">
          <p>{refusal.message}</p>
          <p>{refusal.remedy}</p>
        </WarningCallout>
      )}
      <Conflicts {...parts} conflicts={conflicts} />
      <p>{own.help}</p>
      <KeptForm
        action={action}
        csrfToken={visit.chrome.csrfToken}
        form={form}
        buttons={<Button preventDoubleClick>Save</Button>}
      >
        <input type="hidden" name="seen" value={String(seen)} />
        {Object.entries(planSections[section].fields)
          .filter(([name]) => isAsked(look, section, name))
          .map(([name, kind]) => (
            <FieldQuestion key={name} parts={parts} name={name} kind={kind} />
          ))}
      </KeptForm>
      {stands && planSections[section].many && (
        <form method="post" action={`${action}/remove`}>
          <CsrfField token={visit.chrome.csrfToken} />
          <input type="hidden" name="seen" value={String(seen)} />
          <Button variant="secondary" preventDoubleClick>
            Take this off the plan
          </Button>
          <p class="app-secondary">What it said stays in the earlier versions, and can be brought back.</p>
        </form>
      )}
    </Page>
  );
}

/** What is known of who writes is not asked: the person’s goal is in the person’s words. */
function isAsked({ voice }: PlanLook, section: SectionId, name: string): boolean {
  if (voice === 'staff') return true;
  if (section === 'goal') return name !== 'whose';
  return section !== 'action' || (name !== 'owner' && name !== 'who');
}

function Conflicts({
  look,
  section,
  owners,
  conflicts,
}: PartPageParts & { conflicts: readonly FieldConflict[] }) {
  const { rules, plan } = look;
  const words = { rules, plan, owners };
  return (
    <>
      {conflicts.map(({ field, theirs, mine, author }) => (
        <div key={field} class="app-both-texts">
          <BothText
            title={
              author
                ? `${rules.sections[section].fields[field]?.label ?? field}: ${author.name} wrote, ${formatInstant(new Date(author.at))}`
                : `${rules.sections[section].fields[field]?.label ?? field}: now`
            }
          >
            {theirs === '' ? 'Nothing: it was taken off the plan' : fieldWords(words, section, field, theirs)}
          </BothText>
          <BothText title="You wrote">
            {mine === '' ? 'Nothing' : fieldWords(words, section, field, mine)}
          </BothText>
        </div>
      ))}
    </>
  );
}

function BothText({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <div>
      <p class="app-both-texts__whose">{title}</p>
      <p class="app-said">{children}</p>
    </div>
  );
}

function FieldQuestion(props: { parts: PartPageParts; name: string; kind: FieldKind }): VNode {
  const { parts, name, kind } = props;
  const { look, section, fields, errors = [], owners } = parts;
  const own = look.rules.sections[section].fields[name];
  const text = fields[name] ?? '';
  const question = { name, label: own?.label ?? name, labelSize: 's' as const, hint: own?.help, errors };
  switch (kind) {
    case 'text':
      return <Textarea {...question} rows={3} value={text} />;
    case 'day':
      return <DateInput {...question} value={dayBoxes(text)} />;
    case 'choice': {
      const choices = Object.entries(own?.choices ?? {}).map(([value, said]) => ({ value, text: said }));
      return choices.length > 6 ? (
        <Select {...question} value={text} options={[{ value: '', text: 'Choose' }, ...choices]} />
      ) : (
        <Radios {...question} value={text} choices={choices} small />
      );
    }
    case 'goal':
      return (
        <Select
          {...question}
          value={text}
          options={[
            { value: '', text: 'None of them' },
            ...entriesOf(look.plan, 'goal').map((goal) => ({ value: goal.entry, text: entryName(goal) })),
          ]}
        />
      );
    case 'owner':
      return (
        <Radios
          {...question}
          value={text}
          small
          choices={[
            { value: 'person', text: 'The person themself' },
            { value: 'carer', text: 'Their carer' },
            ...[...owners].map(([value, name]) => ({ value, text: name })),
            { value: 'other', text: 'Somebody else; our team sees to it that it is done' },
          ]}
        />
      );
    default:
      return <TextInput {...question} value={text} />;
  }
}
