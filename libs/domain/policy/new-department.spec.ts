import { compilePolicySet, decide, formatPolicyError, type PolicyFile, type PolicySet, resolveOrigin } from "./index";
import { readPolicyFolder } from "./testing/policy-folder";
import { CHECK_NAMES_SHIPPED, shippedSet } from "./testing/shipped-set";
import { ask, digest } from "./testing/small-set";

/** What somebody writes to add a department: one word, one line, one file. */
function withLogistics(files: readonly PolicyFile[]): PolicyFile[] {
  const edited = files.map(({ path, text }) => {
    if (path === "applications.yaml") return { path, text: text.replace("HR, Executive]", "HR, Executive, Logistics]") };
    if (path === "budgets.yaml") return { path, text: text.replace("    departments:\n", "    departments:\n      Logistics: { capUsd: 750, tier: medium }\n") };
    return { path, text };
  });
  const rules = "rules:\n  - id: logistics-routes-fast\n    owner: logistics\n    prefer: { tier: economy }\n    when: { department: Logistics }\n";
  return [...edited, { path: "rules/logistics.yaml", text: rules }];
}

const origin = (set: PolicySet) => resolveOrigin(set.applications, "default", { tenant: null, department: "Logistics", user: null });

describe("a new department", () => {
  const before = shippedSet();
  const { ok: after, errors } = compilePolicySet(withLogistics(readPolicyFolder("policies")), digest, { checkNames: CHECK_NAMES_SHIPPED });

  it("is a YAML change alone: identity, budget and rules know it", () => {
    expect((errors ?? []).map(formatPolicyError)).toEqual([]);
    if (!after) return;
    expect(origin(before).refusal?.code).toBe("identity_mismatch");
    expect(origin(after).ok?.department).toBe("Logistics");
    expect(after.budgets.caps).toContainEqual(expect.objectContaining({ scope: "department:acme/Logistics", cap: 750_000_000 }));
    const { permit, rules } = decide(after, ask({ department: "Logistics", state: { budgetBand: "ok", budgetBandDepartment: "ok" } }));
    expect(rules).toContain("logistics-routes-fast");
    expect(permit?.candidates.find(({ id }) => id === "oss/mistral-small")?.preference).toBe(1);
    expect(after.version).not.toBe(before.version);
  });

  it("that no rule knows yet gets what everybody gets, on the tenant's tier for new departments", () => {
    const files = withLogistics(readPolicyFolder("policies")).filter(({ path }) => path !== "rules/logistics.yaml");
    const unlisted = files.map((file) => (file.path === "budgets.yaml" ? { ...file, text: file.text.replace(/ *Logistics:.*\n/, "") } : file));
    const { ok } = compilePolicySet(unlisted, digest, { checkNames: CHECK_NAMES_SHIPPED });
    expect(ok?.budgets.caps).toContainEqual(expect.objectContaining({ scope: "department:acme/Logistics", cap: 500_000_000 }));
    const { rules } = decide(ok, ask({ department: "Logistics", state: { budgetBand: "ok", budgetBandDepartment: "ok" } }));
    expect(rules).toEqual(expect.arrayContaining(["low-risk-any-model", "low-tier-no-premium"]));
  });
});
