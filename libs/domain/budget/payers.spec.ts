import { AccountBook, type BudgetCap } from "./accounts";
import type { AccountRef } from "./ledger-store";

const at = (iso: string) => Date.parse(iso) * 1_000;
const NOW = at("2026-11-21T08:15:30Z");
const budget = (scope: string, over: Partial<BudgetCap> = {}): BudgetCap => ({ scope, window: "month", unit: "usd", cap: 100, hard: true, alertPercents: [80], timeZone: "UTC", ...over });
const payer = { tenant: "acme", department: "sales", user: "ann", teams: ["deals", "pilots"], route: "code", application: "crm", agentRun: "run 7" };
const shown = (accounts: readonly AccountRef[]) => accounts.map(({ scope, window, unit, only, cap }) => `${scope} ${window} ${unit}${only === null ? "" : ` of ${only}`} ${cap}`);

describe("who pays for a request", () => {
  const book = new AccountBook([
    budget("company:all", { window: "fiscal_year", fiscalYearStart: { month: 4, day: 1 }, cap: 9_000 }),
    budget("tenant:acme"),
    budget("team:acme/deals", { cap: 40 }),
    budget("user:acme/*", { cap: 7, window: "day" }),
    budget("user:acme/bob", { cap: 70, window: "week" }),
    budget("application:acme/crm", { unit: "tokens", window: "hour", cap: 5_000 }),
    budget("run:acme/*", { window: "total", cap: 3 }),
    budget("run:acme/*", { window: "total", unit: "requests", cap: 20 }),
    budget("route:acme/code", { window: "minute", unit: "requests", cap: 60 }),
    budget("department:acme/sales", { window: "request", cap: 2 }),
    budget("department:acme/sales", { window: "minute", unit: "tokens", cap: 900 }),
    budget("provider:openai", { cap: 500 }),
    budget("provider:acme/openai", { cap: 50 }),
    budget("tier:acme/premium", { unit: "tokens", window: "day", cap: 800 }),
    budget("tag:other/eu"),
  ]);

  test("are minutes first, then all from the company down that apply, and the partitions of what may be called", () => {
    expect(shown(book.accountsOf(payer, NOW, { labels: ["provider:openai", "tier:premium", "tag:eu", "provider:anthropic"] }))).toEqual([
      "department:acme/sales 2026-11-21T08:15 tokens 900",
      "route:acme/code 2026-11-21T08:15 requests 60",
      "company:all FY2027@2026-04-01 usd 9000",
      "tenant:acme 2026-11 usd 100",
      "department:acme/sales 2026-11 usd null",
      "department:acme/sales request usd 2",
      "team:acme/deals 2026-11 usd 40",
      "user:acme/ann 2026-11 usd null",
      "user:acme/ann 2026-11-21 usd 7",
      "application:acme/crm 2026-11-21T08+00:00 tokens 5000",
      "run:acme/run 7 total usd 3",
      "run:acme/run 7 total requests 20",
      "provider:openai 2026-11 usd of provider:openai 500",
      "provider:acme/openai 2026-11 usd of provider:openai 50",
      "tier:acme/premium 2026-11-21 tokens of tier:premium 800",
    ]);
  });

  test("an escalation is the same request: it counts no request, and its cap has what is left of it", () => {
    const units = (accounts: readonly AccountRef[]) => accounts.filter(({ unit, window }) => unit === "requests" || window === "request");
    expect(shown(units(book.accountsOf(payer, NOW, { round: 1, spentMicroUsd: 1 })))).toEqual(["department:acme/sales request usd 1"]);
    expect(shown(units(book.accountsOf(payer, NOW, { round: 2, spentMicroUsd: 5 })))).toEqual(["department:acme/sales request usd 0"]);
  });

  test("one with a budget of its own is not each", () => {
    const bob = shown(book.accountsOf({ tenant: "acme", department: "sales", user: "bob" }, NOW)).filter((line) => line.startsWith("user"));
    expect(bob).toEqual(["user:acme/bob 2026-11 usd null", "user:acme/bob 2026-11-16/7d usd 70"]);
    expect(book.budgetOf("user:acme/bob", "2026-11-21")).toBeNull();
    expect(book.budgetOf("user:acme/ann", "2026-11-21")?.cap).toBe(7);
    expect(book.budgetOf("run:acme/x", "total", "requests")?.cap).toBe(20);
  });

  test("nobody is everybody: a name of `*` is a name, and a very long one is cut", () => {
    const users = ["*", "x".repeat(5_000)].map((user) => book.accountsOf({ tenant: "acme", department: "sales", user }, NOW).find(({ scope }) => scope.startsWith("user"))?.scope ?? "");
    expect(users[0]).toBe("user:acme/%2a");
    expect(users[1]).toBe(`user:acme/${"x".repeat(128)}`);
  });

  test("partitions are only those with a budget, so a plan that calls nothing else adds no account", () => {
    const labels = ["provider:anthropic", "tier:economy", "tag:eu"];
    expect(book.accountsOf(payer, NOW, { labels })).toEqual(book.accountsOf(payer, NOW));
  });

  test("a scope's own calendar names its windows; without one its tenant's does", () => {
    const zones = new AccountBook([budget("tenant:acme", { timeZone: "Pacific/Apia", weekStart: 0 }), budget("tenant:globex", { timeZone: "UTC" })]);
    expect(zones.calendarOf("department:acme/x").windowAt("week", NOW)).toBe("2026-11-15/7d");
    expect(zones.calendarOf("tenant:globex").windowAt("week", NOW)).toBe("2026-11-16/7d");
    expect(zones.accountsIn("tenant:acme", NOW)).toEqual([{ scope: "tenant:acme", window: "2026-11", unit: "usd", only: null, cap: 100, hard: true }]);
    expect(zones.accountsIn("tenant:nobody", NOW)).toEqual([]);
  });
});
