import { burstOf, type HealthExchange, type HealthNews, type HealthStore, REPORT_KEEP_MS } from "@leverframe/health";
import { AppError } from "@leverframe/kernel";
import { Redis } from "ioredis";
import script from "./exchange.lua";
import { memberOf, readReports, reportText } from "./report-text";

export interface RedisHealthStoreOptions {
  readonly url: string;
  /** Stands before every key; instances with the same name share their health. */
  readonly name?: string;
  /** How long an exchange waits for the server. */
  readonly timeoutMs?: number;
}

/** The version is part of the name: processes of two releases never mix their scripts or keys. */
const VERSION = "v1";

type Exchange = (...args: (string | number)[]) => Promise<[string, string[], string[]]>;

/** The shared health in Redis: one script, one round trip for each exchange. */
export function openRedisHealthStore({ url, name = "leverframe-health", timeoutMs = 1_000 }: RedisHealthStoreOptions): HealthStore {
  const redis = new Redis(url, {
    lazyConnect: true,
    commandTimeout: timeoutMs,
    connectTimeout: timeoutMs,
    maxRetriesPerRequest: 0,
    disconnectTimeout: 200,
    // News that waits for a connection is none: the next exchange tells what counts by then.
    retryStrategy: (times) => Math.min(times * 50, 1_000),
  });
  // Each exchange reports its own failure; unheard, the client would print every reconnect.
  redis.on("error", () => undefined);
  redis.defineCommand(`lf_health_exchange_${VERSION}`, { lua: script, numberOfKeys: 3 });
  const keys = ["revisions", "reports", "buckets"].map((key) => `{${name}}:${VERSION}:${key}`);
  const run = (redis as unknown as Record<string, Exchange>)[`lf_health_exchange_${VERSION}`]!.bind(redis) as Exchange;
  return {
    exchange: (exchange) => exchangeBy((args) => run(...keys, ...args), exchange),
    close: async () => redis.disconnect(),
  };
}

async function exchangeBy(run: Exchange extends (...args: infer A) => infer R ? (args: A) => R : never, exchange: HealthExchange): Promise<HealthNews> {
  const { nowMicros, reports, demands, sinceRevision } = exchange;
  const args = [
    nowMicros,
    sinceRevision,
    nowMicros - REPORT_KEEP_MS * 1_000,
    reports.length,
    ...reports.flatMap((report) => [memberOf(report), reportText(report)]),
    demands.length,
    ...demands.flatMap(({ key, perMinute, wanted, returned }) => [key, perMinute, burstOf(perMinute), wanted, returned]),
  ];
  try {
    const [revision, texts, grants] = await run(args);
    return {
      revision: Number(revision),
      reports: readReports(texts),
      grants: demands.map(({ key }, index) => ({ key, granted: Number(grants[2 * index]), moreAtMicros: Number(grants[2 * index + 1]) })),
    };
  } catch (cause) {
    throw new AppError("unavailable", "the health store cannot be reached", { cause });
  }
}
