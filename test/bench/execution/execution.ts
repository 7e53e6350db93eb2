import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { DeltaOutlet } from "@leverframe/execution";
import { type Ledger, openRedisLedger, openSqliteLedger } from "@leverframe/ledger";
import { startRedis } from "../../../deploy/local";
import { type Benchmark, type BenchOptions, type Metrics, wanted } from "../benchmark";
import { startSimulatorProcess } from "../pipeline/simulator-process";
import { BareCalls } from "./bare-calls";
import { measureConcurrent } from "./concurrent-calls";
import { cpuMsOfEach } from "./cpu-of";
import { GovernedCalls } from "./governed-calls";
import { tell } from "./simulator-control";

const MODEL = "gpt-4o";
const ROUNDS = 6;
const CALLS_A_ROUND = 400;
/** Its answer is long, so that a stream's pieces weigh more than its call. */
const SECTIONS = ["Aim", "Scope", "Market", "Staff", "Premises", "Systems", "Timeline", "Risks", "Costs", "Savings", "Approvals", "Next steps"];
const TEXT = `Please write a proposal for the relocation of our customer service, with sections named ${SECTIONS.map((name) => `"${name}"`).join(", ")}.`;

interface Costs {
  readonly plainMs: number;
  readonly streamMs: number;
}

export const execution: Benchmark = {
  name: "execution",
  doc: "CPU of a governed provider call over the bare SDK's, of a piece of a stream, and memory of 1,000 calls at once",
  async run(options) {
    const dir = mkdtempSync(path.join(tmpdir(), "leverframe-bench-"));
    const simulator = await startSimulatorProcess(path.join(dir, "simulator.log"));
    const metrics: Metrics = {};
    const rows: (string | number)[][] = [];
    try {
      if (wanted(options, "call")) {
        const bare = new BareCalls(simulator.url, MODEL);
        // As providers do: each piece in a packet of its own.
        await tell(simulator.url, { models: { [MODEL]: { skill: 1 } }, script: [{ id: "pieces", fault: "trickle=2" }] });
        const pieces = await bare.stream(TEXT);
        const costs = { bare: await bareCosts(bare, options), ...(await governedCosts(simulator.url, dir, options)) };
        for (const [name, { plainMs, streamMs }] of Object.entries(costs)) {
          rows.push([name, plainMs, plainMs - costs.bare.plainMs, streamMs, ((streamMs - plainMs) * 1_000) / pieces]);
        }
        metrics["cpu_ms_bare_sdk_call"] = costs.bare.plainMs;
        metrics["cpu_ms_governed_call"] = costs.redis.plainMs;
        metrics["cpu_ms_over_bare_sdk_call"] = costs.redis.plainMs - costs.bare.plainMs;
        metrics["cpu_us_per_stream_chunk"] = ((costs.redis.streamMs - costs.redis.plainMs) * 1_000) / pieces;
        metrics["cpu_us_per_stream_chunk_bare_sdk"] = ((costs.bare.streamMs - costs.bare.plainMs) * 1_000) / pieces;
        metrics["stream_chunks"] = pieces;
      }
      if (wanted(options, "concurrent")) {
        const { rssMb, cpuMs, peak } = await measureConcurrent(simulator, options);
        rows.push([`${peak} calls of 4.9 s at once, one executor process: ${rssMb.toFixed(0)} MB, ${cpuMs.toFixed(2)} CPU ms a call`, ...Array<number>(4).fill(Number.NaN)]);
        metrics["rss_mb_1000_concurrent"] = rssMb;
        metrics["concurrent_calls_peak"] = peak;
      }
    } finally {
      await simulator.stop();
      rmSync(dir, { recursive: true, force: true });
    }
    const columns = ["", "CPU ms a call", "over bare", "CPU ms a stream", "CPU µs a piece"];
    const notes = [
      "bare: the official OpenAI SDK as it comes. Governed: permit check, ledger's begin and finish, redaction's look, call under deadlines, settlement.",
      "A piece: what a stream costs more than the same call in one, by its pieces; targets: over bare ≤ 0.3 ms, a piece ≤ 15 µs, 1,000 calls ≤ 400 MB.",
    ];
    return { metrics, tables: [{ title: "Execution (simulated provider that answers at once)", columns, rows, notes }] };
  },
};

async function bareCosts(bare: BareCalls, { progress }: BenchOptions): Promise<Costs> {
  progress("bare SDK");
  const rounds = Array.from({ length: ROUNDS }, () => Array<null>(CALLS_A_ROUND).fill(null));
  return { plainMs: await cpuMsOfEach(rounds, () => bare.make(TEXT)), streamMs: await cpuMsOfEach(rounds, () => bare.stream(TEXT)) };
}

async function governedCosts(simulatorUrl: string, dir: string, options: BenchOptions): Promise<{ redis: Costs; sqlite: Costs }> {
  const redis = await startRedis();
  try {
    const url = `redis://${redis.address.replace(/^redis:\/\//, "")}`;
    return {
      redis: await costsOn(await openRedisLedger({ url }), "Redis", simulatorUrl, options),
      sqlite: await costsOn(openSqliteLedger({ path: path.join(dir, "ledger.db") }), "SQLite", simulatorUrl, options),
    };
  } finally {
    await redis.stop();
  }
}

async function costsOn(ledger: Ledger, name: string, simulatorUrl: string, { progress }: BenchOptions): Promise<Costs> {
  progress(`governed, ledger on ${name}`);
  const calls = new GovernedCalls(simulatorUrl, ledger, MODEL);
  const prepared = async () => {
    const rounds = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await calls.prepare(CALLS_A_ROUND, TEXT));
    return rounds;
  };
  try {
    const plainMs = await cpuMsOfEach(await prepared(), (funded) => calls.make(funded));
    const streamMs = await cpuMsOfEach(await prepared(), (funded) => calls.make(funded, new CountingOutlet()));
    return { plainMs, streamMs };
  } finally {
    await calls.close();
    await ledger.close();
  }
}

/** A stream that nobody shows would be held back from the adapters; this one is looked at, piece by piece. */
class CountingOutlet implements DeltaOutlet {
  pieces = 0;

  write(): void {
    this.pieces += 1;
  }

  async end(): Promise<void> {
    if (this.pieces === 0) throw new Error("the governed call did not stream");
  }
}
