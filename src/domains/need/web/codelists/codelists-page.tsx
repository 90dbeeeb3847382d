import { formatInstant } from '../../../../kernel/index.ts';
import {
  Button,
  ButtonLink,
  CsrfField,
  Details,
  EmptyState,
  FileUpload,
  FilterBar,
  Heading,
  InsetText,
  Page,
  PageHeading,
  Pagination,
  Select,
  Table,
  TextInput,
  type Visit,
} from '../../../../platform/web/index.ts';
import type { LoadableKind } from '../../codelists/codelist-file.ts';
import type { CodelistVersion, LoadRow } from '../../codelists/read-codelists.ts';
import { type Codelist, type CodelistKind, codelistKinds } from '../../language/codelist.ts';
import { codelistHref, GROUPED, inEffectWords, loadHref, versionHref } from './codelist-words.ts';

/** A list as the index has it. */
export interface IndexRow {
  readonly id: string;
  readonly title: string;
  readonly kind: CodelistKind;
  readonly members: number;
  readonly list: Codelist | undefined;
  readonly usedBy: number;
}

export const LISTS_A_PAGE = 50;

export interface CodelistFilter {
  readonly q?: string | undefined;
  readonly kind?: string | undefined;
  readonly page?: string | undefined;
}

export interface CodelistsPageProps {
  readonly visit: Visit;
  /** Those of one page. */
  readonly rows: readonly IndexRow[];
  readonly page: number;
  /** How many fit the filter, and how many there are. */
  readonly fitting: number;
  readonly all: number;
  readonly filter: CodelistFilter;
  /** Versions that nobody has published yet, and that are later than what is in effect. */
  readonly waiting: readonly CodelistVersion[];
  readonly loads: readonly LoadRow[];
  readonly mayLoad: boolean;
}

/** Every list of codes: what is in effect, what waits, and the form that brings more. */
export function CodelistsPage(props: CodelistsPageProps) {
  const { visit, mayLoad } = props;
  return (
    <Page
      title="Lists of codes"
      chrome={visit.chrome}
      breadcrumbs={[{ text: 'Definitions', href: '/definitions' }]}
    >
      <PageHeading>Lists of codes</PageHeading>
      <p>
        A definition asks for lists, and a list says which codes mean the same thing. A list that is loaded
        takes the place of the one that was shipped once somebody else has published it, from the next refresh
        on.
      </p>
      {mayLoad && <LoadForm visit={visit} />}
      <Waiting {...props} />
      <Heading level={2}>All lists</Heading>
      <Filters {...props} />
      <Lists {...props} />
      {mayLoad && <Loads {...props} />}
    </Page>
  );
}

export const KINDS: readonly { readonly value: LoadableKind; readonly text: string }[] = (
  ['snomed', 'dmd', 'bnf', 'icd10', 'opcs', 'ctv3', 'read'] as const
).map((value) => ({ value, text: codelistKinds[value] }));

function LoadForm({ visit }: { visit: Visit }) {
  return (
    <Details summary="Load lists from files">
      <form method="post" action="/codelists/loads" enctype="multipart/form-data">
        <CsrfField token={visit.chrome.csrfToken} />
        <TextInput
          name="id"
          label="Id of the list, if the file has one list and does not say it"
          hint="Capital letters, digits and underscores, as DM_COD. Left empty, the file says it, or its name."
          width={20}
          autocomplete="off"
        />
        <TextInput
          name="title"
          label="What it is called, if the file does not say it"
          width={30}
          autocomplete="off"
        />
        <Select
          name="kind"
          label="Kind of codes"
          value=""
          options={[{ value: '', text: 'As the file says' }, ...KINDS]}
        />
        <FileUpload
          name="files"
          multiple
          label="Files"
          labelSize="s"
          hint="Primary care domain refsets, OpenCodelists CSV, dm+d, BNF, ICD-10 or OPCS-4 lists: CSV or other text, an Excel workbook, or a zip archive. What each file is, is found out from its columns and codes."
        />
        <Button preventDoubleClick>Load</Button>
      </form>
    </Details>
  );
}

