import type { LedgerStore } from "@leverframe/budget";
import { type Clock, MICROS_PER_SECOND } from "@leverframe/kernel";
import { Counter, type Registry } from "prom-client";
import { registerAskedGauge } from "./asked-gauge";
import type { Swept } from "./sweeper";

/** Counts what the sweeper had to end. */
export interface LedgerMetrics {
  swept(swept: Swept): void;
}

/**
 * How long money has been held for calls whose end nobody has seen (deploy/prometheus/leverframe-ledger.rules.yaml). Every
 * instance tells the same, since the store is one.
 */
export function registerLedgerMetrics(registry: Registry, ledger: Pick<LedgerStore, "uncleared">, clock: Clock): LedgerMetrics {
  registerAskedGauge(registry, "leverframe_ledger_uncleared", "Reservations that still hold money", async () => (await ledger.uncleared()).count);
  registerAskedGauge(registry, "leverframe_ledger_uncleared_oldest_seconds", "Age of the oldest of them; 0: there is none", async () => {
    const { oldestReservedAtMicros } = await ledger.uncleared();
    return oldestReservedAtMicros === null ? 0 : Math.max(0, clock.nowMicros() - oldestReservedAtMicros) / MICROS_PER_SECOND;
  });
  const ended = new Counter({
    name: "leverframe_ledger_swept_total",
    help: "What the sweeper did to reservations that nobody cleared",
    labelNames: ["step"],
    registers: [registry],
  });
  // From the start on: `increase` does not see how a series begins.
  for (const step of ["settled_unseen", "released"]) ended.inc({ step }, 0);
  return {
    swept({ steps }) {
      for (const step of steps) ended.inc({ step: step.step === "settle" ? `settled_${step.basis}` : "released" });
    },
  };
}
