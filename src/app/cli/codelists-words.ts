import { Refusal } from '../../kernel/index.ts';
import type { Arguments } from '../../platform/cli/index.ts';

export const CODELISTS_USAGE =
  'codelists list | load FILE... | show ID [V] | diff ID [V1 V2] | movers ID V | publish ID V | take-back ID [--json]';

/** The id of a list, in capitals however it was typed. Throws Refusal without one. */
export function listWord({ words }: Arguments): string {
  const [id] = words;
  if (id === undefined) throw usage('Which list is meant?');
  return id.toUpperCase();
}

/** A number of a version among the words. Throws Refusal when it is none. */
export function versionWord(word: string | undefined): number {
  const number = Number(word);
  if (word !== undefined && Number.isSafeInteger(number) && number >= 0) return number;
  throw usage(word === undefined ? 'Which version is meant?' : `${word} is no number of a version.`);
}

export function usage(because: string): Refusal {
  return new Refusal({
    code: 'usage',
    because,
    remedy: `Usage: neighbourhold ${CODELISTS_USAGE}. "codelists list" has the ids.`,
  });
}
