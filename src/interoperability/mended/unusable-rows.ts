import { Refusal } from '../../kernel/index.ts';

const AS_IT_WAS =
  'Leave the first column, or the line before each resource, as it was in the download. Send further rows in a delivery of their own.';

/** A row does not say which of those that were put aside it is, so that nobody could say that it is mended. */
export function rowWithoutNumber(name: string, line: number): Refusal {
  return new Refusal({
    code: 'row_without_number',
    because: `${name}, line ${line}: the row does not say which of the rows that were put aside it is.`,
    remedy: AS_IT_WAS,
  });
}

/** Rows of two deliveries in one file. */
export function anotherDelivery(name: string, line: number): Refusal {
  return new Refusal({
    code: 'two_deliveries',
    because: `${name}, line ${line}: the row is of another delivery than those before it.`,
    remedy: 'Send the rows of each delivery in a file of their own, as they were downloaded.',
  });
}

/** A file of mended rows in which a line is no row. Nothing of it is taken: it was whole when it went out. */
export function notARow(name: string, line: number): Refusal {
  return new Refusal({
    code: 'unreadable_row',
    because: `${name}, line ${line}: the line is not a row of this file; it has too few or too many columns, or a quote that does not close.`,
    remedy: 'Compare the line with its neighbours, and save the file as CSV with its columns as they were.',
  });
}

/** The delivery that a file names is not here. */
export function noSuchDelivery(name: string, delivery: number): Refusal {
  return new Refusal({
    code: 'no_such_delivery',
    because: `${name} has rows of delivery ${delivery}, and no delivery of that number has put rows aside here.`,
    remedy:
      'Send it to the installation from which it was downloaded. Rows whose time was over are kept no more.',
  });
}
