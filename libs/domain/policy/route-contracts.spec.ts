import { decide, type DecisionInput } from "./index";
import { ask, type Ask, policySet } from "./testing/small-set";

const set = policySet({
  "applications.yaml": `
applications:
  - { application: default, tenant: acme, departments: [Sales, Legal, R&D] }
  - { application: sso, tenant: acme, departments: [Sales, Legal, R&D], authenticatesUsers: true }
`,
  "users.yaml": "tenants:\n  acme:\n    groups: { pilots: [ann] }\n",
  "routes.yaml": `
default: general
routes:
  - { name: general, lifecycle: deprecated, why: replaced in spring }
  - { name: code, intents: coding, quota: { usdPerDayMax: 12.5, requestsPerMinuteMax: 60 },
      escalation: [{ tier: economy }, { region: eu, tier: premium }, { model: mid }], degradation: [{ licence: oss }, { model: mid }] }
  - { name: lab, intents: coding, lifecycle: experimental, openTo: { departments: R&D, groups: pilots }, fallback: code }
  - { name: closed, lifecycle: experimental, openTo: { applications: sso } }
  - { name: old, intents: coding, lifecycle: archived, fallback: general }
  - { name: gone, lifecycle: archived }
  - { name: live, intents: summarise, hedge: true, hedgeAfterMs: 900, prune: true, fallbackOn: [overloaded, timeout, latency, health] }
`,
  "rules.yaml": "rules:\n  - { id: all, allow: all }\n  - { id: no-mid, why: w, forbid: { model: mid }, when: { department: Legal } }\n  - { id: by-the-book, oblige: { hedge: false, prune: false, noFallbackOn: latency }, when: { department: Legal } }\n",
});

type Asker = Ask & Partial<Pick<DecisionInput["origin"], "application" | "user">>;
function answer({ application = "default", user = null, ...request }: Asker) {
  const input = ask(request);
  return decide(set, { ...input, origin: { ...input.origin, application, user } });
}
const coding = { classification: { taskType: "coding" } };

describe("the lifecycle of a route", () => {
  it("experimental: only for those it is open to, and only when named", () => {
    expect(answer({ ...coding, department: "R&D", route: "lab" }).route).toBe("lab");
    expect(answer({ ...coding, application: "sso", user: "ann", route: "lab" }).route).toBe("lab");
    expect(answer({ ...coding, user: "ann", route: "lab" }).route).toBe("code");
    expect(answer({ ...coding, department: "R&D" }).route).toBe("code");
    expect(answer({ application: "sso", route: "closed" }).route).toBe("closed");
    expect(answer({ route: "closed" }).refusal).toMatchObject({ code: "route_not_permitted", message: "route `closed` is experimental and not open to Sales, and none of its fallbacks takes it" });
  });

  it("deprecated: works, and every permit says so", () => {
    const { permit, observations } = answer({});
    expect(permit?.observed).toEqual(["warn:route:general"]);
    expect(observations).toEqual([{ rule: "route:general", mode: "warn", effect: "deprecated", why: "replaced in spring", candidates: [] }]);
  });

  it("archived: takes nobody, leads to its fallback or refuses", () => {
    expect(answer({ route: "old", ...coding }).route).toBe("general");
    expect(answer({ route: "gone" }).refusal?.code).toBe("route_not_permitted");
  });
});

describe("the ladders of a route", () => {
  it("are on the permit, rung by rung, with what is permitted alone", () => {
    expect(answer(coding).permit).toMatchObject({ escalation: [["small-eu"], ["big-eu"], ["mid-us"]], degradation: [["small-eu"], ["mid-us"]] });
    expect(answer({ ...coding, department: "Legal" }).permit).toMatchObject({ escalation: [["small-eu"], ["big-eu"]], degradation: [["small-eu"]] });
    expect(answer({}).permit).toMatchObject({ escalation: [], degradation: [] });
  });
});

describe("how a route makes its calls", () => {
  const summarise = { classification: { taskType: "summarise" } };

  it("stands on the permit: hedging, pruning, and what is no reason to ask another", () => {
    expect(answer(summarise).permit?.obligations).toMatchObject({
      hedge: true, hedgeAfterMs: 900, prune: true,
      noFallbackOn: ["auth", "connection", "context_overflow", "malformed_output", "quality", "quota", "rate_limited", "unavailable", "unknown"],
    });
    expect(answer(coding).permit?.obligations).toMatchObject({ hedge: false, hedgeAfterMs: null, prune: false, noFallbackOn: [] });
  });

  it("a rule may take away what the route grants, and nothing gives it back", () => {
    expect(answer({ ...summarise, department: "Legal" }).permit?.obligations).toMatchObject({ hedge: false, prune: false, noFallbackOn: expect.arrayContaining(["latency"]) });
  });
});

describe("the quota of a route", () => {
  it("is hard caps of each tenant's account for it: dollars a day, requests a minute", () => {
    expect(set.budgets.caps.filter(({ scope }) => scope.startsWith("route:"))).toMatchObject([
      { scope: "route:acme/code", window: "day", unit: "usd", cap: 12_500_000, hard: true },
      { scope: "route:acme/code", window: "minute", unit: "requests", cap: 60, hard: true },
    ]);
    expect(set.routes.byName.get("code")?.quota).toEqual({ usdPerDayMax: 12_500_000_000n, requestsPerMinuteMax: 60 });
  });
});
