import type { DeferredStore } from "@leverframe/deferral";
import { type Clock, MICROS_PER_SECOND } from "@leverframe/kernel";
import { Counter, type Registry } from "prom-client";
import { registerAskedGauge } from "./asked-gauge";
import type { HowLeft } from "./deferred-releaser";

/** Counts those that wait no more. */
export interface DeferralMetrics {
  left(how: HowLeft): void;
}

/** How many wait, and for how long (deploy/prometheus/leverframe-ledger.rules.yaml). The store is one, so every instance tells the same; while it is away, none does. */
export function registerDeferralMetrics(registry: Registry, store: Pick<DeferredStore, "waiting">, clock: Clock): DeferralMetrics {
  registerAskedGauge(registry, "leverframe_deferred_waiting", "Requests that wait for budget or capacity", async () => (await store.waiting()).count);
  registerAskedGauge(registry, "leverframe_deferred_oldest_seconds", "How long the first of them has waited; 0: there is none", async () => {
    const { oldestParkedAtMicros } = await store.waiting();
    return oldestParkedAtMicros === null ? 0 : Math.max(0, clock.nowMicros() - oldestParkedAtMicros) / MICROS_PER_SECOND;
  });
  const left = new Counter({ name: "leverframe_deferred_left_total", help: "Requests that wait no more, by what became of them", labelNames: ["how"], registers: [registry] });
  // From the start on: `increase` does not see how a series begins.
  for (const how of ["released", "deadline"] satisfies HowLeft[]) left.inc({ how }, 0);
  return { left: (how) => left.inc({ how }) };
}
