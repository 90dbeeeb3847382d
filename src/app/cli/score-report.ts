import type { Model, ModelBand } from '../../domains/need/index.ts';
import { toCsv } from '../../platform/web/index.ts';
import type { FileRow, ScoredFile } from '../score-file.ts';

/** What stands at the head of everything that is said of a model. */
export function headOf({ content }: Model) {
  const { id, version, title, status, source, licence, review } = content;
  return { id, version, title, status, source, licence, review, unit: content.value.unit ?? null };
}

/** The head in lines, with the notice. */
export function headLines({ content }: Model): string[] {
  const { title, version, status, source, licence, notice } = content;
  return [
    `${title}, version ${version}, ${status}`,
    `Source: ${source}`,
    `Licence: ${licence}`,
    ...(notice ? ['', `Notice: ${notice.text}`, notice.link] : []),
  ];
}

/** A band and what its source asks for, and how far that is checked where it is less than the model. */
export function bandInWords({ title, action, status }: ModelBand): string {
  return `${title}${action === undefined ? '' : `. ${action}`}${status === undefined ? '' : ` (${status})`}`;
}

/** The result as JSON has it. */
export function resultOf(model: Model, { file, columns, rows }: ScoredFile) {
  const of = (outcome: FileRow['outcome']) => rows.filter((row) => row.outcome === outcome).length;
  return {
    model: headOf(model),
    notice: model.content.notice ?? null,
    cautions: model.content.cautions,
    file,
    columns: {
      layout: columns.layout,
      used: Object.fromEntries(columns.used.map(({ column, input }) => [column, input.id])),
      unused: columns.unused,
      absent: columns.absent,
    },
    counts: { rows: rows.length, in: of('in'), out: of('out'), unknown: of('unknown') },
    rows: rows.map(({ row, line, id, outcome, value, rounded, sum, band, reason, ...more }) => ({
      row,
      line,
      id,
      outcome,
      value,
      rounded,
      sum,
      band:
        band === null
          ? null
          : {
              id: band.id,
              title: band.title,
              action: band.action ?? null,
              status: band.status ?? model.content.status,
            },
      reason,
      missing: more.missing,
      assumed: more.assumed,
      contributions: Object.fromEntries(more.contributions.map((each) => [each.id, each.added])),
      problems: more.problems,
    })),
  };
}

/** The result as lines to read. */
export function reportOf(model: Model, scored: ScoredFile, output: string | undefined): string {
  const { counts, columns } = resultOf(model, scored);
  return [
    ...headLines(model),
    '',
    ...(columns.layout === null ? [] : [`Read as: ${columns.layout}`]),
    ...(columns.absent.length === 0 ? [] : [`Not in the file: ${columns.absent.join(', ')}`]),
    ...(columns.unused.length === 0 ? [] : [`Columns that were not used: ${columns.unused.join(', ')}`]),
    `${counts.rows} rows = ${counts.in} in + ${counts.out} out + ${counts.unknown} unknown`,
    ...(output === undefined
      ? ['', ...scored.rows.map((row) => rowLine(model, row))]
      : [`Written to ${output}`]),
  ].join('\n');
}

function rowLine({ content }: Model, row: FileRow): string {
  const unit =
    content.value.unit === undefined ? '' : content.value.unit === '%' ? '%' : ` ${content.value.unit}`;
  const name = `${row.id}:`;
  const problem = row.problems.length === 0 ? '' : ` (row ${row.row}, line ${row.line}: ${row.reason})`;
  if (problem !== '') return `${name} unknown${problem}`;
  const missing = row.missing.length === 0 ? '' : ` Missing: ${row.missing.join(', ')}.`;
  if (row.outcome !== 'in') return `${name} ${row.outcome}. ${row.reason}${missing}`;
  const band = row.band === null ? '' : `, ${bandInWords(row.band)}`;
  const assumed = row.assumed.length === 0 ? '' : ` [assumed: ${row.assumed.map(({ as }) => as).join('; ')}]`;
  return `${name} ${row.rounded}${unit}${band}${assumed}`;
}

const OUTPUT_COLUMNS = [
  'row',
  'id',
  'outcome',
  'value',
  'rounded',
  'unit',
  'sum',
  'band',
  'action',
  'band_status',
  'reason',
  'missing',
  'assumed',
  'contributions',
  'model',
  'version',
  'status',
  'notice',
];

/** The scores as a table that stands by itself: each row says of what model it is, and carries its notice. */
export function scoreTable({ content }: Model, { rows }: ScoredFile): string {
  const notice = content.notice ? `${content.notice.text} ${content.notice.link}` : null;
  const table = rows.map((row) => [
    row.row,
    row.id,
    row.outcome,
    row.value,
    row.rounded === null ? null : Number(row.rounded),
    content.value.unit ?? null,
    row.sum,
    row.band?.title ?? null,
    row.band?.action ?? null,
    row.band?.status ?? null,
    row.reason,
    row.missing.join('; '),
    row.assumed.map(({ as }) => as).join('; '),
    row.contributions.map(({ id, added }) => `${id} ${added}`).join('; '),
    content.id,
    content.version,
    content.status,
    notice,
  ]);
  return toCsv(OUTPUT_COLUMNS, table);
}
