import { formatDay, formatInstant, type PlainDate } from '../../../../kernel/index.ts';
import {
  Button,
  ButtonLink,
  CsrfField,
  Details,
  Heading,
  InsetText,
  Page,
  PageHeading,
  Pagination,
  Refused,
  SummaryList,
  Table,
  Tag,
  Textarea,
  type Typed,
  type Visit,
} from '../../../../platform/web/index.ts';
import { decisionInEffect } from '../../codelists/in-effect.ts';
import type { CodeUse } from '../../codelists/read-code-use.ts';
import type { CodelistVersion, DecisionRow } from '../../codelists/read-codelists.ts';
import { type Codelist, codelistKinds } from '../../language/codelist.ts';
import type { Definition } from '../../language/definition.ts';
import {
  codelistHref,
  GROUPED,
  inEffectWords,
  membersOf,
  standingOf,
  versionHref,
} from './codelist-words.ts';

export interface CodelistPageProps {
  readonly visit: Visit;
  readonly id: string;
  /** As the current facts were worked out with it; undefined for one that was loaded and never published. */
  readonly list: Codelist | undefined;
  readonly versions: readonly CodelistVersion[];
  readonly decisions: readonly DecisionRow[];
  readonly naming: readonly Definition[];
  readonly resting: number;
  /** Null where the reader does not see how often codes are used, or where no entry has them. */
  readonly use: CodeUse | null;
  readonly useWords: string;
  readonly page: number;
  readonly mayPublish: boolean;
  readonly typed: Typed;
}

export const CODES_A_PAGE = 100;

/** One list: its codes, its versions, who uses it, and what was decided about it. */
export function CodelistPage(props: CodelistPageProps) {
  const { visit, id, list, versions, typed } = props;
  const title = list?.title ?? versions[0]?.title ?? id;
  return (
    <Page
      title={title}
      chrome={visit.chrome}
      errors={typed.errors}
      breadcrumbs={[{ text: 'Lists of codes', href: '/codelists' }]}
    >
      <PageHeading caption={id}>{title}</PageHeading>
      <Refused typed={typed} />
      <Pending {...props} />
      <About {...props} />
      <Versions {...props} />
      <TakeBack {...props} />
      {list && <Codes {...props} list={list} />}
      <History {...props} />
    </Page>
  );
}

/** What was decided and is not in the facts yet. */
function Pending({ list, decisions, versions }: CodelistPageProps) {
  const decided = decisionInEffect(decisions)?.number ?? null;
  const shown = list?.loaded?.number ?? null;
  if (decided !== shown)
    return (
      <InsetText>
        {decided === null
          ? 'The loaded version was taken back. What was shipped is in effect from the next refresh on, which begins at once and takes some minutes.'
          : `Version ${decided} is published. It is in effect from the next refresh on, which begins at once and takes some minutes.`}
      </InsetText>
    );
  const [latest] = versions;
  if (
    !latest ||
    latest.number === decided ||
    decisions.some(({ versionNo }) => versionNo === latest.versionNo)
  )
    return null;
  return (
    <InsetText>
      <a href={versionHref(latest)}>{`Version ${latest.number} waits to be published`}</a>
    </InsetText>
  );
}

function About({ id, list, versions, naming, resting }: CodelistPageProps) {
  const kind = list?.kind ?? versions[0]?.kind;
  return (
    <SummaryList
      rows={[
        { key: 'Id', value: id },
        { key: 'Kind', value: kind ? codelistKinds[kind] : null },
        { key: 'In effect', value: inEffectWords(list) },
        { key: 'Source', value: (list ? list.source : versions[0]?.source) || null, unknown: 'Not said' },
        ...(list?.loaded
          ? [
              {
                key: 'From',
                value: `${list.loaded.file}${list.loaded.released ? `, released on ${formatDay(list.loaded.released as PlainDate)}` : ''}`,
              },
            ]
          : []),
        {
          key: 'Used by',
          value:
            naming.length === 0 ? (
              'No definition'
            ) : (
              <>
                {naming.map((definition, at) => (
                  <span key={definition.id}>
                    {at > 0 && ', '}
                    <a href={`/definitions/${definition.id}`}>{definition.title}</a>
                  </span>
                ))}
                {resting > naming.length && `; ${resting - naming.length} more rest on these`}
              </>
            ),
        },
      ]}
    />
  );
}

