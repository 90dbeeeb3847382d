import {
  type DeliveryAccount,
  importDeliveries,
  type RowToMend,
  readMatchingMethod,
  readRowsToMend,
  readSilentPractices,
  type SilentPractice,
} from '../../domains/register/index.ts';
import { openDeliveries } from '../../interoperability/index.ts';
import { Refusal } from '../../kernel/index.ts';
import {
  type Command,
  type ExitCode,
  exitCodes,
  numberOption,
  textOption,
} from '../../platform/cli/index.ts';
import { afterImport } from '../after-import.ts';
import { batchSettings, openProduct } from '../product.ts';

/** Rows to be mended that are said one by one; the imports page has all of them. */
const ROWS_SAID = 5;
const PRACTICES_SAID = 10;

export const importCommand: Command = {
  name: 'import',
  summary: 'Takes deliveries in: practice extracts, FHIR, directory files, place packs.',
  access: { as: 'operator', because: 'takes files in and shows counts and reasons; no person' },
  usage: 'import PATH... [--apply] [--json]',
  words: Number.POSITIVE_INFINITY,
  teach: `
A path is a file, a folder that is one delivery, or a folder of such folders. What a file is, is found out from what
it holds. All paths of one call become one snapshot: either all of it is visible afterwards, or none.

Each row is loaded, a duplicate of what is known, or quarantined with a reason; the three add up to the rows read.
Importing the same delivery again loads nothing. docs/imports.md describes every kind of file.

The first national file of a kind (epraccur, GPAD mapping, ePCN, epcmem) fills the directory at once. A later one is compared
with it, and the differences wait until somebody applies them on the page Places; --apply carries them out now.

  neighbourhold import deliveries/Z10001
  neighbourhold import deliveries epraccur.csv --json`,
  options: { 'as-run': { type: 'string' }, apply: { type: 'boolean' } },
  async run(given, terminal) {
    if (given.words.length === 0) throw noPath();
    const product = await openProduct({ home: textOption(given, 'home') });
    try {
      const { runId, snapshot, deliveries, said } = await importDeliveries({
        book: product.book,
        home: product.home,
        by: product.operator,
        now: new Date(),
        settings: batchSettings,
        matching: readMatchingMethod(product.content),
        // A run that an upload began, and that this call carries out.
        ...(given.options['as-run'] === undefined ? {} : { runId: numberOption(given, 'as-run', 0) }),
        open: (duck, opening) =>
          openDeliveries(duck, given.words, product.content, opening, {
            apply: given.options.apply === true,
            uploaded: given.options['as-run'] !== undefined,
          }),
        onProgress: terminal.progress,
      });
      if (snapshot !== null) {
        const { given } = await afterImport(product, new Date());
        if (given > 0) terminal.progress(`Gave ${given} people a named GP`);
      }
      const silent = await readSilentPractices(product.book.as('batch'), runId);
      const ofFiles = said.length > 0 ? { said } : {};
      terminal.result(
        { snapshot, deliveries: deliveries.map(asJson), ...silentAsJson(silent), ...ofFiles },
        () => [importReport(snapshot, deliveries), ...silentReport(silent)].join('\n'),
      );
      for (const sentence of said) terminal.say(sentence);
      for (const row of await readRowsToMend(product.book, product.home, runId, ROWS_SAID))
        terminal.say(rowToMend(row));
      return importExitCode(deliveries);
    } finally {
      await product.close();
    }
  },
};

/** Practices that sent nothing, where any was expected to. */
function silentAsJson(silent: readonly SilentPractice[]) {
  return silent.length === 0 ? {} : { silent: silent.map(({ code, lastSent }) => ({ code, lastSent })) };
}

function silentReport(silent: readonly SilentPractice[]): string[] {
  if (silent.length === 0) return [];
  const named = silent.slice(0, PRACTICES_SAID).map(({ code }) => code);
  const more = silent.length > PRACTICES_SAID ? ` and ${silent.length - PRACTICES_SAID} more` : '';
  return [
    `Nothing came from ${silent.length} ${silent.length === 1 ? 'practice' : 'practices'} of the directory: ${named.join(', ')}${more}. What they sent before stays.`,
  ];
}

function rowToMend({ delivery, file, line, because, remedy }: RowToMend): string {
  return `${delivery}, ${file}${line === null ? '' : `, line ${line}`}: ${because} ${remedy}`;
}

function noPath(): Refusal {
  return new Refusal({
    code: 'usage',
    because: 'Nothing was named to import.',
    remedy: 'Usage: neighbourhold import PATH... ; neighbourhold import --help says more.',
  });
}

/** A delivery in the shape that `import --json` promises; `removed` and `refused` stand there only when there is something to say. */
export function asJson(delivery: DeliveryAccount) {
  const { source, format, refusal } = delivery;
  return {
    source,
    format,
    tables: delivery.tables.map(({ table, read, loaded, quarantined, duplicate, removed, reasons }) => ({
      table,
      read,
      loaded,
      quarantined,
      duplicate,
      ...(removed > 0 ? { removed } : {}),
      reasons,
    })),
    ...(refusal === null ? {} : { refused: refusal }),
  };
}

export function importExitCode(deliveries: readonly DeliveryAccount[]): ExitCode {
  if (deliveries.length > 0 && deliveries.every(({ refusal }) => refusal !== null)) return exitCodes.refused;
  const findings = deliveries.some(
    ({ refusal, tables }) => refusal !== null || tables.some(({ quarantined }) => quarantined > 0),
  );
  return findings ? exitCodes.findings : exitCodes.done;
}

export function importReport(snapshot: number | null, deliveries: readonly DeliveryAccount[]): string {
  const lines = deliveries.flatMap(deliveryLines);
  return [
    ...lines,
    snapshot === null ? 'There is no snapshot yet.' : `Snapshot ${snapshot} is current.`,
  ].join('\n');
}

function deliveryLines({ source, format, tables, refusal }: DeliveryAccount): string[] {
  if (refusal) return [`${source} (${format}) was refused: ${refusal.because} ${refusal.remedy}`];
  return [
    `${source} (${format})`,
    ...tables.map(({ table, read, loaded, quarantined, duplicate, removed, reasons }) => {
      const why = Object.entries(reasons).map(([reason, rows]) => `${reason} ${rows}`);
      const put = quarantined === 0 ? '0 quarantined' : `${quarantined} quarantined (${why.join(', ')})`;
      const gone = removed === 0 ? '' : `, ${removed} removed`;
      return `  ${table}: ${read} read = ${loaded} loaded + ${put} + ${duplicate} duplicate${gone}`;
    }),
  ];
}
