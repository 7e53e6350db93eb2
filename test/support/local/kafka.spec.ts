import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { Kafka, logLevel } from "kafkajs";
import { startKafka, type KafkaServer } from "../../../deploy/local";
import { allGone } from "./processes";

const TOPIC = "orders";

describe("local Kafka", () => {
  let server: KafkaServer;
  let kafka: Kafka;

  beforeAll(async () => {
    server = await startKafka({ properties: { "message.max.bytes": "2000000" } });
    kafka = new Kafka({ clientId: "spec", brokers: [server.bootstrap], logLevel: logLevel.NOTHING });
    const admin = kafka.admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 2 }], waitForLeaders: true });
    await admin.disconnect();
  });
  afterAll(() => server?.stop());

  it("carries records from a producer to a consumer group", async () => {
    await produce(["a", "b", "c"]);
    expect(await consume("readers", 3)).toEqual(["a", "b", "c"]);
  });

  it("takes broker settings of the caller over its own", async () => {
    await produce(["x".repeat(1_500_000)]);
    expect((await consume("readers", 1))[0]).toHaveLength(1_500_000);
  });

  it("keeps acknowledged records and committed offsets through kill −9, on the same address", async () => {
    const { address, pid } = server;
    await server.kill();
    expect(server.running).toBe(false);
    await server.restart();
    expect(server.address).toBe(address);
    expect(server.pid).not.toBe(pid);
    await produce(["after"]);
    expect(await consume("readers", 1)).toEqual(["after"]);
    expect((await consume("newcomers", 5)).filter((value) => value.length < 10)).toEqual(["a", "after", "b", "c"]);
  });

  it("leaves no process and no temporary folder behind when stopped", async () => {
    await server.stop();
    expect(await allGone([server.pid], 0)).toBe(true);
    expect(existsSync(server.dir)).toBe(false);
  });

  async function produce(values: string[]): Promise<void> {
    const producer = kafka.producer({ allowAutoTopicCreation: false, idempotent: true });
    await producer.connect();
    await producer.send({
      topic: TOPIC,
      acks: -1,
      messages: values.map((value) => ({ key: value.slice(0, 9), value })),
    });
    await producer.disconnect();
  }

  /** The values of the next `count` records of a group, sorted, as partitions have no common order. */
  async function consume(groupId: string, count: number): Promise<string[]> {
    const consumer = kafka.consumer({ groupId, sessionTimeout: 10_000, maxWaitTimeInMs: 100 });
    const values: string[] = [];
    await consumer.connect();
    await consumer.subscribe({ topics: [TOPIC], fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      const eachMessage = async ({ message }: { message: { value: Buffer | null } }) => {
        values.push(String(message.value));
        if (values.length === count) resolve();
      };
      consumer.run({ eachMessage }).catch(reject);
    });
    await consumer.disconnect();
    return values.sort();
  }
});
