import { partitionOf } from "../partitioner";
import { bytesOf, Member, numbered, textOf } from "../testing/member";
import type { Suite } from "../testing/log-under-test";
import { until } from "../testing/until";

/** Records: what goes in comes out, in order, once for each acknowledged append. */
export function recordCases(suite: Suite): void {
  it("gives back every byte: key, value, headers, and the difference between empty and null", async () => {
    const log = suite.open();
    const topic = await suite.topic(1);
    const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    await log.append([
      { topic, key: everyByte, value: everyByte, headers: { "event-id": bytesOf("e1"), "naïve ✓": everyByte, empty: new Uint8Array(0), ["__proto__"]: bytesOf("p") } },
      { topic, key: null, value: bytesOf("no key") },
      { topic, key: bytesOf("tombstone"), value: null },
      { topic, key: new Uint8Array(0), value: new Uint8Array(0), headers: {} },
    ]);
    const member = await Member.join(log, suite.group(), [topic]);
    await until("four records came", () => member.records.length === 4);
    const [full, unkeyed, tombstone, empty] = member.records;
    expect([full!.topic, full!.partition, full!.offset, unkeyed!.offset]).toEqual([topic, 0, 0n, 1n]);
    expect(Buffer.from(full!.key!)).toEqual(Buffer.from(everyByte));
    expect(Buffer.from(full!.value!)).toEqual(Buffer.from(everyByte));
    expect(Object.keys(full!.headers).sort()).toEqual(["__proto__", "empty", "event-id", "naïve ✓"]);
    expect(textOf(full!.headers["event-id"]!)).toBe("e1");
    expect(Buffer.from(full!.headers["naïve ✓"]!)).toEqual(Buffer.from(everyByte));
    expect(full!.headers["empty"]!.length).toBe(0);
    expect([unkeyed!.key, textOf(unkeyed!.value), unkeyed!.headers]).toEqual([null, "no key", {}]);
    expect([textOf(tombstone!.key), tombstone!.value]).toEqual(["tombstone", null]);
    expect([empty!.key?.length, empty!.value?.length]).toEqual([0, 0]);
  });

  it("keeps the order of appends in each partition, and a key in the partition that Kafka's partitioner names", async () => {
    const log = suite.open();
    const topic = await suite.topic(5);
    const keys = ["a", "b", "c", "request-17", "ß"];
    for (let round = 0; round < 30; round++) {
      await log.append(keys.map((key) => ({ topic, key: bytesOf(key), value: bytesOf(`${round}`) })));
    }
    const member = await Member.join(log, suite.group(), [topic]);
    await until("all records came", () => member.records.length === 150);
    for (const key of keys) {
      const mine = member.records.filter((record) => textOf(record.key) === key);
      expect(mine.map(({ value }) => textOf(value))).toEqual(Array.from({ length: 30 }, (_, round) => `${round}`));
      expect(new Set(mine.map(({ partition }) => partition))).toEqual(new Set([partitionOf(bytesOf(key), 5)]));
    }
    for (let partition = 0; partition < 5; partition++) {
      const offsets = member.records.filter((record) => record.partition === partition).map(({ offset }) => offset);
      expect(offsets).toEqual(offsets.map((_, index) => BigInt(index)));
    }
  });

  it("spreads records without a key over all partitions", async () => {
    const log = suite.open();
    const topic = await suite.topic(3);
    for (let index = 0; index < 30; index++) await log.append([{ topic, key: null, value: bytesOf("x") }]);
    for (const { offset } of await log.endOffsets(topic)) expect(offset).toBeGreaterThan(0n);
  });

  it("holds each record of concurrent appends exactly once, each append's records in its order", async () => {
    const logs = [suite.open(), suite.open()];
    const topic = await suite.topic(1);
    const appends = Array.from({ length: 100 }, (_, index) => logs[index % 2]!.append(numbered(topic, 5, `${index}.`)));
    await Promise.all(appends);
    const member = await Member.join(logs[0]!, suite.group(), [topic]);
    await until("all records came", () => member.records.length >= 500);
    expect(new Set(member.texts()).size).toBe(500);
    for (let index = 0; index < 100; index++) {
      const mine = member.texts().filter((text) => text.startsWith(`${index}.`));
      expect(mine).toEqual([0, 1, 2, 3, 4].map((part) => `${index}.${part}`));
    }
  });

  it("carries large batches and large records", async () => {
    const log = suite.open();
    const topic = await suite.topic(2);
    await log.append(numbered(topic, 3_000));
    await log.append([{ topic, key: null, value: Buffer.alloc(900_000, 7) }]);
    const member = await Member.join(log, suite.group(), [topic]);
    await until("all records came", () => member.records.length === 3_001);
    expect(member.records.find(({ value }) => value!.length === 900_000)?.value?.every((byte) => byte === 7)).toBe(true);
  });

  it("stamps a record once, at append: a second delivery has the same time", async () => {
    const log = suite.open();
    const topic = await suite.topic(1);
    const before = Date.now();
    await log.append(numbered(topic, 3));
    const after = Date.now();
    const [first, second] = [await Member.join(log, suite.group(), [topic]), await Member.join(log, suite.group(), [topic])];
    await until("both have all", () => first.records.length === 3 && second.records.length === 3);
    for (const { timestampMicros } of first.records) {
      expect(timestampMicros).toBeGreaterThanOrEqual((before - 1) * 1_000);
      expect(timestampMicros).toBeLessThanOrEqual((after + 1) * 1_000);
    }
    expect(second.records.map((record) => record.timestampMicros)).toEqual(first.records.map((record) => record.timestampMicros));
  });

  it("refuses a topic that does not exist as retryable, and lets the appends beside it through", async () => {
    const log = suite.open();
    const topic = await suite.topic(1);
    const bad = log.append([{ topic: "nobody-made-this", key: null, value: null }]);
    const good = log.append(numbered(topic, 2));
    await expect(bad).rejects.toMatchObject({ code: "bad_config", retryable: true, message: expect.stringContaining("`nobody-made-this`") });
    await good;
    expect((await log.endOffsets(topic))[0]!.offset).toBe(2n);
  });

  it("makes topics once, and adds partitions to those that have too few", async () => {
    const log = suite.open();
    const topic = await suite.topic(2);
    await log.append(numbered(topic, 20));
    await log.ensureTopics([{ name: topic, partitions: 2 }]);
    await log.ensureTopics([{ name: topic, partitions: 4 }]);
    await until("the topic has four partitions", async () => (await log.endOffsets(topic)).length === 4);
    await log.ensureTopics([{ name: topic, partitions: 1 }]);
    const ends = await log.endOffsets(topic);
    expect(ends.map(({ partition }) => partition)).toEqual([0, 1, 2, 3]);
    expect(ends.reduce((sum, { offset }) => sum + offset, 0n)).toBe(20n);
  });

  it("refuses a bad setting, naming topic, setting and value", async () => {
    const log = suite.open();
    await expect(log.ensureTopics([{ name: "never", partitions: 0 }])).rejects.toThrow(/`never`.*`0`/);
  });

  const { removeExpired } = suite.features;
  if (typeof removeExpired === "string") it.skip(`removes records past their retention (${removeExpired})`, () => undefined);
  else
    it("removes records past their retention, and readers pass over the gap", async () => {
      const log = suite.open();
      const topic = `${await suite.topic(1)}-short`;
      await log.ensureTopics([{ name: topic, partitions: 1, config: { "retention.bytes": "1000" } }]);
      await log.append(Array.from({ length: 30 }, (_, index) => ({ topic, key: null, value: Buffer.alloc(100, index) })));
      await removeExpired(log);
      const member = await Member.join(log, suite.group(), [topic]);
      await until("what is left came", () => member.records.length === 10);
      expect(member.records[0]!.offset).toBe(20n);
      expect((await log.endOffsets(topic))[0]!.offset).toBe(30n);
    });
}