function Waiting({ waiting }: CodelistsPageProps) {
  if (waiting.length === 0) return null;
  return (
    <>
      <Heading level={2}>{`${GROUPED.format(waiting.length)} to be looked at`}</Heading>
      <Table
        caption="Loaded versions that nobody has published, the latest first"
        hideCaption
        compact
        responsive
        rows={waiting.slice(0, 50)}
        columns={[
          {
            heading: 'List',
            rowHeader: true,
            cell: (version) => (
              <a href={versionHref(version)}>{`${version.id}, version ${version.number}`}</a>
            ),
          },
          { heading: 'Called', cell: ({ title }) => title },
          { heading: 'Codes', numeric: true, cell: ({ codes }) => GROUPED.format(codes) },
          { heading: 'Loaded by', cell: ({ loadedBy }) => loadedBy.name },
          { heading: 'Loaded', cell: ({ loadedAt }) => formatInstant(loadedAt) },
        ]}
      />
      {waiting.length > 50 && <InsetText>{`And ${GROUPED.format(waiting.length - 50)} more.`}</InsetText>}
    </>
  );
}

function Filters({ filter }: CodelistsPageProps) {
  const inUse = [
    ...(filter.q ? [{ text: `“${filter.q}”`, removeHref: indexHref({ ...filter, q: undefined }) }] : []),
    ...(filter.kind
      ? [
          {
            text: codelistKinds[filter.kind as CodelistKind] ?? filter.kind,
            removeHref: indexHref({ ...filter, kind: undefined }),
          },
        ]
      : []),
  ];
  return (
    <FilterBar action="/codelists" inUse={inUse} clearHref="/codelists">
      <TextInput name="q" label="Id, title or code" value={filter.q ?? ''} width={20} autocomplete="off" />
      <Select
        name="kind"
        label="Kind of codes"
        value={filter.kind ?? ''}
        options={[
          { value: '', text: 'All' },
          ...Object.entries(codelistKinds).map(([value, text]) => ({ value, text })),
        ]}
      />
    </FilterBar>
  );
}

export function indexHref(filter: CodelistFilter, ending = ''): string {
  const query = new URLSearchParams(
    Object.entries(filter).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  ).toString();
  return `/codelists${ending}${query === '' ? '' : `?${query}`}`;
}

function Lists({ rows, all, fitting, page, filter }: CodelistsPageProps) {
  if (rows.length === 0)
    return (
      <EmptyState
        title="No list fits these filters"
        actions={[{ text: 'Clear all filters', href: '/codelists' }]}
      >
        <p>{`There are ${all} lists.`}</p>
      </EmptyState>
    );
  return (
    <>
      <Table
        caption={`${GROUPED.format(fitting)} ${fitting === 1 ? 'list' : 'lists'}`}
        captionSize="s"
        compact
        responsive
        rows={rows}
        columns={[
          { heading: 'List', rowHeader: true, cell: ({ id }) => <a href={codelistHref(id)}>{id}</a> },
          { heading: 'Called', cell: ({ title }) => title },
          { heading: 'Kind', cell: ({ kind }) => codelistKinds[kind] },
          { heading: 'Codes', numeric: true, cell: ({ members }) => GROUPED.format(members) },
          { heading: 'In effect', nowrap: true, cell: ({ list }) => inEffectWords(list) },
          { heading: 'Used by', numeric: true, cell: ({ usedBy }) => usedBy },
        ]}
      />
      <Pagination
        page={page}
        pageCount={Math.ceil(fitting / LISTS_A_PAGE)}
        href={(to) => indexHref({ ...filter, page: String(to) })}
      />
      <p>
        <ButtonLink href={indexHref(filter, '.csv')} variant="secondary" small>
          Download this table as CSV
        </ButtonLink>
      </p>
    </>
  );
}

const LOAD_STATES = { waiting: 'Being read', loaded: 'Read', failed: 'Came to nothing' } as const;

function Loads({ loads }: CodelistsPageProps) {
  if (loads.length === 0) return null;
  return (
    <>
      <Heading level={2}>What was loaded</Heading>
      <Table
        caption="Loads, the latest first"
        hideCaption
        compact
        responsive
        rows={loads}
        columns={[
          { heading: 'Load', rowHeader: true, cell: ({ id }) => <a href={loadHref(id)}>{`Load ${id}`}</a> },
          { heading: 'Begun', nowrap: true, cell: ({ begunAt }) => formatInstant(begunAt) },
          { heading: 'By', cell: ({ by }) => by },
          { heading: 'State', cell: ({ state }) => LOAD_STATES[state] },
        ]}
      />
    </>
  );
}
