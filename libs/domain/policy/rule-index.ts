import { type Certainty, FALSE } from "./certainty";
import { compileCondition, type Test, whenUnless } from "./compiled-condition";
import type { Condition } from "./condition";
import type { CompiledRule } from "./compiled-rules";
import type { Rule } from "./rules";
import type { SlotPlan } from "./slots";

/** Finds the rules that fire, in the order of ids. */
export type Fire = (slots: Uint16Array) => CompiledRule[];

/** A part of a rule's condition that must hold with the others; `slot` when it asks about one attribute alone. */
interface Conjunct {
  readonly test: Test;
  readonly slot: number | null;
}

/** For one attribute: by the code of its value, one bit for each rule that this value leaves in play. */
interface SlotMasks {
  readonly slot: number;
  readonly byCode: readonly Int32Array[];
  /** Rules left in play over all codes; the attribute that leaves the fewest is asked first. */
  readonly density: number;
}

const BITS = 32;

/**
 * A rule is a conjunction, and most of its parts ask about one attribute. Such parts become bit sets, a bit for each
 * rule, chosen by the attribute's value; their intersection is the rules that fire. So a decision costs an `and` for
 * 32 rules at a time, and a closure only for the few rules whose other parts (`any` over several attributes) remain.
 */
export function indexRules(rules: readonly CompiledRule[], sources: readonly Rule[], plan: SlotPlan): Fire {
  const parts = sources.map((rule) => conjunctsOf(rule, plan));
  const words = Math.ceil(rules.length / BITS);
  const slots = [...new Set(parts.flatMap((conjuncts) => conjuncts.flatMap(({ slot }) => slot ?? [])))];
  const masks = slots.map((slot) => masksOf(slot, rules, parts, words, plan)).sort((a, b) => a.density - b.density);
  const residuals = parts.map((conjuncts, index) => residualOf(conjuncts, rules[index] as CompiledRule));
  const everything = new Int32Array(words);
  rules.forEach((_, index) => setBit(everything, index));
  const chosen: Int32Array[] = masks.map(() => everything);
  return (values) => {
    masks.forEach(({ slot, byCode }, index) => {
      chosen[index] = byCode[values[slot] as number] as Int32Array;
    });
    const fired: CompiledRule[] = [];
    for (let word = 0; word < words; word++) {
      let bits = everything[word] as number;
      for (let index = 0; bits !== 0 && index < chosen.length; index++) bits &= (chosen[index] as Int32Array)[word] as number;
      while (bits !== 0) {
        const lowest = bits & -bits;
        bits ^= lowest;
        const index = word * BITS + (BITS - 1 - Math.clz32(lowest));
        const residual = residuals[index] as ((values: Uint16Array) => boolean) | null;
        if (residual === null || residual(values)) fired.push(rules[index] as CompiledRule);
      }
    }
    return fired;
  };
}

/** `when` and not `unless`, taken apart as far as `and` reaches. */
function conjunctsOf({ when, unless }: Rule, plan: SlotPlan): Conjunct[] {
  const positive = when ? flatten(when, "all") : [];
  const negative = unless ? flatten(unless, "any") : [];
  return [
    ...positive.map((part) => conjunct(compileCondition(part, plan), part, plan)),
    ...negative.map((part) => conjunct(whenUnless(null, compileCondition(part, plan)), part, plan)),
  ];
}

/** The parts of nested `all`; of a negated condition those of nested `any`, since no part of it may hold. */
function flatten(condition: Condition, kind: "all" | "any"): Condition[] {
  if (condition.kind === kind) return condition.of.flatMap((part) => flatten(part, kind));
  const splits = kind === "all" ? ["all_of", "none_of"] : ["any_of"];
  if (condition.kind === "members" && splits.includes(condition.mode)) {
    const mode = condition.mode === "none_of" ? "none_of" : "any_of";
    return condition.values.map((value): Condition => ({ ...condition, mode, values: [value] }));
  }
  return [condition];
}

function conjunct(test: Test, condition: Condition, plan: SlotPlan): Conjunct {
  const asked = plan.slotsOf(condition);
  return { test, slot: asked.size === 1 ? ([...asked][0] as number) : null };
}

function masksOf(slot: number, rules: readonly CompiledRule[], parts: readonly (readonly Conjunct[])[], words: number, plan: SlotPlan): SlotMasks {
  const values = new Uint16Array(plan.size);
  let density = 0;
  const byCode = Array.from({ length: plan.codesOf(slot) }, (_, code) => {
    const mask = new Int32Array(words);
    values[slot] = code;
    rules.forEach(({ firesFrom }, index) => {
      const holds = (parts[index] as readonly Conjunct[]).every((part) => part.slot !== slot || part.test(values) >= firesFrom);
      if (!holds) return;
      setBit(mask, index);
      density++;
    });
    return mask;
  });
  return { slot, byCode, density: density / byCode.length };
}

/** Whether the parts that no bit set stands for let the rule fire; null when there are none. */
function residualOf(conjuncts: readonly Conjunct[], { firesFrom }: CompiledRule): ((values: Uint16Array) => boolean) | null {
  const tests = conjuncts.filter(({ slot }) => slot === null).map(({ test }) => test);
  if (tests.length === 0) return null;
  return (values) => {
    for (const test of tests) {
      const held: Certainty = test(values);
      if (held === FALSE || held < firesFrom) return false;
    }
    return true;
  };
}

function setBit(mask: Int32Array, index: number): void {
  const word = Math.floor(index / BITS);
  mask[word] = (mask[word] as number) | (1 << index % BITS);
}
