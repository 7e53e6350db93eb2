import { COMPLEXITY_VALUES, LATENCY_CLASS_VALUES, RISK_CLASS_VALUES } from "@leverframe/events";
import type { Fields, Place } from "./source/place";

/**
 * What rules may ask about a request. `enum` and `string` are compared for equality, `ordinal` and `number` (cut into
 * bands) are also ordered, `set` has members. Every attribute has finitely many values that rules can tell apart.
 */
export interface Attribute {
  readonly name: string;
  readonly type: AttributeType;
  /**
   * Where the value comes from: `origin.tenant`, `classification.riskClass`, `request.attributes.channel`, `state.…`
   * (moving state, recorded on the permit), `facts.…` (what the folder says about who asks).
   */
  readonly source: string;
  /** Valid values, in order for ordinals; the bands' names for numbers; null when any text may stand there. */
  readonly values: readonly string[] | null;
  /** Numbers only: ascending; band i holds what is at least cuts[i - 1] and below cuts[i]. */
  readonly cuts: readonly number[] | null;
  /** Taken when the request says nothing (of a set: members with commas); null: then the attribute is unknown. */
  readonly default: string | null;
}

export const ATTRIBUTE_TYPES = ["enum", "ordinal", "number", "set", "string"] as const;
export type AttributeType = (typeof ATTRIBUTE_TYPES)[number];

const BANDS = ["ok", "warning", "exceeded"] as const;
const HEALTH_BANDS = ["ok", "degraded", "down"] as const;

function builtIn(name: string, type: AttributeType, source: string, values: readonly string[] | null = null): Attribute {
  return { name, type, source, values, cuts: null, default: null };
}

function bands(name: string, source: string, values: readonly string[], cuts: readonly number[]): Attribute {
  return { name, type: "number", source, values, cuts, default: null };
}

/** Known without a declaration. `attributes.yaml` may name the values of open ones and move the cuts of numbers. */
export const BUILT_IN_ATTRIBUTES: readonly Attribute[] = [
  builtIn("tenant", "enum", "origin.tenant"),
  builtIn("department", "enum", "origin.department"),
  builtIn("application", "enum", "origin.application"),
  builtIn("user", "string", "origin.user"),
  builtIn("route", "enum", "route"),
  builtIn("taskType", "enum", "classification.taskType"),
  builtIn("complexity", "ordinal", "classification.complexity", COMPLEXITY_VALUES),
  builtIn("riskClass", "ordinal", "classification.riskClass", RISK_CLASS_VALUES),
  builtIn("riskSignals", "set", "classification.riskSignals"),
  builtIn("language", "string", "classification.language"),
  builtIn("outputFormat", "enum", "classification.outputFormat", ["text", "markdown", "json", "code"]),
  builtIn("latencyClass", "enum", "classification.latencyClass", LATENCY_CLASS_VALUES),
  builtIn("capabilities", "set", "classification.capabilities", ["json", "tools", "vision"]),
  bands("promptSize", "classification.promptBytes", ["small", "medium", "large"], [4_096, 65_536]),
  bands("contextSize", "classification.inputTokensMax", ["small", "medium", "large", "huge"], [8_000, 32_000, 128_000]),
  builtIn("userGroups", "set", "facts.userGroups"),
  builtIn("budgetTier", "ordinal", "facts.budgetTier"),
  // The worst of those who pay, and each of them.
  builtIn("budgetBand", "ordinal", "state.budgetBand", BANDS),
  builtIn("budgetBandTenant", "ordinal", "state.budgetBandTenant", BANDS),
  builtIn("budgetBandDepartment", "ordinal", "state.budgetBandDepartment", BANDS),
  builtIn("budgetBandUser", "ordinal", "state.budgetBandUser", BANDS),
  builtIn("budgetBandCompany", "ordinal", "state.budgetBandCompany", BANDS),
  builtIn("budgetBandTeam", "ordinal", "state.budgetBandTeam", BANDS),
  builtIn("budgetBandApplication", "ordinal", "state.budgetBandApplication", BANDS),
  builtIn("budgetBandAgentRun", "ordinal", "state.budgetBandAgentRun", BANDS),
  builtIn("timeWindow", "enum", "state.timeWindow"),
];

/** Values of built-in attributes that another file of the folder declares. */
export interface DerivedValues {
  readonly tenant: readonly string[];
  readonly department: readonly string[];
  readonly application: readonly string[];
  readonly route: readonly string[];
  readonly userGroups: readonly string[];
  readonly budgetTier: readonly string[];
  readonly timeWindow: readonly string[];
  /** Each gives an attribute `providerHealth.<provider>` and, as tiers, tags and routes do, one of its budget: `budgetBandProvider.<provider>`. */
  readonly providers: readonly string[];
  readonly modelTiers: readonly string[];
  readonly tags: readonly string[];
}

export const ATTRIBUTE_FIELDS = ["name", "type", "source", "values", "cuts", "default", "about"] as const;
export const ATTRIBUTE_NAME = /^[a-z][A-Za-z0-9]{0,63}$/;
const RESERVED = ["any", "all", "not"];
export const SOURCE = /^(?:request\.attributes|state)\.[A-Za-z][A-Za-z0-9._-]{0,63}$/;
const VALUES_MAX = 1_000;

