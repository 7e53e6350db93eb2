import { setTimeout as sleep } from "node:timers/promises";
import type { BenchOptions } from "../benchmark";
import { cpuMsOf } from "../process-usage";
import type { Governed } from "./governed";

export interface SinkCost {
  /** Of the analytics sink for one request: its decision, attempts and ledger entries. */
  readonly cpuMs: number;
  /** Of ClickHouse (in the embedded profile its engine, a child of the sink's process). */
  readonly clickhouseCpuMs: number;
}

const CATCH_UP_MS_MAX = 120_000;

/** Starts the sink behind all that was measured before, and waits until it has stored it; its start is counted apart. */
export async function measureSink({ sink, sinkLag, generator }: Governed, clickhouse: readonly number[], { progress }: BenchOptions): Promise<SinkCost> {
  const serverBefore = cpuOf(clickhouse);
  await sink.start();
  const startCpuMs = cpuOf([sink.pid]);
  const deadline = Date.now() + CATCH_UP_MS_MAX;
  while ((await sinkLag()) > 0) {
    if (Date.now() > deadline) throw new Error(`the analytics sink did not catch up in ${CATCH_UP_MS_MAX} ms:\n${sink.logTail()}`);
    await sleep(250);
  }
  const cpuMs = (cpuOf([sink.pid]) - startCpuMs) / generator.answered;
  const clickhouseCpuMs = (cpuOf(clickhouse) - serverBefore) / generator.answered;
  progress(`  sink: CPU ms a request ${cpuMs.toFixed(2)}, ClickHouse ${clickhouseCpuMs.toFixed(2)}`);
  return { cpuMs, clickhouseCpuMs };
}

const cpuOf = (pids: readonly number[]): number => pids.reduce((sum, pid) => sum + cpuMsOf(pid), 0);
