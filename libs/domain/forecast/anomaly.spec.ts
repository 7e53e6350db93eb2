import fc from "fast-check";
import { ANOMALY_DEFAULTS, anomalyIn } from "./anomaly";

const OPTIONS = { ...ANOMALY_DEFAULTS, amountMin: 5 };
/** Monday, 2026-09-28T00Z, as an hour. */
const START = Date.parse("2026-09-28T00:00:00Z") / 3_600_000;
const WEEK = 168;

/** Offices are busy from eight to six on workdays; a little noise that repeats with every run. */
function office(weeks: number, change: (hour: number, amount: number) => number = (_, amount) => amount): Map<number, number> {
  const history = new Map<number, number>();
  for (let index = 0; index < weeks * WEEK; index++) {
    const [day, hour] = [Math.floor(index / 24) % 7, index % 24];
    const busy = day < 5 && hour >= 8 && hour < 18 ? 100 : 2;
    history.set(START + index, change(START + index, busy * (1 + 0.2 * Math.sin(index * 12.9898))));
  }
  return history;
}

describe("anomalies of spend", () => {
  const history = office(6);
  const mondayNine = START + 6 * WEEK + 9;
  const sundayThree = START + 6 * WEEK - WEEK + 6 * 24 + 3 + WEEK;

  test("an hour far above what such hours take is found, and says what was expected", () => {
    const anomaly = anomalyIn(history, mondayNine, 700, OPTIONS);
    expect(anomaly).toMatchObject({ hour: mondayNine, observed: 700 });
    expect(anomaly!.expected).toBeGreaterThan(80);
    expect(anomaly!.expected).toBeLessThan(120);
    expect(anomaly!.expectedHigh).toBeLessThan(700);
  });

  test("the same spend is usual on Monday morning and an anomaly on Sunday night", () => {
    expect(anomalyIn(history, mondayNine, 110, OPTIONS)).toBeNull();
    expect(anomalyIn(history, sundayThree, 110, OPTIONS)).not.toBeNull();
  });

  test("anomalies of the past hide no new one", () => {
    const scarred = office(6, (hour, amount) => (hour === mondayNine - WEEK || hour === mondayNine - 2 * WEEK ? amount * 50 : amount));
    expect(anomalyIn(scarred, mondayNine, 700, OPTIONS)).not.toBeNull();
  });

  test("a trifle wakes nobody, however unusual, and neither does spend that stops", () => {
    expect(anomalyIn(history, sundayThree, 2 + OPTIONS.amountMin - 1, OPTIONS)).toBeNull();
    expect(anomalyIn(history, mondayNine, 0, OPTIONS)).toBeNull();
  });

  test("a scope without three days of history is not judged, a young one against its busy hours", () => {
    expect(anomalyIn(new Map(), mondayNine, 10_000, OPTIONS)).toBeNull();
    expect(anomalyIn(new Map([[mondayNine - 12 * 24, 3]]), mondayNine, 700, OPTIONS)).toMatchObject({ expected: 0 });
    const young = office(1);
    expect(anomalyIn(young, START + 60, 10_000, OPTIONS)).toBeNull();
    expect(anomalyIn(young, START + WEEK + 9, 110, OPTIONS)).toBeNull();
    expect(anomalyIn(young, START + WEEK + 9, 2_000, OPTIONS)).not.toBeNull();
  });

  test("more spend is never less unusual, so an hour that still runs may be judged", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: WEEK - 1 }), fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 5_000 }), (hour, less, more) => {
        const at = START + 6 * WEEK + hour;
        if (anomalyIn(history, at, Math.min(less, more), OPTIONS) !== null) expect(anomalyIn(history, at, Math.max(less, more), OPTIONS)).not.toBeNull();
      }),
    );
  });

  test("eight weeks of lively but usual spend raise no alarm", () => {
    const lively = office(9, (hour, amount) => amount * Math.exp(0.35 * Math.sin(hour * 78.233) + 0.2 * Math.cos(hour * 37.719)));
    const alarms = [...lively].filter(([hour, amount]) => anomalyIn(lively, hour, amount, OPTIONS) !== null);
    expect(alarms).toEqual([]);
  });
});
