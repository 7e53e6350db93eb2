import { AccountBook, type BudgetCap } from "./accounts";
import { kindOfWindow, LocalCalendar } from "./calendar-window";

const at = (iso: string) => Date.parse(iso) * 1_000;
const budget = (scope: string, window: BudgetCap["window"], cap: number, timeZone = "UTC"): BudgetCap => ({
  scope,
  window,
  unit: "usd",
  cap,
  hard: true,
  alertPercents: [80],
  timeZone,
});
const dollars = { unit: "usd", only: null };
const sales = { tenant: "acme", department: "sales", user: null };

describe("windows in the tenant's time zone", () => {
  test.each([
    // UTC instant, time zone, month, day
    ["2026-11-30T23:30:00Z", "UTC", "2026-11", "2026-11-30"],
    ["2026-11-30T23:30:00Z", "Europe/Berlin", "2026-12", "2026-12-01"],
    ["2026-12-01T04:59:59Z", "America/New_York", "2026-11", "2026-11-30"],
    ["2026-12-01T05:00:00Z", "America/New_York", "2026-12", "2026-12-01"],
    ["2026-11-30T18:14:59Z", "Asia/Kathmandu", "2026-11", "2026-11-30"],
    ["2026-11-30T18:15:00Z", "Asia/Kathmandu", "2026-12", "2026-12-01"],
    // The night in which Berlin's clocks go back: 22:00Z is midnight, a day later 23:00Z is.
    ["2026-10-24T22:00:00Z", "Europe/Berlin", "2026-10", "2026-10-25"],
    ["2026-10-25T22:59:59Z", "Europe/Berlin", "2026-10", "2026-10-25"],
    ["2026-10-25T23:00:00Z", "Europe/Berlin", "2026-10", "2026-10-26"],
    ["2028-02-29T12:00:00Z", "UTC", "2028-02", "2028-02-29"],
  ])("%s in %s lies in %s and %s", (instant, timeZone, month, day) => {
    const calendar = new LocalCalendar(timeZone);
    expect(calendar.windowAt("month", at(instant))).toBe(month);
    expect(calendar.windowAt("day", at(instant))).toBe(day);
    expect(calendar.windowAt("total", at(instant))).toBe("total");
  });

  test("kept dates agree with fresh ones over a year of quarter hours", () => {
    const kept = new LocalCalendar("America/New_York");
    const plain = new Intl.DateTimeFormat("en-CA", { timeZone: "America/New_York", dateStyle: "short" });
    for (let micros = at("2026-01-01T00:07:00Z"); micros < at("2027-01-01T00:00:00Z"); micros += 900_000_000 * 7) {
      expect(kept.windowAt("day", micros)).toBe(plain.format(micros / 1_000));
    }
  });

  test("a window's name tells its kind", () => {
    expect(["2026-11", "2026-11-21", "total", "request"].map(kindOfWindow)).toEqual(["month", "day", "total", "request"]);
  });
});

describe("the accounts that a request touches", () => {
  const now = at("2026-11-30T23:30:00Z");

  test("are the tenant's and the department's in all their windows, in the zone of each budget", () => {
    const book = new AccountBook([
      budget("tenant:acme", "day", 70, "Europe/Berlin"),
      budget("tenant:acme", "month", 900, "Europe/Berlin"),
      budget("department:acme/sales", "total", 5000, "UTC"),
    ]);
    expect(book.accountsOf(sales, now)).toEqual([
      { scope: "tenant:acme", window: "2026-12", ...dollars, cap: 900, hard: true },
      { scope: "tenant:acme", window: "2026-12-01", ...dollars, cap: 70, hard: true },
      { scope: "department:acme/sales", window: "2026-12", ...dollars, cap: null, hard: false },
      { scope: "department:acme/sales", window: "total", ...dollars, cap: 5000, hard: true },
    ]);
  });

  test("are counted without a cap when no budget is declared", () => {
    expect(new AccountBook([]).accountsOf({ ...sales, user: "ann" }, now)).toEqual([
      { scope: "tenant:acme", window: "2026-11", ...dollars, cap: null, hard: false },
      { scope: "department:acme/sales", window: "2026-11", ...dollars, cap: null, hard: false },
      { scope: "user:acme/ann", window: "2026-11", ...dollars, cap: null, hard: false },
    ]);
  });

  test("are the route's too where it has a budget, and only then", () => {
    const book = new AccountBook([budget("route:acme/code", "day", 400, "Europe/Berlin")]);
    const withRoute = (route: string) => book.accountsOf({ ...sales, route }, now).filter(({ scope }) => scope.startsWith("route:"));
    expect(withRoute("code")).toEqual([
      { scope: "route:acme/code", window: "2026-12-01", ...dollars, cap: 400, hard: true },
    ]);
    expect(withRoute("general")).toEqual([]);
  });

  test("keep users apart, whatever their names hold", () => {
    const book = new AccountBook([]);
    const scopes = ["a\nb", "a%0ab", "a b"].map((user) => book.accountsOf({ ...sales, user }, now).at(-1)?.scope);
    expect(scopes).toEqual(["user:acme/a%0ab", "user:acme/a%250ab", "user:acme/a b"]);
  });

  test("a budget declared twice or in no time zone is refused", () => {
    const twice = [budget("tenant:acme", "month", 1), budget("tenant:acme", "month", 2)];
    expect(() => new AccountBook(twice)).toThrow("declare `tenant:acme` per `month` in usd twice");
    const nowhere = [budget("tenant:acme", "month", 1, "Mars/Olympus")];
    expect(() => new AccountBook(nowhere)).toThrow("time zone is `Mars/Olympus`; expected a name");
  });

  test("a budget is found again by an account's scope and window", () => {
    const book = new AccountBook([budget("tenant:acme", "day", 70)]);
    expect(book.budgetOf("tenant:acme", "2026-11-21")?.cap).toBe(70);
    expect(book.budgetOf("tenant:acme", "2026-11")).toBeNull();
  });
});
