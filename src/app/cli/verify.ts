import { type Command, exitCodes, textOption } from '../../platform/cli/index.ts';
import { noteVerification } from '../../platform/operation/index.ts';
import { openProduct } from '../product.ts';
import { runChecks } from '../verify.ts';

export const verifyCommand: Command = {
  name: 'verify',
  summary: 'Checks that what must always be true is true.',
  access: { as: 'operator', because: 'shows what is wrong by count and number, without names' },
  usage: 'verify [--json]',
  teach: `
Checks the data of this installation, not the program: that in, out and unknown add up everywhere, that no open work
is without an owner, that published facts are what a fresh evaluation of a sample of people says, that the audit chain
is whole, that the directory hangs together, that the lake has its files as they were written, and that every delivery's
account adds up. Ends with 1 when any check fails, and says which.

  neighbourhold verify --json`,
  async run(given, terminal) {
    const product = await openProduct({ home: textOption(given, 'home') });
    try {
      const checks = await runChecks(product, (what) => terminal.progress(what));
      await noteVerification(product.book.as('batch'), {
        checks: checks.length,
        failed: checks.filter(({ ok }) => !ok).map(({ name }) => name),
      });
      terminal.result({ checks }, () =>
        checks.map(({ name, ok, detail }) => `${ok ? 'ok    ' : 'FAILED'} ${name}: ${detail}`).join('\n'),
      );
      return checks.every(({ ok }) => ok) ? exitCodes.done : exitCodes.findings;
    } finally {
      await product.close();
    }
  },
};
