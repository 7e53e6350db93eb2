import fc from "fast-check";
import { type DailySpend, dayNumber, dayOf, daysToMonthEnd, everyDay, weekdayOf } from "./days";
import { forecastWindow } from "./forecast";

/** Spend of each day from `from` to the day before `until`. */
function spendFrom(from: string, until: string, amountOn: (day: number, index: number) => number): DailySpend[] {
  const first = dayNumber(from);
  return Array.from({ length: dayNumber(until) - first }, (_, index) => ({ day: dayOf(first + index), amount: amountOn(first + index, index) }));
}

const NOVEMBER = { from: "2026-11-01", to: "2026-11-30" };
const workdays = (day: number) => (weekdayOf(day) === 0 || weekdayOf(day) === 6 ? 10 : 100);
const monthTotal = (amountOn: (day: number) => number) => everyDay(spendFrom("2026-11-01", "2026-12-01", amountOn), dayNumber("2026-11-01"), dayNumber("2026-11-30")).reduce((sum, amount) => sum + amount, 0);

describe("days", () => {
  test.each([
    ["1970-01-01", 4],
    ["2026-11-21", 6],
    ["2026-11-22", 0],
  ])("%s is weekday %i", (day, weekday) => expect(weekdayOf(dayNumber(day))).toBe(weekday));

  test.each([
    ["2026-11-30", 0],
    ["2028-02-28", 1],
    ["2027-02-28", 0],
    ["2026-12-01", 30],
  ])("%s has %i days to its month's end", (day, left) => expect(daysToMonthEnd(dayNumber(day))).toBe(left));
});

describe("the forecast of a window", () => {
  test("a steady week is projected exactly, whatever day it is asked on", () => {
    for (const today of ["2026-11-02", "2026-11-14", "2026-11-27"]) {
      const forecast = forecastWindow({ spend: spendFrom("2026-08-01", today, workdays), today, ...NOVEMBER, cap: null });
      expect(forecast.basis).toBe("seasonal");
      expect(forecast.projected).toBeCloseTo(monthTotal(workdays), 6);
      expect([forecast.low, forecast.high].map((bound) => Math.round(bound))).toEqual([monthTotal(workdays), monthTotal(workdays)]);
    }
  });

  test("on a Friday evening it does not expect the weekend to go on like the week, as a straight line does", () => {
    const spend = spendFrom("2026-08-01", "2026-11-07", workdays);
    const spent = monthTotal((day) => (day < dayNumber("2026-11-07") ? workdays(day) : 0));
    expect(forecastWindow({ spend, today: "2026-11-07", ...NOVEMBER, cap: null }).projected).toBeLessThan((spent / 6) * 30);
  });

  test("month ends that were expensive before are expected again", () => {
    const closing = (day: number) => workdays(day) * (daysToMonthEnd(day) < 3 ? 3 : 1);
    const { projected } = forecastWindow({ spend: spendFrom("2026-04-01", "2026-11-20", closing), today: "2026-11-20", ...NOVEMBER, cap: null });
    expect(projected).toBeGreaterThan(monthTotal(workdays) * 1.05);
    expect(projected).toBeLessThanOrEqual(monthTotal(closing) * 1.001);
  });

  test("growth is carried on, an outage and a burst are not", () => {
    const grown = forecastWindow({ spend: spendFrom("2026-08-01", "2026-11-15", (_, index) => 100 + 2 * index), today: "2026-11-15", ...NOVEMBER, cap: null });
    expect(grown.burnPerDay).toBeGreaterThan(100 + 2 * 104);
    const accidents = (day: number) => (day === dayNumber("2026-11-03") ? 0 : day === dayNumber("2026-10-28") ? 900 : workdays(day));
    const { burnPerDay } = forecastWindow({ spend: spendFrom("2026-08-01", "2026-11-15", accidents), today: "2026-11-15", ...NOVEMBER, cap: null });
    const usual = forecastWindow({ spend: spendFrom("2026-08-01", "2026-11-15", workdays), today: "2026-11-15", ...NOVEMBER, cap: null });
    expect(Math.abs(burnPerDay / usual.burnPerDay - 1)).toBeLessThan(0.02);
  });

  test("the cap is exhausted on the day that reaches it; what is over is over today, what lasts has no day", () => {
    const at = (cap: number) => forecastWindow({ spend: spendFrom("2026-09-01", "2026-11-11", () => 10), today: "2026-11-11", ...NOVEMBER, cap }).exhaustedOn;
    expect(at(150)).toBe("2026-11-15");
    expect(at(100)).toBe("2026-11-11");
    expect(at(301)).toBeNull();
  });

  test("what was spent today counts once", () => {
    const spend = [...spendFrom("2026-09-01", "2026-11-11", () => 10), { day: "2026-11-11", amount: 4 }];
    expect(forecastWindow({ spend, today: "2026-11-11", ...NOVEMBER, cap: null })).toMatchObject({ spent: 104, projected: 300 });
    expect(forecastWindow({ spend: [...spend, { day: "2026-11-11", amount: 40 }], today: "2026-11-11", ...NOVEMBER, cap: null }).projected).toBe(334);
  });

  test("says on what it stands: nothing, an average with wide bounds, a season", () => {
    const none = forecastWindow({ spend: [], today: "2026-11-11", ...NOVEMBER, cap: 5 });
    expect(none).toEqual({ spent: 0, projected: 0, low: 0, high: 0, burnPerDay: 0, exhaustedOn: null, basis: "none", historyDays: 0 });
    const young = forecastWindow({ spend: spendFrom("2026-11-07", "2026-11-11", () => 10), today: "2026-11-11", ...NOVEMBER, cap: null });
    expect(young).toMatchObject({ basis: "average", historyDays: 4, projected: 240, low: 140, high: 440 });
    const seldom = forecastWindow({ spend: spendFrom("2026-08-01", "2026-11-11", (_, index) => (index % 5 === 0 ? 50 : 0)), today: "2026-11-11", ...NOVEMBER, cap: null });
    expect(seldom.basis).toBe("average");
    expect(seldom.burnPerDay).toBeGreaterThan(8);
    expect(seldom.burnPerDay).toBeLessThan(13);
  });

  test("a window that is over is what it took", () => {
    const { spent, projected, low, high } = forecastWindow({ spend: spendFrom("2026-09-01", "2026-12-10", () => 10), today: "2026-12-10", ...NOVEMBER, cap: null });
    expect([spent, projected, low, high]).toEqual([300, 300, 300, 300]);
  });

  test("for any history: spent ≤ low ≤ projected ≤ high, and twice the money is twice the forecast", () => {
    const amounts = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 0, maxLength: 90 });
    fc.assert(
      fc.property(amounts, fc.integer({ min: 1, max: 30 }), (days, dayOfMonth) => {
        const today = dayOf(dayNumber("2026-11-01") + dayOfMonth - 1);
        const spend = days.map((amount, back) => ({ day: dayOf(dayNumber(today) - back), amount }));
        const one = forecastWindow({ spend, today, ...NOVEMBER, cap: null });
        const two = forecastWindow({ spend: spend.map(({ day, amount }) => ({ day, amount: amount * 2 })), today, ...NOVEMBER, cap: null });
        const order = [0, one.spent, one.low, one.projected, one.high];
        order.slice(1).forEach((bound, index) => expect(bound).toBeGreaterThanOrEqual((order[index] as number) - 1e-6));
        expect(two.projected).toBeCloseTo(one.projected * 2, 3);
      }),
      { numRuns: 60 },
    );
  });
});
