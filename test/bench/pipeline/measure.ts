import { setTimeout as sleep } from "node:timers/promises";
import type { BenchOptions } from "../benchmark";
import { CpuMeter, mapped } from "../process-usage";
import { median } from "../statistics";
import type { Answered, LoadGenerator } from "./load-generator";

const SATURATED_IN_FLIGHT = 512;
const CONCURRENCIES = [1, 16, 64] as const;
const STEADY_PER_SECOND = 50;
const WINDOWS = 3;

const NONE: Answered = { answered: 0, elapsedMs: 0, p50Ms: Number.NaN, p99Ms: Number.NaN };

export interface Measured<Group extends string> {
  readonly perSecond: number;
  /** CPU milliseconds a request, by group of processes, at saturation. */
  readonly cpuMs: Readonly<Record<Group, number>>;
  /** At 50 requests a second, where the fixed costs (polling, heartbeats, lone records) are spread over few. */
  readonly steadyCpuMs: Readonly<Record<Group, number>>;
  readonly latency: Readonly<Record<"c1" | "c16" | "c64" | "steady", Answered>>;
}

/** Warms up, then: saturation (the median of several windows), a fixed number in flight, a fixed rate. */
export async function measure<Group extends string>(
  generator: LoadGenerator,
  pids: Readonly<Record<Group, readonly number[]>>,
  { seconds, profile, progress }: BenchOptions,
): Promise<Measured<Group>> {
  await generator.closedLoop(64, seconds);
  const meter = new CpuMeter(pids);
  const perSecond: number[] = [];
  const windows: Readonly<Record<Group, number>>[] = [];
  const loop = generator.closedLoop(SATURATED_IN_FLIGHT, seconds * (WINDOWS + 1));
  // The first second fills the pipeline.
  await sleep(seconds * 500);
  meter.lap();
  for (let window = 0; window < WINDOWS; window++) {
    const [answeredBefore, startedAt] = [generator.answered, performance.now()];
    await Promise.race([sleep(seconds * 1_000), loop]);
    const answered = generator.answered - answeredBefore;
    perSecond.push((answered * 1_000) / (performance.now() - startedAt));
    windows.push(mapped(meter.lap(), (ms) => ms / answered));
  }
  await loop;
  const saturated = mapped(pids, (_, group) => median(windows.map((window) => window[group])));
  progress(`  ${median(perSecond).toFixed(0)} requests/s saturated; CPU ms a request: ${shown(saturated)}`);

  // A profile is of one kind of load; the latencies of profiled processes would be none.
  if (profile) return { perSecond: median(perSecond), cpuMs: saturated, steadyCpuMs: mapped(pids, () => Number.NaN), latency: { c1: NONE, c16: NONE, c64: NONE, steady: NONE } };
  const [c1, c16, c64] = await inTurn(CONCURRENCIES, (inFlight) => generator.closedLoop(inFlight, seconds));
  await sleep(500);
  meter.lap();
  const steady = await generator.openLoop(STEADY_PER_SECOND, seconds * WINDOWS);
  const steadyCpuMs = mapped(meter.lap(), (ms) => ms / steady.answered);
  progress(`  ${STEADY_PER_SECOND}/s: p50 ${steady.p50Ms.toFixed(1)} ms, p99 ${steady.p99Ms.toFixed(1)} ms; CPU ms a request: ${shown(steadyCpuMs)}`);
  return { perSecond: median(perSecond), cpuMs: saturated, steadyCpuMs, latency: { c1: c1!, c16: c16!, c64: c64!, steady } };
}

const shown = (cpu: Readonly<Record<string, number>>): string => Object.entries(cpu).map(([group, ms]) => `${group} ${ms.toFixed(2)}`).join(", ");

async function inTurn<In, Out>(items: readonly In[], work: (item: In) => Promise<Out>): Promise<Out[]> {
  const results: Out[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}
