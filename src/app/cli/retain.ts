import { type Command, exitCodes, textOption } from '../../platform/cli/index.ts';
import { openProduct } from '../product.ts';
import { uploadsInUse } from '../queues.ts';
import { type RetainedResult, retain } from '../retain.ts';
import { commandOrigin } from './who.ts';

export const retainCommand: Command = {
  name: 'retain',
  summary: 'Removes files and states that are past their time. Never the audit, never records of care.',
  access: { as: 'operator', because: 'removes what is past its time and shows counts; opens no record' },
  usage: 'retain [--dry-run] [--json]',
  teach: `
content/governance/retention.yaml says for how many days each is kept: uploaded files whose reading ended badly, rows
that were put aside, ended sessions, sign-ins that nobody finished, scratch files of commands that were killed. A running
server does this each night; docs/assurance/retention.md says what else is kept, and why this verb cannot remove it.

--dry-run says what would go and removes nothing. What went is counted in the audit.

  neighbourhold retain --dry-run
  neighbourhold retain --json`,
  options: { 'dry-run': { type: 'boolean' } },
  async run(given, terminal) {
    const product = await openProduct({ home: textOption(given, 'home') });
    try {
      const dryRun = given.options['dry-run'] === true;
      const rules = await retain(product, {
        now: new Date(),
        origin: commandOrigin('retain'),
        dryRun,
        inUse: await uploadsInUse(product.book),
      });
      terminal.result({ dryRun, rules }, () => retainReport(rules, dryRun));
      return exitCodes.done;
    } finally {
      await product.close();
    }
  },
};

function retainReport(rules: readonly RetainedResult[], dryRun: boolean): string {
  const said = dryRun ? 'would be removed' : 'removed';
  return rules
    .map(
      ({ title, removed, days }) =>
        `${removed} ${said}: ${title}, kept for ${days} ${days === 1 ? 'day' : 'days'}`,
    )
    .join('\n');
}
