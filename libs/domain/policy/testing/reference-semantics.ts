import type { Deployment } from "@leverframe/catalog";
import { RISK_CLASS_VALUES } from "@leverframe/events";
import type { DecisionInput } from "../index";
import { ALL_DEPARTMENTS, type JsonCandidates, type JsonCondition, type JsonRule } from "./random-rules";

/**
 * The semantics once more, as plainly as they can be written: sets of strings, no slots, no index. The compiled rules
 * are compared with it. `null` is "unknown".
 */
type Held = boolean | null;

const DECLARED: Readonly<Record<string, readonly string[]>> = {
  department: ALL_DEPARTMENTS,
  riskClass: RISK_CLASS_VALUES,
  channel: ["web", "slack"],
  riskSignals: ["phi", "legal", "secret"],
};

export function expectedOutcome(rules: readonly JsonRule[], deployments: readonly Deployment[], input: DecisionInput) {
  const fired = rules.filter((rule) => rule.mode !== "shadow" && fires(rule, input)).sort((a, b) => (a.id < b.id ? -1 : 1));
  const permitted = deployments.filter(
    (deployment) =>
      fired.some(({ allow }) => allow && matches(allow, deployment)) &&
      fired.every(({ require }) => !require || matches(require, deployment)) &&
      !fired.some(({ forbid }) => forbid && matches(forbid, deployment)),
  );
  const limits = fired.flatMap(({ oblige }) => oblige?.outputTokensMax ?? []);
  return {
    permitted: permitted.map(({ id }) => id),
    rules: fired.map(({ id }) => id),
    outputTokensMax: limits.length > 0 ? Math.min(...limits) : null,
  };
}

function fires(rule: JsonRule, input: DecisionInput): boolean {
  const when = rule.when ? holds(rule.when, input) : true;
  const unless = rule.unless ? holds(rule.unless, input) : false;
  const applies = and([when, unless === null ? null : !unless]);
  return rule.allow || rule.prefer ? applies === true : applies !== false;
}

function holds(condition: JsonCondition, input: DecisionInput): Held {
  return and(Object.entries(condition).map(([name, value]) => part(name, value, input)));
}

function part(name: string, value: unknown, input: DecisionInput): Held {
  if (name === "any") return or((value as JsonCondition[]).map((one) => holds(one, input)));
  if (name === "all") return and((value as JsonCondition[]).map((one) => holds(one, input)));
  if (name === "not") return negate(holds(value as JsonCondition, input));
  if (name === "riskSignals") return signals(value, input);
  const actual = { department: input.origin.department, riskClass: input.classification.riskClass, channel: input.request.attributes["channel"] }[name];
  if (actual === undefined || !DECLARED[name]?.includes(actual)) return null;
  if (Array.isArray(value)) return value.includes(actual);
  return DECLARED[name].indexOf(actual) >= DECLARED[name].indexOf((value as { at_least: string }).at_least);
}

function signals(value: unknown, input: DecisionInput): Held {
  const present = input.classification.riskSignals.map(({ signal }) => signal);
  const stray = present.some((signal) => !DECLARED["riskSignals"]?.includes(signal));
  const any = (names: readonly string[]) => or(names.map((one) => present.includes(one) || (stray ? null : false)));
  if (Array.isArray(value)) return any(value as string[]);
  const { any_of, none_of } = value as { any_of?: string[]; none_of?: string[] };
  return any_of ? any(any_of) : negate(any(none_of ?? []));
}

const negate = (held: Held): Held => (held === null ? null : !held);
const and = (parts: readonly Held[]): Held => (parts.includes(false) ? false : parts.includes(null) ? null : true);
const or = (parts: readonly Held[]): Held => (parts.includes(true) ? true : parts.includes(null) ? null : false);

function matches(candidates: JsonCandidates, { id, region, tags, model }: Deployment): boolean {
  if (candidates === "all") return true;
  const has: Readonly<Record<string, readonly string[]>> = { deployment: [id], region: [region], tag: tags, tier: [model.tier], licence: [model.licence] };
  return Object.entries(candidates).every(([field, names]) => names.some((name) => has[field]?.includes(name)));
}