/** The attributes of a policy set: the built-in ones and those of `attributes.yaml` (its list), by name. */
export function readAttributes(list: Place | null, derived: DerivedValues): Map<string, Attribute> {
  const known = [...BUILT_IN_ATTRIBUTES, ...derived.providers.map(providerHealth), ...partitionBands(derived)];
  const attributes = new Map(known.map((attribute) => [attribute.name, withDerived(attribute, derived)]));
  const declared = new Set<string>();
  for (const item of list?.items("`attributes`") ?? []) {
    const fields = item.fields("an attribute", ATTRIBUTE_FIELDS);
    const name = fields?.need("name", "the attribute")?.text("attribute name", ATTRIBUTE_NAME, "a name such as `dataResidency`");
    if (!fields || !name) continue;
    if (declared.has(name)) fields.get("name")?.fail(`attribute \`${name}\` is declared twice; expected once`);
    else if (RESERVED.includes(name)) fields.get("name")?.refuse("attribute name", "a name other than any, all or not");
    else attributes.set(name, readAttribute(fields, name, attributes.get(name) ?? null));
    declared.add(name);
  }
  return attributes;
}

/** The policy gate hands it in as state, from what executors tell each other; a provider that nobody speaks about is well. */
function providerHealth(provider: string): Attribute {
  const name = `providerHealth.${provider}`;
  return { name, type: "ordinal", source: `state.${name}`, values: HEALTH_BANDS, cuts: null, default: "ok" };
}

/** Budgets of partitions: they have no default, so that they are unknown while the ledger cannot be asked. */
function partitionBands({ route, providers, modelTiers, tags }: DerivedValues): Attribute[] {
  const kinds = { Route: route, Provider: providers, Tier: modelTiers, Tag: tags };
  return Object.entries(kinds).flatMap(([kind, names]) =>
    names.map((name) => builtIn(`budgetBand${kind}.${name}`, "ordinal", `state.budgetBand${kind}.${name}`, BANDS)),
  );
}

function withDerived(attribute: Attribute, derived: DerivedValues): Attribute {
  const values = derived[attribute.name as keyof DerivedValues] as readonly string[] | undefined;
  return values ? { ...attribute, values } : attribute;
}

function readAttribute(fields: Fields, name: string, known: Attribute | null): Attribute {
  const type = readType(fields, known);
  const source = readSource(fields, known);
  const values = readValues(fields, type, known) ?? known?.values ?? null;
  const cuts = type === "number" ? (readCuts(fields, values) ?? known?.cuts ?? null) : null;
  if (type !== "number") fields.get("cuts")?.fail("`cuts` is for numbers alone; expected no such field here");
  return { name, type, source, values, cuts, default: readDefault(fields.get("default"), type, values) };
}

function readDefault(place: Place | null, type: AttributeType, values: readonly string[] | null): string | null {
  if (!place) return null;
  if (type === "set") {
    const members = place.items("`default` of a set")?.map((item) => (values ? item.oneOf("default", values) : item.text("default", /^[^,]+$/, "a text without commas")));
    return members && !members.includes(null) ? members.join(",") : null;
  }
  return type === "number" || !values ? place.text("default") : place.oneOf("default", values);
}

function readType(fields: Fields, known: Attribute | null): AttributeType {
  if (!known) return fields.need("type", "the attribute")?.oneOf("type", ATTRIBUTE_TYPES) ?? "string";
  fields.get("type")?.oneOf(`type of the built-in \`${known.name}\``, [known.type]);
  return known.type;
}

function readSource(fields: Fields, known: Attribute | null): string {
  if (known) {
    fields.get("source")?.oneOf(`source of the built-in \`${known.name}\``, [known.source]);
    return known.source;
  }
  const source = fields.need("source", "the attribute");
  return source?.text("source", SOURCE, "request.attributes.<name> or state.<name>") ?? "";
}

function readValues(fields: Fields, type: AttributeType, known: Attribute | null): string[] | null {
  const place = fields.get("values");
  if (!place) {
    const needed = !known && (type === "enum" || type === "ordinal" || type === "number");
    if (needed) fields.need("values", `the ${type} attribute`);
    return null;
  }
  if (known?.values && type !== "number") {
    return place.fail(`the values of the built-in \`${known.name}\` are given; expected no \`values\` here`);
  }
  const values: string[] = [];
  const items = place.items("`values`");
  if (items?.length === 0) return place.fail("`values` is empty; expected at least one value");
  for (const item of items ?? []) {
    const value = item.text("value");
    if (value !== null && values.includes(value)) item.refuse("doubled value", "each value once");
    else if (value !== null) values.push(value);
  }
  if (values.length > VALUES_MAX) return place.fail(`${values.length} values; expected at most ${VALUES_MAX}`);
  return values;
}

function readCuts(fields: Fields, values: readonly string[] | null): number[] | null {
  const place = fields.get("cuts");
  if (!place) {
    if (fields.get("values")) fields.need("cuts", "the number attribute");
    return null;
  }
  const cuts: number[] = [];
  for (const item of place.items("`cuts`") ?? []) {
    const cut = item.number("cut point", -Number.MAX_VALUE, Number.MAX_VALUE);
    if (cut === null) continue;
    if (cut <= (cuts.at(-1) ?? -Infinity)) item.refuse("cut point", `more than the one before it, ${cuts.at(-1)}`);
    cuts.push(cut);
  }
  if (values && values.length !== cuts.length + 1) {
    place.fail(`${cuts.length} cut points make ${cuts.length + 1} bands, but \`values\` names ${values.length}; expected one name for each band`);
  }
  return cuts;
}
