import type { Deployment } from "@leverframe/catalog";
import { matchCandidates } from "../candidate-matcher";
import type { Condition } from "../condition";
import type { Attribute, DecisionInput, PolicySet, Rule } from "../index";

/** Two expressions, so that each rule is evaluated once and not once for each deployment. */
export interface CelExpressions {
  /** Over `r`, a map of raw attribute values: a list that says of each enforced rule whether it fires. */
  readonly fired: string;
  /** Over that list, `f`, and `r`: whether each deployment is permitted, in catalog order. */
  readonly permitted: string;
}

/**
 * The set in Google's Common Expression Language. It knows two truth values alone: each condition is written twice, as
 * "surely holds" and as "may hold", so that it shares nothing with the compiled slots, tables and bit sets.
 */
export function celExpressions(set: PolicySet): CelExpressions {
  const enforced = set.rules.filter(({ mode, effect }) => mode === "enforce" && effect !== "oblige" && effect !== "prefer");
  return {
    fired: `[${enforced.map((rule) => fires(rule, set.attributes)).join(",\n")}]`,
    permitted: `[${set.catalog.deployments.map((deployment) => candidate(deployment, enforced)).join(",\n")}]`,
  };
}

function candidate(deployment: Deployment, rules: readonly Rule[]): string {
  const concerning = (effect: Rule["effect"], matching: 0 | 1) =>
    rules.flatMap((rule, index) => (rule.effect === effect && rule.candidates && matchCandidates(rule.candidates, [deployment])[0] === matching ? `f[${index}]` : []));
  const allowed = concerning("allow", 1);
  const excluded = [...concerning("forbid", 1), ...concerning("require", 0)].map((fired) => `!${fired}`);
  const able = `r["capabilities"].all(c, c in ${list(deployment.model.capabilities)})`;
  return and([able, or(allowed), ...excluded]);
}

function fires({ effect, when, unless }: Rule, attributes: PolicySet["attributes"]): string {
  const grants = effect === "allow";
  const applies = when ? says(when, attributes, grants ? "surely" : "maybe") : "true";
  const excepted = unless ? says(unless, attributes, grants ? "maybe" : "surely") : "false";
  return `(${applies} && !${excepted})`;
}

type Sense = "surely" | "maybe";

function says(condition: Condition, attributes: PolicySet["attributes"], sense: Sense): string {
  const other = sense === "surely" ? "maybe" : "surely";
  switch (condition.kind) {
    case "all":
      return and(condition.of.map((part) => says(part, attributes, sense)));
    case "any":
      return or(condition.of.map((part) => says(part, attributes, sense)));
    case "not":
      return `!${says(condition.of, attributes, other)}`;
    case "value": {
      const attribute = attributes.get(condition.attribute) as Attribute;
      const matches = attribute.type === "number" ? inBands(attribute, condition.accepted) : `${value(attribute)} in ${list(condition.accepted)}`;
      return sense === "surely" ? and([known(attribute), matches]) : or([`!${known(attribute)}`, matches]);
    }
    case "members":
      if (condition.mode === "none_of") return `!${says({ ...condition, mode: "any_of" }, attributes, other)}`;
      return members(attributes.get(condition.attribute) as Attribute, condition.mode, condition.values, sense);
  }
}

function members(attribute: Attribute, mode: "any_of" | "all_of", values: readonly string[], sense: Sense): string {
  const held = values.map((member) => `${JSON.stringify(member)} in ${value(attribute)}`);
  const matches = mode === "any_of" ? or(held) : and(held);
  if (sense === "surely") return and([present(attribute), matches]);
  const stray = attribute.values ? [`!${value(attribute)}.all(m, m in ${list(attribute.values)})`] : [];
  return or([`!${present(attribute)}`, ...stray, matches]);
}

/** It is there, and among the declared values. */
function known(attribute: Attribute): string {
  if (!attribute.values || attribute.type === "number") return present(attribute);
  return and([present(attribute), `${value(attribute)} in ${list(attribute.values)}`]);
}

function inBands({ name, values, cuts }: Attribute, accepted: readonly string[]): string {
  return or(
    accepted.map((band) => {
      const index = values?.indexOf(band) ?? 0;
      const [from, to] = [cuts?.[index - 1], cuts?.[index]];
      const bounds = [from === undefined ? [] : `r["${name}"] >= ${from.toFixed(1)}`, to === undefined ? [] : `r["${name}"] < ${to.toFixed(1)}`];
      return and(bounds.flat());
    }),
  );
}

const present = ({ name }: Attribute) => `("${name}" in r)`;
const value = ({ name }: Attribute) => `r["${name}"]`;
const list = (values: readonly string[]) => `[${values.map((one) => JSON.stringify(one)).join(", ")}]`;
const and = (parts: readonly string[]) => (parts.length === 0 ? "true" : `(${parts.join(" && ")})`);
const or = (parts: readonly string[]) => (parts.length === 0 ? "false" : `(${parts.join(" || ")})`);

/** Raw values by attribute, read from the request as plainly as can be; what is missing is not in the map. */
export function celValues(set: PolicySet, input: DecisionInput, route: string): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const attribute of set.attributes.values()) {
    const raw = rawOf(attribute.source, input, route, set) ?? attribute.default;
    if (raw === null || raw === undefined) continue;
    if (attribute.type === "number") values[attribute.name] = Number(raw);
    else values[attribute.name] = attribute.type === "set" && typeof raw === "string" ? raw.split(",").filter((member) => member !== "") : raw;
  }
  return values;
}

function rawOf(source: string, { origin, classification, request, state }: DecisionInput, route: string, { facts }: PolicySet): unknown {
  const [room = "", ...rest] = source.split(".");
  const key = rest.join(".");
  if (room === "route") return route;
  if (key === "riskSignals") return classification.riskSignals.map(({ signal }) => signal);
  if (room === "classification") return (classification as unknown as Record<string, unknown>)[key];
  if (room === "origin") return (origin as unknown as Record<string, unknown>)[key];
  if (room === "state") return state?.[key] ?? (key === "timeWindow" ? facts.timeWindow(origin) : undefined);
  if (room === "facts") return key === "userGroups" ? facts.userGroups(origin) : facts.budgetTier(origin);
  return request.attributes[source.slice("request.attributes.".length)];
}
