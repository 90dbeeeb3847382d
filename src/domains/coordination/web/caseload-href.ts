/** The page of an entry of a caseload. */
export function caseloadHref(item: number): string {
  return `/caseload/${item}`;
}
