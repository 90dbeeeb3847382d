import { addDays, plainDate } from '../../kernel/index.ts';
import { dateForms, readDay } from '../national/value.ts';

/** The day before Excel's day 1 as it counts, with the 29 February 1900 that never was. */
const EXCEL_BEGINNING = plainDate('1899-12-30');

/** `20260401` or a day as other national files write it, in a workbook also Excel's count of days, as a date; null when it is blank, undefined when it is none. */
export function odsDay(text: string): string | null | undefined {
  if (text === '') return null;
  if (/^\d{5}$/.test(text)) return addDays(EXCEL_BEGINNING, Number(text));
  return readDay(text, dateForms) ?? undefined;
}
