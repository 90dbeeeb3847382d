import { basename } from 'node:path';
import { parsePlainDate } from '../../kernel/index.ts';
import type { CodelistFormat } from './description.ts';

/** What the name of a file says of the list in it. */
export interface NamedList {
  readonly id: string;
  readonly title: string;
  readonly source: string | null;
  readonly released: string | null;
}

const ENDINGS = /(\.(csv|txt|tsv|xlsx|zip|gz))+$/i;
/** OpenCodelists puts the version behind the name: a day, or eight signs of a hash. */
const VERSION = /[-_ ](\d{8}|\d{4}-\d{2}-\d{2}|[0-9a-f]{8})$/i;

/** Reads the name of a file: `nhsd-primary-care-domain-refsets-dm_cod-20240501.csv` has DM_COD of 1 May 2024. */
export function namedList(file: string, { publishers }: CodelistFormat): NamedList {
  const bare = basename(file).replace(ENDINGS, '');
  const version = VERSION.exec(bare)?.[1];
  const name = version === undefined ? bare : bare.slice(0, -version.length - 1);
  const publisher = publishers.find(({ prefix }) => name.toLowerCase().startsWith(`${prefix}-`));
  const rest = publisher ? name.slice(publisher.prefix.length + 1) : name;
  return {
    id: listId([publisher?.own_name, rest].filter(Boolean).join('_')),
    title: titleOf(rest),
    source: publisher?.source ?? null,
    released: version === undefined ? releaseDay(bare) : dayIn(version),
  };
}

/** A day in the name of a file, as PCD_Refset_Content_20240501 has it. */
function releaseDay(name: string): string | null {
  const found = /(?<!\d)(20\d{2})[-_]?(\d{2})[-_]?(\d{2})(?!\d)/.exec(name);
  return found ? dayIn(`${found[1]}${found[2]}${found[3]}`) : null;
}

/** A day as files write it: 20240501, 2024-05-01, 01/05/2024. Null when it is none. */
export function dayIn(text: string): string | null {
  const plain = /^\d{8}$/.test(text) ? `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}` : text;
  const british = /^(\d{2})\/(\d{2})\/(\d{4})/.exec(plain);
  const iso = british ? `${british[3]}-${british[2]}-${british[1]}` : plain.slice(0, 10);
  return parsePlainDate(iso) ?? null;
}

const LONGEST_ID = 80;

/** An id as lists have it, of whatever text names the list: `Dm_Cod ` becomes DM_COD. */
export function listId(text: string): string {
  const plain = text
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .replace(/^_+/, '')
    .slice(0, LONGEST_ID)
    .replace(/_+$/, '');
  return /^[A-Z]/.test(plain) ? plain : `LIST_${plain}`.replace(/_+$/, '');
}

function titleOf(name: string): string {
  const words = name.replace(/[-_]+/g, ' ').trim();
  return words === '' ? 'A list' : words.charAt(0).toUpperCase() + words.slice(1);
}
