import { decide } from "./index";
import { ask, folder, policySet } from "./testing/small-set";

describe("budgets", () => {
  it("are caps in micro-dollars by tenant and department, in the tenant's time zone", () => {
    const text = `
timeZone: Europe/Berlin
tenants:
  acme:
    capUsd: 20000
    alertPercents: [95, 50, 95]
    departments:
      Sales: { capUsd: "3,000.50" }
      R&D: { capUsd: 0.000001, window: day, hard: false, alertPercents: [] }
`;
    const zone = { downgradeFromPercent: 100, timeZone: "Europe/Berlin" };
    expect(policySet({ "budgets.yaml": text }).budgets.caps).toEqual([
      { scope: "tenant:acme", window: "month", unit: "usd", cap: 20_000_000_000, hard: true, alertPercents: [50, 95], ...zone },
      { scope: "department:acme/Sales", window: "month", unit: "usd", cap: 3_000_500_000, hard: true, alertPercents: [80, 100], ...zone },
      { scope: "department:acme/R&D", window: "day", unit: "usd", cap: 1, hard: false, alertPercents: [], ...zone },
    ]);
  });
});

describe("the catalog", () => {
  it("holds prices as nano-dollars per million tokens, exactly as written", () => {
    const { catalog } = policySet();
    expect(catalog.byId.get("big-us")?.price).toEqual({ inputNanoUsd: 2_500_000_000n, cachedInputNanoUsd: 250_000_000n, outputNanoUsd: 15_000_000_000n });
    expect(catalog.byId.get("big-eu")?.price.cachedInputNanoUsd).toBe(3_000_000_000n);
    expect(catalog.byId.get("small-eu")?.provider).toEqual({ id: "local", api: "openai", baseUrl: "http://localhost:1", apiKeyEnv: "LOCAL_KEY" });
    expect(catalog.byId.get("mid-us")?.model.quality).toEqual({ default: 0.8, coding: 0.85 });
  });

  it("has its own version, which covers prices and order; the policy's does not", () => {
    const base = policySet();
    const catalog = folder().find(({ path }) => path === "catalog.yaml")?.text ?? "";
    const dearer = policySet({ "catalog.yaml": catalog.replace("outputUsd: 15", "outputUsd: 16") });
    const reordered = policySet({ "catalog.yaml": catalog.replace(/( {2}- \{ id: big-us.*\n)( {2}- .*\n)/, "$2$1") });
    expect(reordered.catalog.deployments[0]?.id).toBe("big-eu");
    expect(new Set([base, dearer, reordered].map(({ catalog: { version } }) => version)).size).toBe(3);
    expect(new Set([base, dearer, reordered].map(({ version }) => version)).size).toBe(1);
  });
});

describe("a route", () => {
  const set = policySet({
    "routes.yaml": `
default: general
routes:
  - { name: general, qualityFloor: 0.5, riskClasses: [low, medium, high] }
  - { name: code, intents: coding, riskClasses: [low, medium], qualityFloor: 0.8, costUsdMax: 0.25, escalationsMax: 2, latencyMsMax: 9000, fallback: careful }
  - { name: careful, qualityFloor: 0.9, riskClasses: [high], fallback: general }
`,
  });
  const routeOf = (taskType: string, riskClass: "low" | "high" | "regulated", route?: string) => {
    const answer = decide(set, ask({ classification: { taskType, riskClass }, ...(route ? { route } : {}) }));
    return answer.route ?? answer.refusal?.code;
  };

  it("is picked by the intent, else the default; a named one falls back where it does not fit", () => {
    expect(routeOf("coding", "low")).toBe("code");
    expect(routeOf("chat", "low")).toBe("general");
    expect(routeOf("coding", "high")).toBe("general");
    expect(routeOf("coding", "high", "code")).toBe("careful");
    expect(routeOf("chat", "low", "code")).toBe("general");
  });

  it("that is unknown, or that nothing can stand in for, refuses", () => {
    expect(routeOf("chat", "low", "express")).toBe("unknown_route");
    expect(routeOf("chat", "regulated")).toBe("route_not_permitted");
    expect(routeOf("coding", "regulated", "code")).toBe("route_not_permitted");
    expect(decide(set, ask({ route: "express" })).refusal?.message).toBe("route `express` is not known; expected general, code, careful");
  });

  it("brings its floor and ceilings as obligations", () => {
    const { permit } = decide(set, ask({ classification: { taskType: "coding" } }));
    expect(permit?.obligations).toMatchObject({ qualityFloor: 0.8, costNanoUsdMax: 250_000_000n, escalationsMax: 2, latencyMsMax: 9_000 });
  });
});
