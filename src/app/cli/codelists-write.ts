import { resolve } from 'node:path';
import {
  type LoadableKind,
  type LoadResult,
  publishCodelist,
  readDecisions,
  readLibrary,
  rowInWords,
  type SaidOfLoad,
  type TableLoaded,
  takeBackCodelist,
} from '../../domains/need/index.ts';
import { loadableKinds } from '../../interoperability/index.ts';
import { parsePlainDate } from '../../kernel/index.ts';
import { type Actor, act } from '../../platform/auth/index.ts';
import {
  type Arguments,
  type ExitCode,
  exitCodes,
  numberOption,
  type Terminal,
  textOption,
} from '../../platform/cli/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import { loadCodelists } from '../load-codelists.ts';
import type { Product } from '../product.ts';
import { workOutMovers } from '../work-out-movers.ts';
import { listWord, usage, versionWord } from './codelists-words.ts';
import { actorOf, commandOrigin, reasonOf } from './who.ts';

/** Rows that are said one by one; the page of the load has all of them. */
const ROWS_SAID = 10;

export async function loadFiles(product: Product, given: Arguments, terminal: Terminal): Promise<ExitCode> {
  if (given.words.length === 0) throw usage('Nothing was named to load.');
  const result = await loadCodelists(product, {
    paths: given.words.map((path) => resolve(path)),
    by: given.options.as === undefined ? product.operator : await actorOf(product, given),
    origin: commandOrigin('codelists'),
    said: saidOf(given),
    load: given.options['as-run'] === undefined ? undefined : numberOption(given, 'as-run', 0),
    onProgress: terminal.progress,
  });
  const { tables, unusable } = result;
  terminal.result(inShape(result), () =>
    [...tables.map(tableLine), ...unusable.map(({ refusal }) => `${refusal.because} ${refusal.remedy}`)].join(
      '\n',
    ),
  );
  for (const { name, rows } of tables)
    for (const row of rows.slice(0, ROWS_SAID)) {
      const { because, remedy } = rowInWords(row);
      terminal.say(`${name}, line ${row.line}, ${row.column}: ${because} ${remedy}`);
    }
  if (tables.length === 0) return exitCodes.refused;
  return unusable.length > 0 || tables.some(({ refused }) => refused > 0)
    ? exitCodes.findings
    : exitCodes.done;
}

/** What `codelists load --json` prints. */
function inShape({ load, tables, unusable }: LoadResult) {
  return {
    load,
    files: tables.map(({ rows, ...table }) => ({
      ...table,
      rows: rows.map((row) => ({ ...row, ...rowInWords(row) })),
    })),
    unusable: unusable.map(({ name, refusal }) => ({ name, refused: refusal })),
  };
}

function tableLine({ name, read, loaded, refused, duplicate, lists, notes }: TableLoaded): string {
  return [
    `${name}: ${read} read = ${loaded} loaded + ${refused} refused + ${duplicate} duplicate`,
    ...lists.map(
      ({ id, number, codes, isNew }) =>
        `  ${id} version ${number}, ${codes} codes${isNew ? ', new: it waits to be published' : ', known before'}`,
    ),
    ...notes.map((note) => `  ${note}`),
  ].join('\n');
}

function saidOf(given: Arguments): SaidOfLoad {
  const kind = textOption(given, 'kind');
  const released = textOption(given, 'released');
  if (kind !== undefined && !isKind(kind))
    throw usage(`--kind takes one of ${loadableKinds.join(', ')}, not ${kind}.`);
  if (released !== undefined && parsePlainDate(released) === null)
    throw usage(`--released takes a day, as 2026-05-01, and not ${released}.`);
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(released === undefined ? {} : { released }),
    ...Object.fromEntries(
      ['id', 'title', 'source'].flatMap((name) => {
        const text = textOption(given, name);
        return text === undefined ? [] : [[name, text]];
      }),
    ),
  };
}

function isKind(text: string): text is LoadableKind {
  return loadableKinds.some((kind) => kind === text);
}

/** A question that somebody put on a page. */
export async function carryOutCheck(
  product: Product,
  given: Arguments,
  terminal: Terminal,
): Promise<ExitCode> {
  await workOutMovers(product, versionWord(given.words[0]), terminal.progress);
  return exitCodes.done;
}

export async function publish(product: Product, given: Arguments, terminal: Terminal): Promise<ExitCode> {
  const list = listWord(given);
  const number = versionWord(given.words[1]);
  return await decide(
    product,
    given,
    terminal,
    list,
    `${list} version ${number} is published.`,
    (tx, deciding) => publishCodelist(tx, { ...deciding, number, library: readLibrary(product.content) }),
  );
}

export async function takeBack(product: Product, given: Arguments, terminal: Terminal): Promise<ExitCode> {
  const list = listWord(given);
  const done = `The last publication of ${list} is taken back.`;
  return await decide(product, given, terminal, list, done, takeBackCodelist);
}

async function decide(
  product: Product,
  given: Arguments,
  terminal: Terminal,
  list: string,
  done: string,
  work: (
    tx: Tx,
    deciding: { by: Actor; list: string; seen: number; reason: string; now: Date },
  ) => Promise<void>,
): Promise<ExitCode> {
  const by = await actorOf(product, given);
  const reason = reasonOf(given);
  await act(product.book, { by, origin: commandOrigin('codelists') }, async (tx) => {
    const seen = (await readDecisions(tx, list)).at(-1)?.id ?? 0;
    await work(tx, { by, list, seen, reason, now: new Date() });
  });
  terminal.result(
    { list, done: true },
    () => `${done} It is in effect from the next refresh: neighbourhold refresh.`,
  );
  return exitCodes.done;
}
