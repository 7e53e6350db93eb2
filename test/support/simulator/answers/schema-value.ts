/**
 * Values for simple JSON Schemas: objects, arrays, strings with length and common formats, numbers with bounds, enum,
 * const, anyOf/oneOf (the first), allOf (merged), local `$ref`. `pattern` and `if` are not read.
 */
import { isObject, type JsonObject } from "../ask";
import type { Random } from "../random";
import type { AskedShape } from "./asked-shape";
import type { Judgement } from "./judge";

export interface ValueSource {
  readonly random: Random;
  readonly terms: AskedShape["terms"];
  /** The text in which enum values are looked for, so that a classification follows the question. */
  readonly question: string;
  /** Weak answers are valid too, but say little. */
  readonly weak: boolean;
  readonly judgement: Judgement | null;
}

const DEPTH_MAX = 24;
const ITEMS_USUAL = 2;

const FORMATS: Readonly<Record<string, string>> = {
  date: "2026-01-15",
  time: "09:30:00Z",
  "date-time": "2026-01-15T09:30:00Z",
  duration: "P1D",
  email: "person@example.com",
  hostname: "example.com",
  ipv4: "192.0.2.10",
  ipv6: "2001:db8::10",
  uri: "https://example.com/item",
  uuid: "6f1c2a34-5b7d-4e8f-9a01-23456789abcd",
};

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function stringValue(schema: JsonObject, source: ValueSource): string {
  const format = schema["format"];
  if (typeof format === "string" && Object.hasOwn(FORMATS, format)) return FORMATS[format] ?? "";
  const { random, terms } = source;
  let text = source.weak ? "unknown" : `The ${random.pick(terms)} is settled by ${random.pick(terms)}.`;
  const minimum = numberOf(schema["minLength"]) ?? 0;
  while (text.length < minimum) text += ` ${random.pick(terms)}`;
  return text.slice(0, numberOf(schema["maxLength"]) ?? text.length);
}

function numberValue(schema: JsonObject, source: ValueSource, whole: boolean): number {
  const step = numberOf(schema["multipleOf"]) ?? (whole ? 1 : 0.01);
  const above = numberOf(schema["exclusiveMinimum"]);
  const below = numberOf(schema["exclusiveMaximum"]);
  const minimum = numberOf(schema["minimum"]) ?? (above === undefined ? undefined : above + step);
  const maximum = numberOf(schema["maximum"]) ?? (below === undefined ? undefined : below - step);
  const low = minimum ?? (maximum === undefined ? 0 : Math.min(0, maximum));
  const high = maximum ?? low + (whole ? 10 : 1);
  const share = source.weak ? 0 : source.random.next();
  const steps = Math.floor((low + (high - low) * share) / step);
  const value = Math.max(steps, Math.ceil(low / step)) * step;
  // Multiples of 0.01 carry binary noise; twelve digits are more than any step has.
  return Number(value.toFixed(12));
}

function occurrences(text: string, word: string): number {
  return word === "" ? 0 : text.split(word).length - 1;
}

/** The value that the question names most often, or a drawn one. */
function enumValue(choices: readonly unknown[], source: ValueSource): unknown {
  const question = source.question.toLowerCase();
  const counts = choices.map((choice) => occurrences(question, String(choice).toLowerCase()));
  const most = Math.max(...counts);
  if (most > 0 && counts.indexOf(most) === counts.lastIndexOf(most)) return choices[counts.indexOf(most)];
  return choices[Math.floor(source.random.next() * choices.length)];
}

