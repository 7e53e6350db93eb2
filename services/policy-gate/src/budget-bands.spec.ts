import { type AccountKey, accountId, type Balance, emptyBalance } from "@leverframe/budget";
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

const BUDGETS = "tenants: { acme: { capUsd: 100, departments: { Sales: { capUsd: 10, downgradeFromPercent: 90 } } } }";

function setWith(rules = RULES, budgets = BUDGETS): PolicySet {
  const model = (id: string, licence: string) => ({ id, tier: "premium", licence, contextTokensMax: 9_000, outputTokensMax: 900, quality: { default: 1 } });
  const deployment = (id: string) => ({ id, provider: "p", model: id, region: "eu", price: { inputUsd: 1, outputUsd: 1 }, latencyMs: 1 });
  const files = {
    "catalog.yaml": JSON.stringify({ providers: [{ id: "p", api: "openai" }], models: [model("open", "oss"), model("closed", "commercial")], deployments: ["open", "closed"].map(deployment) }),
    "routes.yaml": "default: general\nroutes: [{ name: general }]",
    "applications.yaml": "applications: [{ application: default, tenant: acme, departments: [Sales, HR] }]",
    "budgets.yaml": budgets,
    "rules.yaml": rules,
  };
  const { ok, errors } = compilePolicySet(Object.entries(files).map(([path, text]) => ({ path, text })), digest);
  if (!ok) throw new Error(errors.map(formatPolicyError).join("\n"));
  return ok;
}

const origin: DecisionInput["origin"] = { application: "default", tenant: "acme", department: "Sales", user: null, receivedAt: Date.parse("2026-11-21T12:00:00Z") * 1_000, deadlineAt: 0, requestDigest: "d" };
const spent = (scope: string, usd: number, window = "2026-11"): Balance => ({ scope, window, unit: "usd", cap: null, reserved: 0, settled: usd * 1_000_000, changes: [] });

function bands(balances: () => Promise<readonly Balance[]>) {
  const world = { nowMicros: 1, asked: 0, keys: [] as string[], errors: [] as unknown[] };
  const reader = new BudgetBands({
    balancesOf: async (keys: readonly AccountKey[]) => {
      world.asked++;
      world.keys.push(...keys.map(accountId));
      const known = new Map((await balances()).map((one) => [accountId(one), one]));
      return keys.map((key) => known.get(accountId(key)) ?? emptyBalance(key));
    },
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

  it("are asked for by key: of capped accounts alone, and those that are known already not again", async () => {
    const { reader, world } = bands(() => Promise.resolve([]));
    await reader.stateOf(set, { ...origin, user: "ann" });
    expect(world.keys).toEqual(["tenant:acme\t2026-11", "department:acme/Sales\t2026-11"]);
    await reader.stateOf(set, { ...origin, department: "HR" });
    expect(world.asked).toBe(1);
  });

  it("are of every kind of scope that a rule asks about: payers, a run, and partitions of tenant and company by name", async () => {
    const asks = (name: string) => `  - { id: ${name.toLowerCase().replace(/[^a-z]/g, "-")}, why: w, prefer: { licence: oss }, when: { ${name}: exceeded } }\n`;
    const names = ["budgetBand", "budgetBandCompany", "budgetBandUser", "budgetBandAgentRun", "budgetBandApplication", "budgetBandProvider.p", "budgetBandTier.premium", "budgetBandRoute.general"];
    const budgets = `
company: { capUsd: 1000, providers: { p: { capUsd: 50 } } }
tenants:
  acme:
    capUsd: 100
    eachUser: { capUsd: 5 }
    eachAgentRun: { limits: [{ capUsd: 2, window: total }, { capRequests: 20, window: total }, { capTokens: 9, window: minute }] }
    applications: { default: { limits: [{ capTokens: 1000, window: day }] } }
    routes: { general: { capUsd: 3 } }
    modelTiers: { premium: { capUsd: 7 } }
`;
    const all = setWith(`rules:\n  - { id: all, allow: all }\n${names.map(asks).join("")}`, budgets);
    const counted = (scope: string, window: string, unit: Balance["unit"], settled: number): Balance => ({ scope, window, unit, cap: null, reserved: 0, settled, changes: [] });
    const { reader } = bands(() => Promise.resolve([
      spent("user:acme/ann", 4), spent("provider:p", 50), spent("route:acme/general", 2), spent("tier:acme/premium", 7),
      counted("run:acme/r1", "total", "requests", 20), counted("application:acme/default", "2026-11-21", "tokens", 850),
    ]));
    expect(await reader.stateOf(all, { ...origin, user: "ann" }, "r1")).toEqual({
      budgetBand: "exceeded", budgetBandCompany: "ok", budgetBandUser: "warning", budgetBandAgentRun: "exceeded", budgetBandApplication: "warning",
      "budgetBandProvider.p": "exceeded", "budgetBandTier.premium": "exceeded", "budgetBandRoute.general": "ok",
    });
    expect(await reader.stateOf(all, { ...origin, user: "ann" }, "r2")).toMatchObject({ budgetBand: "warning", budgetBandAgentRun: "ok" });
  });

  it("go by the cap that is in force: a top-up gives back the band, until it is over", async () => {
    const topUp = { overrideId: "o", deltaCap: 90_000_000, fromMicros: 0, untilMicros: 5_000_000 };
    const { reader, world } = bands(() => Promise.resolve([{ ...spent("department:acme/Sales", 10), changes: [topUp] }]));
    expect(await reader.stateOf(set, origin)).toEqual({ budgetBand: "ok", budgetBandDepartment: "ok" });
    world.nowMicros = 5_000_001;
    expect(await reader.stateOf(set, origin)).toEqual({ budgetBand: "exceeded", budgetBandDepartment: "exceeded" });
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
      latencyClass: "standard", promptBytes: 1, inputTokensMax: 1, capabilities: [], opinion: null, classifierVersion: "t",
    } as const;
    const { permit } = decide(set, { requestId: "r", origin, request: { route: null, attributes: {}, maxOutputTokens: null }, classification, state });
    expect(permit?.candidates.map(({ id, preference }) => [id, preference])).toEqual([["open", 0]]);
    expect(permit?.state).toEqual({ budgetBand: "unknown", budgetBandDepartment: "unknown" });
  });
});