function Versions({ versions, decisions }: CodelistPageProps) {
  const [latest] = versions;
  if (!latest) return null;
  return (
    <>
      <Heading level={2}>Versions</Heading>
      <Table
        caption="Loaded versions, the latest first"
        hideCaption
        compact
        responsive
        rows={versions}
        columns={[
          {
            heading: 'Version',
            rowHeader: true,
            cell: (version) => <a href={versionHref(version)}>{`Version ${version.number}`}</a>,
          },
          {
            heading: 'State',
            cell: (version) => {
              const { word, colour } = standingOf(version, decisions, latest.number);
              return <Tag colour={colour}>{word}</Tag>;
            },
          },
          { heading: 'Codes', numeric: true, cell: ({ codes }) => GROUPED.format(codes) },
          {
            heading: 'Released',
            nowrap: true,
            unknown: 'Not said',
            cell: ({ released }) => (released === null ? null : formatDay(released as PlainDate)),
          },
          { heading: 'File', cell: ({ file }) => file },
          { heading: 'Content', nowrap: true, deskOnly: true, cell: ({ hash }) => hash.slice(0, 8) },
          { heading: 'Loaded by', cell: ({ loadedBy }) => loadedBy.name },
          { heading: 'Loaded', cell: ({ loadedAt }) => formatInstant(loadedAt) },
        ]}
      />
    </>
  );
}

function TakeBack({ visit, id, decisions, mayPublish, typed }: CodelistPageProps) {
  const last = decisionInEffect(decisions);
  if (!mayPublish || !last) return null;
  return (
    <Details summary={`Take version ${last.number} back`} open={typed.fields.taking_back !== undefined}>
      <p>What was in effect before it is in effect again, and is worked out for everybody at once.</p>
      <form method="post" action={`${codelistHref(id)}/take-back`} novalidate>
        <CsrfField token={visit.chrome.csrfToken} />
        <input type="hidden" name="seen" value={decisions.at(-1)?.id ?? 0} />
        <input type="hidden" name="taking_back" value="yes" />
        <Textarea
          name="reason"
          label="Why?"
          labelSize="s"
          rows={3}
          errors={typed.errors}
          value={typed.fields.reason}
        />
        <Button variant="secondary" preventDoubleClick>
          Take it back
        </Button>
      </form>
    </Details>
  );
}

function Codes({ id, list, use, useWords, page }: CodelistPageProps & { list: Codelist }) {
  const members = membersOf(list);
  const from = (page - 1) * CODES_A_PAGE;
  const sorted = members.some(({ category }) => category !== null);
  return (
    <>
      <Heading
        level={2}
      >{`${GROUPED.format(members.length)} ${members.length === 1 ? 'code' : 'codes'}`}</Heading>
      {members.length === 0 ? (
        <p>Nobody has filled this list yet. Definitions that ask for it find nobody by it.</p>
      ) : (
        <>
          {use && <p class="app-secondary">{useWords}</p>}
          <Table
            caption={use ? 'Codes, and how many entries have them' : 'Codes'}
            hideCaption
            compact
            responsive
            rows={members.slice(from, from + CODES_A_PAGE)}
            columns={[
              { heading: 'Code', rowHeader: true, nowrap: true, cell: ({ code }) => code },
              { heading: 'Called', unknown: 'Not said', cell: ({ term }) => term || null },
              ...(sorted
                ? [
                    {
                      heading: 'Category',
                      unknown: 'None',
                      cell: ({ category }: (typeof members)[number]) => category,
                    },
                  ]
                : []),
              ...(use
                ? [
                    {
                      heading: 'Entries',
                      numeric: true,
                      cell: ({ code }: (typeof members)[number]) => GROUPED.format(use.of(code)),
                    },
                  ]
                : []),
            ]}
          />
          <Pagination
            page={page}
            pageCount={Math.ceil(members.length / CODES_A_PAGE)}
            href={(to) => `${codelistHref(id)}?page=${to}`}
          />
          <p>
            <ButtonLink href={`${codelistHref(id)}/codes.csv`} variant="secondary" small>
              Download the codes as CSV
            </ButtonLink>
          </p>
        </>
      )}
    </>
  );
}

function History({ decisions }: CodelistPageProps) {
  if (decisions.length === 0) return null;
  return (
    <>
      <Heading level={2}>What was decided</Heading>
      <Table
        caption="Everything that was decided about the list, the latest first"
        hideCaption
        compact
        responsive
        rows={[...decisions].reverse()}
        columns={[
          { heading: 'When', rowHeader: true, nowrap: true, cell: ({ at }) => formatInstant(at) },
          {
            heading: 'What',
            cell: ({ undoes, number }) =>
              undoes === null ? `Published version ${number}` : `Took version ${number} back`,
          },
          { heading: 'By', cell: ({ by }) => by },
          { heading: 'Why', cell: ({ reason }) => reason },
        ]}
      />
    </>
  );
}
