import type { Arguments, Command, ExitCode, Terminal } from '../../platform/cli/index.ts';

export const benchCommand: Command = {
  name: 'bench',
  summary: 'Measures the work that people wait for: refresh, lists, places and people.',
  usage: 'bench [--json]',
  teach: `
Refreshes the data of this demonstration beside a plain scan of the same columns, then asks a server of its own for
200 lists with random filters, 200 places and 100 people, one after another. Times depend on the machine and on what
else it does; compare figures of one run with each other.

  neighbourhold bench --json`,
  async run(given, terminal) {
    const program = (await import(new URL('./bench.js', import.meta.url).href)) as {
      runBench(given: Arguments, terminal: Terminal): Promise<ExitCode>;
    };
    return await program.runBench(given, terminal);
  },
};
