import fc from "fast-check";
import { type CalendarTerms, kindOfWindow, LocalCalendar, nextMinute, WINDOW_KINDS, type WindowKind } from "./calendar-window";

const at = (iso: string) => Date.parse(iso) * 1_000;
const HOUR = 3_600_000_000;
const ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Cairo", "Pacific/Apia", "Asia/Kolkata"];
const TIMED: readonly WindowKind[] = WINDOW_KINDS.filter((kind) => kind !== "total" && kind !== "request");

/** The wall clock of a zone, by another way than the calendar's: the formatter's text in Swedish is ISO 8601. */
function wallClock(timeZone: string, micros: number): Date {
  const text = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" }).format(micros / 1_000);
  return new Date(`${text.replace(" ", "T")}Z`);
}

/** What the rules of calendars say of a wall clock. */
function expected(kind: WindowKind, local: Date, { weekStart = 1, fiscalYearStart = { month: 1, day: 1 } }: CalendarTerms): string {
  const iso = local.toISOString();
  const [year, month, day] = [local.getUTCFullYear(), local.getUTCMonth() + 1, local.getUTCDate()];
  const pad = (number: number) => String(number).padStart(2, "0");
  switch (kind) {
    case "day":
      return iso.slice(0, 10);
    case "month":
      return iso.slice(0, 7);
    case "quarter":
      return `${year}-Q${[1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4][month - 1]}`;
    case "year":
      return String(year);
    case "week": {
      const first = new Date(local);
      while (first.getUTCDay() !== weekStart) first.setUTCDate(first.getUTCDate() - 1);
      return `${first.toISOString().slice(0, 10)}/7d`;
    }
    default: {
      // Count whole fiscal months from the start of the fiscal year that the day lies in.
      const { month: firstMonth, day: firstDay } = fiscalYearStart;
      const before = month < firstMonth || (month === firstMonth && day < firstDay);
      const began = before ? year - 1 : year;
      const months = (year - began) * 12 + month - firstMonth - (day < firstDay ? 1 : 0);
      const name = `FY${firstMonth === 1 && firstDay === 1 ? began : began + 1}`;
      const from = (ahead: number) => new Date(Date.UTC(began, firstMonth - 1 + ahead, firstDay)).toISOString().slice(0, 10);
      if (kind === "fiscal_year") return `${name}@${from(0)}`;
      return kind === "fiscal_quarter" ? `${name}-Q${Math.floor(months / 3) + 1}@${from(months - (months % 3))}` : `${name}-M${pad(months + 1)}@${from(months)}`;
    }
  }
}

const terms: fc.Arbitrary<CalendarTerms> = fc.record({
  timeZone: fc.constantFrom(...ZONES),
  weekStart: fc.integer({ min: 0, max: 6 }),
  fiscalYearStart: fc.record({ month: fc.integer({ min: 1, max: 12 }), day: fc.integer({ min: 1, max: 28 }) }),
});
/** Any moment of seven years, often within a day of where a month, a year or an offset changes. */
const moment = fc.oneof(
  fc.integer({ min: at("2022-01-01T00:00:00Z"), max: at("2029-01-01T00:00:00Z") }),
  fc.tuple(fc.constantFrom("2024-02-29", "2024-12-31", "2026-03-29", "2026-10-25", "2026-11-01", "2027-03-14", "2028-02-29", "2026-04-05", "2026-04-24"), fc.integer({ min: -24, max: 36 }))
    .map(([day, hours]) => at(`${day}T00:00:00Z`) + hours * HOUR),
);

