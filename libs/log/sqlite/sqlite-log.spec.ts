import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describeLog } from "../log.conformance";
import type { Log } from "../log";
import { Child } from "../testing/children";
import { Member } from "../testing/member";
import { until } from "../testing/until";
import { openSqliteLog, type SqliteLog } from "./sqlite-log";

/** Longer than a busy machine stands still: who is taken for dead changes the assignments that a test counts on. Some cases wait it out. */
const LEASE_MS = 5_000;

describeLog(
  "sqlite",
  async () => {
    const dir = mkdtempSync(path.join(tmpdir(), "leverframe-log-"));
    const file = path.join(dir, "log.db");
    return {
      open: () => openSqliteLog({ path: file, leaseMs: LEASE_MS }),
      child: { kind: "sqlite", path: file, leaseMs: LEASE_MS },
      stop: async () => rmSync(dir, { recursive: true }),
    };
  },
  { removeExpired: (log) => (log as SqliteLog).removeExpired(), fetchRecordsMax: 2 * 256 },
);

describe("sqlite log shared by processes", () => {
  let dir: string;
  let file: string;
  let log: Log;
  beforeEach(async () => {
    dir = mkdtempSync(path.join(tmpdir(), "leverframe-log-"));
    file = path.join(dir, "log.db");
    log = openSqliteLog({ path: file, leaseMs: LEASE_MS });
    await log.ensureTopics([{ name: "t", partitions: 4 }]);
  });
  afterEach(async () => {
    await log.close();
    rmSync(dir, { recursive: true });
  });
  const write = (prefix: string, batches: number): Promise<Child> => {
    return Child.start({ log: { kind: "sqlite", path: file, leaseMs: LEASE_MS }, do: "write", topic: "t", prefix, batches });
  };

  it("keeps every record of three processes that write at once", async () => {
    const member = await Member.join(log, "g", ["t"]);
    const children = await Promise.all(["a", "b", "c"].map((prefix) => write(prefix, 50)));
    for (const child of children) await child.end();
    await until("all came", () => member.records.length === 3_000);
    expect(new Set(member.texts()).size).toBe(3_000);
    expect(member.crashes).toEqual([]);
  });

  it("keeps every acknowledged batch of a writer that is killed by kill -9, whole, and stays writable", async () => {
    const child = await write("w", -1);
    await child.says("has written 40 batches", () => child.last("written 40") !== undefined);
    await child.kill();
    await log.append([{ topic: "t", key: null, value: null }]);
    const member = await Member.join(log, "g", ["t"]);
    const total = async (): Promise<number> => (await log.endOffsets("t")).reduce((sum, { offset }) => sum + Number(offset), 0);
    await until("all came", async () => member.records.length === (await total()));
    const written = child.lines.filter((line) => line.startsWith("written")).length;
    const found = new Set(member.texts());
    for (let batch = 0; batch < written; batch++) {
      for (let index = 0; index < 20; index++) expect(found).toContain(`w${batch}.${index}`);
    }
    // Whole batches, acknowledged or not.
    expect((member.records.length - 1) % 20).toBe(0);
  });

  it("opens again with everything in it, in another durability too", async () => {
    await log.append([{ topic: "t", key: null, value: Buffer.from("kept") }]);
    await log.close();
    log = openSqliteLog({ path: file, durability: "full" });
    await log.ensureTopics([{ name: "t", partitions: 4 }]);
    const member = await Member.join(log, "g", ["t"]);
    await until("it came", () => member.records.length === 1);
    expect(member.texts()).toEqual(["kept"]);
  });

  it("refuses to work after it was closed, and closes twice without harm", async () => {
    const closed = openSqliteLog({ path: file });
    await closed.close();
    await closed.close();
    await expect(closed.append([{ topic: "t", key: null, value: null }])).rejects.toMatchObject({ code: "unavailable" });
    await expect(closed.endOffsets("t")).rejects.toMatchObject({ code: "unavailable" });
  });
});
