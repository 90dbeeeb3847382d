import type { LoadableKind } from '../../domains/need/index.ts';
import { isUkDrugId } from '../../kernel/index.ts';
import { readCode } from './code-form.ts';

/** Kinds by words in the name of a file. */
const IN_NAMES: readonly (readonly [RegExp, LoadableKind])[] = [
  [/opcs/i, 'opcs'],
  [/icd[-_ ]?(10|11)?/i, 'icd10'],
  [/dm\+?d/i, 'dmd'],
  [/(^|[^a-z])bnf/i, 'bnf'],
  [/ctv3/i, 'ctv3'],
  [/(^|[^a-z])read(v?2)?([^a-z]|$)/i, 'read'],
  [/snomed|sct|refset/i, 'snomed'],
];

/**
 * The kind of codes that do not say of which kind they are: the one of which most of them can be; where ICD-10 and
 * OPCS-4 are equally likely, by the name of the file. Null: of none, or nobody can tell.
 */
export function guessKind(codes: readonly string[], name: string): LoadableKind | null {
  if (codes.length === 0) return null;
  const said = IN_NAMES.find(([pattern]) => pattern.test(name))?.[1] ?? null;
  const share = (kind: LoadableKind) =>
    codes.filter((code) => 'code' in readCode(kind, code)).length / Math.max(codes.length, 1);
  if (said !== null && share(said) >= 0.5) return said;
  // Half ruined by a spreadsheet, it is still a list of SNOMED CT.
  const numbers = codes.filter((code) => /^[\d.,E+ ]+$/i.test(code) && !code.startsWith('0'));
  if (numbers.length >= codes.length / 2)
    return codes.filter(isUkDrugId).length >= codes.length / 2 ? 'dmd' : 'snomed';
  if (codes.filter((code) => /^\d{2}.{13}$/.test(code)).length >= codes.length / 2) return 'bnf';
  const icd10 = share('icd10');
  const opcs = codes.filter(canBeOpcs).length / Math.max(codes.length, 1);
  if (icd10 >= 0.5) return opcs < icd10 ? 'icd10' : null;
  if (share('ctv3') >= 0.5) return 'ctv3';
  return share('read') >= 0.5 ? 'read' : null;
}

/** OPCS-4 has no chapter I, and no fourth sign 0: those are ICD-10's. */
function canBeOpcs(code: string): boolean {
  const read = readCode('opcs', code);
  return 'code' in read && /^[^I]\d{2}[1-9]?$/.test(read.code);
}

/** Whether codes can be ICD-10 and OPCS-4 alike, so that somebody has to say which. */
export function isEitherWay(codes: readonly string[]): boolean {
  return codes.length > 0 && codes.every((code) => canBeOpcs(code) && 'code' in readCode('icd10', code));
}
