import fc from "fast-check";
import { decide, UNKNOWN_STATE } from "./index";
import { ask, type Ask, policySet } from "./testing/small-set";

const APPLICATIONS = `
applications:
  - { application: default, tenant: acme, departments: [Sales, Legal, R&D] }
  - { application: sso, tenant: acme, departments: [Sales, Legal, R&D], authenticatesUsers: true }
`;
const USERS = "tenants:\n  acme:\n    groups: { pilots: [ann, bob], counsel: [bob] }\n";
const BUDGETS = `
timeZone: Europe/Berlin
tiers: { low: { capUsd: 5, downgradeFromPercent: 90 }, high: { capUsd: 50 }, unlimited: {} }
tenants:
  acme: { departmentTier: low, departments: { Legal: { tier: high, capUsd: 60, window: day }, R&D: { tier: unlimited } }, users: { ann: { capUsd: 1 } } }
`;
const ATTRIBUTES = `
attributes: []
timeWindows:
  - { name: day, days: [mon, tue, wed, thu, fri], from: "08:00", to: "18:00" }
  - { name: night, days: [fri, sun], from: "22:00", to: "06:00" }
`;

const setWhen = (effect: string, when: string) =>
  policySet({
    "applications.yaml": APPLICATIONS,
    "users.yaml": USERS,
    "budgets.yaml": BUDGETS,
    "attributes.yaml": ATTRIBUTES,
    "rules.yaml": `rules:\n  - { id: all, allow: all }\n  - { id: asked, why: w, ${effect}, when: ${when} }\n`,
  });

interface Asker extends Ask {
  readonly application?: string;
  readonly user?: string | null;
  readonly at?: string;
}

function fires(effect: string, when: string, { application = "default", user = null, at, ...request }: Asker): boolean {
  const input = ask(request);
  const receivedAt = at === undefined ? input.origin.receivedAt : Date.parse(at) * 1_000;
  return decide(setWhen(effect, when), { ...input, origin: { ...input.origin, application, user, receivedAt } }).rules.includes("asked");
}
const restricts = (when: string, asker: Asker) => fires("forbid: { licence: oss }", when, asker);
const grants = (when: string, asker: Asker) => fires("allow: all", when, asker);

describe("groups of a user", () => {
  it("are the directory's, where the application proves who its users are", () => {
    expect(grants("{ userGroups: counsel }", { application: "sso", user: "bob" })).toBe(true);
    expect(grants("{ userGroups: counsel }", { application: "sso", user: "ann" })).toBe(false);
    expect(restricts("{ userGroups: counsel }", { application: "sso", user: "ann" })).toBe(false);
    expect(restricts("{ userGroups: counsel }", { application: "sso", user: "nobody" })).toBe(false);
  });

  it.each<[string, Asker]>([
    ["is claimed to an application that proves nothing", { user: "bob" }],
    ["is left out", { application: "sso" }],
    ["is another's, claimed as an attribute", { attributes: { userGroups: "counsel", groups: "counsel" } }],
  ])("grant nothing, and restrict, when the user %s", (_, asker) => {
    expect(grants("{ userGroups: counsel }", asker)).toBe(false);
    expect(grants("{ userGroups: { none_of: counsel } }", asker)).toBe(false);
    expect(restricts("{ userGroups: counsel }", asker)).toBe(true);
    expect(restricts("{ userGroups: { none_of: counsel } }", asker)).toBe(true);
  });
});

describe("the tier of a budget", () => {
  it("is the department's own, else its tenant's default; its cap with it", () => {
    expect(["Sales", "Legal", "R&D"].map((department) => grants("{ budgetTier: { at_most: low } }", { department }))).toEqual([true, false, false]);
    const { caps } = setWhen("prefer: all", "{ budgetTier: high }").budgets;
    expect(caps.map(({ scope, window, cap, downgradeFromPercent }) => [scope, window, cap, downgradeFromPercent])).toEqual([
      ["department:acme/Sales", "month", 5_000_000, 90],
      ["department:acme/Legal", "day", 60_000_000, 100],
      ["user:acme/ann", "month", 1_000_000, 100],
    ]);
  });
});

describe("the time window of an arrival", () => {
  it.each([
    ["2026-11-20T06:59:59Z", "other", "Friday 07:59 in Berlin"],
    ["2026-11-20T07:00:00Z", "day", "Friday 08:00"],
    ["2026-11-20T16:59:59Z", "day", "Friday 17:59"],
    ["2026-11-20T17:00:00Z", "other", "Friday 18:00"],
    ["2026-11-20T21:00:00Z", "night", "Friday 22:00"],
    ["2026-11-21T04:59:00Z", "night", "Saturday 05:59, still Friday's night"],
    ["2026-11-21T05:00:00Z", "other", "Saturday 06:00"],
    ["2026-11-21T22:00:00Z", "other", "Saturday 23:00"],
    ["2026-11-23T04:00:00Z", "night", "Monday 05:00, Sunday's night passes into the next week"],
    ["2026-07-20T06:00:00Z", "day", "Monday 08:00 in summer"],
  ])("%s lies in %s (%s)", (at, window) => {
    expect(["day", "night", "other"].filter((one) => grants(`{ timeWindow: ${one} }`, { at }))).toEqual([window]);
  });

  it("stands on the permit, so that the decision replays; a replay's own value is taken", () => {
    const set = setWhen("prefer: all", "{ timeWindow: night }");
    const stateOf = (state?: Record<string, string>) => decide(set, ask(state ? { state } : {})).permit?.state;
    expect(stateOf()).toEqual({ timeWindow: "day" });
    expect(stateOf({ timeWindow: "night" })).toEqual({ timeWindow: "night" });
  });
});

describe("moving state", () => {
  it("that rules ask about is on the permit as it was taken: given, by default, or unknown", () => {
    const set = setWhen("prefer: all", "{ providerHealth.cloud: down, budgetBandUser: ok, budgetBand: warning }");
    expect(decide(set, ask({ state: { budgetBand: "warning", other: "x" } })).permit?.state).toEqual({
      "providerHealth.cloud": "ok", budgetBandUser: UNKNOWN_STATE, budgetBand: "warning", other: "x",
    });
  });

  it("replays: the state of a permit gives the same permit again", () => {
    const set = setWhen("forbid: { licence: oss }", "{ any: [{ budgetBand: exceeded }, { providerHealth.local: down }, { timeWindow: night }] }");
    const band = fc.constantFrom("ok", "warning", "exceeded", undefined);
    const health = fc.constantFrom("ok", "degraded", "down", undefined);
    fc.assert(
      fc.property(band, health, fc.integer({ min: 0, max: 700_000 }), (budgetBand, local, seconds) => {
        const state = Object.fromEntries(Object.entries({ budgetBand, "providerHealth.local": local }).flatMap(([name, value]) => (value ? [[name, value]] : [])));
        const input = ask({ state });
        const origin = { ...input.origin, receivedAt: input.origin.receivedAt + seconds * 1_000_000 };
        const { permit } = decide(set, { ...input, origin });
        expect(decide(set, { ...input, origin, state: permit?.state ?? {} }).permit).toEqual(permit);
      }),
      { numRuns: 200 },
    );
  });
});
