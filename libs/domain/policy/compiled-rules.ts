import type { Catalog } from "@leverframe/catalog";
import type { ObligationTerms } from "@leverframe/permit";
import type { Attribute } from "./attributes";
import { matchCandidates } from "./candidate-matcher";
import { TRUE, UNKNOWN } from "./certainty";
import { compileCondition, type Test, whenUnless } from "./compiled-condition";
import type { OriginFacts } from "./origin-facts";
import type { Effect, Mode, Rule } from "./rules";
import { type Fire, indexRules } from "./rule-index";
import { planSlots, type SlotPlan } from "./slots";

export interface CompiledRule {
  /** Place in the order of ids. */
  readonly index: number;
  readonly id: string;
  readonly why: string | null;
  readonly effect: Effect;
  readonly mode: Mode;
  /** One byte for each deployment: 1 where the effect's candidates match. Empty for `oblige`. */
  readonly matches: Uint8Array;
  readonly terms: ObligationTerms | null;
  readonly test: Test;
  /** What the test must at least say for the rule to fire: rules that restrict fire on doubt, rules that grant do not. */
  readonly firesFrom: 1 | 2;
}

export interface RuleIndex {
  readonly slots: SlotPlan;
  /** Every rule that fires, in the order of ids. */
  readonly fire: Fire;
}

/** Compiles the rules (sorted by id) to closures, and indexes them by the values that they ask about. */
export function compileRules(rules: readonly Rule[], attributes: ReadonlyMap<string, Attribute>, catalog: Catalog, facts: OriginFacts): RuleIndex {
  const conditions = rules.flatMap(({ when, unless }) => [when ?? [], unless ?? []].flat());
  const plan = planSlots(attributes, conditions, facts);
  const compiled = rules.map((rule, index) => compileRule(rule, index, plan, catalog));
  return { slots: plan, fire: indexRules(compiled, rules, plan) };
}

function compileRule(rule: Rule, index: number, plan: SlotPlan, catalog: Catalog): CompiledRule {
  const when = rule.when ? compileCondition(rule.when, plan) : null;
  const unless = rule.unless ? compileCondition(rule.unless, plan) : null;
  const grants = rule.effect === "allow" || rule.effect === "prefer";
  return {
    index,
    id: rule.id,
    why: rule.why,
    effect: rule.effect,
    mode: rule.mode,
    matches: rule.candidates ? matchCandidates(rule.candidates, catalog.deployments) : new Uint8Array(0),
    terms: rule.terms,
    test: whenUnless(when, unless),
    firesFrom: grants ? TRUE : UNKNOWN,
  };
}
