import { createHash } from "node:crypto";
import fc from "fast-check";
import { compilePolicySet, decide, formatPolicyError, type PolicySet } from "../index";
import { readPolicyFolder } from "../testing/policy-folder";
import { policySet, setWithRules } from "../testing/small-set";
import { rulesArbitrary } from "../testing/random-rules";
import { Interpreter, REFUSALS } from "./meaning";
import { prove } from "./prove";
import { Space } from "./space";

const digest = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex");

function shipped(proofs: string): PolicySet {
  const files = readPolicyFolder("policies").filter(({ path }) => !path.startsWith("proofs/"));
  const { ok, errors } = compilePolicySet([...files, { path: "proofs/asked.yaml", text: proofs }], digest);
  if (!ok) throw new Error(errors.map(formatPolicyError).join("\n"));
  return ok;
}

describe("proofs", () => {
  it("seed question: can any Legal request reach an OSS model? No, for every request there can be", () => {
    const set = shipped(`proofs:\n  - { name: legal, never: { when: { department: Legal }, permits: { tag: oss } } }\n`);
    expect(prove(set)).toEqual([{ proof: set.proofs[0], proved: true, vacuous: false, counterexample: null }]);
  });

  it("seed question: can any Sales request reach an OSS model? Yes, and one such request with its rules is shown", () => {
    const set = shipped(`proofs:\n  - { name: sales, never: { when: { department: Sales }, permits: { tag: oss } } }\n`);
    const [result] = prove(set);
    expect(result?.proved).toBe(false);
    expect(result?.counterexample?.input.origin.department).toBe("Sales");
    expect(result?.counterexample?.rules).toContain("low-risk-any-model");
    const answer = decide(set, result!.counterexample!.input);
    expect(answer.permit?.candidates.some(({ id }) => id.startsWith("oss/"))).toBe(true);
  });

  it("finds the one combination that a rule forgot", () => {
    const set = setWithRules(
      { id: "all", allow: "all" },
      { id: "eu", why: "x", require: { region: "eu" }, when: { tags: "gdpr" }, unless: { department: "Sales", spend: "high" } },
    );
    const proof = { name: "p", why: null, quantifier: "never" as const, when: { kind: "members" as const, attribute: "tags", mode: "any_of" as const, values: ["gdpr"] }, unless: null, claim: { permits: { fields: { region: ["us"] } }, permitsOnly: null, obliges: null, refused: null, any: null } };
    const [result] = prove(set, [proof]);
    expect(result?.counterexample?.input.origin.department).toBe("Sales");
    expect(result?.counterexample?.input.request.attributes).toEqual({ spend: "100", tags: "gdpr" });
    expect(result?.counterexample?.candidates).toEqual(["big-us", "mid-us"]);
  });

  it("tells a property of no request at all from a proved one", () => {
    const set = policySet({ "proofs/p.yaml": "proofs:\n  - { name: p, never: { when: { department: Legal, not: { department: Legal } }, permits: all } }\n" });
    expect(prove(set)).toMatchObject([{ proved: true, vacuous: true }]);
  });

  it("shows that obligations hold, or the request that slips through", () => {
    const rules = `rules:\n  - { id: all, allow: all }\n  - { id: review, oblige: { humanReview: true, outputTokensMax: 100 }, when: { riskClass: regulated }, unless: { channel: slack } }\n`;
    const proofs = `proofs:
  - { name: held, always: { when: { riskClass: regulated }, unless: { channel: slack }, obliges: { humanReview: true, outputTokensMax: 200 } } }
  - { name: tighter, always: { when: { riskClass: regulated }, unless: { channel: slack }, obliges: { outputTokensMax: 99 } } }
  - { name: slips, always: { when: { riskClass: regulated }, obliges: { humanReview: true } } }
  - { name: either, always: { when: { riskClass: regulated }, any: [ { obliges: { humanReview: true } }, { permits: { region: eu } } ] } }
`;
    const results = prove(policySet({ "rules.yaml": rules, "proofs/p.yaml": proofs }));
    expect(results.map(({ proved }) => proved)).toEqual([true, false, false, true]);
    expect(results[2]?.counterexample?.input.request.attributes).toEqual({ channel: "slack" });
  });

  it("proofs name what is wrong in them, with file, line and column", () => {
    expect(() => policySet({ "proofs/p.yaml": "proofs:\n  - name: p\n    never: { when: { department: Legl }, permits: { licence: os } }\n" })).toThrow(
      /proofs\/p\.yaml:3:34: .*did you mean `Legal`\?\nproofs\/p\.yaml:3:62: .*`oss`/,
    );
  });

  it("the diagrams say of every request what the decision says (random sets, random points of their whole space)", () => {
    fc.assert(
      fc.property(rulesArbitrary, fc.array(fc.nat(), { minLength: 30, maxLength: 60 }), (rules, seeds) => {
        const set = setWithRules(...rules);
        const space = new Space({ sets: [set] });
        const interpreter = new Interpreter(space);
        const meaning = interpreter.meaningOf(set);
        const d = space.diagrams;
        for (let walk = 0; walk < 20; walk++) {
          const point = d.arities.map((arity, index) => ((seeds[(index + walk * 7) % seeds.length] ?? 0) + walk) % arity);
          if (d.at(space.reach, point) === 0) continue;
          const answer = decide(set, space.inputAt(point));
          const said = {
            permitted: set.catalog.deployments.filter(({ id }) => d.at(meaning.permitted.get(id)!, point) === 1).map(({ id }) => id),
            refusal: d.at(meaning.routed, point) === 1 ? REFUSALS[d.at(meaning.refusal, point)] : space.ending(d.at(meaning.route, point)),
            rules: set.rules.filter(({ id, mode }) => mode === "enforce" && d.at(meaning.fires.get(id)!, point) === 1).map(({ id }) => id),
            tokens: answer.permit && interpreter.obligations.valueOf("outputTokensMax", d.at(meaning.obligations.get("outputTokensMax")!, point)),
          };
          expect(said).toEqual({
            permitted: answer.permit?.candidates.map(({ id }) => id) ?? [],
            refusal: answer.refusal?.code ?? "",
            rules: answer.rules,
            tokens: answer.permit && answer.permit.obligations.outputTokensMax,
          });
        }
      }),
      { numRuns: 200, endOnFailure: true },
    );
  });
});
