import type { Condition } from "../condition";
import { compileCondition } from "../compiled-condition";
import type { Certainty } from "../certainty";
import type { PolicySet } from "../policy-set";
import { type DecisionInput, planSlots } from "../slots";

/** What gives words their meaning: two sets may declare the same attribute differently. */
export type Language = Pick<PolicySet, "attributes" | "facts">;

/** A condition without parts, and of a set attribute about a single member. */
export type Leaf = Extract<Condition, { kind: "value" | "members" }>;

/** The leaves of a condition, in the form in which `leafOf` names them. */
export function leavesOf(condition: Condition | null): Leaf[] {
  if (condition === null) return [];
  switch (condition.kind) {
    case "all":
    case "any":
      return condition.of.flatMap(leavesOf);
    case "not":
      return leavesOf(condition.of);
    case "value":
      return [condition];
    case "members":
      return condition.values.map((value) => memberLeaf(condition.attribute, value));
  }
}

export function memberLeaf(attribute: string, member: string): Leaf {
  return { kind: "members", attribute, mode: "any_of", values: [member] };
}

export function leafKey({ kind, attribute, ...rest }: Leaf): string {
  return `${kind} ${attribute} ${("accepted" in rest ? rest.accepted : rest.values).join("\u0000")}`;
}

/** Asks the leaf of requests exactly as a decision does. */
export function probeOf({ attributes, facts }: Language, leaf: Leaf): (input: DecisionInput) => Certainty {
  const plan = planSlots(attributes, [leaf], facts);
  const test = compileCondition(leaf, plan);
  const slots = new Uint16Array(plan.size);
  return (input) => {
    plan.fill(slots, input, "");
    return test(slots);
  };
}
