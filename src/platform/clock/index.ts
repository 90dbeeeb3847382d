/**
 * Where "now" comes from. Commands take it as a value, so that a test can say what time it is; only `app`
 * hands out the real one.
 */
export type Clock = () => Date;

export const systemClock: Clock = () => new Date();
