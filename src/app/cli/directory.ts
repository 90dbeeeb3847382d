import {
  applyOffer,
  discardOffer,
  readChangeSet,
  readChangeSets,
  undoChanges,
} from '../../domains/directory/index.ts';
import { Refusal } from '../../kernel/index.ts';
import { act } from '../../platform/auth/index.ts';
import { type Command, exitCodes, textOption } from '../../platform/cli/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import { openProduct, type Product } from '../product.ts';
import { commandOrigin } from './who.ts';

const VERBS = ['changes', 'show', 'apply', 'discard', 'undo'] as const;
type Verb = (typeof VERBS)[number];
/** On its pages the product does this by itself. */
const THEN = 'Numbers by place follow with the next refresh: neighbourhold refresh.';

export const directoryCommand: Command = {
  name: 'directory',
  summary: 'Changes of the directory: shows, applies, lays aside and undoes them.',
  access: { as: 'operator', because: 'shows and changes organisations, never people' },
  usage: 'directory changes | show N | apply N | discard N | undo N [--json]',
  words: 2,
  teach: `
A later national file (epraccur, GPAD mapping, ePCN, epcmem) does not change the directory at once: its differences
wait. docs/directory.md says more.

  neighbourhold directory changes      lists them, those that wait first
  neighbourhold directory show 12      what set 12 would change, or has changed
  neighbourhold directory apply 12     carries it out as "show" shows it now
  neighbourhold directory discard 12   lays it aside
  neighbourhold directory undo 12      puts everything back as it was before`,
  async run(given, terminal) {
    const [verb, number] = given.words;
    const asked = verbOf(verb);
    const product = await openProduct({ home: textOption(given, 'home') });
    try {
      const result = await inDirectory(product, (tx) => carryOut(tx, product, asked, number));
      terminal.result(result.json, () => result.text);
      return exitCodes.done;
    } finally {
      await product.close();
    }
  },
};

function inDirectory<Result>(product: Product, work: (tx: Tx) => Promise<Result>): Promise<Result> {
  return act(
    product.book,
    { by: product.operator, origin: commandOrigin('directory'), login: 'batch' },
    work,
  );
}

async function carryOut(
  tx: Tx,
  { operator: by }: Product,
  verb: Verb,
  number: string | undefined,
): Promise<{ json: object; text: string }> {
  if (verb === 'changes') {
    const sets = await readChangeSets(tx);
    const lines = sets.map(
      ({ setId, state, source, asOf }) => `${setId}  ${state}  ${source}, as of ${asOf}`,
    );
    return { json: { sets }, text: lines.length > 0 ? lines.join('\n') : 'Nothing has been changed yet.' };
  }
  const setId = setNumber(number);
  if (verb === 'show') {
    const { set, changes } = await readChangeSet(tx, setId);
    const lines = changes.map(({ what, code, was, becomes, day }) =>
      [what, code, was && `from ${was}`, becomes && `to ${becomes}`, day && `on ${day}`]
        .filter(Boolean)
        .join(' '),
    );
    return { json: { ...set, changes }, text: [`${set.source}: ${set.state}`, ...lines].join('\n') };
  }
  const decision = { by, setId, now: new Date() };
  if (verb === 'discard') {
    await discardOffer(tx, decision);
    return { json: { setId, state: 'discarded' }, text: `Set ${setId} is laid aside.` };
  }
  if (verb === 'undo') {
    const changes = await undoChanges(tx, decision);
    return {
      json: { setId, state: 'undone', changes },
      text: `${changes} changes of set ${setId} are undone. ${THEN}`,
    };
  }
  const { mark } = await readChangeSet(tx, setId);
  const changes = await applyOffer(tx, { ...decision, seen: mark });
  return {
    json: { setId, state: 'applied', changes },
    text: `${changes} changes of set ${setId} are applied. ${THEN}`,
  };
}

function verbOf(word: string | undefined): Verb {
  const verb = VERBS.find((known) => known === (word ?? 'changes'));
  if (verb) return verb;
  throw usage(`directory does not know ${word}.`);
}

function setNumber(word: string | undefined): number {
  const number = Number(word);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw usage('Which set of changes is meant?');
}

function usage(because: string): Refusal {
  return new Refusal({
    code: 'usage',
    because,
    remedy: `Usage: neighbourhold ${directoryCommand.usage}. "directory changes" lists the numbers.`,
  });
}
