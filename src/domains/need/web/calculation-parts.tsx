import { Details, Heading, InsetText, Table } from '../../../platform/web/index.ts';
import { sourceInWords } from '../evaluate/explain-calculation.ts';
import { isEmpty } from '../language/codelist.ts';
import type { Calculation } from '../language/definition.ts';
import { type Library, restsOnNothing } from '../language/library.ts';
import { readCell } from '../models/cells.ts';
import type { ModelInput } from '../models/model.ts';
import { ConditionTree } from './condition-tree.tsx';

/** The text that goes with every score of a model, and where its original is. */
export function ModelNotice({ library, definition }: { library: Library; definition: Calculation }) {
  const { notice } = library.modelOf(definition).content;
  if (notice === undefined) return null;
  return (
    <InsetText>
      <p>{notice.text}</p>
      <p>
        <a href={notice.link}>The original notice</a>
      </p>
    </InsetText>
  );
}

interface InputRow {
  readonly id: string;
  readonly title: string;
  readonly otherwise: string;
}

/** Where each input of a calculation comes from, and what becomes of it where the record does not say. */
export function CalculationRule({ library, definition }: { library: Library; definition: Calculation }) {
  const { content } = library.modelOf(definition);
  const rows = content.inputs.map((input): InputRow => {
    const source = definition.inputs[input.id];
    const taken = source?.if_missing?.is ?? input.if_missing;
    return {
      id: input.id,
      title: input.title,
      otherwise:
        taken !== undefined
          ? `Taken as ${takenInWords(input, taken)}, and shown as assumed${source?.if_missing ? `: ${source.if_missing.because}` : ''}`
          : input.required
            ? 'The score is unknown'
            : 'Not always needed',
    };
  });
  return (
    <>
      {definition.applies_to !== undefined && (
        <>
          <p>Applies to:</p>
          <ConditionTree library={library} conditions={[definition.applies_to]} />
        </>
      )}
      <p>
        {definition.model === undefined
          ? 'It is worked out by a formula of its own.'
          : `It is worked out by the model ${content.title}, as published.`}
      </p>
      <Table
        caption="What goes into it"
        captionSize="s"
        compact
        responsive
        rows={rows}
        columns={[
          { heading: 'Input', rowHeader: true, cell: ({ title }) => title },
          {
            heading: 'Where it comes from',
            cell: ({ id }) => (
              <From
                library={library}
                source={definition.inputs[id]}
                input={content.inputs.find((input) => input.id === id)}
              />
            ),
          },
          { heading: 'If the record does not say', cell: ({ otherwise }) => otherwise },
        ]}
      />
      {definition.model === undefined && <OwnFormula definition={definition} />}
      {definition.bands.length > 0 && (
        <Table
          caption="Bands, of the value as it is shown"
          captionSize="s"
          compact
          responsive
          rows={definition.bands}
          columns={[
            { heading: 'Band', rowHeader: true, cell: (band) => band.title },
            { heading: 'From', numeric: true, cell: (band) => band.from },
          ]}
        />
      )}
      <ModelNotice library={library} definition={definition} />
    </>
  );
}

/** What is taken, or one of several, in the model's words for it. */
function choiceInWords(input: ModelInput | undefined, code: string): string {
  if (input?.kind !== 'choice') return code;
  return input.choices.find((choice) => choice.code === code)?.title ?? code;
}

function takenInWords(input: ModelInput, taken: string | number | boolean): string {
  if (input.kind === 'yes_no') return readCell(input, String(taken)) === 1 ? 'yes' : 'no';
  return choiceInWords(input, String(taken));
}

function From({
  library,
  source,
  input,
}: {
  library: Library;
  source: Calculation['inputs'][string] | undefined;
  input: ModelInput | undefined;
}) {
  if (source === undefined) return <>Nothing in the record</>;
  if (restsOnNothing(library.codelists, source)) return <>A list of codes that is empty so far</>;
  if (source.age) return <>Age on the day of the data</>;
  if (source.sex) return <>Sex, as recorded</>;
  if (source.when) return <ConditionTree library={library} conditions={[source.when]} />;
  if (source.choose)
    return (
      <>
        The first that is true:
        {source.choose.map(({ is, when }) => (
          <Details key={`${is} ${JSON.stringify(when)}`} summary={choiceInWords(input, is)}>
            <ConditionTree library={library} conditions={[when]} />
          </Details>
        ))}
      </>
    );
  return <>{sourceInWords(library, source) ?? 'Nothing in the record'}</>;
}

function OwnFormula({ definition }: { definition: Calculation }) {
  const lines = [
    ...Object.entries(definition.steps).map(([id, formula]) => `${id} = ${formula}`),
    ...definition.terms.flatMap((term) =>
      'add' in term ? [`${term.title}: ${term.add}`] : [`each code of ${term.each}`],
    ),
    `value = ${definition.value?.formula ?? ''}`,
  ];
  return (
    <Details summary="The formula">
      <ul class="nhsuk-list nhsuk-list--bullet">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </Details>
  );
}

/** What rests on lists that have no codes yet: nobody can be on them, which says nothing of anybody. */
export function EmptyLists({ library, lists }: { library: Library; lists: readonly string[] }) {
  const empty = lists.filter((id) => isEmpty(library.codelists.get(id)));
  if (empty.length === 0) return null;
  const all = empty.length === lists.length;
  const names = empty.map((id) => `${library.codelists.get(id)?.title ?? id} (${id})`);
  return (
    <InsetText>
      <Heading level={2}>
        {empty.length === 1 ? 'A list of codes is empty' : `${empty.length} lists of codes are empty`}
      </Heading>
      <p>
        {all
          ? 'All the lists of codes that it reads are empty, so that it finds nobody by them. That says nothing of anybody.'
          : 'Nobody can be found by these lists until their codes are loaded. The rest of it works without them.'}
      </p>
      <ul class="nhsuk-list nhsuk-list--bullet">
        {names.map((name) => (
          <li key={name}>{name}</li>
        ))}
      </ul>
    </InsetText>
  );
}
