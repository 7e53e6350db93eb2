import fc, { type Arbitrary } from "fast-check";
import { EVENT_SCHEMAS, type EventTypes } from "../generated/schemas";

interface SchemaPart {
  readonly type: unknown;
  readonly name?: string;
  readonly logicalType?: string;
  readonly fields?: readonly { readonly name: string; readonly type: unknown }[];
  readonly symbols?: readonly string[];
  readonly items?: unknown;
  readonly values?: unknown;
}

/** What is exact in avsc's arithmetic (avro-types.ts). */
const LONG_MAX = 2 ** 52;
const text = fc.string({ unit: "grapheme", maxLength: 24 });

const PRIMITIVES: Readonly<Record<string, Arbitrary<unknown>>> = {
  null: fc.constant(null),
  boolean: fc.boolean(),
  int: fc.integer(),
  long: fc.integer({ min: -LONG_MAX, max: LONG_MAX }),
  double: fc.double({ noNaN: true }),
  string: text,
  bytes: fc.uint8Array({ maxLength: 64 }),
};

/** Any event of this name that its schema allows, generated from the schema itself. */
export function eventArbitrary<N extends keyof EventTypes>(name: N): Arbitrary<EventTypes[N]> {
  return arbitraryOf(EVENT_SCHEMAS[name], new Map()) as Arbitrary<EventTypes[N]>;
}

function arbitraryOf(schema: unknown, named: Map<string, Arbitrary<unknown>>): Arbitrary<unknown> {
  if (typeof schema === "string") {
    const known = PRIMITIVES[schema] ?? named.get(schema.replace(/^leverframe\./, ""));
    if (!known) throw new Error(`no arbitrary for ${schema}`);
    return known;
  }
  if (Array.isArray(schema)) return fc.oneof(...schema.map((branch) => arbitraryOf(branch, named)));
  const part = schema as SchemaPart;
  if (part.logicalType === "nano-usd") return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  if (part.type === "array") return fc.array(arbitraryOf(part.items, named), { maxLength: 4 });
  if (part.type === "map") {
    const key = text.filter((candidate) => candidate !== "__proto__");
    return fc.dictionary(key, arbitraryOf(part.values, named), { maxKeys: 4, noNullPrototype: true });
  }
  if (part.type !== "record" && part.type !== "enum") return arbitraryOf(part.type, named);
  const fields = (part.fields ?? []).map((field) => [field.name, arbitraryOf(field.type, named)] as const);
  const arbitrary = part.type === "enum" ? fc.constantFrom(...(part.symbols ?? [])) : fc.record(Object.fromEntries(fields));
  named.set(part.name ?? "", arbitrary);
  return arbitrary;
}
