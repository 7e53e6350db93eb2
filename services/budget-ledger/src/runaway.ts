import type { AccountRef, ReserveResult } from "@leverframe/budget";
import type { BudgetStatus } from "@leverframe/events";

const RUN = "run:";

/**
 * The event that an agent run was stopped: its own limit refused a request. One for each run, however many requests it goes
 * on to send; null: whatever was refused, it was not a run's limit that did it.
 */
export function runawayOf(refused: ReserveResult, accounts: readonly AccountRef[], atMicros: number): BudgetStatus | null {
  if ((refused.status !== "exceeds_cap" && refused.status !== "exceeds_rate") || !refused.scope.startsWith(RUN)) return null;
  const { scope, window, unit } = refused;
  const declared = accounts.find((account) => account.scope === scope && account.window === window && account.unit === unit)?.cap ?? 0;
  const cap = refused.status === "exceeds_rate" ? refused.cap : declared;
  const used = refused.status === "exceeds_rate" ? cap : Math.max(0, cap - refused.available);
  const dollars = unit === "usd";
  return {
    eventId: `${scope}.runaway`,
    scope,
    window,
    capMicroUsd: dollars ? cap : 0,
    reservedMicroUsd: 0,
    settledMicroUsd: dollars ? used : 0,
    band: "exceeded",
    thresholdPercent: 100,
    at: atMicros,
    kind: "runaway",
    unit,
    cap,
    reserved: 0,
    settled: used,
    observed: used,
    expectedLow: 0,
    expectedHigh: cap,
    exhaustedAt: null,
  };
}
