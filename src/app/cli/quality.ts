import type { SearchResult } from '../../domains/defects/index.ts';
import { type Command, exitCodes, textOption } from '../../platform/cli/index.ts';
import { findDefects } from '../find-defects.ts';
import { openProduct } from '../product.ts';

export const qualityCommand: Command = {
  name: 'quality',
  summary: 'Looks for defects in the data: late, missing, implausible. Each becomes work.',
  access: { as: 'operator', because: 'looks for defects and shows counts by practice' },
  usage: 'quality [--json]',
  teach: `
Twelve kinds of defect are looked for in the current snapshot, in one pass. Each one of a practice becomes a piece of
work with an owner and a day, shown on the page Data quality; one that is found no more is closed as mended.
content/quality says what counts, docs/data-quality.md more.

refresh and start do this by themselves. Ends with 1 when there is something to mend.`,
  async run(given, terminal) {
    const product = await openProduct({ home: textOption(given, 'home') });
    try {
      const result = await findDefects(product, terminal.progress);
      terminal.result(result, () => qualityReport(result));
      return result.opened + result.standing > 0 ? exitCodes.findings : exitCodes.done;
    } finally {
      await product.close();
    }
  },
};

/** What a search found, in lines. */
function qualityReport(result: SearchResult): string {
  const { snapshot, rows, seconds, opened, standing, accepted, mended } = result;
  return [
    `Snapshot ${snapshot}: ${rows} rows looked through in ${seconds} s`,
    `${opened} new defects, ${standing} known, ${accepted} right as they are, ${mended} mended`,
    ...result.defects.map(({ kind, practice, says }) => `  ${practice} ${kind}: ${says}`),
  ].join('\n');
}

/** The same in one line, for verbs that do it beside their own work. */
export function qualityLine({ opened, standing, mended }: SearchResult): string {
  return `Data quality: ${opened} new defects, ${standing} known, ${mended} mended. The page Data quality lists them.`;
}
