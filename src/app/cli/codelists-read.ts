import {
  askWhoWouldMove,
  codelistKinds,
  decisionInEffect,
  definitionsUsing,
  diffCodes,
  readCheck,
  readCodelistsInEffect,
  readCodes,
  readDecisions,
  readLatestVersions,
  readLibrary,
  readMoves,
  readNextLibrary,
  readVersions,
} from '../../domains/need/index.ts';
import { NotFound, type Refusal } from '../../kernel/index.ts';
import { act } from '../../platform/auth/index.ts';
import { type Arguments, type ExitCode, exitCodes, type Terminal } from '../../platform/cli/index.ts';
import type { Product } from '../product.ts';
import { workOutMovers } from '../work-out-movers.ts';
import { listWord, versionWord } from './codelists-words.ts';
import { commandOrigin } from './who.ts';

/** Every list that there is: of content, and loaded. */
export async function listCodelists(product: Product, _: Arguments, terminal: Terminal): Promise<ExitCode> {
  const db = product.book.as('batch');
  const { library } = await readNextLibrary(db, readLibrary(product.content));
  const latest = new Map((await readLatestVersions(db)).map((version) => [version.id, version]));
  const inEffect = new Map((await readCodelistsInEffect(db)).map((used) => [used.id, used.number]));
  const ids = [...new Set([...library.codelists.keys(), ...latest.keys()])].sort();
  const lists = ids.map((id) => {
    const list = library.codelists.get(id);
    const version = latest.get(id);
    return {
      id,
      title: list?.title ?? version?.title ?? id,
      kind: list?.kind ?? version?.kind ?? null,
      members: list ? membersOf(list).length : null,
      inEffect: inEffect.get(id) ?? (list ? 'content' : null),
      latest: version?.number ?? null,
      usedBy: definitionsUsing(library, id).length,
    };
  });
  terminal.result({ lists }, () =>
    lists
      .map(
        ({ id, kind, members, inEffect, latest, title }) =>
          `${id}  ${kind}  ${members ?? 0} members  ${inEffect === null ? 'not in effect' : inEffect === 'content' ? 'of content' : `version ${inEffect}`}${latest !== null && latest !== inEffect ? `, version ${latest} waits` : ''}  ${title}`,
      )
      .join('\n'),
  );
  return exitCodes.done;
}

type AnyList = NonNullable<ReturnType<ReturnType<typeof readLibrary>['codelists']['get']>>;

function membersOf(list: AnyList): readonly string[] {
  if ('codes' in list) return list.codes.map(({ code }) => code);
  if ('prefixes' in list) return list.prefixes;
  if ('areas' in list) return list.areas;
  return 'practices' in list ? list.practices : list.words;
}

/** A list: its versions, what was decided about it, and the codes of one version. */
export async function showCodelist(
  product: Product,
  given: Arguments,
  terminal: Terminal,
): Promise<ExitCode> {
  const id = listWord(given);
  const db = product.book.as('batch');
  const { library } = await readNextLibrary(db, readLibrary(product.content));
  const versions = await readVersions(db, id);
  const list = library.codelists.get(id);
  if (!list && versions.length === 0) throw noSuchList(id);
  const decisions = await readDecisions(db, id);
  const inEffect = decisionInEffect(decisions)?.number ?? null;
  const wanted = given.words[1] === undefined ? inEffect : versionWord(given.words[1]);
  const codes = await codesOf(product, id, wanted ?? 0);
  const result = {
    id,
    title: list?.title ?? versions[0]?.title,
    inEffect: inEffect ?? (list ? 'content' : null),
    usedBy: definitionsUsing(library, id).map((definition) => definition.id),
    versions: versions.map(({ versionNo: _, loadedBy, ...version }) => ({
      ...version,
      loadedBy: loadedBy.name,
    })),
    decisions,
    codes,
  };
  terminal.result(result, () =>
    [
      `${id}: ${result.title}`,
      `In effect: ${inEffect === null ? (list ? 'what content says' : 'nothing') : `version ${inEffect}`}`,
      `Used by: ${result.usedBy.join(', ') || 'no definition'}`,
      ...versions.map(
        ({ number, codes: n, kind, hash, file, released, loadedBy }) =>
          `  version ${number}: ${n} ${codelistKinds[kind]} codes, ${hash.slice(0, 8)}, ${file}${released ? ` of ${released}` : ''}, loaded by ${loadedBy.name}`,
      ),
      ...codes.map(
        ({ code, term, category }) => `${code}  ${category === null ? '' : `[${category}] `}${term}`,
      ),
    ].join('\n'),
  );
  return exitCodes.done;
}

