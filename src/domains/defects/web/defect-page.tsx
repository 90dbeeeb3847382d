import {
  type FieldError,
  formatDay,
  formatInstant,
  type PlainDate,
  type Refusal,
} from '../../../kernel/index.ts';
import {
  Button,
  CsrfField,
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
  type Visit,
} from '../../../platform/web/index.ts';
import { personHref } from '../../register/index.ts';
import type { DefectKind } from '../defect-kinds.ts';
import type { DefectEvent, DefectRow, LastSearch } from '../read-board.ts';
import type { ExampleRow } from '../read-examples.ts';
import { ACTION_WORDS, boardHref, defectHref, dueDay, ownerOf, StateTag } from './words.tsx';

export interface DefectPageProps {
  readonly visit: Visit;
  readonly row: DefectRow;
  readonly kind: DefectKind;
  readonly search: LastSearch | null;
  readonly examples: readonly ExampleRow[];
  readonly history: readonly DefectEvent[];
  /** Why the reader cannot do anything about it; null: they can. */
  readonly whyNot: string | null;
  readonly seesImports: boolean;
  readonly typed: {
    readonly fields: Readonly<Record<string, string>>;
    readonly errors: readonly FieldError[];
    readonly refusal: Refusal | null;
  };
}

/** One defect: what it is, the rows that show it, how to mend it, what was done about it. */
export function DefectPage(props: DefectPageProps) {
  const { visit, row, kind, typed } = props;
  return (
    <Page
      title={`${kind.title}, ${row.practice}`}
      chrome={visit.chrome}
      errors={typed.errors}
      breadcrumbs={[{ text: 'Data quality', href: '/quality' }]}
    >
      <PageHeading caption={row.practice}>
        {kind.title} <StateTag row={row} now={visit.now} />
      </PageHeading>
      <Refused typed={typed} />
      <InsetText>
        <p>{row.says}</p>
      </InsetText>
      <p>{kind.what}</p>
      <p>{kind.why}</p>
      <Facts {...props} />
      <Heading level={2}>How to mend it</Heading>
      <ol class="nhsuk-list nhsuk-list--number">
        {kind.how.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <Examples {...props} />
      <Acts {...props} />
      <History {...props} />
    </Page>
  );
}

function Facts({ row, search, seesImports }: DefectPageProps) {
  const due = dueDay(row);
  return (
    <SummaryList
      rows={[
        { key: 'Practice', value: <a href={boardHref({ practice: row.practiceCode })}>{row.practice}</a> },
        { key: 'Who mends it', value: ownerOf(row), unknown: 'Nobody any more' },
        { key: 'Due', value: due && formatDay(due as PlainDate), unknown: 'It is over' },
        { key: 'First found', value: formatInstant(row.foundAt) },
        {
          key: 'Data',
          value: search && (
            <>
              {`As at ${formatDay(search.asOf)}, `}
              {seesImports ? (
                <a href={`/imports/${search.run}`}>{`import ${search.run}`}</a>
              ) : (
                `import ${search.run}`
              )}
            </>
          ),
          unknown: 'Not known',
        },
      ]}
    />
  );
}

function Examples({ row, examples }: DefectPageProps) {
  if (examples.length === 0) return null;
  const byCount = examples.some(({ times }) => times !== null);
  const withRows = examples.some(({ rowId }) => rowId !== null);
  return (
    <>
      <Heading level={2}>{byCount ? 'What occurs most' : 'Rows that show it'}</Heading>
      {!byCount && (
        <p>
          {`The latest ${examples.length}${examples.length < row.rows ? ` of ${row.rows}` : ''}. `}
          {!withRows && 'Who may see the practice’s people sees which rows these are. '}
          {examples.length < row.rows && 'Restricted and confidential entries are counted and not shown.'}
        </p>
      )}
      <Table
        caption="Examples"
        hideCaption
        compact
        responsive
        rows={examples}
        columns={[
          { heading: byCount ? 'Code or slot type' : 'Entry', rowHeader: true, cell: (each) => each.term },
          ...(byCount
            ? [{ heading: 'Times', numeric: true, cell: (each: ExampleRow) => each.times }]
            : [
                {
                  heading: 'Date',
                  nowrap: true,
                  cell: (each: ExampleRow) => each.day && formatDay(each.day as PlainDate),
                },
                { heading: 'Value', unknown: 'None', cell: measured },
              ]),
          ...(withRows
            ? [
                { heading: 'Row', cell: (each: ExampleRow) => each.rowId },
                {
                  heading: 'Record',
                  unknown: 'Not yours to see',
                  cell: (each: ExampleRow) =>
                    each.person && (
                      <a href={personHref(each.person)}>
                        Open<span class="nhsuk-u-visually-hidden">{` the record of row ${each.rowId}`}</span>
                      </a>
                    ),
                },
              ]
            : []),
        ]}
      />
    </>
  );
}

function measured({ value, unit }: ExampleRow): string | null {
  return value === null ? null : [value, unit].filter((part) => part !== null && part !== '').join(' ');
}

function Acts({ visit, row, whyNot, typed }: DefectPageProps) {
  if (row.closedAt !== null) return null;
  if (whyNot !== null) return <InsetText>{whyNot}</InsetText>;
  const token = visit.chrome.csrfToken;
  const seen = String(row.lastChange ?? '');
  const act = (name: string) => `${defectHref(row.id)}/${name}`;
  return (
    <>
      <Heading level={2}>What you can do</Heading>
      {row.state === 'taken' ? (
        <>
          <form method="post" action={act('note')} novalidate>
            <CsrfField token={token} />
            <input type="hidden" name="seen" value={seen} />
            <Textarea
              name="note"
              label="Write down what you found out or did"
              labelSize="s"
              rows={2}
              errors={typed.errors}
              value={typed.fields.note}
            />
            <Button variant="secondary" preventDoubleClick>
              Keep this note
            </Button>
          </form>
          <PostButton action={act('give-back')} csrfToken={token} fields={{ seen }} variant="secondary">
            Give it back to the team
          </PostButton>
        </>
      ) : (
        <>
          <p>Take it, and it is yours to mend. It closes by itself when a later import no longer shows it.</p>
          <PostButton action={act('take')} csrfToken={token} fields={{ seen }}>
            Take it
          </PostButton>
        </>
      )}
      <Details summary="It is right as it is" open={typed.fields.reason !== undefined}>
        <form method="post" action={act('close')} novalidate>
          <CsrfField token={token} />
          <input type="hidden" name="seen" value={seen} />
          <Textarea
            name="reason"
            label="Why is it right as it is?"
            labelSize="s"
            hint="It is closed, and not raised again while the facts stay the same."
            rows={2}
            errors={typed.errors}
            value={typed.fields.reason}
          />
          <Button variant="secondary" preventDoubleClick>
            Close as right as it is
          </Button>
        </form>
      </Details>
    </>
  );
}

function History({ history }: DefectPageProps) {
  return (
    <>
      <Heading level={2}>What happened</Heading>
      <Table
        caption="What happened, the latest first"
        hideCaption
        compact
        responsive
        rows={history}
        columns={[
          { heading: 'When', rowHeader: true, nowrap: true, cell: (event) => formatInstant(event.at) },
          { heading: 'What', cell: (event) => ACTION_WORDS[event.action] ?? event.action },
          { heading: 'Who', unknown: 'The search', cell: (event) => event.who },
          { heading: 'Said', unknown: 'Nothing', cell: (event) => event.note },
        ]}
      />
    </>
  );
}
