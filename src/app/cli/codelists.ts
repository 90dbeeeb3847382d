import {
  type Arguments,
  type Command,
  type ExitCode,
  type Terminal,
  textOption,
} from '../../platform/cli/index.ts';
import { openProduct, type Product } from '../product.ts';
import { checkCodelist, listCodelists, showCodelist, showDiff } from './codelists-read.ts';
import { CODELISTS_USAGE, usage } from './codelists-words.ts';
import { carryOutCheck, loadFiles, publish, takeBack } from './codelists-write.ts';

const VERBS: Record<string, (product: Product, given: Arguments, terminal: Terminal) => Promise<ExitCode>> = {
  load: loadFiles,
  list: listCodelists,
  show: showCodelist,
  diff: showDiff,
  movers: checkCodelist,
  'carry-out-check': carryOutCheck,
  publish,
  'take-back': takeBack,
};

export const codelistsCommand: Command = {
  name: 'codelists',
  summary: 'Lists of clinical codes: loads, shows, compares, publishes and takes them back.',
  access: {
    as: 'operator',
    because: 'shows codes, and how many people a version would move; publishing asks for `--as` and a reason',
  },
  usage: CODELISTS_USAGE,
  words: Number.POSITIVE_INFINITY,
  teach: `
Takes NHS primary care domain refsets, OpenCodelists CSV, dm+d, BNF, ICD-10 and OPCS-4 lists: CSV or other text, xlsx, zip.
What a file is, is found out from its columns and codes. Each list gets a version for each set of codes; the same codes
again load nothing. Rows read = loaded + refused + duplicate; a refused row is named with its line, reason and remedy.

A version is in effect once somebody else than who loaded it has published it, from the next refresh on. docs/codelists.md
says more.

  neighbourhold codelists load PCD_Refset_Content_20260501.txt
  neighbourhold codelists load mylist.csv --id FRAILTY_DRUGS --kind dmd --title "Medicines in frailty"
--source and --released (a day) say of a file what it does not say itself.

  neighbourhold codelists diff DM_COD           the latest version against what is in effect
  neighbourhold codelists diff DM_COD 1 2       two versions; 0 is what content says
  neighbourhold codelists movers DM_COD 2       whom version 2 would move, by definition
  neighbourhold codelists publish DM_COD 2 --as gp --reason "May release"
  neighbourhold codelists take-back DM_COD --as gp --reason "Codes of screening are in it"`,
  options: {
    id: { type: 'string' },
    title: { type: 'string' },
    kind: { type: 'string' },
    source: { type: 'string' },
    released: { type: 'string' },
    as: { type: 'string' },
    reason: { type: 'string' },
    'as-run': { type: 'string' },
  },
  async run(given, terminal) {
    const [word = 'list', ...words] = given.words;
    const verb = VERBS[word];
    if (!verb) throw usage(`codelists does not know ${word}.`);
    const product = await openProduct({ home: textOption(given, 'home') });
    try {
      return await verb(product, { ...given, words }, terminal);
    } finally {
      await product.close();
    }
  },
};
