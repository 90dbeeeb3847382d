import { readCalibrationRules, readDisclosureRules, readLibrary, refresh } from '../../domains/need/index.ts';
import { type Command, exitCodes, textOption } from '../../platform/cli/index.ts';
import { afterRefresh, keptLine } from '../after-refresh.ts';
import { findDefects } from '../find-defects.ts';
import { batchSettings, openProduct } from '../product.ts';
import { qualityLine } from './quality.ts';

export const refreshCommand: Command = {
  name: 'refresh',
  summary: 'Works out every definition for everybody in the current snapshot and publishes the result.',
  access: { as: 'operator', because: 'works everything out and shows counts' },
  usage: 'refresh [--json]',
  teach: `
Pages show the facts of the latest refresh. Run it after an import, and after changing anything in content/.
Two refreshes never run at once: the second waits for the first.

  neighbourhold refresh`,
  async run(given, terminal) {
    const product = await openProduct({ home: textOption(given, 'home') });
    try {
      const { timings, ...result } = await refresh({
        book: product.book,
        home: product.home,
        library: readLibrary(product.content),
        disclosure: readDisclosureRules(product.content),
        calibration: readCalibrationRules(product.content),
        settings: batchSettings,
        onProgress: terminal.progress,
      });
      const kept = await afterRefresh(product, new Date());
      const quality = await findDefects(product, terminal.progress);
      terminal.result(result, () => {
        const counts = result.definitions.map(
          (each) => `  ${each.id} ${each.version}: ${each.in} in, ${each.out} out, ${each.unknown} unknown`,
        );
        return [
          `Snapshot ${result.snapshot}: ${result.people} people and ${result.events} entries in ${result.seconds} s`,
          `(${timings.evaluate} s working out, ${timings.publish} s publishing; ${result.peakMemoryMb} MB at most)`,
          ...counts,
          keptLine(kept),
          qualityLine(quality),
        ].join('\n');
      });
      return exitCodes.done;
    } finally {
      await product.close();
    }
  },
};
