import { formatDay, formatInstant, type Refusal } from '../../../kernel/index.ts';
import {
  EmptyState,
  Heading,
  InsetText,
  Page,
  PageHeading,
  PostButton,
  SummaryList,
  Table,
  Tag,
  type TagColour,
  type Visit,
  WarningCallout,
} from '../../../platform/web/index.ts';
import type { DirectoryState } from '../directory-state.ts';
import { changeKinds } from '../planned-change.ts';
import type { ChangeSet, ShownChange } from '../read-changes.ts';
import type { ChangeSetState } from '../tables.ts';
import { CHANGE_WORDS, changeInWords, namesOf, STATE_WORDS } from './words.ts';

/** Changes that a page shows of one kind; the rest is counted. */
const CHANGES_SHOWN = 200;

const STATE_COLOURS: Record<ChangeSetState, TagColour> = {
  offered: 'orange',
  applied: 'green',
  discarded: 'grey',
  undone: 'grey',
};

export function StateTag({ state }: { state: ChangeSetState }) {
  return <Tag colour={STATE_COLOURS[state]}>{STATE_WORDS[state]}</Tag>;
}

const setHref = ({ setId }: Pick<ChangeSet, 'setId'>) => `/places/changes/${setId}`;

/** Every set of changes, those that wait first. */
export function ChangeSetsPage(props: { visit: Visit; sets: readonly ChangeSet[]; mayChange: boolean }) {
  const { visit, sets, mayChange } = props;
  return (
    <Page
      title="Changes of the directory"
      chrome={visit.chrome}
      breadcrumbs={[{ text: 'All places', href: '/places/all' }]}
    >
      <PageHeading>Changes of the directory</PageHeading>
      <p>
        The first national file of a kind fills the directory. Each later one is compared with it, and its
        differences wait here until {mayChange ? 'you or another analyst applies' : 'an analyst applies'}{' '}
        them. To record a merger, a split, a closure, a transfer or a new name, open the organisation’s
        history.
      </p>
      {sets.length === 0 ? (
        <EmptyState
          title="Nothing has been changed yet"
          actions={[{ text: 'Import files', href: '/imports' }]}
        >
          <p>Import a place pack or a national file of organisations.</p>
        </EmptyState>
      ) : (
        <Table
          caption="Changes, those that wait first"
          hideCaption
          compact
          responsive
          rows={sets}
          columns={[
            {
              heading: 'From',
              rowHeader: true,
              cell: (set) => <a href={setHref(set)}>{set.source}</a>,
            },
            { heading: 'State', cell: ({ state }) => <StateTag state={state} /> },
            { heading: 'As of', nowrap: true, cell: ({ asOf }) => formatDay(asOf) },
            { heading: 'Came', cell: ({ madeAt }) => formatInstant(madeAt) },
            { heading: 'Decided by', unknown: 'Nobody', cell: ({ decidedBy }) => decidedBy },
          ]}
        />
      )}
    </Page>
  );
}

interface SetShown {
  readonly visit: Visit;
  readonly set: ChangeSet;
  readonly changes: readonly ShownChange[];
  readonly mark: string;
  readonly state: DirectoryState;
  readonly mayChange: boolean;
  readonly refused: Refusal | null;
}

/** One set: what it changes or has changed, kind by kind, and what can be decided about it. */
export function ChangeSetPage(shown: SetShown) {
  const { visit, set, changes, refused } = shown;
  const kinds = changeKinds.filter((kind) => changes.some(({ what }) => what === kind));
  return (
    <Page
      title={`Changes ${set.setId}`}
      chrome={visit.chrome}
      breadcrumbs={[
        { text: 'All places', href: '/places/all' },
        { text: 'Changes of the directory', href: '/places/changes' },
      ]}
    >
      <PageHeading caption={`Changes ${set.setId}`}>{set.source}</PageHeading>
      {refused && (
        <WarningCallout heading="That was not done">
          <p>{`${refused.message} ${refused.remedy}`}</p>
        </WarningCallout>
      )}
      <AboutSet visit={visit} set={set} />
      {changes.length === 0 && set.state === 'offered' && refused === null && (
        <InsetText>
          The directory says all of this already: there is nothing left to apply. Lay it aside.
        </InsetText>
      )}
      {kinds.length > 1 && (
        <ul>
          {kinds.map((kind) => (
            <li key={kind}>
              <a href={`#${kind}`}>{`${CHANGE_WORDS[kind]}: ${ofKind(changes, kind).length}`}</a>
            </li>
          ))}
        </ul>
      )}
      <div class="nhsuk-u-margin-bottom-5">
        <Decisions {...shown} />
      </div>
      {kinds.map((kind) => (
        <ChangesOfKind key={kind} kind={kind} {...shown} />
      ))}
    </Page>
  );
}

