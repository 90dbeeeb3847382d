import { readFileSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import {
  keepNationalCheck,
  type NationalCheck,
  numbersToAsk,
  readNumbers,
} from '../../domains/register/index.ts';
import { londonDay, parsePlainDate, Refusal } from '../../kernel/index.ts';
import { act } from '../../platform/auth/index.ts';
import {
  type Arguments,
  type Command,
  exitCodes,
  type Terminal,
  textOption,
} from '../../platform/cli/index.ts';
import { openProduct, type Product } from '../product.ts';
import { commandOrigin } from './who.ts';

export const optOutsCommand: Command = {
  name: 'opt-outs',
  summary: 'Asks about national data opt-outs, and keeps the answer.',
  access: {
    as: 'operator',
    because:
      'writes the NHS numbers of everybody registered into a file for the national service; shows counts',
  },
  usage: 'opt-outs ask FILE | opt-outs keep --asked FILE --allowed FILE --on DAY  [--json]',
  words: 2,
  teach: `
The national service is asked about NHS numbers and gives back those whose data may be used beyond their own care. ask
writes the numbers of everybody registered into a new file, one in a line; send it through MESH and delete it. keep takes
that file and the one that came back, and from then on those who opted out are in no list for analysts. Numbers that
name nobody are counted, as they always were: the opt-out does not apply to them.

Answers are good for a day's use: ask again before each use of records beyond care.

  neighbourhold opt-outs ask asked.csv
  neighbourhold opt-outs keep --asked asked.csv --allowed returned.csv --on 2026-11-20`,
  options: { asked: { type: 'string' }, allowed: { type: 'string' }, on: { type: 'string' } },
  async run(given, terminal) {
    const [what, path] = given.words;
    const product = await openProduct({ home: textOption(given, 'home') });
    try {
      if (what === 'ask' && path !== undefined) await ask(product, resolve(path), terminal);
      else if (what === 'keep' && path === undefined) await keep(product, given, terminal);
      else throw usage('Say ask with a file, or keep with two.');
      return exitCodes.done;
    } finally {
      await product.close();
    }
  },
};

async function ask(product: Product, path: string, terminal: Terminal): Promise<void> {
  const origin = commandOrigin('opt-outs');
  const numbers = await act(
    product.book,
    { by: product.operator, origin, login: 'batch' },
    async (tx) => await numbersToAsk(tx),
  );
  // A new file that its owner alone can read. One that is there may be the question to another answer.
  try {
    writeFileSync(path, `${numbers.join('\n')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new Refusal({
      code: 'file_exists',
      because: `${basename(path)} is there already.`,
      remedy: 'Name a file that is not there, or remove this one.',
    });
  }
  terminal.result(
    { asked: numbers.length },
    () =>
      `${numbers.length} NHS numbers are in ${basename(path)}. Send it, and delete it when it is answered.`,
  );
}

async function keep(product: Product, given: Arguments, terminal: Terminal): Promise<void> {
  const asked = fileOf(given, 'asked');
  const allowed = fileOf(given, 'allowed');
  const on = textOption(given, 'on');
  const checkedOn = on === undefined ? null : parsePlainDate(on);
  if (checkedOn === null) throw usage('--on takes the day of the answer, as 2026-11-20.');
  if (checkedOn > londonDay(new Date())) throw usage(`--on ${checkedOn} is not over yet.`);
  const kept = await act(
    product.book,
    { by: product.operator, origin: commandOrigin('opt-outs'), login: 'batch' },
    (tx) => keepNationalCheck(tx, { checkedOn, asked, allowed }),
  );
  terminal.result(kept, () => report(kept));
}

function report({ asked, allowed, known, checkedOn }: NationalCheck): string {
  return [
    `${asked} asked = ${allowed} allowed + ${asked - allowed} opted out, on ${checkedOn}.`,
    `${known} of them are people here, ${asked - known} are not.`,
  ].join('\n');
}

function fileOf(given: Arguments, option: 'asked' | 'allowed') {
  const path = textOption(given, option);
  if (path === undefined) throw usage(`--${option} FILE is missing.`);
  let text: string;
  try {
    text = readFileSync(resolve(path), 'utf8');
  } catch (error) {
    throw usage(`${basename(path)} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
  return readNumbers(text, basename(path));
}

function usage(because: string): Refusal {
  return new Refusal({ code: 'usage', because, remedy: `Usage: neighbourhold ${optOutsCommand.usage}` });
}