describe("windows of calendars", () => {
  test("are those of the wall clock, in every zone, with any week and fiscal year", () => {
    const kinds = TIMED.filter((kind) => kind !== "minute" && kind !== "hour");
    fc.assert(
      fc.property(terms, moment, (calendar, micros) => {
        const local = wallClock(calendar.timeZone, micros);
        const found = new LocalCalendar(calendar);
        for (const kind of kinds) expect([kind, found.windowAt(kind, micros)]).toEqual([kind, expected(kind, local, calendar)]);
      }),
      { numRuns: 1_500 },
    );
  });

  test("cover all of time: each begins where the one before ends, and holds every moment between", () => {
    fc.assert(
      fc.property(terms, moment, fc.constantFrom(...TIMED), fc.double({ min: 0, max: 1, noNaN: true }), (calendar, micros, kind, part) => {
        const found = new LocalCalendar(calendar);
        const bounds = found.boundsAt(kind, micros);
        const name = found.windowAt(kind, micros);
        if (!bounds) throw new Error("it has bounds");
        const { startsAtMicros, endsAtMicros } = bounds;
        expect(startsAtMicros).toBeLessThanOrEqual(micros);
        expect(endsAtMicros).toBeGreaterThan(micros);
        const inside = Math.floor(startsAtMicros + part * (endsAtMicros - 1 - startsAtMicros));
        expect([startsAtMicros, inside, endsAtMicros - 1].map((one) => found.windowAt(kind, one))).toEqual([name, name, name]);
        expect(found.windowAt(kind, startsAtMicros - 1)).not.toBe(name);
        expect(found.windowAt(kind, endsAtMicros)).not.toBe(name);
        expect(found.boundsAt(kind, endsAtMicros)?.startsAtMicros).toBe(endsAtMicros);
        expect(kindOfWindow(name)).toBe(kind);
      }),
      { numRuns: 400 },
    );
  });

  test.each([
    // kind, moment, zone, window, hours that it holds
    ["hour", "2026-10-25T00:30:00Z", "Europe/Berlin", "2026-10-25T02+02:00", 1],
    ["hour", "2026-10-25T01:30:00Z", "Europe/Berlin", "2026-10-25T02+01:00", 1],
    ["hour", "2026-11-21T18:20:00Z", "Asia/Kathmandu", "2026-11-22T00+05:45", 1],
    ["day", "2026-03-29T10:00:00Z", "Europe/Berlin", "2026-03-29", 23],
    ["day", "2026-10-25T10:00:00Z", "Europe/Berlin", "2026-10-25", 25],
    // Lord Howe moves its clocks by half an hour, Cairo at midnight: its day begins at one.
    ["day", "2026-04-05T00:00:00Z", "Australia/Lord_Howe", "2026-04-05", 24.5],
    ["day", "2026-04-24T10:00:00Z", "Africa/Cairo", "2026-04-24", 23],
    ["week", "2026-03-29T10:00:00Z", "Europe/Berlin", "2026-03-23/7d", 167],
    ["month", "2028-02-10T10:00:00Z", "UTC", "2028-02", 29 * 24],
    ["month", "2026-10-10T10:00:00Z", "Europe/Berlin", "2026-10", 31 * 24 + 1],
    ["quarter", "2026-12-31T23:30:00Z", "Europe/Berlin", "2027-Q1", 90 * 24 - 1],
    ["year", "2024-06-01T00:00:00Z", "UTC", "2024", 366 * 24],
  ] as const)("a %s around %s in %s is %s of %s hours", (kind, instant, timeZone, window, hours) => {
    const calendar = new LocalCalendar(timeZone);
    const bounds = calendar.boundsAt(kind, at(instant));
    expect(calendar.windowAt(kind, at(instant))).toBe(window);
    expect(((bounds?.endsAtMicros ?? 0) - (bounds?.startsAtMicros ?? 0)) / HOUR).toBe(hours);
  });

  test.each([
    // The United Kingdom's tax year begins on April 6th; a moment after midnight there.
    ["2026-04-05T22:59:59Z", { month: 4, day: 6 }, "FY2026@2025-04-06", "FY2026-Q4@2026-01-06", "FY2026-M12@2026-03-06"],
    ["2026-04-05T23:00:00Z", { month: 4, day: 6 }, "FY2027@2026-04-06", "FY2027-Q1@2026-04-06", "FY2027-M01@2026-04-06"],
    ["2026-07-05T12:00:00Z", { month: 4, day: 6 }, "FY2027@2026-04-06", "FY2027-Q1@2026-04-06", "FY2027-M03@2026-06-06"],
    ["2026-07-06T12:00:00Z", { month: 4, day: 6 }, "FY2027@2026-04-06", "FY2027-Q2@2026-07-06", "FY2027-M04@2026-07-06"],
    ["2026-11-21T12:00:00Z", { month: 1, day: 1 }, "FY2026@2026-01-01", "FY2026-Q4@2026-10-01", "FY2026-M11@2026-11-01"],
    ["2026-11-21T12:00:00Z", { month: 10, day: 1 }, "FY2027@2026-10-01", "FY2027-Q1@2026-10-01", "FY2027-M02@2026-11-01"],
  ])("%s with a fiscal year from %j lies in %s, %s and %s", (instant, fiscalYearStart, year, quarter, month) => {
    const calendar = new LocalCalendar({ timeZone: "Europe/London", fiscalYearStart });
    const kinds = ["fiscal_year", "fiscal_quarter", "fiscal_month"] as const;
    expect(kinds.map((kind) => calendar.windowAt(kind, at(instant)))).toEqual([year, quarter, month]);
  });

  test("of fiscal years never stand for two times: whoever moves the start of the year begins new windows", () => {
    const kinds = ["fiscal_year", "fiscal_quarter", "fiscal_month"] as const;
    const start = fc.record({ month: fc.integer({ min: 1, max: 12 }), day: fc.integer({ min: 1, max: 28 }) });
    fc.assert(
      fc.property(start, start, moment, moment, fc.constantFrom(...kinds), (before, after, early, late, kind) => {
        const [was, is] = [new LocalCalendar({ timeZone: "UTC", fiscalYearStart: before }), new LocalCalendar({ timeZone: "UTC", fiscalYearStart: after })];
        if (was.windowAt(kind, early) !== is.windowAt(kind, late)) return;
        expect(is.boundsAt(kind, late)).toEqual(was.boundsAt(kind, early));
      }),
      { numRuns: 2_000 },
    );
    // November was the second month of a year from October, and would be that of a year from October 15th under the same name.
    const month = (day: number) => new LocalCalendar({ timeZone: "UTC", fiscalYearStart: { month: 10, day } }).windowAt("fiscal_month", at("2026-11-21T12:00:00Z"));
    expect([month(1), month(15)]).toEqual(["FY2027-M02@2026-11-01", "FY2027-M02@2026-11-15"]);
  });

  test("keep their name in another time zone: what a month has spent stays spent when its edges move by hours", () => {
    const kinds = ["month", "quarter", "year", "day"] as const;
    const names = (timeZone: string) => kinds.map((kind) => new LocalCalendar(timeZone).windowAt(kind, at("2026-11-21T12:00:00Z")));
    expect(names("Asia/Kolkata")).toEqual(names("America/New_York"));
  });

  test.each([
    ["2026-11-21T08:15:59.999Z", "2026-11-21T08:15", "2026-11-21T08:16:00Z"],
    ["2026-12-31T23:59:30Z", "2026-12-31T23:59", "2027-01-01T00:00:00Z"],
  ])("a minute is one of UTC: %s lies in %s, until %s", (instant, window, next) => {
    expect(new LocalCalendar("Asia/Kathmandu").windowAt("minute", at(instant))).toBe(window);
    expect(nextMinute(window)).toBe(next);
  });

  test.each(["", "2026-1", "2026-Q", "FY26", "2026-11-21T08", "2026-11-21/8d", "Total"])("`%s` is no window's name", (name) => expect(kindOfWindow(name)).toBeNull());
});
