import type { Deployment } from "@leverframe/catalog";
import type { ObligationTerms } from "@leverframe/permit";
import type { Attribute } from "./attributes";
import { type CandidateMatcher, readCandidateMatcher } from "./candidate-matcher";
import { type Condition, readCondition } from "./condition";
import { readObligationTerms } from "./obligation-terms";
import { type Fields, listed, type Place } from "./source/place";

export const EFFECTS = ["forbid", "require", "allow", "prefer", "oblige"] as const;
export type Effect = (typeof EFFECTS)[number];

export const MODES = ["enforce", "warn", "audit", "shadow"] as const;
export type Mode = (typeof MODES)[number];

/** One rule as written. */
export interface Rule {
  readonly id: string;
  /** The reason that people read in refusals; always there for forbid and require. */
  readonly why: string | null;
  readonly owner: string | null;
  readonly mode: Mode;
  readonly effect: Effect;
  /** Null for `oblige`. */
  readonly candidates: CandidateMatcher | null;
  /** Null for every other effect. */
  readonly terms: ObligationTerms | null;
  /** Null: always. */
  readonly when: Condition | null;
  readonly unless: Condition | null;
}

export interface RuleContext {
  readonly attributes: ReadonlyMap<string, Attribute>;
  readonly deployments: readonly Deployment[];
  readonly checkNames: readonly string[] | null;
}

export const RULE_FIELDS = ["id", "why", "owner", "mode", ...EFFECTS, "when", "unless"] as const;
export const RULE_ID = /^[a-z][a-z0-9-]{0,63}$/;
const RULES_MAX = 10_000;

/** The rules of all rule files, sorted by id, so that nothing can depend on the order of files or lines. */
export function readRules(files: readonly Place[], context: RuleContext): Rule[] {
  const rules = new Map<string, Rule>();
  const seen = new Set<string>();
  for (const file of files) {
    const list = file.fields("the file", ["rules"])?.need("rules", "the file")?.items("`rules`") ?? [];
    for (const item of list) {
      const rule = readRule(item, context, seen);
      if (rule) rules.set(rule.id, rule);
    }
    if (rules.size > RULES_MAX) file.fail(`${rules.size} rules; expected at most ${RULES_MAX}`);
  }
  return [...rules.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function readRule(place: Place, context: RuleContext, seen: Set<string>): Rule | null {
  const fields = place.fields("a rule", RULE_FIELDS);
  if (!fields) return null;
  const id = fields.need("id", "the rule")?.text("rule id", RULE_ID, "small letters, digits and dashes") ?? null;
  if (id !== null && seen.has(id)) fields.get("id")?.fail(`rule id \`${id}\` stands twice; expected each id once`);
  if (id !== null) seen.add(id);
  const effect = readEffect(place, fields);
  const why = fields.get("why")?.text("why") ?? null;
  if ((effect === "forbid" || effect === "require") && !fields.get("why")) {
    fields.key(effect).fail(`a ${effect} rule has no \`why\`; expected the reason for it`);
  }
  const body = effect && fields.get(effect);
  const when = fields.get("when");
  const unless = fields.get("unless");
  return {
    id: id ?? "",
    why,
    owner: fields.get("owner")?.text("owner") ?? null,
    mode: fields.get("mode")?.oneOf("mode", MODES) ?? "enforce",
    effect: effect ?? "forbid",
    candidates: body && effect !== "oblige" ? readCandidateMatcher(body, context.deployments) : null,
    terms: body && effect === "oblige" ? readObligationTerms(body, context.checkNames) : null,
    when: when && readCondition(when, context.attributes),
    unless: unless && readCondition(unless, context.attributes),
  };
}

function readEffect(place: Place, fields: Fields): Effect | null {
  const present = EFFECTS.filter((effect) => fields.get(effect));
  const [first, second] = present;
  if (!first) return place.fail(`the rule has no effect; expected exactly one of ${listed(EFFECTS)}`);
  if (second) fields.key(second).fail(`the rule has ${present.length} effects (${present.join(", ")}); expected exactly one`);
  return first;
}
