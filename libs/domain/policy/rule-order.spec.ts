import fc from "fast-check";
import { canonicalJson, type Json } from "@leverframe/kernel";
import { encodePermit } from "@leverframe/permit";
import { decide, type DecisionInput, type PolicyAnswer, type PolicySet } from "./index";
import { ALL_DEPARTMENTS, type JsonRule, rulesArbitrary, requestArbitrary } from "./testing/random-rules";
import { expectedOutcome } from "./testing/reference-semantics";
import { policySet } from "./testing/small-set";

const setOf = (...files: (readonly JsonRule[])[]): PolicySet => {
  const entries = files.map((rules, index) => [`rules/${index}.yaml`, JSON.stringify({ rules })] as const);
  return policySet({ "rules.yaml": undefined, ...Object.fromEntries(entries) });
};

/** The exact bytes of the permit, or of the refusal. */
function bytesOf(set: PolicySet, input: DecisionInput): string {
  const { permit, refusal } = decide(set, input);
  return permit ? new TextDecoder().decode(encodePermit(permit)) : canonicalJson(refusal as unknown as Json);
}

const permittedBy = ({ permit }: PolicyAnswer) => permit?.candidates.map(({ id }) => id) ?? [];

describe("I6 determinism: the order of rules and of rule files", () => {
  it("never changes a byte of a permit or refusal, nor the version", () => {
    fc.assert(
      fc.property(
        rulesArbitrary.chain((rules) =>
          fc.tuple(
            fc.constant(rules),
            fc.shuffledSubarray([...rules], { minLength: rules.length, maxLength: rules.length }),
            fc.nat(rules.length),
          ),
        ),
        fc.array(requestArbitrary, { minLength: 1, maxLength: 8 }),
        ([rules, shuffled, cut], requests) => {
          const set = setOf(rules);
          const other = setOf(shuffled.slice(cut), shuffled.slice(0, cut));
          expect(other.version).toBe(set.version);
          for (const input of requests) expect(bytesOf(other, input)).toBe(bytesOf(set, input));
        },
      ),
      { numRuns: 150 },
    );
  });

  it("the same event gives the same bytes again, and a changed rule another version", () => {
    fc.assert(
      fc.property(rulesArbitrary, requestArbitrary, (rules, input) => {
        const set = setOf(rules);
        expect(bytesOf(set, input)).toBe(bytesOf(set, structuredClone(input)));
        expect(setOf([...rules, { id: "one-more", allow: "all" }]).version).not.toBe(set.version);
      }),
      { numRuns: 50 },
    );
  });
});

describe("compiled and indexed rules", () => {
  it("decide as the written semantics do, read rule by rule", () => {
    let permits = 0;
    fc.assert(
      fc.property(rulesArbitrary, fc.array(requestArbitrary, { minLength: 5, maxLength: 10 }), (rules, requests) => {
        const set = setOf(rules);
        for (const input of requests) {
          const answer = decide(set, input);
          const expected = expectedOutcome(rules, set.catalog.deployments, input);
          expect(answer.errors).toEqual([]);
          expect(permittedBy(answer)).toEqual(expected.permitted);
          expect(answer.rules).toEqual(expected.rules);
          expect(answer.permit?.obligations.outputTokensMax ?? null).toBe(answer.permit ? expected.outputTokensMax : null);
          if (answer.permit) permits++;
        }
      }),
      { numRuns: 300 },
    );
    // Otherwise the property would speak of refusals alone.
    expect(permits).toBeGreaterThan(100);
  });

  it("I1 nothing that a fired forbid names is permitted, whatever rules are added", () => {
    const forbid: JsonRule = { id: "the-forbid", why: "w", forbid: { licence: ["oss"] }, when: { department: [...ALL_DEPARTMENTS] } };
    fc.assert(
      fc.property(rulesArbitrary, requestArbitrary, (rules, input) => {
        expect(permittedBy(decide(setOf([...rules, forbid]), input))).not.toContain("small-eu");
      }),
      { numRuns: 100 },
    );
  });

  it("permit nothing where no rule allows", () => {
    fc.assert(
      fc.property(rulesArbitrary, requestArbitrary, (rules, input) => {
        const set = setOf([...rules.filter(({ allow }) => allow === undefined), { id: "nothing", prefer: "all" }]);
        expect(decide(set, input).permit).toBeNull();
      }),
      { numRuns: 100 },
    );
  });
});
