import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Ledger, openRedisLedger, openSqliteLedger } from "@leverframe/ledger";
import { startRedis } from "../../deploy/local";
import { type Benchmark, type BenchOptions, type Metrics, type Table, wanted } from "./benchmark";
import { type Cost, costOf } from "./cost";
import { reserveOf } from "./ledger/accounts";
import { concurrentReserves } from "./ledger/concurrent-reserves";
import { race } from "./ledger/race";
import { rebuildMillion } from "./ledger/rebuild-million";

const AT_ONCE = 64;
const ANSWER = new Uint8Array(2_048);
const OUTCOME = new Uint8Array(1_024);
export const ledger: Benchmark = {
  name: "ledger",
  doc: "what one request asks of the ledger, on SQLite and Redis; 64 callers; a race for one cap; a million entries rebuilt",
  async run(options) {
    const found: Found = { rows: [], tables: [], metrics: {} };
    const dir = mkdtempSync(path.join(tmpdir(), "leverframe-bench-"));
    try {
      if (wanted(options, "redis") || wanted(options, "race")) await onRedis(options, found);
      if (wanted(options, "sqlite")) await measure("sqlite", openSqliteLedger({ path: path.join(dir, "ledger.db") }), options, found);
      if (wanted(options, "rebuild")) await rebuild(path.join(dir, "rebuild"), options, found);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
    const notes = ["64 at a time, every command durable before it is answered. CPU of this process; with Redis the server's own comes on top."];
    const { rows, tables, metrics } = found;
    return { metrics, tables: rows.length === 0 ? tables : [{ title: "The ledger", columns: ["", "CPU µs", "per second"], rows, notes }, ...tables] };
  },
};

interface Found {
  readonly rows: (string | number)[][];
  readonly tables: Table[];
  readonly metrics: Metrics;
}

async function onRedis(options: BenchOptions, found: Found): Promise<void> {
  const redis = await startRedis();
  try {
    if (wanted(options, "redis")) {
      options.progress(`redis: ${AT_ONCE} callers`);
      const { rows, metrics } = await concurrentReserves(redis, options.seconds);
      const columns = ["", "CPU µs", "per second", "p50 ms", "p99 ms", "Redis CPU µs"];
      found.tables.push({ title: `Reserves of ${AT_ONCE} callers at once (Redis, appendfsync always)`, columns, rows });
      Object.assign(found.metrics, metrics);
      await measure("redis", await openRedisLedger({ url: redis.url }), options, found);
    }
    if (wanted(options, "race")) {
      options.progress("race: 10 processes, 1,000 reserves each, one cap");
      const { granted, affordable, overspendNanoUsd } = await race(redis.url);
      const columns = ["granted", "the cap pays for", "overspend, nano-dollars"];
      found.tables.push({ title: "10 processes × 1,000 reserves at once, one cap", columns, rows: [[granted, affordable, overspendNanoUsd]] });
      Object.assign(found.metrics, { race_overspend_nano_usd: overspendNanoUsd, race_granted_ratio: granted / affordable });
    }
  } finally {
    await redis.stop();
  }
}

async function rebuild(dataDir: string, options: BenchOptions, found: Found): Promise<void> {
  const { seconds, entries, accounts } = await rebuildMillion(dataDir, options.progress);
  const title = "`leverframe ledger rebuild` of a lost store, from start to end of the process";
  found.tables.push({ title, columns: ["entries", "accounts", "seconds"], rows: [[entries, accounts, seconds]] });
  found.metrics["rebuild_1m_seconds"] = seconds;
}

async function measure(name: string, opened: Ledger, options: BenchOptions, { rows, metrics }: Found): Promise<void> {
  try {
    const commands = new Commands(opened);
    const of = async (part: string, work: () => Promise<unknown>) => {
      options.progress(`${name}: ${part}`);
      const cost: Cost = await costOf(AT_ONCE, options.seconds, () => Promise.all(Array.from({ length: AT_ONCE }, work)));
      rows.push([`${name}: ${part}`, cost.cpuMicros, cost.perSecond]);
      return cost;
    };
    const reserved = await of("reserve", () => commands.reserve());
    metrics[`${name}_reserves_per_second`] = reserved.perSecond;
    metrics[`${name}_reserve_us`] = reserved.cpuMicros;
    const whole = await of("all of one request", () => commands.wholeRequest());
    metrics[`${name}_request_us`] = whole.cpuMicros;
    metrics[`${name}_requests_per_second`] = whole.perSecond;
  } finally {
    await opened.close();
  }
}

/** Each reservation is of a request of its own; a status other than the expected one ends the benchmark. */
class Commands {
  private made = 0;

  constructor(private readonly ledger: Ledger) {}

  async reserve(): Promise<string> {
    const reservationId = `r${this.made++}`;
    expectStatus(await this.ledger.reserve(reserveOf(reservationId, 1_000)), "created");
    return reservationId;
  }

  async wholeRequest(): Promise<void> {
    const { attempts, answers } = this.ledger;
    const reservationId = await this.reserve();
    const attempt = { attemptId: `${reservationId}.attempt.0`, reservationId, nowMicros: 1 };
    expectStatus(await attempts.begin({ ...attempt, worstCaseMicroUsd: 900, owner: "bench" }), "begun");
    expectStatus(await attempts.finish({ ...attempt, chargeMicroUsd: 250, costNanoUsd: 250_000n, outcome: OUTCOME }), "finished");
    expectStatus(await this.ledger.release({ reservationId, nowMicros: 1 }), "released");
    await answers.keep(reservationId, ANSWER);
  }
}

function expectStatus({ status }: { readonly status: string }, expected: string): void {
  if (status !== expected) throw new Error(`the ledger said \`${status}\`, expected \`${expected}\``);
}
