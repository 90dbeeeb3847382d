import { parsePlainDate } from '../../kernel/index.ts';

/** `20260401` as a date; null when it is blank, undefined when it is none. */
export function odsDay(text: string): string | null | undefined {
  if (text === '') return null;
  const [, year, month, date] = /^(\d{4})(\d{2})(\d{2})$/.exec(text) ?? [];
  return parsePlainDate(`${year}-${month}-${date}`) ?? undefined;
}
