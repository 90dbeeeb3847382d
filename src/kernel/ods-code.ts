import type { Brand } from './brand.ts';

/** The code of an organisation in the Organisation Data Service: letters and digits, kept in upper case. */
export type OdsCode = Brand<string, 'OdsCode'>;

/**
 * Reads an ODS code. Null when it cannot be one.
 *
 * The service has used three to ten characters; the shape is not tied to a kind of organisation, because
 * ODS says since 2021 that the code of a new organisation no longer tells what it is.
 */
export function parseOdsCode(text: string): OdsCode | null {
  const code = text.trim().toUpperCase();
  return /^[A-Z0-9]{3,10}$/.test(code) ? (code as OdsCode) : null;
}
