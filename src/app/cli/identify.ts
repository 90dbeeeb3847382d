import { applyIdentityDecisions, readMatchingMethod } from '../../domains/register/index.ts';
import { type Command, exitCodes, textOption } from '../../platform/cli/index.ts';
import { afterImport } from '../after-import.ts';
import { batchSettings, openProduct } from '../product.ts';

export const identifyCommand: Command = {
  name: 'identify',
  summary: 'Carries out what was decided of people who may be one, and looks for more of them.',
  access: { as: 'operator', because: 'carries out what people decided; shows counts' },
  usage: 'identify [--json]',
  teach: `
People decide on the page "Matches" whether two records are of one person. The server calls this after each decision,
and every import does the same; call it where neither happens. Run refresh after it: pages show facts of the latest
refresh. Nothing is rewritten, and what was decided can be undone.

  neighbourhold identify`,
  async run(given, terminal) {
    const product = await openProduct({ home: textOption(given, 'home') });
    try {
      const { snapshot } = await applyIdentityDecisions({
        book: product.book,
        home: product.home,
        by: product.operator,
        now: new Date(),
        settings: batchSettings,
        matching: readMatchingMethod(product.content),
        onProgress: terminal.progress,
      });
      await afterImport(product, new Date());
      terminal.result({ snapshot }, () => `Snapshot ${snapshot} is current.`);
      return exitCodes.done;
    } finally {
      await product.close();
    }
  },
};
