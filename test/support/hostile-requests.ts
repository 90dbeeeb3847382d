// Requests that nobody means well with, drawn from a seed: the same ones in each run.

/** What is answered as a script if a page forgets to make it text. Searched for in every page that comes back. */
export const SCRIPTS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "'-alert(1)-'",
] as const;

/** What a page has in it when a script got through: our pages hold neither. */
export const ESCAPED_NOT = /<script>alert|<img src=x/i;

/** A pseudo-random source (mulberry32): small, seeded, and the same on every machine. */
export function chanceFrom(seed: number) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    below: (count: number) => Math.floor(next() * count),
    one: <Value>(from: readonly Value[]): Value => {
      const value = from[Math.floor(next() * from.length)];
      if (value === undefined) throw new Error('nothing to choose from');
      return value;
    },
    in: (ofTen: number) => next() * 10 < ofTen,
  };
}

export type Chance = ReturnType<typeof chanceFrom>;

const TEXTS = [
  ...SCRIPTS,
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\uFEFF',
  '\u202Egnp.exe',
  '\uD800',
  '😀'.repeat(50),
  'Z̷͂̇a̴̛͐l̵̎̀g̶̈́o̵',
  '-1',
  '0',
  '1e999',
  'NaN',
  'Infinity',
  '99999999999999999999',
  String(2 ** 31),
  '-2147483649',
  '0x10',
  '٣',
  '1.5',
  'null',
  'undefined',
  'true',
  '[]',
  '{}',
  '[object Object]',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  "' or 1=1 --",
  '"; drop table register.person; --',
  '$$); select pg_sleep(10); --',
  '%27%22',
  '%00',
  '%',
  '%zz',
  '../../../../etc/passwd',
  '..\\..\\windows\\system32',
  'file:///etc/passwd',
  'http://169.254.169.254/latest/meta-data/',
  '//evil.example',
  'javascript:alert(1)',
  '\r\nSet-Cookie: a=b',
  '=HYPERLINK("http://evil.example")',
  '$' + '{7*7}{{7*7}}<%= 7*7 %>',
  '#{read("/etc/passwd")}',
  '2026-02-30',
  '0000-00-00',
  '99999-12-31',
  '2026-11-22T25:61:61',
  '9990000018',
  '00000000-0000-4000-8000-000000000000',
  '00000000-0000-0000-0000-00000000000g',
  'x'.repeat(5_000),
  'a b'.repeat(400),
  '(((((((((((((((((((((((((((((('.repeat(20),
  'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!',
] as const;

/** As it can be sent: half of a pair of code units has no bytes in UTF-8. */
export function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

export function hostileText(chance: Chance): string {
  if (chance.in(8)) return chance.one(TEXTS);
  const length = chance.below(60);
  return Array.from({ length }, () => String.fromCharCode(chance.below(chance.in(5) ? 128 : 65_536))).join(
    '',
  );
}

/** Fields of a form, some with the names that forms of ours have, each with something hostile in it. */
export function hostileFields(chance: Chance, names: readonly string[]): URLSearchParams {
  const fields = new URLSearchParams();
  for (let left = chance.below(8); left > 0; left--) {
    const name = names.length > 0 && chance.in(8) ? chance.one(names) : hostileText(chance);
    for (let times = chance.in(1) ? 3 : 1; times > 0; times--)
      fields.append(wellFormed(name), wellFormed(hostileText(chance)));
  }
  return fields;
}

/** Header fields that are lies, or far too long. Control characters cannot be sent over HTTP at all. */
export function hostileHeaders(chance: Chance): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let left = chance.below(4); left > 0; left--) {
    const name = chance.one([
      'accept',
      'accept-encoding',
      'accept-language',
      'authorization',
      'content-type',
      'host',
      'if-none-match',
      'origin',
      'range',
      'referer',
      'user-agent',
      'x-forwarded-for',
      'x-forwarded-host',
      'x-forwarded-proto',
      'x-http-method-override',
      'x-request-id',
    ]);
    headers[name] = Buffer.from(hostileText(chance).replace(/[\p{Cc}\p{Cs}]/gu, ''))
      .toString('latin1')
      .replace(/[^\x20-\x7E\xA0-\xFF]/g, '');
  }
  return headers;
}
