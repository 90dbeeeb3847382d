import type { Duck } from '../../../platform/lake/index.ts';
import type { SourceTable } from './staging.ts';

/** Why a delivery as a whole was not taken in. */
export interface DeliveryRefusal {
  readonly code: string;
  readonly because: string;
  readonly remedy: string;
}

/**
 * Thrown when a delivery that could be opened turns out, while it is read, to be one whose rows cannot be trusted.
 * The others that came with it are not at fault: they are taken in without it.
 */
export class UnusableDelivery extends Error {
  /** Its number within the import. */
  readonly delivery: number;
  readonly refusal: DeliveryRefusal;

  constructor(delivery: number, refusal: DeliveryRefusal) {
    super(refusal.because);
    this.delivery = delivery;
    this.refusal = refusal;
  }
}

/** The readers do not agree on how many rows a table has: something in it is lost, and nobody can say what. */
export function unaccountable(
  delivery: number,
  source: SourceTable,
  differ: { readonly counted: number; readonly read: number },
): UnusableDelivery {
  return new UnusableDelivery(delivery, {
    code: 'unaccountable_rows',
    because: `${calledIn(source)} has ${differ.counted} rows as its line ends and quotes say, but ${differ.read} could be told apart when it was read.`,
    remedy:
      'Look for a quote that does not close, or text before or after a quoted field, and for different kinds of line ends; export the file again.',
  });
}

/** Does the reading of a table. When that fails because of what is in the file, its delivery is unusable. */
export async function whileReading<Result>(
  duck: Duck,
  source: SourceTable,
  { delivery }: { readonly delivery: number },
  reading: () => Promise<Result>,
): Promise<Result> {
  try {
    return await reading();
  } catch (error) {
    if (error instanceof UnusableDelivery || (await canBeRead(duck, source))) throw error;
    throw new UnusableDelivery(delivery, {
      code: 'unreadable_file',
      because: `${calledIn(source)} cannot be read to its end; it may have been damaged on its way.`,
      remedy: 'Compare its size with the sender’s and send it again.',
    });
  }
}

/** Whether a table can be read from end to end when nothing is done with it: else the file is at fault and not we. */
async function canBeRead(duck: Duck, source: SourceTable): Promise<boolean> {
  return await duck.rows(`select bit_xor(hash(source)) > 0 as read from ${source.relation} as source`).then(
    () => true,
    () => false,
  );
}

function calledIn(source: SourceTable): string {
  return source.file ?? source.name;
}
