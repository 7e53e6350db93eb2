import { Ajv, type ValidateFunction } from "ajv";

/** Compiled schemas kept: an application uses few, again and again. */
const COMPILED_MAX = 200;
const SCHEMA_CHARS_MAX = 65_536;

const compiled = new Map<string, ValidateFunction | string>();

/** Why `text` does not satisfy the JSON Schema; null when it does. A schema that is none is a problem too. */
export function schemaProblem(text: string, schema: string): string | null {
  const validate = compile(schema);
  if (typeof validate === "string") return validate;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "the output is not JSON";
  }
  if (validate(value)) return null;
  const [error] = validate.errors ?? [];
  return `the output does not satisfy the schema: ${error?.instancePath || "/"} ${error?.message ?? "is invalid"}`;
}

/** Null when the text is a JSON Schema that answers can be checked against, else why not. */
export function schemaDefect(schema: string): string | null {
  const validate = compile(schema);
  return typeof validate === "string" ? validate : null;
}

function compile(schema: string): ValidateFunction | string {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const result = compileFresh(schema);
  if (compiled.size >= COMPILED_MAX) compiled.delete(compiled.keys().next().value!);
  compiled.set(schema, result);
  return result;
}

function compileFresh(schema: string): ValidateFunction | string {
  if (schema.length > SCHEMA_CHARS_MAX) return `outputSchema: ${schema.length} characters, expected at most ${SCHEMA_CHARS_MAX}`;
  try {
    // A fresh instance for each: schemas of different requests may carry the same $id.
    return new Ajv({ strict: false, validateFormats: false }).compile(JSON.parse(schema) as object);
  } catch (error) {
    return `outputSchema: not a valid JSON Schema: ${(error as Error).message}`;
  }
}
