import fc from "fast-check";
import { LocalCalendar, WINDOW_KINDS } from "./calendar-window";
import { archiveTerm, endOfWindow } from "./window-end";

const at = (iso: string) => Date.parse(iso) * 1_000;
const DAY = 86_400_000_000;
const HOUR = DAY / 24;
const RETENTION = { hourDays: 3, dayDays: 35, monthDays: 400, runDays: 30 };
const TIMED = WINDOW_KINDS.filter((kind) => kind !== "total" && kind !== "request");
const ZONES = ["UTC", "Pacific/Apia", "Etc/GMT+12", "Etc/GMT-14", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"];

describe("the end of a window, read off its name", () => {
  test("is never before its end in any calendar, and at most 26 hours behind it", () => {
    const calendar = fc.record({
      timeZone: fc.constantFrom(...ZONES),
      weekStart: fc.integer({ min: 0, max: 6 }),
      fiscalYearStart: fc.record({ month: fc.integer({ min: 1, max: 12 }), day: fc.integer({ min: 1, max: 28 }) }),
    });
    fc.assert(
      fc.property(calendar, fc.integer({ min: at("2022-01-01T00:00:00Z"), max: at("2029-01-01T00:00:00Z") }), fc.constantFrom(...TIMED), (terms, micros, kind) => {
        const local = new LocalCalendar(terms);
        const end = local.boundsAt(kind, micros)?.endsAtMicros ?? NaN;
        const found = endOfWindow(local.windowAt(kind, micros)) ?? NaN;
        expect(found).toBeGreaterThanOrEqual(end);
        expect(found - end).toBeLessThanOrEqual(26 * HOUR);
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ["2026-11-21T08+05:45", "2026-11-21T03:15:00Z"],
    ["2026-11-21T08:15", "2026-11-21T08:16:00Z"],
    ["2026-12", "2027-01-01T12:00:00Z"],
    ["2026-Q4", "2027-01-01T12:00:00Z"],
    ["FY2027-Q1@2026-10-01", "2027-01-01T12:00:00Z"],
    // Of the release before: it ended in 2027, whenever that was.
    ["FY2027-M02", "2028-01-01T12:00:00Z"],
  ])("%s is over at %s", (window, end) => expect(endOfWindow(window)).toBe(at(end)));

  test.each(["total", "request", "someday"])("%s has none", (window) => expect(endOfWindow(window)).toBeNull());
});

describe("when an account may leave the store", () => {
  test.each([
    ["tenant:acme", "2026-11-21T08+00:00", { fromMicros: at("2026-11-24T09:00:00Z") }],
    ["tenant:acme", "2026-11-21", { fromMicros: at("2026-12-27T12:00:00Z") }],
    ["run:acme/r1", "2026-11-16/7d", { fromMicros: at("2026-12-28T12:00:00Z") }],
    ["tenant:acme", "2026", { fromMicros: at("2027-01-01T12:00:00Z") + 400 * DAY }],
    ["run:acme/r1", "total", { idleMicrosMin: 30 * DAY }],
    ["tenant:acme", "total", null],
    ["user:acme/run:x", "total", null],
    ["tenant:acme", "2026-11-21T08:15", null],
    ["tenant:acme", "request", null],
    ["tenant:acme", "someday", null],
  ])("%s %s", (scope, window, term) => expect(archiveTerm({ scope, window }, RETENTION)).toEqual(term));
});
