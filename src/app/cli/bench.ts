import { Refusal } from '../../kernel/index.ts';
import {
  type Command,
  exitCodes,
  numberOption,
  type Terminal,
  textOption,
} from '../../platform/cli/index.ts';
import { openProduct, type Product } from '../product.ts';

export const benchCommand: Command = {
  name: 'bench',
  summary: 'Measures the work that people wait for: refresh, lists, places, people, and what comes in.',
  access: { as: 'operator', because: 'looks at made-up people of a demonstration only; refuses live data' },
  usage: 'bench [--only PART] [--people N] [--events N] [--minutes N] [--json]',
  teach: `
Refreshes the data of this demonstration beside a plain scan of the same columns, counts definitions that nobody has
published beside another, then asks a server of its own for 200 lists with random filters, 200 places and 100 people,
one after another; and for inboxes of a team with 50,000 open pieces of work, which it plants and removes. Times
depend on the machine and on what else it does; compare figures of one run with each other. Made-up people are
matched, and a gigabyte of made-up FHIR is imported into data folders of its own beside a plain JSON.parse of it.

Then imports made-up extracts of 100,000 people with 200 coded entries each, as CSV, gzipped CSV and Parquet, beside
DuckDB's own COPY of the same files. --people and --events give another size; two million people need 40 GB of disk.

At last 300 people are at work on a server for a minute (--minutes for longer): lists, people, changes of a caseload
and home, with 5 to 15 s of thinking between two pages. Beside it stands a bare route that reads one row.

scale works everybody out in made-up lakes of 100,000 and 316,475 people with 200 entries each, without publishing,
beside a plain scan of the same columns, and one person after another; --people takes another size. Nothing is
compared with CQL: see docs/decisions/0005-definitions.md.

--only measures one part: refresh, scale, cohort, pages, inbox, plans, selection, matching, fhir, intake or load.
selection works out lists that fit a team's hours from 7,000 to 100,000 made-up people. plans has 200 people save
different parts of 50 care plans at once, in a data folder of its own, beside a bare update of an indexed row.

  neighbourhold bench --only fhir --json`,
  options: {
    only: { type: 'string' },
    people: { type: 'string' },
    events: { type: 'string' },
    minutes: { type: 'string' },
  },
  async run(given, terminal) {
    const only = partOf(textOption(given, 'only'));
    const settings = { port: 0, logLevel: 'error' } as const;
    const product = await openProduct({ home: textOption(given, 'home'), settings });
    if (product.purpose !== 'demo') {
      await product.close();
      throw liveData();
    }
    // The build leaves this address as it is: the product carries none of the bench.
    const program = (await import(new URL('./bench.js', import.meta.url).href)) as {
      runBench(
        product: Product,
        terminal: Terminal,
        asked: { only?: string | undefined; extracts: { people?: number; events?: number }; minutes: number },
      ): Promise<void>;
    };
    const size = (name: string) =>
      given.options[name] === undefined ? {} : { [name]: numberOption(given, name, 0) };
    await program.runBench(product, terminal, {
      only,
      extracts: { ...size('people'), ...size('events') },
      minutes: Math.max(1, numberOption(given, 'minutes', 1)),
    });
    return exitCodes.done;
  },
};

const PARTS = [
  'refresh',
  'scale',
  'cohort',
  'pages',
  'inbox',
  'plans',
  'selection',
  'matching',
  'fhir',
  'intake',
  'load',
];

function partOf(only: string | undefined): string | undefined {
  if (only === undefined || PARTS.includes(only)) return only;
  throw new Refusal({
    code: 'usage',
    because: `There is no part ${only} of the bench.`,
    remedy: `The parts are: ${PARTS.join(', ')}.`,
  });
}

function liveData(): Refusal {
  return new Refusal({
    code: 'not_a_demo',
    because: 'This database is for live use. A bench would look at hundreds of real people for nothing.',
    remedy: 'Run bench on a data folder or database of a demonstration.',
  });
}
