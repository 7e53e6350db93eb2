import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "@leverframe/kernel";
import { StageRuntime } from "../consumer/stage-runtime";
import type { StageRuntimeOptions } from "../consumer/stage-runtime-options";
import type { Log, LogRecord, PartitionOffset } from "../log";
import { Child } from "../testing/children";
import { bytesOf, Member, numbered, textOf } from "../testing/member";
import type { Suite } from "../testing/log-under-test";
import { until } from "../testing/until";

/** The runtime on a real log: nothing lost whatever ends when, nothing published twice without a reason. */
export function runtimeCases(suite: Suite): void {
  let runtimes: StageRuntime[] = [];
  afterEach(async () => {
    await Promise.all(runtimes.map((runtime) => runtime.drain()));
    runtimes = [];
  });

  type Some = Partial<StageRuntimeOptions> & { log: Log; topics: readonly string[]; handle: StageRuntimeOptions["handle"] };
  const run = async (options: Some): Promise<StageRuntime> => {
    const deadLetter = (): never => {
      throw new Error("no dead letter was expected");
    };
    const defaults = { groupId: suite.group(), concurrencyMax: 16, commitEveryMs: 100, drainMsMax: 60_000, deadLetter };
    const runtime = new StageRuntime({ ...defaults, ...options });
    runtimes.push(runtime);
    await runtime.start();
    return runtime;
  };
  const read = (log: Log, topic: string): Promise<Member> => Member.join(log, suite.group(), [topic]);
  const byPartition = (offsets: readonly PartitionOffset[]) => new Map(offsets.map(({ partition, offset }) => [partition, offset]));
  /** Where each record of a topic that is whole stands, by its text. */
  const placesIn = async (log: Log, topic: string): Promise<ReadonlyMap<string, LogRecord>> => {
    const ends = await log.endOffsets(topic);
    const member = await read(log, topic);
    await until("the topic was read", () => BigInt(member.records.length) === ends.reduce((sum, { offset }) => sum + offset, 0n));
    await member.consumer.close();
    return new Map(member.records.map((record) => [textOf(record.value), record]));
  };
  const copyTo = (topic: string) => ({ key, value, headers }: LogRecord) => [{ topic, key, value, headers }];

  it("handles every record, produces its outputs, commits, and has no lag left", async () => {
    const log = suite.open();
    const [from, to] = [await suite.topic(3), await suite.topic(3)];
    await log.append(numbered(from, 500));
    const runtime = await run({ log, topics: [from], handle: async (record) => copyTo(to)(record) });
    const out = await read(log, to);
    await until("all came out", () => out.records.length === 500);
    await until("all is committed", async () => (await runtime.lag()) === 0);
    expect(new Set(out.texts()).size).toBe(500);
    expect(runtime.state).toMatchObject({ running: true, ready: true, inFlight: 0, buffered: 0 });
    expect(runtime.state.assigned).toHaveLength(3);
  });

  it("loses nothing when its process is killed by kill -9 in mid-flight, again and again", async () => {
    const log = suite.open();
    const [from, to] = [await suite.topic(3), await suite.topic(3)];
    const groupId = suite.group();
    await log.append(numbered(from, 300));
    const places = await placesIn(log, from);
    const kills: { readonly committed: ReadonlyMap<number, bigint>; readonly ends: ReadonlyMap<number, bigint> }[] = [];
    for (let kill = 1; kill <= 2; kill++) {
      // It kills itself in the middle of what is left: whoever watched it might look when it is through.
      const { committed } = kills.at(-1) ?? { committed: new Map<number, bigint>() };
      const left = [...places].filter(([, { partition, offset }]) => offset >= (committed.get(partition) ?? 0n)).map(([text]) => text);
      const child = await Child.start({ log: suite.child, do: "copy", topic: from, to, dead: to, groupId, handleMs: 20, fatal: left[left.length >> 1]! });
      await child.end();
      kills.push({ committed: byPartition(await log.committed(groupId, from)), ends: byPartition(await log.endOffsets(to)) });
    }
    const runtime = await run({ log, groupId, topics: [from], handle: async (record) => copyTo(to)(record) });
    const out = await read(log, to);
    await until("every record came out", () => new Set(out.texts()).size === 300);
    await until("all is committed", async () => (await runtime.lag()) === 0);
    // At least once is allowed to repeat, but only what was not committed: nothing else comes out after a kill.
    const repeated = kills.flatMap(({ committed, ends }) =>
      out.records.filter(({ partition, offset, value }) => {
        const place = places.get(textOf(value))!;
        return offset >= (ends.get(partition) ?? 0n) && place.offset < (committed.get(place.partition) ?? 0n);
      }),
    );
    expect(repeated).toEqual([]);
  });

  it("tries a retryable failure again in place, and publishes once", async () => {
    const log = suite.open();
    const [from, to] = [await suite.topic(1), await suite.topic(1)];
    await log.append(numbered(from, 20));
    const tries = new Map<string, number>();
    const handle = async (record: LogRecord) => {
      const text = textOf(record.value);
      tries.set(text, (tries.get(text) ?? 0) + 1);
      if (tries.get(text)! < 3) throw new AppError("unavailable", "not yet");
      return copyTo(to)(record);
    };
    const runtime = await run({ log, topics: [from], handle, retry: { firstDelayMs: 1 } });
    await until("all is committed", async () => (await runtime.lag()) === 0);
    expect((await log.endOffsets(to))[0]!.offset).toBe(20n);
    expect([...tries.values()]).toEqual(Array.from({ length: 20 }, () => 3));
  });

  it("I5 nothing lost: a record that cannot be processed goes to the dead letters with its reason, and its neighbours go on", async () => {
    const log = suite.open();
    const [from, to, dead] = [await suite.topic(1), await suite.topic(1), await suite.topic(1)];
    await log.append(numbered(from, 10));
    const handle = async (record: LogRecord) => {
      const text = textOf(record.value);
      if (text === "3") throw new AppError("bad_record", "not a record of ours");
      if (text === "5") throw new AppError("timeout", "too slow, every time");
      if (text === "7") throw new TypeError("a bug");
      return copyTo(to)(record);
    };
    const deadLetter: StageRuntimeOptions["deadLetter"] = ({ key, value }, { error, tries }) => {
      return { topic: dead, key, value, headers: { reason: bytesOf(`${error.code} ${tries}`) } };
    };
    const runtime = await run({ log, topics: [from], handle, deadLetter, retry: { firstDelayMs: 1, triesMax: 4 } });
    await until("all is committed", async () => (await runtime.lag()) === 0);
    const buried = await read(log, dead);
    await until("three were buried", () => buried.records.length === 3);
    const reasons = buried.records.map(({ value, headers }) => `${textOf(value)}: ${textOf(headers["reason"]!)}`);
    expect(reasons.sort()).toEqual(["3: bad_record 1", "5: timeout 4", "7: internal 1"]);
    expect((await log.endOffsets(to))[0]!.offset).toBe(7n);
  });

  it("drains: what is in flight ends and is committed, nothing new starts, nothing is done twice", async () => {
    const [from, to] = [await suite.topic(2), await suite.topic(2)];
    const groupId = suite.group();
    const log = suite.open();
    await log.append(numbered(from, 60));
    const slowly = async (record: LogRecord) => {
      await sleep(30);
      return copyTo(to)(record);
    };
    const first = await run({ log, groupId, topics: [from], handle: slowly, concurrencyMax: 4, commitEveryMs: 60_000 });
    const out = await read(log, to);
    await until("some are done", () => out.records.length >= 8);
    await first.drain();
    expect(first.state).toMatchObject({ running: false, inFlight: 0 });
    const committed = (await log.committed(groupId, from)).reduce((sum, { offset }) => sum + offset, 0n);
    expect(committed).toBeGreaterThanOrEqual(8n);
    const second = await run({ log, groupId, topics: [from], handle: slowly });
    await until("all is committed", async () => (await second.lag()) === 0);
    await until("all came out", () => out.records.length >= 60);
    // Records that were complete but stood behind an incomplete one would come twice; a drain leaves none of those.
    expect(out.records.length).toBe(60);
  });

  it("keeps the order of a lane while lanes overtake each other", async () => {
    const log = suite.open();
    const [from, to] = [await suite.topic(2), await suite.topic(2)];
    const keys = ["a", "b", "c", "d"];
    const records = Array.from({ length: 80 }, (_, index) => ({ topic: from, key: bytesOf(keys[index % 4]!), value: bytesOf(`${index}`) }));
    await log.append(records);
    let widest = 0;
    let now = 0;
    const handle = async (record: LogRecord) => {
      widest = Math.max(widest, ++now);
      await sleep(textOf(record.key) === "a" ? 8 : 1);
      now--;
      return copyTo(to)(record);
    };
    await run({ log, topics: [from], handle, laneOf: ({ key }) => textOf(key) });
    const out = await read(log, to);
    await until("all came out", () => out.records.length === 80);
    for (const key of keys) {
      const order = out.records.filter((record) => textOf(record.key) === key).map(({ value }) => Number(textOf(value)));
      expect(order).toEqual(order.toSorted((a, b) => a - b));
    }
    expect(widest).toBeGreaterThan(1);
    expect(widest).toBeLessThanOrEqual(4);
  });

  it("holds no more records than its window while handlers are slow, and takes all of them in the end", async () => {
    const log = suite.open();
    const [from, to] = [await suite.topic(2), await suite.topic(1)];
    const padding = "x".repeat(2_000);
    for (let part = 0; part < 8; part++) await log.append(numbered(from, 1_000, `${part}.${padding}`));
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    let widest = 0;
    const handle = async (record: LogRecord) => {
      widest = Math.max(widest, runtime.state.buffered);
      await released;
      widest = Math.max(widest, runtime.state.buffered);
      return [{ ...copyTo(to)(record)[0]!, value: null }];
    };
    const runtime: StageRuntime = await run({ log, topics: [from], handle, concurrencyMax: 20, windowRecordsMax: 100 });
    await until("the window is full", () => runtime.state.buffered >= 100);
    await sleep(200);
    expect(runtime.state.inFlight).toBe(20);
    release();
    await until("all is committed", async () => (await runtime.lag()) === 0);
    expect(widest).toBeLessThanOrEqual(100 + suite.features.fetchRecordsMax);
    expect((await log.endOffsets(to))[0]!.offset).toBe(8_000n);
  });

  it("I4 exactly one answer: a late result of an earlier epoch neither publishes nor commits", async () => {
    const [from, to] = [await suite.topic(2), await suite.topic(1)];
    const groupId = suite.group();
    const log = suite.open();
    await log.append(numbered(from, 10));
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    let started = 0;
    const late = async ({ key, value }: LogRecord) => {
      if (started++ >= 10) return [{ topic: to, key, value }];
      await released;
      return [{ topic: to, key, value: bytesOf(`late ${textOf(value)}`) }];
    };
    const one = await run({ log, groupId, topics: [from], handle: late });
    await until("ten are in flight", () => one.state.inFlight === 10);
    await run({ log: suite.open(), groupId, topics: [from], handle: async (record) => copyTo(to)(record) });
    await until("they share", () => one.state.assigned.length === 1);
    expect(await log.committed(groupId, from)).toEqual([]);
    release();
    await until("all is committed", async () => (await one.lag()) === 0);
    const out = await read(log, to);
    await until("all came out", () => out.records.length === 10);
    expect(out.texts().filter((text) => text.startsWith("late"))).toEqual([]);
    expect(new Set(out.texts()).size).toBe(10);
  });
}
