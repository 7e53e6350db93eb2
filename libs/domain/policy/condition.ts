import type { Attribute } from "./attributes";
import { type Fields, listed, type Place } from "./source/place";

/** What `when` and `unless` say, as data: finite, so that it can be compiled, proved about and compared. */
export type Condition =
  | { readonly kind: "all" | "any"; readonly of: readonly Condition[] }
  | { readonly kind: "not"; readonly of: Condition }
  /** A scalar attribute has one of these values. */
  | { readonly kind: "value"; readonly attribute: string; readonly accepted: readonly string[] }
  /** A set attribute has any, all or none of these members. */
  | { readonly kind: "members"; readonly attribute: string; readonly mode: SetMode; readonly values: readonly string[] };

export const SET_MODES = ["any_of", "all_of", "none_of"] as const;
export type SetMode = (typeof SET_MODES)[number];

const COMBINERS = ["all", "any", "not"];
const DEPTH_MAX = 8;
export const ORDER_FIELDS = ["at_least", "at_most"] as const;

/**
 * Reads a map of matchers, all of which must hold: attribute → value, list of values, `{at_least, at_most}`,
 * `{any_of, all_of, none_of}`; or `any` / `all` (lists of maps) and `not` (a map).
 */
export function readCondition(place: Place, attributes: ReadonlyMap<string, Attribute>, depth = 0): Condition | null {
  if (depth > DEPTH_MAX) return place.fail(`conditions are nested more than ${DEPTH_MAX} deep; expected fewer`);
  if (!place.isMap) return place.refuse("a condition", "a map such as { department: Sales }");
  const fields = place.fields("a condition", null);
  if (!fields) return null;
  const names = fields.names();
  if (names.length === 0) return place.fail("the condition is empty; expected at least one attribute");
  const parts = names.map((name) => readPart(name, fields, attributes, depth));
  return parts.includes(null) ? null : allOf(parts as Condition[]);
}

function readPart(name: string, fields: Fields, attributes: ReadonlyMap<string, Attribute>, depth: number): Condition | null {
  const value = fields.get(name);
  if (!value) return null;
  if (name === "not") {
    const of = readCondition(value, attributes, depth + 1);
    return of && { kind: "not", of };
  }
  if (name === "any" || name === "all") {
    const parts = value.oneOrMore(`\`${name}\``)?.map((part) => readCondition(part, attributes, depth + 1));
    return parts && !parts.includes(null) ? { kind: name, of: parts as Condition[] } : null;
  }
  const attribute = attributes.get(name);
  if (attribute) return readMatcher(value, attribute);
  const known = [...attributes.keys(), ...COMBINERS];
  return fields.key(name).fail(`unknown attribute \`${name}\`; expected ${listed(known)}`, known);
}

function readMatcher(place: Place, attribute: Attribute): Condition | null {
  if (attribute.type === "set") return readSetMatcher(place, attribute);
  if (!place.isMap) {
    const accepted = readValues(place, attribute);
    return accepted && { kind: "value", attribute: attribute.name, accepted };
  }
  const ordered = attribute.type === "ordinal" || attribute.type === "number";
  if (!ordered) {
    const fields = place.fields(`the matcher of \`${attribute.name}\``, ["any_of", "none_of"]);
    return fields && readParts(fields, ["any_of", "none_of"], (part, mode) => {
      const accepted = readValues(part, attribute);
      const condition: Condition | null = accepted && { kind: "value", attribute: attribute.name, accepted };
      return condition && mode === "none_of" ? { kind: "not", of: condition } : condition;
    }, place);
  }
  const fields = place.fields(`the matcher of \`${attribute.name}\``, ORDER_FIELDS);
  return fields && readRange(fields, attribute, place);
}

function readRange(fields: Fields, attribute: Attribute, place: Place): Condition | null {
  const values = attribute.values ?? [];
  const least = fields.get("at_least");
  const most = fields.get("at_most");
  if (!least && !most) return place.fail(`the matcher of \`${attribute.name}\` is empty; expected at_least or at_most`);
  const from = least ? least.oneOf(`value of \`${attribute.name}\``, values) : (values[0] ?? null);
  const to = most ? most.oneOf(`value of \`${attribute.name}\``, values) : (values.at(-1) ?? null);
  if (from === null || to === null) return null;
  const accepted = values.slice(values.indexOf(from), values.indexOf(to) + 1);
  if (accepted.length === 0) return place.fail(`no \`${attribute.name}\` is at least \`${from}\` and at most \`${to}\``);
  return { kind: "value", attribute: attribute.name, accepted };
}

function readSetMatcher(place: Place, attribute: Attribute): Condition | null {
  const members = (part: Place, mode: SetMode): Condition | null => {
    const values = readValues(part, attribute);
    return values && { kind: "members", attribute: attribute.name, mode, values };
  };
  if (!place.isMap) return members(place, "any_of");
  const fields = place.fields(`the matcher of \`${attribute.name}\``, SET_MODES);
  return fields && readParts(fields, SET_MODES, members, place);
}

function readParts<M extends string>(
  fields: Fields,
  modes: readonly M[],
  read: (part: Place, mode: M) => Condition | null,
  place: Place,
): Condition | null {
  const present = modes.filter((mode) => fields.get(mode));
  if (present.length === 0) return place.fail(`the matcher is empty; expected ${listed(modes)}`);
  const parts = present.map((mode) => read(fields.get(mode) as Place, mode));
  return parts.includes(null) ? null : allOf(parts as Condition[]);
}

function readValues(place: Place, attribute: Attribute): string[] | null {
  const what = `value of \`${attribute.name}\``;
  const items = place.oneOrMore(what);
  const values = items?.map((item) => (attribute.values ? item.oneOf(what, attribute.values) : item.text(what)));
  return values && !values.includes(null) ? [...new Set(values as string[])] : null;
}

function allOf(parts: readonly Condition[]): Condition {
  return parts.length === 1 && parts[0] ? parts[0] : { kind: "all", of: parts };
}
