import { bandOf } from "@leverframe/budget";
import type { BudgetStatus } from "@leverframe/events";
import type { BudgetOutlook } from "@leverframe/wiring";

/** Fewer days say little about a month. */
const HISTORY_DAYS_MIN = 7;
const PERCENT = 100;

/**
 * The event of a cap that will be reached before its window ends, once for each window and cap; null when it will not, when
 * it is reached already (thresholds tell that), or when too little is known.
 */
export function forecastBreach({ scope, window, unit, cap, budget, reserved, settled, forecast }: BudgetOutlook, nowMicros: number): BudgetStatus | null {
  const { projected, low, high, exhaustedOn, historyDays } = forecast;
  if (cap === null || budget === null || cap <= 0 || settled >= cap || projected <= cap || historyDays < HISTORY_DAYS_MIN) return null;
  const dollars = unit === "usd";
  return {
    eventId: `${scope}.${window}.${dollars ? "" : `${unit}.`}${cap}.forecast`,
    scope,
    window,
    capMicroUsd: dollars ? cap : 0,
    reservedMicroUsd: dollars ? reserved : 0,
    settledMicroUsd: dollars ? settled : 0,
    band: bandOf(settled, { ...budget, cap }),
    thresholdPercent: Math.min(Math.round((projected / cap) * PERCENT), 1_000_000),
    at: nowMicros,
    kind: "forecast",
    unit,
    cap,
    reserved,
    settled,
    observed: Math.round(projected),
    expectedLow: Math.round(low),
    expectedHigh: Math.round(high),
    exhaustedAt: exhaustedOn === null ? null : Date.parse(`${exhaustedOn}T00:00:00Z`) * 1_000,
  };
}
