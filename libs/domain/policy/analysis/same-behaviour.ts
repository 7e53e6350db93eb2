import { type Merge, type Node, NO, YES } from "./diagram";
import { type Interpreter, type Meaning, obligationKey } from "./meaning";
import { isNames } from "./obligation-meaning";

const SAME: Merge = { at: (a, b) => (a === b ? 1 : 0), shortcut: (a, b) => (a === b ? YES : null) };
const ORDER: Merge = { at: (a, b) => Math.sign(a - b) + 1 };

/**
 * Where two sets answer alike: same route or refusal, same permitted candidates in the same order of preference, same
 * obligations. Which rules brought it about, and what rules that are not enforced would have done, is not compared.
 */
export function sameBehaviour(interpreter: Interpreter, a: Meaning, b: Meaning): Node {
  const d = interpreter.space.diagrams;
  const ids = [...new Set([...a.permitted.keys(), ...b.permitted.keys()])];
  let same = d.and(d.merge(SAME, a.route, b.route), d.merge(SAME, a.refusal, b.refusal));
  for (const id of ids) same = d.and(same, d.merge(SAME, a.permitted.get(id) ?? NO, b.permitted.get(id) ?? NO));
  const answered = d.and(same, a.answered);
  if (answered === NO) return same;
  for (const key of new Set([...a.obligations.keys(), ...b.obligations.keys()])) {
    const { field } = obligationKey(key);
    const nothing = d.leaf(isNames(field) ? 0 : interpreter.obligations.numberOf(field, null));
    same = d.minus(same, d.and(answered, d.unlike(a.obligations.get(key) ?? nothing, b.obligations.get(key) ?? nothing)));
  }
  return d.minus(same, d.and(answered, otherOrder(interpreter, a, b, ids)));
}

/** Where two permitted candidates stand in another order. Only where `a` and `b` permit the same is it asked for. */
function otherOrder(interpreter: Interpreter, a: Meaning, b: Meaning, ids: readonly string[]): Node {
  const d = interpreter.space.diagrams;
  if (ids.every((id) => a.favour.get(id) === b.favour.get(id))) return NO;
  let other = NO;
  for (const [index, one] of ids.entries()) {
    for (const next of ids.slice(index + 1)) {
      const both = d.and(a.permitted.get(one) ?? NO, a.permitted.get(next) ?? NO);
      if (both === NO) continue;
      const [before, after] = [a, b].map(({ favour }) => d.merge(ORDER, favour.get(one) ?? NO, favour.get(next) ?? NO)) as [Node, Node];
      other = d.or(other, d.and(both, d.unlike(before, after)));
    }
  }
  return other;
}
