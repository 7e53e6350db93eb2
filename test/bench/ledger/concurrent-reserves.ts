import { type Ledger, openRedisLedger } from "@leverframe/ledger";
import type { RedisServer } from "../../../deploy/local";
import type { Metrics } from "../benchmark";
import { cpuMsOf } from "../process-usage";
import { quantile } from "../statistics";
import { reserveOf } from "./accounts";

const AT_ONCE = 64;
/** As many processes as would share a ledger: each of them has one connection. */
const CONNECTIONS = 4;
const WARM_UP_SECONDS = 1;
const MS_PER_SECOND = 1_000;

export interface ConcurrentReserves {
  readonly rows: readonly (readonly (string | number)[])[];
  readonly metrics: Metrics;
}

/** 64 callers, each of which asks for its next reservation when it has been told of the last; every one is on the disk before it is told. */
export async function concurrentReserves(redis: RedisServer, seconds: number): Promise<ConcurrentReserves> {
  const ledgers = await Promise.all(Array.from({ length: CONNECTIONS }, () => openRedisLedger({ url: redis.url, name: "c64" })));
  try {
    await window(ledgers, WARM_UP_SECONDS, "w");
    const cpuBefore = { redis: cpuMsOf(redis.pid), client: process.cpuUsage() };
    const latenciesMs = await window(ledgers, seconds, "r");
    const { user, system } = process.cpuUsage(cpuBefore.client);
    const count = latenciesMs.length;
    const [p50, p99] = [quantile(latenciesMs, 0.5), quantile(latenciesMs, 0.99)];
    const clientMicros = (user + system) / count;
    const redisMicros = ((cpuMsOf(redis.pid) - cpuBefore.redis) * 1_000) / count;
    return {
      rows: [[`redis: reserve, ${AT_ONCE} callers`, clientMicros, count / seconds, p50, p99, redisMicros]],
      metrics: { redis_reserves_per_second_c64: count / seconds, redis_reserve_p50_ms_c64: p50, redis_reserve_p99_ms_c64: p99, redis_reserve_server_us: redisMicros },
    };
  } finally {
    await Promise.all(ledgers.map((ledger) => ledger.close()));
  }
}

/** How long each reservation took that was asked for in this time. */
async function window(ledgers: readonly Ledger[], seconds: number, prefix: string): Promise<number[]> {
  const latenciesMs: number[] = [];
  const until = performance.now() + seconds * MS_PER_SECOND;
  const caller = async (ledger: Ledger, name: string): Promise<void> => {
    for (let index = 0; ; index++) {
      const askedAt = performance.now();
      if (askedAt >= until) return;
      const { status } = await ledger.reserve(reserveOf(`${prefix}${name}.${index}`, 1_000));
      if (status !== "created") throw new Error(`the ledger said \`${status}\`, expected \`created\``);
      latenciesMs.push(performance.now() - askedAt);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, name) => caller(ledgers[name % ledgers.length]!, String(name))));
  return latenciesMs;
}
