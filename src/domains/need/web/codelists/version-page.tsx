import { formatDay, formatInstant, type PlainDate } from '../../../../kernel/index.ts';
import {
  Button,
  ButtonLink,
  CsrfField,
  DataDate,
  Details,
  Heading,
  InsetText,
  Page,
  PageHeading,
  PostButton,
  Refused,
  SummaryList,
  Table,
  Textarea,
  type Typed,
  type Visit,
  WarningCallout,
} from '../../../../platform/web/index.ts';
import type { ListedCode } from '../../codelists/codelist-file.ts';
import type { CodelistDiff } from '../../codelists/diff.ts';
import { decisionInEffect } from '../../codelists/in-effect.ts';
import type { CodelistCheck, CodelistMove } from '../../codelists/read-check.ts';
import type { CodeUse } from '../../codelists/read-code-use.ts';
import type { CodelistVersion, DecisionRow } from '../../codelists/read-codelists.ts';
import { mayProposeCodelists } from '../../codelists/who-may.ts';
import { codelistKinds } from '../../language/codelist.ts';
import { bandsOf, type Definition, type Library } from '../../language/library.ts';
import { codelistHref, GROUPED, loadHref, versionHref } from './codelist-words.ts';

export interface VersionPageProps {
  readonly visit: Visit;
  readonly library: Library;
  readonly version: CodelistVersion;
  readonly decisions: readonly DecisionRow[];
  /** What the version is compared with, in words: what is in effect, or another version. */
  readonly against: string;
  readonly diff: CodelistDiff;
  readonly others: readonly CodelistVersion[];
  /** The definitions that it decides about, rankings left out. */
  readonly using: readonly Definition[];
  /** Why it cannot stand in the place of what content has; null where it can. */
  readonly whyNot: string | null;
  readonly check: CodelistCheck | null;
  /** Null where the reader sees no numbers of people before they are published. */
  readonly moves: readonly CodelistMove[] | null;
  readonly movesWords: string;
  readonly isStale: boolean;
  readonly use: CodeUse | null;
  readonly useWords: string;
  readonly mayCheck: boolean;
  /** Why the reader cannot publish it; null where they can. */
  readonly whyNotPublish: string | null;
  readonly typed: Typed;
}

/** Codes of each sort that stand beside the decision, and how many more are at hand; the file has all of them. */
const CODES_SHOWN = 15;
const CODES_AT_HAND = 500;

/** One version: what it changes, whom it would move, and the form that publishes it. */
export function VersionPage(props: VersionPageProps) {
  const { visit, version, typed, whyNot } = props;
  const title = `Version ${version.number} of ${version.id}`;
  return (
    <Page
      title={title}
      chrome={visit.chrome}
      errors={typed.errors}
      breadcrumbs={[
        { text: 'Lists of codes', href: '/codelists' },
        { text: version.id, href: codelistHref(version.id) },
      ]}
    >
      <PageHeading caption={version.title}>{title}</PageHeading>
      <Refused typed={typed} />
      {whyNot !== null && (
        <WarningCallout heading="This version cannot be used">
          <p>{`It cannot take the place of the list as shipped: ${whyNot}.`}</p>
          <p>Load a file of the same kind of codes, or load this one under an id of its own.</p>
        </WarningCallout>
      )}
      <About {...props} />
      <Changes {...props} />
      <WhoWouldMove {...props} />
      <Publish {...props} />
    </Page>
  );
}

function About({ visit, version, decisions }: VersionPageProps) {
  const load = `load ${version.load}`;
  const inEffect = decisionInEffect(decisions)?.versionNo === version.versionNo;
  return (
    <SummaryList
      rows={[
        { key: 'State', value: inEffect ? 'Published' : 'Not in effect' },
        { key: 'Codes', value: `${GROUPED.format(version.codes)} of ${codelistKinds[version.kind]}` },
        { key: 'Source', value: version.source || null, unknown: 'Not said' },
        {
          key: 'File',
          value: (
            <>
              {version.file}
              {version.released === null ? '' : `, released on ${formatDay(version.released as PlainDate)}`}
              {' ('}
              {mayProposeCodelists(visit.by).allowed ? <a href={loadHref(version.load)}>{load}</a> : load})
            </>
          ),
        },
        { key: 'Loaded', value: `by ${version.loadedBy.name} on ${formatInstant(version.loadedAt)}` },
        { key: 'Content', value: version.hash },
      ]}
    />
  );
}

