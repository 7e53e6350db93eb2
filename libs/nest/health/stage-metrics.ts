import type { Stage } from "@leverframe/kernel";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** Few, so that an observation stays cheap: from in-memory rules (microseconds) to model calls (tens of seconds). */
const LATENCY_BUCKETS_SECONDS = [0.0001, 0.001, 0.01, 0.1, 1, 10, 60];

/** Sums of gauges that have their own series, named as if they were counters. */
const MISNAMED_DEFAULTS = ["nodejs_active_resources_total", "nodejs_active_handles_total", "nodejs_active_requests_total"];

/** Counts of one stage: plain numbers on the hot path, read by the registry at each scrape. */
export class StageMeter {
  handled = 0;
  retried = 0;
  deadLettered = 0;
  inFlight = 0;
  readonly #latency: { observe(seconds: number): void };

  constructor(latency: { observe(seconds: number): void }) {
    this.#latency = latency;
  }

  finished(latencyMs: number): void {
    this.handled++;
    this.#latency.observe(latencyMs / 1000);
  }
}

/** The `leverframe_stage_*` metrics and the process's own. */
export class StageMetrics {
  readonly registry = new Registry();
  readonly #meters = new Map<Stage, StageMeter>();
  readonly #lags = new Map<Stage, () => Promise<number>>();
  readonly #latency: Histogram<"stage">;

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    for (const name of MISNAMED_DEFAULTS) this.registry.removeSingleMetric(name);
    this.#latency = new Histogram({
      name: "leverframe_stage_latency_seconds",
      help: "Time that a stage took for one event",
      labelNames: ["stage"],
      buckets: LATENCY_BUCKETS_SECONDS,
      registers: [this.registry],
    });
    this.#count("leverframe_stage_handled_total", "Events handled", (meter) => meter.handled);
    this.#count("leverframe_stage_retried_total", "Failures that are tried again", (meter) => meter.retried);
    this.#count("leverframe_stage_dead_lettered_total", "Records that could not be processed", (meter) => meter.deadLettered);
    this.#gauges();
  }

  meterOf(stage: Stage): StageMeter {
    let meter = this.#meters.get(stage);
    if (!meter) this.#meters.set(stage, (meter = new StageMeter(this.#latency.labels(stage))));
    return meter;
  }

  /** `lag` is asked at each scrape. */
  trackLag(stage: Stage, lag: () => Promise<number>): void {
    this.#lags.set(stage, lag);
  }

  #count(name: string, help: string, read: (meter: StageMeter) => number): void {
    const meters = this.#meters;
    new Counter({
      name,
      help,
      labelNames: ["stage"],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const [stage, meter] of meters) this.inc({ stage }, read(meter));
      },
    });
  }

  #gauges(): void {
    const meters = this.#meters;
    const lags = this.#lags;
    const common = { labelNames: ["stage"], registers: [this.registry] };
    new Gauge({
      ...common,
      name: "leverframe_stage_in_flight",
      help: "Events being handled now",
      collect() {
        for (const [stage, meter] of meters) this.set({ stage }, meter.inFlight);
      },
    });
    new Gauge({
      ...common,
      name: "leverframe_stage_lag_records",
      help: "Records between the stage's committed offsets and the ends of its topics",
      async collect() {
        // A series that cannot be read is left out; the others of the scrape are still true.
        this.reset();
        const read = [...lags].map(async ([stage, lag]) => this.set({ stage }, await lag()));
        await Promise.allSettled(read);
      },
    });
  }
}
