// What a practice has one bit a person for. Those who write bitmaps and those who ask them spell keys alike.

/** Everybody: as many bits as the practice has people, all of them set. */
export const EVERYBODY = 'everybody';
/** Whom no ranking has. */
export const UNRANKED = 'unranked';

/** Whose facts have the number of a register or of a band. */
export const inKey = (number: number) => `in ${number}`;
export const frailtyKey = (band: string) => `frailty ${band}`;
export const needKey = (band: string) => `need ${band}`;

/**
 * A column of whole numbers from nought, as one bitmap for each binary digit and one of whose number is known: any
 * comparison with a number is `and`, `or` and `not` of them (O'Neil and Quass, Improved query performance with variant
 * indexes, 1997: bit-sliced indexes).
 */
export interface Sliced {
  readonly column: 'age' | 'need_before';
  readonly digits: number;
}

/** Ages up to 255 years; how much of the borough ranks before, up to 163.83 percent in hundredths. */
export const AGE: Sliced = { column: 'age', digits: 8 };
export const NEED_BEFORE: Sliced = { column: 'need_before', digits: 14 };

export const knownKey = ({ column }: Sliced) => `${column} known`;
export const digitKey = ({ column }: Sliced, digit: number) => `${column} ${digit}`;
