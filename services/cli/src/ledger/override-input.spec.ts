import { AccountBook } from "@leverframe/budget";
import { placeOverride } from "./override-input";

const NOW = Date.parse("2026-11-21T12:00:00Z") * 1_000;
const book = new AccountBook([{ scope: "tenant:acme", window: "fiscal_quarter", unit: "usd", cap: 9, hard: true, alertPercents: [], timeZone: "UTC", fiscalYearStart: { month: 10, day: 1 } }]);
const windowOf = (window: string) => placeOverride({ scope: "tenant:acme", window, usd: "+1", until: "7d", reason: "why" }, book, NOW).window;

describe("the window of an override", () => {
  it.each([
    ["fiscal_quarter", "FY2027-Q1@2026-10-01"],
    ["FY2027-Q1@2026-10-01", "FY2027-Q1@2026-10-01"],
    ["FY2027", "FY2027"],
    ["2026-11-16/7d", "2026-11-16/7d"],
    ["2026-11-21T08+05:45", "2026-11-21T08+05:45"],
    ["total", "total"],
  ])("%s is %s", (given, window) => expect(windowOf(given)).toBe(window));

  it.each(["fortnight", "2026foo", "FY2027@soon"])("%s is none", (given) => expect(() => windowOf(given)).toThrow(`--window is \`${given}\`; expected one of`));
});
