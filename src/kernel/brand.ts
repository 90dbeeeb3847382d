/** A value that was checked once, at the edge, and carries the proof in its type. */
export type Brand<Value, Name extends string> = Value & { readonly __brand: Name };
