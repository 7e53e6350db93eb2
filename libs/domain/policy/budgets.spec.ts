import { compilePolicySet, formatPolicyError } from "./index";
import { digest, folder, policySet } from "./testing/small-set";

const USERS = "tenants: { acme: { groups: { deals: [ann, bob] } } }";
const capsIn = (text: string) =>
  policySet({ "budgets.yaml": text, "users.yaml": USERS }).budgets.caps.map(({ scope, window, unit, cap, hard }) => `${scope} ${window} ${cap} ${unit}${hard ? "" : " soft"}`);
const errorsIn = (text: string) => {
  const { errors } = compilePolicySet(folder({ "budgets.yaml": text, "users.yaml": USERS }), digest);
  return (errors ?? []).map(formatPolicyError);
};

describe("the language of budgets", () => {
  it("says caps of every scope, window and unit", () => {
    const text = `
tiers:
  small: { capUsd: 10, limits: [{ capUsd: 1, window: day }, { capTokens: 5000, window: minute }] }
company:
  capUsd: 900
  window: fiscal_year
  limits: [{ capRequests: 100000, window: day, hard: false }]
  providers: { cloud: { capUsd: 300 } }
  tags: { oss: { limits: [{ capTokens: 77, window: week }] } }
tenants:
  acme:
    capUsd: 100
    limits:
      - { capUsd: 0.25, window: request }
      - { capUsd: 9, window: day }
    departmentTier: small
    departments:
      Sales: { tier: small, limits: [{ capRequests: 60, window: minute }] }
      Legal: { capUsd: 2, window: day, tier: small }
    teams: { deals: { capUsd: 40 } }
    users: { ann: { capUsd: 7, window: week } }
    eachUser: { capUsd: 5 }
    eachAgentRun: { limits: [{ capUsd: 3, window: total }, { capRequests: 20, window: total }] }
    applications: { default: { capUsd: 30, window: quarter } }
    routes: { general: { capUsd: 50, window: hour } }
    modelTiers: { premium: { capUsd: 60 } }
    providers: { cloud: { capUsd: 70, window: year, hard: false } }
`;
    expect(capsIn(text)).toEqual([
      "company:all fiscal_year 900000000 usd", "company:all day 100000 requests soft", "provider:cloud month 300000000 usd", "tag:oss week 77 tokens",
      "tenant:acme month 100000000 usd", "tenant:acme request 250000 usd", "tenant:acme day 9000000 usd",
      "department:acme/Sales month 10000000 usd", "department:acme/Sales minute 60 requests",
      // Its own day takes the place of the tier's.
      "department:acme/Legal day 2000000 usd", "department:acme/Legal minute 5000 tokens",
      "department:acme/R&D month 10000000 usd", "department:acme/R&D day 1000000 usd", "department:acme/R&D minute 5000 tokens",
      "team:acme/deals month 40000000 usd", "user:acme/ann week 7000000 usd", "user:acme/* month 5000000 usd",
      "route:acme/general hour 50000000 usd", "application:acme/default quarter 30000000 usd",
      "run:acme/* total 3000000 usd", "run:acme/* total 20 requests",
      "provider:acme/cloud year 70000000 usd soft", "tier:acme/premium month 60000000 usd",
    ]);
  });

  it("says where days, weeks and fiscal years begin, for all and for a tenant", () => {
    const calendars = (text: string) => policySet({ "budgets.yaml": text }).budgets.calendars.get("acme");
    expect(calendars("tenants: { acme: { capUsd: 1 } }")).toEqual({ timeZone: "UTC" });
    expect(calendars("timeZone: Europe/Berlin\nweekStart: sunday\nfiscalYearStart: 04-06\ntenants: { acme: { capUsd: 1, weekStart: monday } }")).toEqual({
      timeZone: "Europe/Berlin", weekStart: 1, fiscalYearStart: { month: 4, day: 6 },
    });
    const [cap] = policySet({ "budgets.yaml": "fiscalYearStart: 10-01\ntenants: { acme: { capUsd: 1 } }" }).budgets.caps;
    expect(cap).toMatchObject({ timeZone: "UTC", fiscalYearStart: { month: 10, day: 1 } });
  });

  const tenant = (text: string) => `tenants:\n  acme: { ${text} }`;
  it.each([
    ["a provider that the catalog does not name", tenant("providers: { clout: { capUsd: 1 } }"), "budgets.yaml:2:24: unknown field `clout` of `providers`; expected cloud or local; did you mean `cloud`?"],
    ["a tag that no deployment has", tenant("tags: { os: { capUsd: 1 } }"), "budgets.yaml:2:19: unknown field `os` of `tags`; expected cloud, boundary or oss; did you mean `oss`?"],
    ["a tier of models that is none", tenant("modelTiers: { gold: { capUsd: 1 } }"), "budgets.yaml:2:25: unknown field `gold` of `modelTiers`; expected economy, standard or premium"],
    ["a team that is no group", tenant("teams: { deal: { capUsd: 1 } }"), "budgets.yaml:2:20: unknown field `deal` of `teams`; expected deals; did you mean `deals`?"],
    ["a route that is none", tenant("routes: { genral: { capUsd: 1 } }"), "budgets.yaml:2:21: unknown field `genral` of `routes`; expected general or other; did you mean `general`?"],
    ["an application of nobody", tenant("applications: { crm: { capUsd: 1 } }"), "budgets.yaml:2:27: unknown field `crm` of `applications`; expected default"],
    ["a window that is none", tenant("limits: [{ capUsd: 1, window: fortnight }]"), "budgets.yaml:2:41: window `fortnight`; expected request, minute, hour, day, week, month, quarter, year, fiscal_month, fiscal_quarter, fiscal_year or total"],
    ["a limit without an amount", tenant("limits: [{ window: day }]"), "budgets.yaml:2:20: the limit has no amount; expected capUsd, capTokens or capRequests"],
    ["a limit of two amounts", tenant("limits: [{ capUsd: 1, capTokens: 5, window: day }]"), "budgets.yaml:2:33: the limit has both `capUsd` and `capTokens`; expected one of them, and a limit for each"],
    ["a limit without a window", tenant("limits: [{ capUsd: 1 }]"), "budgets.yaml:2:20: the limit has no `window`"],
    ["a limit for a window that has one", tenant("capUsd: 5, limits: [{ capUsd: 1, window: month }]"), "budgets.yaml:2:52: limit of the same unit for window `month`; expected each window once for each unit"],
    ["requests for each request", tenant("limits: [{ capRequests: 1, window: request }]"), "budgets.yaml:2:46: window of capRequests `request`; expected one of several requests, such as minute or day"],
    ["half a token", tenant("limits: [{ capTokens: 0.5, window: day }]"), "budgets.yaml:2:33: capTokens `0.5`; expected a whole number from 0 to 9000000000000000"],
    ["everybody as a user", tenant('users: { "*": { capUsd: 1 } }'), "budgets.yaml:2:20: name `*`; expected the name of one; a budget for each stands under eachUser or eachAgentRun"],
    ["a budget of nothing", tenant("eachUser: { hard: false }"), "budgets.yaml:2:21: the budget of `user:acme/*` has no `capUsd`"],
    ["a week that begins nowhere", "weekStart: mon\ntenants: { acme: { capUsd: 1 } }", "budgets.yaml:1:12: first day of the week `mon`; expected sunday, monday, tuesday, wednesday, thursday, friday or saturday"],
    ["a fiscal year from a day that some months lack", "fiscalYearStart: 02-29\ntenants: { acme: { capUsd: 1 } }", "budgets.yaml:1:18: start of the fiscal year `02-29`; expected a month and day such as 04-01, to the 28th"],
  ])("refuses %s, where it stands", (_what, text, expected) => {
    const [first = ""] = errorsIn(text);
    expect(first).toBe(expected);
  });
});
