import { startClickHouse, type ClickHouseServer } from "./clickhouse";
import { startKafka, type KafkaOptions, type KafkaServer } from "./kafka";
import { startRedis, type RedisServer } from "./redis";
import { startRegistry, type RegistryServer } from "./registry";
import type { LocalServer, ServerOptions } from "./server";

/** Which servers to start: `true`, or the options of one. What is left out is not started. */
export interface ClusterParts {
  readonly kafka?: true | KafkaOptions;
  /** Needs `kafka`. */
  readonly registry?: true | ServerOptions;
  readonly redis?: true | ServerOptions;
  readonly clickhouse?: true | ServerOptions;
}

export type Cluster<P extends ClusterParts> = {
  readonly kafka: P extends { kafka: object | true } ? KafkaServer : undefined;
  readonly registry: P extends { registry: object | true } ? RegistryServer : undefined;
  readonly redis: P extends { redis: object | true } ? RedisServer : undefined;
  readonly clickhouse: P extends { clickhouse: object | true } ? ClickHouseServer : undefined;
  readonly servers: readonly LocalServer[];
  /** The environment that points Leverframe at these servers. */
  readonly env: Readonly<Record<string, string>>;
  /** Stops them all, the registry before its broker; a failure of one does not keep the others alive. */
  stop(): Promise<void>;
};

export const wholeCluster = { kafka: true, registry: true, redis: true, clickhouse: true } as const;

/** Starts the wanted servers side by side; only the registry waits, for its broker. All or none. */
export async function startCluster<const P extends ClusterParts>(parts: P): Promise<Cluster<P>> {
  if (parts.registry && !parts.kafka) throw new Error("the registry keeps its schemas in Kafka: start both");
  const kafkaStart = parts.kafka && startKafka(asOptions(parts.kafka));
  const registryStart =
    kafkaStart &&
    parts.registry &&
    kafkaStart.then((kafka) => startRegistry({ ...asOptions(parts.registry), bootstrap: kafka.bootstrap }));
  const starts = [
    kafkaStart,
    registryStart,
    parts.redis && startRedis(asOptions(parts.redis)),
    parts.clickhouse && startClickHouse(asOptions(parts.clickhouse)),
  ] as const;
  const settled = await Promise.allSettled(starts);
  const servers = settled.flatMap((start) => (start.status === "fulfilled" && start.value ? [start.value] : []));
  const failed = settled.find((start) => start.status === "rejected");
  if (failed) {
    await stopAll(servers).catch(() => undefined);
    throw failed.reason;
  }
  const [kafka, registry, redis, clickhouse] = await Promise.all(starts);
  const env = clusterEnv({ kafka, registry, redis, clickhouse });
  // Each start was asked for exactly when its key is in P, which the compiler cannot follow through allSettled.
  return { kafka, registry, redis, clickhouse, servers, env, stop: () => stopAll(servers) } as unknown as Cluster<P>;
}

function asOptions<T extends object>(part: true | T | undefined): T | undefined {
  return part === true ? undefined : part;
}

async function stopAll(servers: readonly LocalServer[]): Promise<void> {
  const stopped = await Promise.allSettled([
    (async () => {
      for (const name of ["registry", "kafka"]) await servers.find((server) => server.name === name)?.stop();
    })(),
    ...servers.filter(({ name }) => name !== "registry" && name !== "kafka").map((server) => server.stop()),
  ]);
  const failures = stopped.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  if (failures.length > 0) throw new AggregateError(failures, "some local servers did not stop cleanly");
}

function clusterEnv(running: {
  kafka?: KafkaServer;
  registry?: RegistryServer;
  redis?: RedisServer;
  clickhouse?: ClickHouseServer;
}): Record<string, string> {
  return {
    LEVERFRAME_PROFILE: "cluster",
    ...(running.kafka && { LEVERFRAME_KAFKA_BROKERS: running.kafka.bootstrap }),
    ...(running.registry && { LEVERFRAME_REGISTRY_URL: running.registry.url }),
    ...(running.redis && { LEVERFRAME_REDIS_URL: running.redis.url }),
    ...(running.clickhouse && { LEVERFRAME_CLICKHOUSE_URL: running.clickhouse.url }),
  };
}
