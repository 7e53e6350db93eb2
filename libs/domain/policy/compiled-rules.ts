import type { Catalog } from "@leverframe/catalog";
import type { ObligationTerms } from "@leverframe/permit";
import type { Attribute } from "./attributes";
import { matchCandidates } from "./candidate-matcher";
import { TRUE, UNKNOWN } from "./certainty";
import type { Condition } from "./condition";
import { ALWAYS, compileCondition, type Test, whenUnless } from "./compiled-condition";
import type { OriginFacts } from "./origin-facts";
import type { Effect, Mode, Rule } from "./rules";
import { planSlots, type SlotPlan, UNKNOWN_CODE } from "./slots";

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
  fire(slots: Uint16Array): CompiledRule[];
}

/** Rules that can only fire at certain values of one attribute, by the code of that value. */
interface Bucket {
  readonly slot: number;
  readonly byCode: CompiledRule[][];
}

/**
 * Compiles the rules (sorted by id) to closures. Each rule that demands certain values of a scalar attribute stands in
 * that attribute's buckets alone, so that a decision looks only at rules that its own values could fire.
 */
export function compileRules(rules: readonly Rule[], attributes: ReadonlyMap<string, Attribute>, catalog: Catalog, facts: OriginFacts): RuleIndex {
  const conditions = rules.flatMap(({ when, unless }) => [when ?? [], unless ?? []].flat());
  const plan = planSlots(attributes, conditions, facts);
  const always: CompiledRule[] = [];
  const buckets = new Map<number, Bucket>();
  rules.forEach((rule, index) => {
    const compiled = compileRule(rule, index, plan, catalog);
    const key = keyOf(rule.when, plan);
    if (key) addToBucket(buckets, key, compiled);
    else always.push(compiled);
  });
  const indexed = [...buckets.values()];
  return { slots: plan, fire: (slots) => fire(slots, always, indexed) };
}

function fire(slots: Uint16Array, always: readonly CompiledRule[], buckets: readonly Bucket[]): CompiledRule[] {
  const fired: CompiledRule[] = [];
  for (const rule of always) if (rule.test(slots) >= rule.firesFrom) fired.push(rule);
  for (const { slot, byCode } of buckets) {
    const rules = byCode[slots[slot] as number];
    if (rules) for (const rule of rules) if (rule.test(slots) >= rule.firesFrom) fired.push(rule);
  }
  return fired.sort((a, b) => a.index - b.index);
}

function compileRule(rule: Rule, index: number, plan: SlotPlan, catalog: Catalog): CompiledRule {
  const when = rule.when ? compileCondition(rule.when, plan) : ALWAYS;
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

interface BucketKey {
  readonly slot: number;
  readonly codes: readonly number[];
}

/** The demanded attribute with the fewest accepted values; an unknown value keeps the rule in play. */
function keyOf(when: Condition | null, plan: SlotPlan): BucketKey | null {
  const parts = when?.kind === "all" ? when.of : when ? [when] : [];
  let best: BucketKey | null = null;
  for (const part of parts) {
    const scalar = part.kind === "value" ? plan.scalars.get(part.attribute) : undefined;
    if (part.kind !== "value" || !scalar) continue;
    const codes = [UNKNOWN_CODE, ...part.accepted.map((value) => scalar.codes.get(value) as number)];
    if (best === null || codes.length < best.codes.length) best = { slot: scalar.slot, codes };
  }
  return best;
}

function addToBucket(buckets: Map<number, Bucket>, { slot, codes }: BucketKey, rule: CompiledRule): void {
  const bucket = buckets.get(slot) ?? { slot, byCode: [] };
  buckets.set(slot, bucket);
  for (const code of codes) (bucket.byCode[code] ??= []).push(rule);
}