/** The codes of a version; of 0 those of content. Throws NotFound. */
async function codesOf(product: Product, id: string, number: number) {
  const db = product.book.as('batch');
  if (number === 0) {
    const list = readLibrary(product.content).codelists.get(id);
    if (!list) return [];
    if ('codes' in list)
      return list.codes.map(({ code, term, category }) => ({ code, term, category: category ?? null }));
    return membersOf(list).map((code) => ({ code, term: '', category: null }));
  }
  const version = (await readVersions(db, id)).find((each) => each.number === number);
  if (!version)
    throw new NotFound(`${id} has no version ${number}.`, `neighbourhold codelists show ${id} lists them.`);
  return await readCodes(db, version.versionNo);
}

/** What differs between two versions: the latest and what is in effect, unless they are named. */
export async function showDiff(product: Product, given: Arguments, terminal: Terminal): Promise<ExitCode> {
  const id = listWord(given);
  const db = product.book.as('batch');
  const [latest] = await readVersions(db, id);
  if (!latest) throw noSuchList(id);
  const [, one, other] = given.words;
  const from =
    one === undefined ? (decisionInEffect(await readDecisions(db, id))?.number ?? 0) : versionWord(one);
  const to = other === undefined ? latest.number : versionWord(other);
  const diff = diffCodes(await codesOf(product, id, from), await codesOf(product, id, to));
  terminal.result({ id, from, to, ...diff }, () =>
    [
      `${id}: version ${to} against ${from === 0 ? 'what content says' : `version ${from}`}: ${diff.added.length} added, ${diff.removed.length} removed, ${diff.moved.length} in another category, ${diff.kept} in both`,
      ...diff.added.map(({ code, term }) => `+ ${code}  ${term}`),
      ...diff.removed.map(({ code, term }) => `- ${code}  ${term}`),
      ...diff.moved.map(({ code, term, from: was, to: is }) => `~ ${code}  ${term}: ${was} to ${is}`),
    ].join('\n'),
  );
  return exitCodes.done;
}

/** Works out whom a version would move, and says it by definition. */
export async function checkCodelist(
  product: Product,
  given: Arguments,
  terminal: Terminal,
): Promise<ExitCode> {
  const list = listWord(given);
  const number = versionWord(given.words[1]);
  const origin = commandOrigin('codelists');
  const check = await act(product.book, { by: product.operator, origin, login: 'batch' }, (tx) =>
    askWhoWouldMove(tx, { by: product.operator, list, number }),
  );
  await workOutMovers(product, check, terminal.progress);
  const db = product.book.as('batch');
  const versionNo =
    (await readVersions(db, list)).find((version) => version.number === number)?.versionNo ?? 0;
  const found = await readCheck(db, versionNo);
  const moves = await readMoves(db, check);
  const definitions = found?.definitions ?? [];
  terminal.result({ id: list, version: number, asOf: found?.asOf, definitions, moves }, () =>
    [
      `${list} version ${number} decides about ${definitions.length} definitions, as of ${found?.asOf}`,
      ...moves.map(
        ({ definition, was, becomes, people }) => `  ${definition}: ${people} from ${was} to ${becomes}`,
      ),
      ...(moves.length === 0 ? ['  nobody would move'] : []),
    ].join('\n'),
  );
  return exitCodes.done;
}

function noSuchList(id: string): Refusal {
  return new NotFound(`There is no list ${id}.`, 'neighbourhold codelists list has the ids.');
}
