import { Child } from "../testing/children";
import type { OutgoingRecord } from "../log";
import { partitionOf } from "../partitioner";
import { Member, numbered } from "../testing/member";
import type { Suite } from "../testing/log-under-test";
import { until } from "../testing/until";

/** Consumer groups: who reads what, and where reading goes on. */
export function groupCases(suite: Suite): void {
  it("goes on after the committed offset, and gives what was not committed again", async () => {
    const topic = await suite.topic(1);
    const groupId = suite.group();
    const first = suite.open();
    await first.append(numbered(topic, 10));
    expect(await first.committed(groupId, topic)).toEqual([]);
    const before = await Member.join(first, groupId, [topic]);
    await until("ten records came", () => before.records.length === 10);
    await before.consumer.commit([{ topic, partition: 0, offset: 4n }], before.epoch);
    expect(await first.committed(groupId, topic)).toEqual([{ topic, partition: 0, offset: 4n }]);
    expect(await first.endOffsets(topic)).toEqual([{ topic, partition: 0, offset: 10n }]);
    await before.consumer.close();
    const after = await Member.join(suite.open(), groupId, [topic]);
    await until("the rest came", () => after.records.length === 6);
    expect(after.texts()).toEqual(["4", "5", "6", "7", "8", "9"]);
  });

  it("wakes a waiting consumer of another client", async () => {
    const topic = await suite.topic(2);
    const member = await Member.join(suite.open(), suite.group(), [topic]);
    const writer = suite.open();
    for (let round = 1; round <= 3; round++) {
      await writer.append(numbered(topic, 10));
      await until(`round ${round} came`, () => member.records.length === 10 * round);
    }
  });

  it("gives every group all records", async () => {
    const topic = await suite.topic(2);
    const log = suite.open();
    await log.append(numbered(topic, 20));
    const members = [await Member.join(log, suite.group(), [topic]), await Member.join(log, suite.group(), [topic])];
    for (const member of members) await until("all came", () => member.records.length === 20);
  });

  it("splits partitions between the members of a group, and hands all to the one that stays", async () => {
    const topics = [await suite.topic(3), await suite.topic(1)];
    const groupId = suite.group();
    const one = await Member.join(suite.open(), groupId, topics);
    await until("one has all four", () => one.assigned.length === 4);
    const epochAlone = one.epoch;
    const two = await Member.join(suite.open(), groupId, topics);
    await until("each has two", () => one.assigned.length === 2 && two.assigned.length === 2);
    expect(one.epoch).toBeGreaterThan(epochAlone);
    const owned = [...one.assigned, ...two.assigned].map(({ topic, partition }) => `${topic}/${partition}`);
    expect(new Set(owned).size).toBe(4);
    const writer = suite.open();
    await writer.append(topics.flatMap((topic) => numbered(topic, 40)));
    await until("all came", () => one.records.length + two.records.length === 80);
    for (const member of [one, two]) {
      const mine = new Set(member.assigned.map(({ topic, partition }) => `${topic}/${partition}`));
      expect(member.records.every(({ topic, partition }) => mine.has(`${topic}/${partition}`))).toBe(true);
    }
    await two.consumer.close();
    await until("one has all again", () => one.assigned.length === 4);
  });

  it("gives the partitions of a member that died by kill -9 to the others, from its last commit", async () => {
    const topic = await suite.topic(4);
    const groupId = suite.group();
    const log = suite.open();
    await log.append(numbered(topic, 100));
    const child = await Child.start({ log: suite.child, do: "consume", topic, groupId });
    await child.says("has read all", () => child.last("has") === "has 4 100");
    const member = await Member.join(log, groupId, [topic]);
    await until("they share", () => member.assigned.length === 2);
    await child.kill();
    await until("it has all partitions", () => member.assigned.length === 4);
    await until("it was given all records", () => new Set(member.texts()).size === 100);
  });

  it("brings nothing from a paused partition until it is resumed, and then all in order", async () => {
    const topic = await suite.topic(2);
    const log = suite.open();
    const member = await Member.join(log, suite.group(), [topic]);
    await until("assigned", () => member.assigned.length === 2);
    const partition = 1;
    const inPartition = (wanted: number): OutgoingRecord => {
      const key = numbered(topic, 50).find((record) => partitionOf(record.key, 2) === wanted)!.key;
      return { topic, key, value: null };
    };
    const [paused, open] = [inPartition(partition), inPartition(0)];
    await log.append([paused, open]);
    await until("both came", () => member.records.length === 2);
    member.consumer.pause([{ topic, partition }]);
    await log.append([paused, open]);
    await until("the open one came", () => member.records.length >= 3);
    await log.append([paused, open]);
    await until("the open one came again", () => member.records.length >= 4);
    expect(member.records.filter((record) => record.partition === partition)).toHaveLength(1);
    member.consumer.resume([{ topic, partition }]);
    await until("the rest came", () => member.records.length === 6);
    expect(member.records.filter((record) => record.partition === partition).map(({ offset }) => offset)).toEqual([0n, 1n, 2n]);
  });

  it("ignores the commits of an earlier epoch", async () => {
    const topic = await suite.topic(2);
    const groupId = suite.group();
    const log = suite.open();
    await log.append(numbered(topic, 20));
    const one = await Member.join(log, groupId, [topic]);
    await until("one has read all", () => one.records.length === 20);
    const stale = one.epoch;
    const two = await Member.join(suite.open(), groupId, [topic]);
    await until("they share", () => one.assigned.length === 1 && two.assigned.length === 1);
    await one.consumer.commit([0, 1].map((partition) => ({ topic, partition, offset: 5n })), stale);
    expect(await log.committed(groupId, topic)).toEqual([]);
    const { partition } = two.assigned[0]!;
    await two.consumer.commit([{ topic, partition, offset: 3n }], two.epoch);
    expect(await log.committed(groupId, topic)).toEqual([{ topic, partition, offset: 3n }]);
  });

  it("marks the records of each assignment with its epoch", async () => {
    const topic = await suite.topic(2);
    const groupId = suite.group();
    const log = suite.open();
    await log.append(numbered(topic, 20));
    const one = await Member.join(log, groupId, [topic]);
    await until("one has read all", () => one.records.length === 20);
    const two = await Member.join(suite.open(), groupId, [topic]);
    await until("what was not committed came again", () => one.records.length + two.records.length === 40);
    expect(one.epochs.toSorted((a, b) => a - b)).toEqual(one.epochs);
    expect(one.epochs.at(-1)).toBe(one.epoch);
    expect(one.epochs[0]).toBeLessThan(one.epoch);
  });
}
