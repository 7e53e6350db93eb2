import { AppError } from "@leverframe/kernel";

/** Takes a parsed JSON value as exactly one shape, or throws `permit_invalid` naming the field and what was expected. */
export type Read<T> = (value: unknown, field: string) => T;

export const string: Read<string> = (value, field) => (typeof value === "string" ? value : fail(field, value, "text"));

export const boolean: Read<boolean> = (value, field) =>
  typeof value === "boolean" ? value : fail(field, value, "true or false");

export const number: Read<number> = (value, field) =>
  typeof value === "number" ? value : fail(field, value, "a number");

export const integer: Read<number> = (value, field) =>
  Number.isSafeInteger(value) ? (value as number) : fail(field, value, "a whole number");

const DIGITS = /^(?:0|[1-9]\d{0,18})$/;

/** A bigint as a decimal string. */
export const decimal: Read<bigint> = (value, field) =>
  typeof value === "string" && DIGITS.test(value) ? BigInt(value) : fail(field, value, "digits");

export function nullable<T>(read: Read<T>): Read<T | null> {
  return (value, field) => (value === null ? null : read(value, field));
}

export function array<T>(read: Read<T>): Read<readonly T[]> {
  return (value, field) => (Array.isArray(value) ? Object.freeze(value.map((item) => read(item, field))) : fail(field, value, "a list"));
}

export const strings: Read<readonly string[]> = (value, field) => {
  if (!Array.isArray(value)) return fail(field, value, "a list");
  for (const item of value) string(item, field);
  return Object.freeze(value) as string[];
};

/** Names to texts. */
export const texts: Read<Readonly<Record<string, string>>> = (value, field) => {
  const map = record(value, field);
  for (const name of Object.keys(map)) string(map[name], `${field}.${name}`);
  return Object.freeze(map) as Record<string, string>;
};

/**
 * Exactly these fields: one more or one less is refused, so that two versions never read a body differently. Only what
 * has a default may be absent, and then means that. The parsed object itself becomes the result, with what was converted
 * in its place, and is frozen: whoever reads the same bytes later may be given it.
 */
export function object<T extends object>(fields: { readonly [K in keyof T]: Read<T[K]> }, defaults: Partial<T> = {}): Read<T> {
  const names = Object.keys(fields);
  const reads = Object.values(fields) as Read<unknown>[];
  return (value, field) => {
    const map = record(value, field);
    let present = 0;
    for (let index = 0; index < names.length; index++) {
      const name = names[index]!;
      const given = map[name];
      // JSON has no undefined, and none of these names is one that every object has.
      if (given === undefined) {
        if (!Object.hasOwn(defaults, name)) return fail(`${field}.${name}`, undefined, "it to be there");
        continue;
      }
      present++;
      const read = reads[index]!(given, name);
      if (read !== given) map[name] = read;
    }
    const found = Object.keys(map);
    if (found.length !== present) {
      const unknown = found.find((name) => !Object.hasOwn(fields, name)) ?? "";
      return fail(`${field}.${unknown}`, map[unknown], `no such field`);
    }
    for (const name in defaults) if (map[name] === undefined) map[name] = defaults[name];
    return Object.freeze(map) as T;
  };
}

function record(value: unknown, field: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  return fail(field, value, "an object");
}

const SHOWN_CHARACTERS_MAX = 80;

function fail(field: string, value: unknown, expected: string): never {
  const shown = value === undefined ? "missing" : `\`${JSON.stringify(value).slice(0, SHOWN_CHARACTERS_MAX)}\``;
  throw new AppError("permit_invalid", `permit refused: \`${field}\` is ${shown}; expected ${expected}`);
}