function ofKind(changes: readonly ShownChange[], kind: ShownChange['what']) {
  return changes.filter(({ what }) => what === kind);
}

/** An import by its number, and a link for those to whom imports are open. */
export function ImportLink({ visit, runId }: { visit: Visit; runId: number }) {
  const text = `import ${runId}`;
  const isOpen = visit.chrome.navigation.some(({ href }) => href === '/imports');
  return isOpen ? <a href={`/imports/${runId}`}>{text}</a> : <span>{text}</span>;
}

function AboutSet({ visit, set }: { visit: Visit; set: ChangeSet }) {
  return (
    <SummaryList
      rows={[
        { key: 'State', value: <StateTag state={set.state} /> },
        { key: 'As of', value: formatDay(set.asOf) },
        {
          key: 'Came',
          value: (
            <>
              {formatInstant(set.madeAt)}
              {set.runId !== null && (
                <>
                  {', by '}
                  <ImportLink visit={visit} runId={set.runId} />
                </>
              )}
              {set.saidBy !== null && `, by ${set.saidBy}`}
            </>
          ),
        },
        ...(set.reason === null ? [] : [{ key: 'Reason', value: set.reason }]),
        ...(set.decidedAt === null
          ? []
          : [{ key: 'Decided', value: `${formatInstant(set.decidedAt)}, by ${set.decidedBy}` }]),
      ]}
    />
  );
}

function Decisions({ visit, set, changes, mark, mayChange, refused }: SetShown) {
  const button = { csrfToken: visit.chrome.csrfToken, small: true } as const;
  const at = setHref(set);
  if (set.state !== 'offered' && set.state !== 'applied') return null;
  if (!mayChange) return <p>An analyst decides on these changes.</p>;
  if (set.state === 'applied')
    return (
      <PostButton {...button} action={`${at}/undo`} variant="warning">
        Undo these changes
      </PostButton>
    );
  return (
    <div class="nhsuk-button-group">
      {changes.length > 0 && (refused === null || refused.code === 'differences_changed') && (
        <PostButton {...button} action={`${at}/apply`} fields={{ seen: mark }}>
          {changes.length === 1 ? 'Apply this change' : `Apply these ${changes.length} changes`}
        </PostButton>
      )}
      <PostButton {...button} action={`${at}/discard`} variant="secondary">
        Lay aside
      </PostButton>
    </div>
  );
}

function ChangesOfKind({ kind, changes, state }: SetShown & { kind: ShownChange['what'] }) {
  const own = ofKind(changes, kind);
  const names = namesOf(state, changes);
  return (
    <section id={kind}>
      <Heading level={2}>{`${CHANGE_WORDS[kind]} (${own.length})`}</Heading>
      <Table
        caption={`${CHANGE_WORDS[kind]}: organisations`}
        hideCaption
        compact
        responsive
        rows={own.slice(0, CHANGES_SHOWN)}
        columns={[
          {
            heading: 'Organisation',
            rowHeader: true,
            cell: ({ code }) =>
              state.places.has(code) ? (
                <a href={`/places/${encodeURIComponent(code)}/history`}>{state.places.get(code)?.name}</a>
              ) : (
                names.get(code)
              ),
          },
          { heading: 'Code', nowrap: true, cell: ({ code }) => code },
          { heading: CHANGE_WORDS[kind], cell: (change) => changeInWords(change, names) },
        ]}
      />
      {own.length > CHANGES_SHOWN && <p>{`And ${own.length - CHANGES_SHOWN} more of the same kind.`}</p>}
    </section>
  );
}