function follow(root: JsonObject, reference: string): JsonObject {
  let node: unknown = root;
  for (const step of reference.replace(/^#\/?/, "").split("/")) {
    if (step !== "") node = isObject(node) ? node[step.replaceAll("~1", "/").replaceAll("~0", "~")] : undefined;
  }
  return isObject(node) ? node : {};
}

function merge(schemas: readonly JsonObject[]): JsonObject {
  const merged: Record<string, unknown> = {};
  for (const schema of schemas) {
    for (const [key, value] of Object.entries(schema)) {
      const before = merged[key];
      if (Array.isArray(before) && Array.isArray(value)) merged[key] = [...before, ...value];
      else merged[key] = isObject(before) && isObject(value) ? { ...before, ...value } : value;
    }
  }
  return merged;
}

function without(object: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
}

function typeOf(schema: JsonObject): string {
  const { type } = schema;
  if (typeof type === "string") return type;
  if (Array.isArray(type)) return String(type.find((name) => name !== "null") ?? "null");
  if (isObject(schema["properties"])) return "object";
  return schema["items"] === undefined ? "string" : "array";
}

/** Builds values for the schemas of one document. */
class Builder {
  constructor(
    private readonly root: JsonObject,
    private readonly source: ValueSource,
  ) {}

  build(schema: JsonObject, depth: number): unknown {
    const { $ref: reference, anyOf, oneOf, allOf } = schema;
    if (depth > DEPTH_MAX) return null;
    if (typeof reference === "string") return this.build(follow(this.root, reference), depth + 1);
    if (Array.isArray(allOf)) {
      return this.build(
        merge([without(schema, "allOf"), ...allOf.filter(isObject).map((part) => this.resolved(part))]),
        depth + 1,
      );
    }
    if ("const" in schema) return schema["const"];
    const choices = schema["enum"];
    if (Array.isArray(choices)) return enumValue(choices, this.source);
    const alternatives = Array.isArray(anyOf) ? anyOf : oneOf;
    if (Array.isArray(alternatives)) return this.build(this.alternative(alternatives, depth), depth + 1);
    return this.ofType(schema, depth);
  }

  private resolved(schema: JsonObject): JsonObject {
    return typeof schema["$ref"] === "string" ? follow(this.root, schema["$ref"]) : schema;
  }

  /** The first, but deep down one that ends: schemas that contain themselves offer null for that. */
  private alternative(alternatives: readonly unknown[], depth: number): JsonObject {
    const schemas = alternatives.filter(isObject);
    const ending = depth > DEPTH_MAX / 3 ? schemas.find((schema) => schema["type"] === "null") : undefined;
    return ending ?? schemas[0] ?? {};
  }

  private ofType(schema: JsonObject, depth: number): unknown {
    switch (typeOf(schema)) {
      case "object":
        return this.object(schema, depth);
      case "array":
        return this.array(schema, depth);
      case "integer":
        return numberValue(schema, this.source, true);
      case "number":
        return numberValue(schema, this.source, false);
      case "boolean":
        return this.source.random.next() < 0.5;
      case "null":
        return null;
      default:
        return stringValue(schema, this.source);
    }
  }

  private object(schema: JsonObject, depth: number): JsonObject {
    const properties = isObject(schema["properties"]) ? schema["properties"] : {};
    const required: unknown[] = Array.isArray(schema["required"]) ? schema["required"] : [];
    const value: Record<string, unknown> = {};
    for (const [name, property] of Object.entries(properties)) {
      // Optional properties end the recursion of schemas that contain themselves.
      if (!isObject(property) || (depth > DEPTH_MAX / 3 && !required.includes(name))) continue;
      value[name] = this.source.judgement?.valueOf(name, property) ?? this.build(property, depth + 1);
    }
    return value;
  }

  private array(schema: JsonObject, depth: number): unknown[] {
    const items = isObject(schema["items"]) ? schema["items"] : { type: "string" };
    const minimum = numberOf(schema["minItems"]) ?? 0;
    const usual = this.source.weak || depth > DEPTH_MAX / 3 ? 0 : ITEMS_USUAL;
    const count = Math.min(Math.max(minimum, usual), numberOf(schema["maxItems"]) ?? Infinity);
    const unique = schema["uniqueItems"] === true;
    if (unique && Array.isArray(items["enum"])) return items["enum"].slice(0, count);
    const values: unknown[] = [];
    for (let index = 0; index < count; index++) {
      const value = this.build(items, depth + 1);
      values.push(unique && typeof value === "string" ? `${value} ${index + 1}` : value);
    }
    return values;
  }
}

export function schemaValue(schema: JsonObject, source: ValueSource): unknown {
  return new Builder(schema, source).build(schema, 0);
}

/** JSON that does not fit the schema: without a required property where there is one, else of another type. */
export function violatingValue(schema: JsonObject, source: ValueSource): unknown {
  const value = schemaValue(schema, source);
  const required: unknown[] = Array.isArray(schema["required"]) ? schema["required"] : [];
  if (isObject(value) && typeof required[0] === "string") {
    return { ...without(value, required[0]), unexpected: true };
  }
  return typeof value === "string" ? { unexpected: true } : "not what was asked for";
}
