import { Environment } from "@marcbachmann/cel-js";
import fc from "fast-check";
import { shippedSet } from "./testing/shipped-set";
import { celExpressions, celValues } from "./testing/cel-expression";
import { draws, randomInput } from "./testing/random-inputs";
import { rulesArbitrary } from "./testing/random-rules";
import { policySet } from "./testing/small-set";
import { decide, type PolicySet } from "./index";

/** Truth values by deployment, for raw attribute values. */
type Evaluate = (r: Record<string, unknown>) => unknown;

function celOf(set: PolicySet): Evaluate {
  const environment = new Environment({ limits: { maxAstNodes: 1e6, maxDepth: 1e3, maxListElements: 1e4 } }).registerVariable("r", "dyn").registerVariable("f", "dyn");
  const { fired, permitted } = celExpressions(set);
  const [rules, candidates] = [environment.parse(fired), environment.parse(permitted)];
  return (r) => candidates({ r, f: rules({ r, f: [] }) as unknown });
}

/** Compares `count` random requests candidate by candidate; tells how many candidates were permitted, and how many not. */
function compare(set: PolicySet, count: number, seed: number): { compared: number; permitted: number; denied: number } {
  const draw = draws(seed);
  const evaluate = celOf(set);
  const result = { compared: 0, permitted: 0, denied: 0 };
  while (result.compared < count) {
    const input = randomInput(set, draw);
    const answer = decide(set, input);
    // Which route a request takes is no matter of rules, and without one none is asked.
    if (answer.route === null) continue;
    const permitted = new Set(answer.permit?.candidates.map(({ id }) => id));
    const decided = set.catalog.deployments.map(({ id }) => permitted.has(id));
    const expected = evaluate(celValues(set, input, answer.route));
    if (JSON.stringify(decided) !== JSON.stringify(expected)) {
      throw new Error(`decide says ${JSON.stringify(decided)}, CEL says ${JSON.stringify(expected)} to ${JSON.stringify(input)}`);
    }
    result.compared++;
    result.permitted += permitted.size;
    result.denied += decided.length - permitted.size;
  }
  return result;
}

describe("the set as an expression of the Common Expression Language", () => {
  it("agrees on every candidate of 40,000 random requests to the shipped set", () => {
    const { compared, permitted, denied } = compare(shippedSet(), 40_000, 1);
    expect(compared).toBe(40_000);
    // Otherwise it would agree about refusals alone.
    expect(Math.min(permitted, denied)).toBeGreaterThan(10_000);
  });

  it("agrees on every candidate of 60,000 random requests to 300 random sets", () => {
    let permitted = 0;
    let seed = 2;
    fc.assert(
      fc.property(rulesArbitrary, (rules) => {
        permitted += compare(policySet({ "rules.yaml": JSON.stringify({ rules }) }), 200, seed++).permitted;
      }),
      { numRuns: 300 },
    );
    expect(permitted).toBeGreaterThan(20_000);
  });

  it.each(["legal-finance-no-oss", "eu-residency", "low-risk-any-model"])("disagrees when the compiled index loses rule %s", (lost) => {
    const set = shippedSet();
    const index = { ...set.index, fire: (slots: Uint16Array) => set.index.fire(slots).filter(({ id }) => id !== lost) };
    // Premium models alone are left to Legal and Finance, so that without the second rule the first would not be missed.
    const rules = set.rules.filter(({ id }) => id !== "legal-finance-premium-only");
    const broken = { ...set, rules, index: { ...index, fire: (slots: Uint16Array) => index.fire(slots).filter(({ id }) => id !== "legal-finance-premium-only") } };
    expect(() => compare(broken, 3_000, 3)).toThrow("CEL says");
  });
});
