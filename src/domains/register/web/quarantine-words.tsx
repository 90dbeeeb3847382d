import type { KeptState } from '../intake/kept-rows.ts';
import { explainReason, type Reason } from '../intake/reasons.ts';

export const COUNT = new Intl.NumberFormat('en-GB');

export function deliveryHref(delivery: { readonly run_id: number; readonly place: number }): string {
  return `/imports/${delivery.run_id}/${delivery.place}`;
}

/** The rows of one table that were put aside for one reason. */
export function rowsHref(
  delivery: { readonly run_id: number; readonly place: number },
  which: { readonly table: string; readonly reason: string; readonly page?: number; readonly say?: boolean },
): string {
  const query = new URLSearchParams({ table: which.table, reason: which.reason });
  if (which.say) query.set('say', 'yes');
  if (which.page !== undefined && which.page > 1) query.set('page', String(which.page));
  return `${deliveryHref(delivery)}/rows?${query}`;
}

export function downloadHref(
  delivery: { readonly run_id: number; readonly place: number },
  which: { readonly table?: string; readonly reason?: string } = {},
): string {
  const query = new URLSearchParams(which).toString();
  return `${deliveryHref(delivery)}/to-mend${query === '' ? '' : `?${query}`}`;
}

/** A reason where the field may differ from row to row. */
export function reasonInWords(reason: Reason): string {
  return explainReason(reason, null).because;
}

export const STATE_WORDS = {
  open: { word: 'Open', colour: 'orange' },
  mended: { word: 'Mended', colour: 'green' },
  again: { word: 'Put aside again', colour: 'grey' },
} as const satisfies Record<KeptState, { word: string; colour: string }>;
