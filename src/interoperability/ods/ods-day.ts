import { addDays, parsePlainDate, plainDate } from '../../kernel/index.ts';

/** The day before Excel's day 1 as it counts, with the 29 February 1900 that never was. */
const EXCEL_BEGINNING = plainDate('1899-12-30');

/** `20260401`, or in a workbook Excel's count of days, as a date; null when it is blank, undefined when it is none. */
export function odsDay(text: string): string | null | undefined {
  if (text === '') return null;
  if (/^\d{5}$/.test(text)) return addDays(EXCEL_BEGINNING, Number(text));
  const [, year, month, date] = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(text) ?? [];
  return parsePlainDate(`${year}-${month}-${date}`) ?? undefined;
}
