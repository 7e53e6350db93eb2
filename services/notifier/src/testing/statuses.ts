import type { BudgetStatus } from "@leverframe/events";

export const NOON_MICROS = Date.parse("2026-11-21T12:00:00Z") * 1_000;

/** A threshold of a department's month in dollars, unless told otherwise. */
export const statusOf = (eventId: string, over: Partial<BudgetStatus> = {}): BudgetStatus => ({
  eventId,
  scope: "department:acme/Sales",
  window: "2026-11",
  capMicroUsd: 3_000_000_000,
  reservedMicroUsd: 0,
  settledMicroUsd: 2_400_000_000,
  band: "warning",
  thresholdPercent: 80,
  at: NOON_MICROS,
  kind: "threshold",
  unit: "usd",
  cap: 3_000_000_000,
  reserved: 0,
  settled: 2_400_000_000,
  observed: 0,
  expectedLow: 0,
  expectedHigh: 0,
  exhaustedAt: null,
  ...over,
});
