import type { LedgerStore } from "@leverframe/budget";
import { type Clock, MICROS_PER_SECOND } from "@leverframe/kernel";
import { Counter, type Registry } from "prom-client";
import { registerAskedGauge } from "./asked-gauge";
import type { Swept } from "./sweeper";

/** Counts what the sweeper had to end, and what the archiver closed. */
export interface LedgerMetrics {
  swept(swept: Swept): void;
  archived(): void;
  corrected(): void;
}

/**
 * How long money has been held for calls whose end nobody has seen (deploy/prometheus/leverframe-ledger.rules.yaml), and
 * how much the store holds. Every instance tells the same, since the store is one.
 */
export function registerLedgerMetrics(registry: Registry, ledger: Pick<LedgerStore, "uncleared" | "counts">, clock: Clock): LedgerMetrics {
  registerAskedGauge(registry, "leverframe_ledger_uncleared", "Reservations that still hold money", async () => (await ledger.uncleared()).count);
  registerAskedGauge(registry, "leverframe_ledger_uncleared_oldest_seconds", "Age of the oldest of them; 0: there is none", async () => {
    const { oldestReservedAtMicros } = await ledger.uncleared();
    return oldestReservedAtMicros === null ? 0 : Math.max(0, clock.nowMicros() - oldestReservedAtMicros) / MICROS_PER_SECOND;
  });
  registerAskedGauge(registry, "leverframe_ledger_accounts", "Accounts that the store holds", async () => (await ledger.counts()).accounts);
  registerAskedGauge(registry, "leverframe_ledger_records", "Reservations and answers that the store remembers for redeliveries; in Redis all keys of its database", async () => (await ledger.counts()).records);
  const closed = new Counter({ name: "leverframe_ledger_archived_total", help: "Accounts that this instance closed, because their time is over", registers: [registry] });
  const came = new Counter({ name: "leverframe_ledger_corrected_total", help: "Charges without a count that came down to what a usage report tells", registers: [registry] });
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
    corrected() {
      came.inc();
    },
    archived() {
      closed.inc();
    },
  };
}
