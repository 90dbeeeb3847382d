import { formatInstant } from '../../../../kernel/index.ts';
import { Heading, InsetText, Page, PageHeading, PostButton, Table } from '../../../../platform/web/index.ts';
import { compareVersions, type FieldDifference } from '../compare-versions.ts';
import { entriesOf, type PlanEntry } from '../plan-document.ts';
import { neverBroughtBack, sectionIds } from '../plan-parts.ts';
import { isOpen } from '../plan-states.ts';
import type { PlanEvent, PlanVersion } from '../read-plan.ts';
import { EntryFields, fieldWords, type OwnerNames, type Words, WrittenBy } from './part-view.tsx';
import { nameOf, type PlanLook, planHref } from './plan-visit.ts';

const VOICE_WORDS: Record<string, string> = { person: 'the person', carer: 'carer' };

const EVENT_WORDS: Record<string, string> = {
  start: 'Begun',
  propose: 'The person was asked to agree',
  take_back: 'Taken back to be changed',
  agree: 'Agreed',
  supersede: 'Replaced by a newer plan',
  end: 'Ended',
  ask_change: 'The person asked for a change',
};

/** Every version: what was changed, by whom and when; and what happened to the plan as a whole. */
export function VersionsPage(props: {
  look: PlanLook;
  versions: readonly PlanVersion[];
  events: readonly PlanEvent[];
}) {
  const { look, versions, events } = props;
  const { visit, plan, person, rules } = look;
  return (
    <Page
      title="Versions of the plan"
      chrome={visit.chrome}
      back={{ text: 'Back to the plan', href: planHref(plan.publicId) }}
    >
      <PageHeading caption={nameOf(person)}>Versions of the plan</PageHeading>
      <Table
        caption="Every change, the latest first"
        captionSize="s"
        compact
        responsive
        rows={versions}
        columns={[
          {
            heading: 'Version',
            rowHeader: true,
            cell: ({ version }) => (
              <a href={planHref(plan.publicId, 'versions', version)}>{`Version ${version}`}</a>
            ),
          },
          { heading: 'When', nowrap: true, cell: ({ at }) => formatInstant(at) },
          {
            heading: 'Who',
            cell: ({ author, voice }) => (VOICE_WORDS[voice] ? `${author}, ${VOICE_WORDS[voice]}` : author),
          },
          {
            heading: 'What',
            cell: ({ sections, removed, bringsBack }) =>
              [
                sections.map((section) => rules.sections[section].title).join(', '),
                removed ? 'taken off' : null,
                bringsBack === null ? null : `brought back from version ${bringsBack}`,
              ]
                .filter((part) => part)
                .join(': '),
          },
        ]}
      />
      <Heading level={2}>What happened to the plan</Heading>
      <Table
        caption="The plan as a whole, the latest first"
        hideCaption
        compact
        responsive
        rows={events}
        columns={[
          { heading: 'What', rowHeader: true, cell: ({ act }) => EVENT_WORDS[act] ?? act },
          { heading: 'When', nowrap: true, cell: ({ at }) => formatInstant(at) },
          { heading: 'Who', cell: ({ author }) => author },
          { heading: 'Version', cell: ({ version }) => version },
          { heading: 'Note', unknown: 'None', cell: ({ detail }) => eventNote(detail, look) },
        ]}
      />
    </Page>
  );
}

function eventNote(detail: PlanEvent['detail'], { rules }: PlanLook): string | null {
  const method = rules.agreement_methods.find(({ id }) => id === detail.method)?.title;
  const reason = rules.endings.find(({ id }) => id === detail.reason)?.title ?? detail.reason;
  const parts = [method, detail.capacity, detail.authority, detail.words, reason];
  const said = parts.filter((part) => typeof part === 'string' && part !== '');
  return said.length > 0 ? said.join('. ') : null;
}

/** The plan as it stood in one version, and what is different now. */
export function VersionPage(props: {
  look: PlanLook;
  version: number;
  then: readonly PlanEntry[];
  owners: OwnerNames;
}) {
  const { look, version, then, owners } = props;
  const { visit, plan, person, rules } = look;
  const words: Words = { rules, plan: { entries: [...then, ...plan.entries] }, owners };
  const differences = compareVersions(then, plan.entries);
  const canBringBack =
    isOpen(plan.state) && differences.some(({ section }) => !neverBroughtBack.has(section));
  return (
    <Page
      title="An earlier version of the plan"
      chrome={visit.chrome}
      back={{ text: 'All versions', href: planHref(plan.publicId, 'versions') }}
    >
      <PageHeading caption={nameOf(person)}>{`Version ${version} of ${plan.version}`}</PageHeading>
      {differences.length === 0 ? (
        <InsetText>The plan says the same now.</InsetText>
      ) : (
        <Differences words={words} differences={differences} version={version} />
      )}
      {canBringBack && (
        <>
          <PostButton
            action={planHref(plan.publicId, 'versions', version, 'bring-back')}
            csrfToken={visit.chrome.csrfToken}
            fields={{ seen: String(plan.version) }}
            variant="secondary"
          >
            {`Bring version ${version} back`}
          </PostButton>
          <p class="app-secondary">
            It becomes the newest version; nothing that came since is lost. Who may see the plan, the
            recommendation for emergency care and the Universal Care Plan stay as they are.
          </p>
        </>
      )}
      <Heading level={2}>What it said</Heading>
      {sectionIds.map((section) => {
        const entries = entriesOf({ entries: then }, section);
        if (entries.length === 0) return null;
        return (
          <section key={section}>
            <Heading level={3}>{rules.sections[section].title}</Heading>
            {entries.map((entry) => (
              <div key={entry.entry}>
                <EntryFields words={words} of={entry} />
                <WrittenBy words={words} of={entry} />
              </div>
            ))}
          </section>
        );
      })}
    </Page>
  );
}

function Differences(props: { words: Words; differences: readonly FieldDifference[]; version: number }) {
  const { words, differences, version } = props;
  const said = ({ section, field }: FieldDifference, text: string | null) =>
    text === null ? null : <span class="app-said">{fieldWords(words, section, field, text)}</span>;
  return (
    <Table
      caption="What is different now"
      captionSize="m"
      compact
      responsive
      rows={differences}
      columns={[
        {
          heading: 'Part',
          rowHeader: true,
          cell: ({ section, field }) =>
            `${words.rules.sections[section].title}: ${words.rules.sections[section].fields[field]?.label ?? field}`,
        },
        { heading: `In version ${version}`, unknown: 'Nothing', cell: (row) => said(row, row.was) },
        { heading: 'Now', unknown: 'Nothing', cell: (row) => said(row, row.is) },
      ]}
    />
  );
}
