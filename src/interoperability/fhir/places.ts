/** A resource's place is one number: its file's place among the files, and its place in there. */
export const PLACES_A_FILE = 2 ** 32;
