export { startClickHouse, type ClickHouseServer } from "./clickhouse";
export { startCluster, wholeCluster, type Cluster, type ClusterParts } from "./cluster";
export { startKafka, type KafkaOptions, type KafkaServer } from "./kafka";
export { freePort } from "./ports";
export { startRedis, type RedisServer } from "./redis";
export { cutOff, startReplica, takeOver } from "./redis-replica";
export { startRegistry, type RegistryOptions, type RegistryServer } from "./registry";
export type { LocalServer, ServerOptions } from "./server";
export { spawnTethered } from "./tether";