function Changes(props: VersionPageProps) {
  const { version, against, diff, others } = props;
  const { added, removed, moved, kept } = diff;
  return (
    <>
      <Heading level={2}>What it changes</Heading>
      <p>
        {`Against ${against}: ${GROUPED.format(added.length)} codes are added, ${GROUPED.format(removed.length)} removed, ${GROUPED.format(kept)} are in both.`}
      </p>
      {others.length > 0 && (
        <p class="app-secondary">
          {'Compare with '}
          {others.map((other, at) => (
            <span key={other.number}>
              {at > 0 && ', '}
              <a href={`${versionHref(version)}?against=${other.number}`}>{`version ${other.number}`}</a>
            </span>
          ))}
        </p>
      )}
      {props.use && (added.length > 0 || removed.length > 0) && <p class="app-secondary">{props.useWords}</p>}
      <CodeTable {...props} caption="Added" codes={added} />
      <CodeTable {...props} caption="Removed" codes={removed} />
      {moved.length > 0 && (
        <Table
          caption="In another category"
          captionSize="s"
          compact
          responsive
          rows={moved.slice(0, CODES_AT_HAND)}
          columns={[
            { heading: 'Code', rowHeader: true, nowrap: true, cell: ({ code }) => code },
            { heading: 'Called', unknown: 'Not said', cell: ({ term }) => term || null },
            { heading: 'Before', unknown: 'None', cell: ({ from }) => from },
            { heading: 'Now', unknown: 'None', cell: ({ to }) => to },
          ]}
        />
      )}
      <p>
        <ButtonLink href={`${versionHref(version)}/changes.csv`} variant="secondary" small>
          Download the changes as CSV
        </ButtonLink>
      </p>
    </>
  );
}

/** The commonest codes first: those are the ones that decide. */
function CodeTable(props: VersionPageProps & { caption: string; codes: readonly ListedCode[] }) {
  const { caption, codes, use } = props;
  if (codes.length === 0) return null;
  const entries = ({ code }: ListedCode) => use?.of(code) ?? 0;
  const sorted = [...codes].sort((a, b) => entries(b) - entries(a));
  const rest = sorted.slice(CODES_SHOWN, CODES_SHOWN + CODES_AT_HAND);
  const left = codes.length - CODES_SHOWN - rest.length;
  const words = `${caption}: ${rest.length === 0 ? '' : `the first ${CODES_SHOWN} of `}${GROUPED.format(codes.length)}`;
  return (
    <>
      <Codes use={use} caption={words} codes={sorted.slice(0, CODES_SHOWN)} />
      {rest.length > 0 && (
        <Details summary={`${caption}: ${GROUPED.format(rest.length)} more codes`}>
          <Codes use={use} caption={`${caption}: the others`} codes={rest} hideCaption />
          {left > 0 && <p>{`And ${GROUPED.format(left)} more, which the file has.`}</p>}
        </Details>
      )}
    </>
  );
}

function Codes(props: {
  use: CodeUse | null;
  caption: string;
  codes: readonly ListedCode[];
  hideCaption?: boolean;
}) {
  const { use, caption, codes, hideCaption } = props;
  return (
    <Table
      caption={caption}
      captionSize="s"
      hideCaption={hideCaption}
      compact
      responsive
      rows={codes}
      columns={[
        { heading: 'Code', rowHeader: true, nowrap: true, cell: ({ code }) => code },
        { heading: 'Called', unknown: 'Not said', cell: ({ term }) => term || null },
        ...(use
          ? [
              {
                heading: 'Entries',
                numeric: true,
                cell: ({ code }: ListedCode) => GROUPED.format(use.of(code)),
              },
            ]
          : []),
      ]}
    />
  );
}

function WhoWouldMove(props: VersionPageProps) {
  const { visit, version, using, check, whyNot, mayCheck } = props;
  const ask = mayCheck && whyNot === null && using.length > 0 && check?.state !== 'waiting';
  return (
    <>
      <Heading level={2}>Whom it would move</Heading>
      {using.length === 0 ? (
        <p>No definition asks for this list, so that it would move nobody.</p>
      ) : (
        <>
          <p>{`It decides about ${using.length} ${using.length === 1 ? 'definition' : 'definitions'}.`}</p>
          <Answer {...props} />
        </>
      )}
      {ask && (
        <PostButton
          action={`${versionHref(version)}/check`}
          csrfToken={visit.chrome.csrfToken}
          variant="secondary"
        >
          {check === null ? 'Work out who would move' : 'Work it out again'}
        </PostButton>
      )}
    </>
  );
}

