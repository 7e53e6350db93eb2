import type { DecisionCase } from "../cases";
import { compileRules } from "../compiled-rules";
import type { PolicySet } from "../policy-set";
import { runDecisionCase } from "../run-cases";
import { type Node, NO } from "./diagram";
import { Interpreter } from "./meaning";
import { type Mutant, mutantsOf } from "./mutants";
import { sameBehaviour } from "./same-behaviour";
import { Space } from "./space";
import { type Witness, witnessOf } from "./witness";

/** A mistake that no case notices, and a request that would show it. */
export interface Survivor {
  readonly mutant: Mutant;
  readonly witness: Witness;
}

export interface MutationScore {
  readonly mutants: number;
  /** A case failed. */
  readonly killed: number;
  /** Proven to answer every request as the set does: no case could notice. */
  readonly equivalent: number;
  readonly survivors: readonly Survivor[];
  /** Cases that fail on the set itself: they would call every mutant noticed, so they are not asked. */
  readonly casesFailing: number;
  /** Killed of those that are not equivalent, 0..1. */
  readonly score: number;
}

/** Tries the set's decision cases on every mutant of its rules. A mutant that all cases pass is compared with the set exactly. */
export function mutate(set: PolicySet): MutationScore {
  const asked = set.cases.filter((one) => one.kind === "decision");
  const cases = asked.filter((one) => runDecisionCase(set, one).length === 0);
  const mutants = mutantsOf(set);
  const unnoticed = mutants.filter((mutant) => !isNoticed(mutated(set, mutant), cases, mutant.rule));
  const survivors = survivorsOf(set, unnoticed);
  const killed = mutants.length - unnoticed.length;
  const counted = killed + survivors.length;
  const equivalent = unnoticed.length - survivors.length;
  return { mutants: mutants.length, killed, equivalent, survivors, casesFailing: asked.length - cases.length, score: counted === 0 ? 1 : killed / counted };
}

function mutated(set: PolicySet, { rule, mutated: made }: Mutant): PolicySet {
  const rules = set.rules.flatMap((one) => (one.id === rule ? (made ?? []) : one));
  return { ...set, rules, index: compileRules(rules, set.attributes, set.catalog, set.facts) };
}

/**
 * That a case names the rule among those that determined the answer is no sign that it noticed: the mistake must be seen
 * in what is permitted or obliged. That the rule did not speak is one: an obligation that is not there cannot be named.
 */
function isNoticed(set: PolicySet, cases: readonly DecisionCase[], rule: string): boolean {
  return cases.some((one) => {
    const rules = one.expect.rules?.filter((id) => id !== rule) ?? null;
    return runDecisionCase(set, { ...one, expect: { ...one.expect, rules } }).length > 0;
  });
}

function survivorsOf(set: PolicySet, mutants: readonly Mutant[]): Survivor[] {
  const made = mutants.flatMap(({ mutated: rule }) => rule ?? []);
  const space = new Space({
    sets: [set],
    asked: made.flatMap(({ when, unless }) => [{ set, condition: when }, { set, condition: unless }]),
    outputLimits: made.flatMap(({ terms }) => terms?.outputTokensMax ?? []),
  });
  const interpreter = new Interpreter(space);
  const meaning = interpreter.meaningOf(set);
  return mutants.flatMap((mutant) => {
    const rules = set.rules.flatMap((one) => (one.id === mutant.rule ? (mutant.mutated ?? []) : one));
    const same = sameBehaviour(interpreter, meaning, interpreter.meaningOf({ ...set, rules }));
    const differs: Node = space.diagrams.minus(space.reach, same);
    return differs === NO ? [] : { mutant, witness: witnessOf(space, differs, meaning.answered) };
  });
}
