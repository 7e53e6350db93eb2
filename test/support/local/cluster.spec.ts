import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { COMPATIBILITY, SchemaRegistry, SchemaType } from "@kafkajs/confluent-schema-registry";
import { startCluster, wholeCluster, type Cluster } from "../../../deploy/local";
import { allGone } from "./processes";

const SUBJECT = "orders-value";
const field = (name: string, extra: object = {}) => ({ name, type: "string", ...extra });
const avro = (...fields: object[]) => ({
  type: SchemaType.AVRO as const,
  schema: JSON.stringify({ type: "record", name: "Order", namespace: "spec", fields }),
});
const options = { subject: SUBJECT, compatibility: COMPATIBILITY.BACKWARD_TRANSITIVE };

describe("a local cluster", () => {
  let cluster: Cluster<typeof wholeCluster>;

  beforeAll(async () => {
    cluster = await startCluster(wholeCluster);
    const times = cluster.servers.map(({ name, startMs }) => `${name} ${startMs} ms`).join(", ");
    process.stderr.write(`local servers were ready after: ${times}\n`);
  });
  afterAll(() => cluster?.stop());

  it("names the environment that points the product at its servers", () => {
    expect(cluster.env).toEqual({
      LEVERFRAME_PROFILE: "cluster",
      LEVERFRAME_KAFKA_BROKERS: cluster.kafka.bootstrap,
      LEVERFRAME_REGISTRY_URL: `http://127.0.0.1:${cluster.registry.port}/apis/ccompat/v7`,
      LEVERFRAME_REDIS_URL: cluster.redis.url,
      LEVERFRAME_CLICKHOUSE_URL: cluster.clickhouse.url,
    });
    expect(cluster.servers.every(({ running }) => running)).toBe(true);
  });

  it("registers schemas under BACKWARD_TRANSITIVE and keeps them through kill −9 of the registry", async () => {
    const registry = new SchemaRegistry({ host: cluster.registry.url });
    const { id } = await registry.register(avro(field("id")), options);
    const bytes = await registry.encode(id, { id: "o-1" });
    expect([bytes[0], bytes.readInt32BE(1)]).toEqual([0, id]);

    await cluster.registry.kill();
    await cluster.registry.restart();
    const reborn = new SchemaRegistry({ host: cluster.registry.url });
    expect(await reborn.decode(bytes)).toEqual({ id: "o-1" });
    const later = await reborn.register(avro(field("id"), field("tenant", { default: "" })), options);
    expect(later.id).not.toBe(id);
    const breaking = reborn.register(avro(field("id"), field("tenant"), field("obligatory")), options);
    await expect(breaking).rejects.toThrow(/incompatible/i);
  });

  it("leaves no process behind when stopped", async () => {
    const pids = cluster.servers.map(({ pid }) => pid);
    await cluster.stop();
    expect(await allGone(pids, 0)).toBe(true);
  });
});

it("starts nothing of a cluster that cannot be whole", async () => {
  await expect(startCluster({ registry: true, redis: true })).rejects.toThrow(/start both/);
  const unfit = { kafka: { properties: { "process.roles": "nonsense" } }, redis: true } as const;
  await expect(startCluster(unfit)).rejects.toThrow(/kafka ended while starting/);
});