function Answer(props: VersionPageProps) {
  const { version, check } = props;
  if (check === null) return <p>Nobody has asked yet. It takes a minute or less.</p>;
  switch (check.state) {
    case 'waiting':
      return (
        <InsetText>
          <p>It is being worked out for everybody.</p>
          <p>
            <a href={versionHref(version)}>Look again</a>
          </p>
        </InsetText>
      );
    case 'failed':
      return (
        <WarningCallout heading="It could not be worked out">
          <p>{check.trouble}</p>
        </WarningCallout>
      );
    case 'done':
      return <Movers {...props} check={check} />;
  }
}

function Movers(props: VersionPageProps & { check: CodelistCheck }) {
  const { check, moves, movesWords, library, isStale } = props;
  const changed = check.definitions.filter(({ casesChanged }) => casesChanged.length > 0);
  const title = (id: string) => library.definitions.find((each) => each.id === id)?.title ?? id;
  return (
    <>
      {check.isOld && (
        <WarningCallout heading="Something else has been published since">
          <p>The answer may be another one now. Work it out again before you publish.</p>
        </WarningCallout>
      )}
      {changed.length > 0 && (
        <WarningCallout heading="Drawn people would come out otherwise">
          <p>
            These made-up people show what the definitions mean. With this version they would come out
            otherwise than they should: either the list lacks a code, or the definition’s examples have to
            follow.
          </p>
          <ul class="nhsuk-list nhsuk-list--bullet">
            {changed.map(({ id, casesChanged }) => (
              <li key={id}>{`${title(id)}: ${casesChanged.join('; ')}`}</li>
            ))}
          </ul>
        </WarningCallout>
      )}
      {moves === null ? (
        <InsetText>
          How many people would move is for those who may see people. Your figures follow when the version is
          published.
        </InsetText>
      ) : moves.length === 0 ? (
        <InsetText>Nobody would move.</InsetText>
      ) : (
        <Table
          caption="People who would move, by definition"
          captionSize="s"
          compact
          responsive
          rows={[...moves].sort((a, b) => b.people - a.people)}
          columns={[
            {
              heading: 'Definition',
              rowHeader: true,
              cell: ({ definition }) => <a href={`/definitions/${definition}`}>{title(definition)}</a>,
            },
            { heading: 'From', cell: (move) => answerWords(library, move.definition, move.was) },
            { heading: 'To', cell: (move) => answerWords(library, move.definition, move.becomes) },
            { heading: 'People', numeric: true, cell: ({ people }) => GROUPED.format(people) },
          ]}
        />
      )}
      {moves !== null && <p class="app-secondary">{movesWords}</p>}
      <DataDate date={check.asOf as PlainDate | null} stale={isStale} />
    </>
  );
}

function answerWords(library: Library, id: string, answer: string): string {
  const definition = library.definitions.find((each) => each.id === id);
  const band = definition && bandsOf(definition).find((each) => each.id === answer);
  return band?.title ?? { in: 'In', out: 'Out', unknown: 'Unknown' }[answer] ?? answer;
}

function Publish({ visit, version, decisions, whyNot, whyNotPublish, typed }: VersionPageProps) {
  if (whyNot !== null || decisionInEffect(decisions)?.versionNo === version.versionNo) return null;
  return (
    <>
      <Heading level={2}>Publish it</Heading>
      {whyNotPublish === null ? (
        <form method="post" action={`${versionHref(version)}/publish`} novalidate>
          <CsrfField token={visit.chrome.csrfToken} />
          <input type="hidden" name="seen" value={decisions.at(-1)?.id ?? 0} />
          <Textarea
            name="reason"
            label="Why is it right?"
            labelSize="s"
            hint="Kept with the list and in the audit. It takes the place of what is in effect at the next refresh, which begins at once. It can be taken back."
            rows={3}
            errors={typed.errors}
            value={typed.fields.reason}
          />
          <Button preventDoubleClick>{`Publish version ${version.number}`}</Button>
        </form>
      ) : (
        <InsetText>{whyNotPublish}</InsetText>
      )}
    </>
  );
}
