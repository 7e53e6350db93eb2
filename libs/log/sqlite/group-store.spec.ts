import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { until } from "../testing/until";
import { Database } from "./database";
import { GroupStore } from "./group-store";
import { RecordStore } from "./record-store";

/** Two connections to one file stand for two processes; neither is told what the other does. */
describe("sqlite consumer groups", () => {
  let dir: string;
  let databases: Database[];
  let one: GroupStore;
  let two: GroupStore;
  const topics = ["t"];
  const open = (leaseMs: number): GroupStore => {
    const database = new Database(path.join(dir, "log.db"), "normal", 5_000);
    databases.push(database);
    const records = new RecordStore(database, () => 0);
    records.ensureTopics([{ name: "t", partitions: 4 }]);
    return new GroupStore(database, records, leaseMs);
  };
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), "leverframe-groups-"));
    databases = [];
    // No lease runs out in a test that is not about it, however long the machine stands still.
    [one, two] = [open(3_600_000), open(3_600_000)];
  });
  afterEach(() => {
    for (const database of databases) database.close();
    rmSync(dir, { recursive: true });
  });
  const commitOf = (offset: bigint) => [{ topic: "t", partition: 0, offset }];

  it("fences the commit of a member that has not yet heard of a rebalance", () => {
    one.join("g", "a", topics);
    const { generation } = one.assignment("g", "a", topics)!;
    expect(one.commit("g", generation, commitOf(3n))).toBe(true);
    two.join("g", "b", topics);
    expect(one.commit("g", generation, commitOf(9n))).toBe(false);
    expect(two.committed("g", "t")).toEqual(commitOf(3n));
    expect(one.commit("g", one.assignment("g", "a", topics)!.generation, commitOf(4n))).toBe(true);
  });

  it("removes a member whose lease ran out, tells it so, and takes it back as a new one", async () => {
    one = open(50);
    one.join("g", "a", topics);
    two.join("g", "b", topics);
    await until("the other has all partitions", () => {
      expect(two.heartbeat("g", "b")).toBe(true);
      return two.assignment("g", "b", topics)!.partitions.length === 4;
    });
    expect(one.assignment("g", "a", topics)).toBeUndefined();
    expect(one.heartbeat("g", "a")).toBe(false);
    one.join("g", "a", topics);
    expect(one.assignment("g", "a", topics)!.partitions).toHaveLength(2);
  });

  it("gives each partition to exactly one of the members that want its topic", () => {
    for (const [index, member] of ["a", "b", "c"].entries()) (index % 2 === 0 ? one : two).join("g", member, topics);
    const owned = ["a", "b", "c"].flatMap((member) => one.assignment("g", member, topics)!.partitions.map(({ partition }) => partition));
    expect(owned.sort()).toEqual([0, 1, 2, 3]);
    two.leave("g", "b");
    const left = ["a", "c"].flatMap((member) => two.assignment("g", member, topics)!.partitions.map(({ partition }) => partition));
    expect(left.sort()).toEqual([0, 1, 2, 3]);
  });
});
