import { z } from 'zod';

/** How a condition says "the number that stands above": `$oldest`. */
export const PARAMETER = /^\$[a-z][a-z0-9_]*$/;

const parameter = z.strictObject({
  /** What the number means, for whoever changes it. */
  title: z.string().min(1),
  value: z.union([z.number(), z.string().regex(/^-?\d+(\.\d+)?$/, "write a weight as text, as '0.08'")]),
});

/** Numbers of a definition that have a name, so that one that stands in several places is changed in one. */
export const parametersField = z
  .record(z.string().regex(/^[a-z][a-z0-9_]*$/, 'a name is small letters, digits and _'), parameter)
  .optional();

/** What is wrong with a use of parameters, and where. */
export interface ParameterFault {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

type Raw = Record<string, unknown>;

/** A definition as it stands in a file, with each `$name` replaced by its number; and what is wrong with them. */
export function withParameters(raw: unknown): {
  readonly value: unknown;
  readonly faults: readonly ParameterFault[];
} {
  const values = parameterValues(raw);
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return { value: raw, faults: [] };
  const faults: ParameterFault[] = [];
  const replaced = (value: unknown, path: readonly PropertyKey[]): unknown => {
    if (Array.isArray(value)) return value.map((each, at) => replaced(each, [...path, at]));
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(
        Object.entries(value).map(([key, each]) => [key, replaced(each, [...path, key])]),
      );
    if (typeof value !== 'string' || !PARAMETER.test(value)) return value;
    const name = value.slice(1);
    if (values.has(name)) return values.get(name);
    faults.push({ path, message: `there is no parameter ${value}; ${namesOf(values)}` });
    return value;
  };
  const { parameters, ...rest } = raw as Raw;
  const value = { ...(replaced(rest, []) as Raw), ...(parameters === undefined ? {} : { parameters }) };
  return { value, faults };
}

/** The numbers that a text gives names to, as far as they can be read. */
export function parameterValues(raw: unknown): ReadonlyMap<string, unknown> {
  const parameters = (raw as Raw | null)?.parameters;
  if (typeof parameters !== 'object' || parameters === null) return new Map();
  return new Map(
    Object.entries(parameters).map(([name, each]) => [name, (each as Raw | null)?.value] as const),
  );
}

function namesOf(values: ReadonlyMap<string, unknown>): string {
  return values.size === 0
    ? 'it has none'
    : `it has ${[...values.keys()].map((name) => `$${name}`).join(', ')}`;
}
