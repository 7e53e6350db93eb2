import { createHash } from "node:crypto";
import { readPolicyFolder } from "./testing/policy-folder";
import { compilePolicySet, formatPolicyError, runDecisionCase, runInvalidCase } from "./index";

const digest = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex");
const files = readPolicyFolder("policies");
const checkNames = ["non_empty", "not_refused", "complete", "json_schema", "required_sections"];

describe("the shipped policy set", () => {
  const result = compilePolicySet(files, digest, { checkNames });

  it("compiles without an error", () => {
    expect((result.errors ?? []).map(formatPolicyError)).toEqual([]);
  });

  const cases = result.ok?.cases ?? [];

  it("has cases of every kind", () => {
    const invalid = cases.filter(({ kind }) => kind === "invalid");
    const refused = cases.filter((policyCase) => policyCase.kind === "decision" && policyCase.expect.refusal !== null);
    expect([invalid.length, refused.length, cases.length - invalid.length - refused.length].every((count) => count > 2)).toBe(true);
  });

  it.each(cases.map((policyCase) => [policyCase.name, policyCase] as const))("case: %s", (_, policyCase) => {
    if (!result.ok) throw new Error("the set does not compile");
    const problems =
      policyCase.kind === "decision"
        ? runDecisionCase(result.ok, policyCase)
        : runInvalidCase(files, digest, policyCase, { checkNames });
    expect(problems).toEqual([]);
  });
});
