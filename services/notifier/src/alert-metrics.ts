import { Counter, type Registry } from "prom-client";

const RESULTS = ["delivered", "failed", "given_up"] as const;

/**
 * Counts what became of alerts, by channel: `delivered`, `failed` (comes again), `given_up` (a dead letter). Every channel in
 * force shows all three from the first scrape on: `increase` would not see the first of a series that begins at 1.
 */
export function alertCounter(registry: Registry, channels: () => Iterable<string>): (channel: string, result: (typeof RESULTS)[number]) => void {
  const counter = new Counter({
    name: "leverframe_alerts_total",
    help: "Alerts by channel and what became of them",
    labelNames: ["channel", "result"],
    registers: [registry],
    collect() {
      for (const channel of channels()) for (const result of RESULTS) this.inc({ channel, result }, 0);
    },
  });
  return (channel, result) => counter.inc({ channel, result });
}
