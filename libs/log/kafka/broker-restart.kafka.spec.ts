import { setTimeout as sleep } from "node:timers/promises";
import { startKafka, type KafkaServer } from "../../../deploy/local";
import { StageRuntime } from "../consumer/stage-runtime";
import type { Log } from "../log";
import { Member, numbered } from "../testing/member";
import { until } from "../testing/until";
import { openKafkaLog } from "./kafka-log";

const SESSION_MS = 10_000;

describe("kafka: the broker ends and comes back", () => {
  let kafka: KafkaServer;
  let log: Log;
  beforeAll(async () => {
    kafka = await startKafka();
    log = openKafkaLog({ brokers: [kafka.bootstrap], sessionMs: SESSION_MS });
    await log.ensureTopics(["in", "out"].map((name) => ({ name, partitions: 3 })));
  });
  afterAll(async () => {
    await log?.close();
    await kafka?.stop();
  });

  const lose: readonly [string, () => Promise<void>][] = [
    ["kill -9", () => kafka.kill()],
    ["a clean restart", () => kafka.restart()],
  ];
  it.each(lose)("I5 nothing lost: through %s every acknowledged record is handled, and the group goes on", async (how, end) => {
    const crashes: Error[] = [];
    const prefix = `${how}.`;
    const runtime = new StageRuntime({
      log,
      groupId: `copy ${how}`,
      topics: ["in"],
      concurrencyMax: 32,
      commitEveryMs: 200,
      retry: { firstDelayMs: 50, delayMsMax: 500 },
      handle: async ({ key, value }) => [{ topic: "out", key, value }],
      deadLetter: () => {
        throw new Error("no dead letter was expected");
      },
      onCrash: (error) => crashes.push(error),
    });
    await runtime.start();
    let writing = true;
    const acknowledged: string[] = [];
    const writer = (async () => {
      for (let batch = 0; writing; batch++) {
        const records = numbered("in", 20, `${prefix}${batch}.`);
        // As any caller would: again, until it is acknowledged.
        while (!(await log.append(records).then(() => true, () => false))) await sleep(100);
        acknowledged.push(...records.map(({ value }) => Buffer.from(value).toString()));
        await sleep(5);
      }
    })();
    await until("the pipeline runs", () => acknowledged.length > 500);
    await end();
    await sleep(500);
    if (!kafka.running) await kafka.restart();
    const before = acknowledged.length;
    await until("writing goes on", () => acknowledged.length > before + 500);
    writing = false;
    await writer;
    await until("all is committed", async () => (await runtime.lag().catch(() => -1)) === 0);
    const out = await Member.join(log, `read ${how}`, ["out"]);
    const missing = (): string[] => {
      const found = new Set(out.texts());
      return acknowledged.filter((text) => !found.has(text));
    };
    await until("every acknowledged record came out", () => missing().length === 0);
    expect(crashes).toEqual([]);
    expect(runtime.state.ready).toBe(true);
    await out.consumer.close();
    await runtime.drain();
  });
});
