/** The measure of the counts whose bands are those of a score or a segmentation. */
export function bandMeasure(id: string): string {
  return `band:${id}`;
}

/** The measure of the counts of those who are lost at each step of a register; its bands are the steps, from 0. */
export function stepMeasure(id: string): string {
  return `lost:${id}`;
}
