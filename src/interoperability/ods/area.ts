import { z } from 'zod';

/** Which organisations the directory is for, by ICB or by sub-ICB location; with both lists empty, all of them. */
export const area = z.strictObject({ icb: z.array(z.string()), sub_icb: z.array(z.string()) });

export function isInArea(
  { icb, sub_icb }: z.output<typeof area>,
  row: { readonly icb: string; readonly sub_icb: string },
): boolean {
  return icb.length + sub_icb.length === 0 || icb.includes(row.icb) || sub_icb.includes(row.sub_icb);
}
