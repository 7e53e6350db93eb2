import { type Certainty, FALSE, TRUE, UNKNOWN } from "./certainty";
import type { Condition } from "./condition";
import { memberKey, type SlotPlan, UNKNOWN_CODE } from "./slots";

/** Whether a condition holds for the request whose values are in the slots. */
export type Test = (slots: Uint16Array) => Certainty;

const ALWAYS: Test = () => TRUE;

export function compileCondition(condition: Condition, plan: SlotPlan): Test {
  switch (condition.kind) {
    case "all":
      return least(condition.of.map((part) => compileCondition(part, plan)));
    case "any":
      return most(condition.of.map((part) => compileCondition(part, plan)));
    case "not":
      return not(compileCondition(condition.of, plan));
    case "value":
      return compileValue(condition.attribute, condition.accepted, plan);
    case "members": {
      const parts = condition.values.map((value) => memberTest(condition.attribute, value, plan));
      if (condition.mode === "all_of") return least(parts);
      return condition.mode === "any_of" ? most(parts) : not(most(parts));
    }
  }
}

/** `when` holds and `unless` does not; null: always, and never. */
export function whenUnless(when: Test | null, unless: Test | null): Test {
  if (unless === null) return when ?? ALWAYS;
  return when === null ? not(unless) : least([when, not(unless)]);
}

function compileValue(attribute: string, accepted: readonly string[], plan: SlotPlan): Test {
  const scalar = plan.scalars.get(attribute);
  if (!scalar) throw new Error(`attribute ${attribute} has no slot`);
  const { slot, codes } = scalar;
  const table = new Uint8Array(codes.size + 2).fill(FALSE);
  table[UNKNOWN_CODE] = UNKNOWN;
  for (const value of accepted) table[codes.get(value) as number] = TRUE;
  return (slots) => table[slots[slot] as number] as Certainty;
}

function memberTest(attribute: string, value: string, plan: SlotPlan): Test {
  const slot = plan.members.get(memberKey(attribute, value));
  if (slot === undefined) throw new Error(`member ${value} of ${attribute} has no slot`);
  return (slots) => slots[slot] as Certainty;
}

function least(parts: readonly Test[]): Test {
  const [first, second] = parts;
  if (first && parts.length === 1) return first;
  if (first && second && parts.length === 2) return (slots) => Math.min(first(slots), second(slots)) as Certainty;
  return (slots) => {
    let result: Certainty = TRUE;
    for (const part of parts) {
      const held = part(slots);
      if (held === FALSE) return FALSE;
      if (held < result) result = held;
    }
    return result;
  };
}

function most(parts: readonly Test[]): Test {
  const [first] = parts;
  if (first && parts.length === 1) return first;
  return (slots) => {
    let result: Certainty = FALSE;
    for (const part of parts) {
      const held = part(slots);
      if (held === TRUE) return TRUE;
      if (held > result) result = held;
    }
    return result;
  };
}

function not(part: Test): Test {
  return (slots) => (TRUE - part(slots)) as Certainty;
}
