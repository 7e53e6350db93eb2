import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { AccountRef } from "@leverframe/budget";
import { type Ledger, openRedisLedger, openSqliteLedger } from "@leverframe/ledger";
import { startRedis } from "../../deploy/local";
import { type Benchmark, type Metrics, wanted } from "./benchmark";
import { type Cost, costOf } from "./cost";

const AT_ONCE = 64;
const ANSWER = new Uint8Array(2_048);
const OUTCOME = new Uint8Array(1_024);
const ACCOUNTS: readonly AccountRef[] = [
  { scope: "tenant:acme", window: "2026-11", unit: "usd", only: null, cap: 4e15, hard: true },
  { scope: "department:acme/sales", window: "2026-11", unit: "usd", only: null, cap: 4e15, hard: true },
];

export const ledger: Benchmark = {
  name: "ledger",
  doc: "what one request asks of the ledger: reserve, begin, finish, release, keep the answer; SQLite and Redis",
  async run(options) {
    const rows: (string | number)[][] = [];
    const metrics: Metrics = {};
    const measure = async (name: string, opened: Ledger) => {
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
    };
    const dir = mkdtempSync(path.join(tmpdir(), "leverframe-bench-"));
    try {
      if (wanted(options, "sqlite")) await measure("sqlite", openSqliteLedger({ path: path.join(dir, "ledger.db") }));
      if (wanted(options, "redis")) {
        const redis = await startRedis();
        const url = `redis://${redis.address.replace(/^redis:\/\//, "")}`;
        await openRedisLedger({ url }).then((opened) => measure("redis", opened)).finally(() => redis.stop());
      }
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
    const notes = ["64 at a time, every command durable before it is answered. CPU of this process; with Redis the server's own comes on top."];
    return { metrics, tables: [{ title: "The ledger", columns: ["", "CPU µs", "per second"], rows, notes }] };
  },
};

/** Each reservation is of a request of its own; a status other than the expected one ends the benchmark. */
class Commands {
  private made = 0;

  constructor(private readonly ledger: Ledger) {}

  async reserve(): Promise<string> {
    const reservationId = `r${this.made++}`;
    const times = { deadlineAtMicros: 2, nowMicros: 1 };
    const ids = { reservationId, requestId: reservationId, tenant: "acme" };
    expectStatus(await this.ledger.reserve({ ...ids, ...times, amountsMicroUsd: [1_000], accounts: ACCOUNTS }), "created");
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
