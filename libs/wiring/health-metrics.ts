import { HEALTH_BANDS, type HealthBook, type HealthStatus } from "@leverframe/health";
import type { Clock } from "@leverframe/kernel";
import { Counter, Gauge, type Registry } from "prom-client";

const BREAKERS = ["closed", "half_open", "open"] as const;

/** What this instance takes each deployment's health for: read from the book at each scrape. */
export function registerHealthMetrics(registry: Registry, book: HealthBook, clock: Clock): void {
  const registers = [registry];
  const gauge = (name: string, help: string, read: (status: HealthStatus) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ["deployment", "provider"],
      registers,
      collect() {
        this.reset();
        for (const status of book.statuses(clock.nowMicros())) this.set({ deployment: status.deployment, provider: status.provider }, read(status));
      },
    });
  gauge("leverframe_deployment_health", "0 ok, 1 degraded, 2 down", ({ band }) => HEALTH_BANDS.indexOf(band));
  gauge("leverframe_deployment_breaker", "0 closed, 1 half open, 2 open", ({ breaker }) => BREAKERS.indexOf(breaker));
  gauge("leverframe_deployment_concurrency_limit", "Calls that this instance makes at once at most, as adapted", ({ concurrencyMax }) => concurrencyMax);
  gauge("leverframe_deployment_in_flight", "Calls under way at this instance", ({ inFlight }) => inFlight);
  new Counter({
    name: "leverframe_calls_skipped_total",
    help: "Calls that were not made because of the deployment's health or limits",
    labelNames: ["deployment", "cause"],
    registers,
    collect() {
      this.reset();
      for (const [key, count] of book.skips()) {
        const [deployment = "", cause = ""] = key.split(" ");
        this.inc({ deployment, cause }, count);
      }
    },
  });
}
