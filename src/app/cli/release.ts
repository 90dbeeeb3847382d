import {
  importDeliveries,
  type RowsToTry,
  readMatchingMethod,
  readPutAside,
  writeRowsToTry,
} from '../../domains/register/index.ts';
import { openDeliveries } from '../../interoperability/index.ts';
import {
  type Arguments,
  type Command,
  exitCodes,
  numberOption,
  textOption,
} from '../../platform/cli/index.ts';
import { afterImport } from '../after-import.ts';
import { batchSettings, openProduct } from '../product.ts';
import { asJson, importExitCode, importReport } from './import.ts';

export const releaseCommand: Command = {
  name: 'release',
  summary: 'Tries rows again that were put aside, by the rules of today.',
  access: { as: 'operator', because: 'tries rows again and shows counts' },
  usage: 'release [--run N] [--json]',
  teach: `
A row that could not be used is kept as it came. After a rule has changed, or a patient has come since, it may be usable
as it is. This reads the open rows again, all or those of one import, as an import of its own: those that are accepted
are loaded, as old as they were; those that are still refused stay open where they are. Doing it twice loads nothing
twice. The page Imports, Quarantine lists what is open. Run refresh after it, as after every import.

  neighbourhold release
  neighbourhold release --run 7 --json`,
  options: { run: { type: 'string' }, delivery: { type: 'string' }, 'as-run': { type: 'string' } },
  async run(given, terminal) {
    const product = await openProduct({ home: textOption(given, 'home') });
    try {
      const { book, home } = product;
      // A run that the page began is carried out, and says so itself when nothing is open.
      if (
        given.options['as-run'] === undefined &&
        (await readPutAside(book.as('batch'), 'open')).length === 0
      ) {
        terminal.result({ deliveries: [] }, () => 'No row is open.');
        return exitCodes.done;
      }
      const { snapshot, deliveries, said } = await importDeliveries({
        book,
        home,
        by: product.operator,
        now: new Date(),
        settings: batchSettings,
        matching: readMatchingMethod(product.content),
        isRelease: true,
        ...(given.options['as-run'] === undefined ? {} : { runId: numberOption(given, 'as-run', 0) }),
        open: async (duck, opening) => {
          const which = whichRows(given);
          const folders = await writeRowsToTry(duck, { book, home, to: opening.scratch, which });
          return await openDeliveries(duck, folders, product.content, opening);
        },
        onProgress: terminal.progress,
      });
      if (snapshot !== null) await afterImport(product, new Date());
      const ofFiles = said.length > 0 ? { said } : {};
      terminal.result({ snapshot, deliveries: deliveries.map(asJson), ...ofFiles }, () =>
        importReport(snapshot, deliveries),
      );
      for (const sentence of said) terminal.say(sentence);
      return importExitCode(deliveries);
    } finally {
      await product.close();
    }
  },
};

function whichRows(given: Arguments): RowsToTry {
  const option = (name: string) =>
    given.options[name] === undefined ? undefined : numberOption(given, name, 0);
  return { run: option('run'), delivery: option('delivery') };
}
