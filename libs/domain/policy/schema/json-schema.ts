/** A JSON Schema (draft 7, which editors read best). */
export type Schema = Readonly<Record<string, unknown>>;

/** Numbers and booleans of YAML are taken as written. */
export const text: Schema = { type: ["string", "number", "boolean"] };
export const flag: Schema = { type: "boolean" };
/** Dollars; a text keeps the decimals exact. */
export const usd: Schema = { type: ["string", "number"] };

/** 0 to 1. */
export const share: Schema = { type: "number", minimum: 0, maximum: 1 };

export const matching = ({ source }: RegExp): Schema => ({ ...text, pattern: source });
export const oneOf = (values: readonly string[]): Schema => ({ enum: values });
export const integer = (minimum: number, maximum?: number): Schema => ({ type: "integer", minimum, ...(maximum === undefined ? {} : { maximum }) });
export const items = (item: Schema): Schema => ({ type: "array", items: item });
export const oneOrMore = (item: Schema): Schema => ({ anyOf: [item, { type: "array", items: item, minItems: 1 }] });
export const mapOf = (value: Schema): Schema => ({ type: "object", additionalProperties: value });
export const ref = (name: string): Schema => ({ $ref: `#/definitions/${name}` });
export const about = (description: string, schema: Schema): Schema => ({ description, ...schema });

/**
 * A map with exactly the fields that the parser knows: the type demands a schema for each of them and for no other, so
 * neither can be changed without the other.
 */
export function record<F extends string>(fields: Readonly<Record<F, Schema>>, required: readonly NoInfer<F>[] = [], more: Schema = {}): Schema {
  return { type: "object", properties: fields, additionalProperties: false, ...(required.length > 0 ? { required } : {}), ...more };
}
