import { Counter, type Registry } from "prom-client";

/** Counts what became of alerts, by channel: `delivered`, `failed` (comes again), `given_up` (a dead letter). */
export function alertCounter(registry: Registry): (channel: string, result: "delivered" | "failed" | "given_up") => void {
  const counter = new Counter({ name: "leverframe_alerts_total", help: "Alerts by channel and what became of them", labelNames: ["channel", "result"], registers: [registry] });
  return (channel, result) => counter.inc({ channel, result });
}
