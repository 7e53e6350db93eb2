import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { loadConfig, openLog } from "@leverframe/nest";
import type { Log, LogConsumer, LogRecord } from "@leverframe/log";
import { rewind } from "./rewind";

const TOPICS = ["decisions", "reviews"];
const GROUP = "leverframe.analytics-sink";

describe("rewinding a consumer group", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "leverframe-rewind-"));
  let log: Log;
  beforeAll(async () => {
    log = openLog(loadConfig({ env: {}, overrides: { dataDir: folder } }));
    await log.ensureTopics(TOPICS.map((name) => ({ name, partitions: 2 })));
    await log.append(["a", "b", "c"].map((key) => ({ topic: "decisions", key: Buffer.from(key), value: Buffer.from(key) })));
    await log.append([{ topic: "reviews", key: Buffer.from("d"), value: Buffer.from("d") }]);
  });
  afterAll(async () => {
    await log.close();
    rmSync(folder, { recursive: true });
  });

  /** Reads until all four records were there, and commits them. */
  async function readAll(): Promise<{ readonly read: readonly string[]; readonly consumer: LogConsumer }> {
    const read: string[] = [];
    const ends = new Map<string, LogRecord>();
    const done = Promise.withResolvers<number>();
    const onRecords = (records: readonly LogRecord[], epoch: number): void => {
      for (const record of records) {
        read.push(Buffer.from(record.value!).toString());
        ends.set(`${record.topic} ${record.partition}`, record);
      }
      if (read.length === 4) done.resolve(epoch);
    };
    const consumer = await log.consume({ groupId: GROUP, topics: TOPICS, onRecords, onAssigned: () => undefined, onCrash: done.reject });
    const epoch = await done.promise;
    await consumer.commit([...ends.values()].map(({ topic, partition, offset }) => ({ topic, partition, offset: offset + 1n })), epoch);
    return { read: read.toSorted(), consumer };
  }

  it("lets it read everything again that the log holds, once nobody is in it", async () => {
    const first = await readAll();
    await expect(rewind(log, GROUP, TOPICS)).rejects.toThrow("group `leverframe.analytics-sink` is at work: stop every process that runs the stage, and try again");
    await first.consumer.close();
    expect(await rewind(log, GROUP, TOPICS)).toBe(4);
    expect((await log.committed(GROUP, "decisions")).map(({ offset }) => offset)).toEqual([0n, 0n]);
    const again = await readAll();
    expect(again.read).toEqual(first.read);
    await again.consumer.close();
  });

  it("of one that never read anything does nothing", async () => {
    expect(await rewind(log, "leverframe.new", TOPICS)).toBe(0);
  });
});
