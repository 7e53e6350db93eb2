import type { Balance } from "@leverframe/budget";
import { createHash } from "node:crypto";
import { compilePolicySet, decide, type DecisionInput, formatPolicyError, type PolicySet } from "@leverframe/policy";
import { BudgetBands } from "./budget-bands";

const digest = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex");
const RULES = `
rules:
  - { id: all, allow: all }
  - { id: exceeded, why: w, require: { licence: oss }, when: { budgetBandDepartment: exceeded } }
  - { id: near, prefer: { licence: oss }, when: { budgetBand: { at_least: warning } } }
`;

function setWith(rules = RULES): PolicySet {
  const model = (id: string, licence: string) => ({ id, tier: "premium", licence, contextTokensMax: 9_000, outputTokensMax: 900, quality: { default: 1 } });
  const deployment = (id: string) => ({ id, provider: "p", model: id, region: "eu", price: { inputUsd: 1, outputUsd: 1 }, latencyMs: 1 });
  const files = {
    "catalog.yaml": JSON.stringify({ providers: [{ id: "p", api: "openai" }], models: [model("open", "oss"), model("closed", "commercial")], deployments: ["open", "closed"].map(deployment) }),
    "routes.yaml": "default: general\nroutes: [{ name: general }]",
    "applications.yaml": "applications: [{ application: default, tenant: acme, departments: [Sales, HR] }]",
    "budgets.yaml": "tenants: { acme: { capUsd: 100, departments: { Sales: { capUsd: 10, downgradeFromPercent: 90 } } } }",
    "rules.yaml": rules,
  };
  const { ok, errors } = compilePolicySet(Object.entries(files).map(([path, text]) => ({ path, text })), digest);
  if (!ok) throw new Error(errors.map(formatPolicyError).join("\n"));
  return ok;
}

const origin: DecisionInput["origin"] = { application: "default", tenant: "acme", department: "Sales", user: null, receivedAt: Date.parse("2026-11-21T12:00:00Z") * 1_000, deadlineAt: 0, requestDigest: "d" };
const spent = (scope: string, usd: number, window = "2026-11"): Balance => ({ scope, window, cap: null, reserved: 0, settled: usd * 1_000_000 });

function bands(balances: () => Promise<readonly Balance[]>) {
  const world = { nowMicros: 1, asked: 0, errors: [] as unknown[] };
  const reader = new BudgetBands({
    balances: () => { world.asked++; return balances(); },
    clock: { nowMicros: () => world.nowMicros },
    onError: (error) => world.errors.push(error),
    freshMs: 1_000,
    waitMs: 20,
  });
  return { world, reader };
}

describe("budget bands of a decision", () => {
  const set = setWith();

  it.each([
    [[], "ok", "ok"],
    [[spent("department:acme/Sales", 7.9)], "ok", "ok"],
    [[spent("department:acme/Sales", 8)], "warning", "warning"],
    [[spent("department:acme/Sales", 9)], "exceeded", "exceeded"],
    [[spent("department:acme/Sales", 9, "2026-10")], "ok", "ok"],
    [[spent("department:acme/Sales2", 9)], "ok", "ok"],
    [[spent("tenant:acme", 100)], "exceeded", "ok"],
  ])("of %j are %s over all, %s of the department", async (balances, worst, department) => {
    const { reader } = bands(() => Promise.resolve(balances));
    expect(await reader.stateOf(set, origin)).toEqual({ budgetBand: worst, budgetBandDepartment: department });
  });

  it("are asked for at most once a second, however many requests wait for them", async () => {
    const { reader, world } = bands(() => Promise.resolve([]));
    await Promise.all([1, 2, 3].map(() => reader.stateOf(set, origin)));
    world.nowMicros += 999_999;
    await reader.stateOf(set, origin);
    expect(world.asked).toBe(1);
    world.nowMicros += 1;
    await reader.stateOf(set, origin);
    expect(world.asked).toBe(2);
  });

  it("are not asked for when no rule does", async () => {
    const { reader, world } = bands(() => Promise.resolve([]));
    expect(await reader.stateOf(setWith("rules: [{ id: all, allow: all }]"), origin)).toEqual({});
    expect(world.asked).toBe(0);
  });

  it.each([
    ["fails", () => Promise.reject(new Error("down"))],
    ["does not answer", () => new Promise<never>(() => undefined)],
  ])("I6 fails closed: while the ledger %s they are unknown, restricting rules fire, and the permit says so", async (_what, balances) => {
    const { reader, world } = bands(balances);
    const state = await reader.stateOf(set, origin);
    expect(state).toEqual({});
    expect(world.errors).toHaveLength(1);
    const classification = {
      taskType: "chat", taskConfidence: 1, complexity: "simple", riskClass: "low", riskSignals: [], language: "en", outputFormat: "text",
      latencyClass: "standard", promptBytes: 1, inputTokensMax: 1, capabilities: [], classifierVersion: "t",
    } as const;
    const { permit } = decide(set, { requestId: "r", origin, request: { route: null, attributes: {}, maxOutputTokens: null }, classification, state });
    expect(permit?.candidates.map(({ id, preference }) => [id, preference])).toEqual([["open", 0]]);
    expect(permit?.state).toEqual({ budgetBand: "unknown", budgetBandDepartment: "unknown" });
  });
});
