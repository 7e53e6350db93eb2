import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { openSqliteLog } from "../sqlite/sqlite-log";
import { Child } from "../testing/children";
import { bytesOf, Member, numbered, textOf } from "../testing/member";
import { ScriptedLog } from "../testing/scripted-log";
import { until } from "../testing/until";
import { CrashGuard } from "./crash-guard";
import { FileCrashGuardStore } from "./file-crash-guard-store";
import { StageRuntime } from "./stage-runtime";

describe("crash guard", () => {
  let dir: string;
  let notes: string;
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), "leverframe-guard-"));
    notes = path.join(dir, "notes");
  });
  afterEach(() => rmSync(dir, { recursive: true }));
  const guard = (): CrashGuard => new CrashGuard(new FileCrashGuardStore(notes));
  const partition = { topic: "t", partition: 0 };

  it("I5 nothing lost: a record that kills the process is quarantined after three starts, and all others are handled", async () => {
    const file = path.join(dir, "log.db");
    const child = { kind: "sqlite", path: file, leaseMs: 300 } as const;
    const log = openSqliteLog({ path: file });
    await log.ensureTopics(["in", "out", "dead"].map((name) => ({ name, partitions: name === "in" ? 2 : 1 })));
    await log.append(numbered("in", 40));
    const task = { log: child, do: "copy", topic: "in", to: "out", dead: "dead", groupId: "g", handleMs: 1, fatal: "17", guardDir: notes } as const;
    const standing = async () => (await log.committed("g", "in")).map(({ partition, offset }) => `${partition} ${offset}`).sort().join();
    let starts = 0;
    const startsAt = new Map<string, number>();
    for (let quarantined = false; !quarantined; starts++) {
      // A start that gets somewhere before it dies begins the count anew; how often one does depends on the machine.
      const at = await standing();
      startsAt.set(at, (startsAt.get(at) ?? 0) + 1);
      expect(startsAt.get(at)).toBeLessThanOrEqual(4);
      const process = await Child.start(task);
      await until("it died or buried the record", () => process.ended || process.last("buried 17") !== undefined);
      quarantined = !process.ended;
      if (!quarantined) continue;
      const handled = async (): Promise<boolean> => {
        const committed = await log.committed("g", "in");
        return committed.reduce((sum, { offset }) => sum + offset, 0n) === 40n;
      };
      await until("all is committed", handled);
      await process.kill();
    }
    expect(starts).toBeGreaterThanOrEqual(4);
    const [out, dead] = [await Member.join(log, "read out", ["out"]), await Member.join(log, "read dead", ["dead"])];
    await until("39 came out and one was buried", () => new Set(out.texts()).size === 39 && dead.records.length === 1);
    expect(dead.texts()).toEqual(["17"]);
    expect(textOf(dead.records[0]!.headers["error"]!)).toMatch(/when the process ended, at 3 starts in a row/);
    await log.close();
  });

  it("counts starts at one offset and blames the record that was alone in flight", () => {
    const first = guard().begin("g", partition, 5n);
    expect(first.careful).toBe(false);
    const second = guard().begin("g", partition, 5n);
    expect(second.careful).toBe(true);
    second.suspect(5n);
    second.suspect(6n);
    const third = guard().begin("g", partition, 6n);
    expect([third.careful, third.isPoison(6n)]).toEqual([true, false]);
    third.suspect(6n);
    const fourth = guard().begin("g", partition, 6n);
    expect([fourth.isPoison(6n), fourth.isPoison(7n), fourth.isPoison(5n)]).toEqual([true, false, false]);
  });

  it("takes neither progress, nor a rebalance inside one process, nor another partition for a crash", () => {
    const one = guard();
    one.begin("g", partition, 5n);
    expect(one.begin("g", partition, 5n).careful).toBe(false);
    expect(guard().begin("g", partition, 9n).careful).toBe(false);
    expect(guard().begin("g", { topic: "t", partition: 1 }, 9n).careful).toBe(false);
    expect(guard().begin("other", partition, 9n).careful).toBe(false);
    guard().begin("g", partition, 9n).clear();
    expect(guard().begin("g", partition, 9n).careful).toBe(false);
  });

  it("forgets a note that cannot be read instead of refusing to start", () => {
    guard().begin("g", partition, 5n);
    for (const file of readdirSync(notes)) writeFileSync(path.join(notes, file), '{"offset":');
    expect(guard().begin("g", partition, 5n).careful).toBe(false);
  });

  it("leaves no note behind once a partition has committed, or was drained", async () => {
    const log = new ScriptedLog();
    const handle = async (): Promise<never[]> => [];
    const deadLetter = () => ({ topic: "dead", key: null, value: bytesOf("") });
    const make = (commitEveryMs: number): StageRuntime =>
      new StageRuntime({ log, groupId: "g", topics: ["t"], concurrencyMax: 8, commitEveryMs, handle, deadLetter, crashGuard: guard() });
    const committing = make(5);
    await committing.start();
    log.assign(0);
    log.deliver(0, 1, 2, 3);
    expect(readdirSync(notes)).toHaveLength(1);
    await until("it is committed", () => log.committedOf(0) === 4n);
    await until("the note is gone", () => readdirSync(notes).length === 0);
    await committing.drain();
    const drained = make(60_000);
    await drained.start();
    log.assign(0);
    log.deliver(0, 4);
    await drained.drain();
    expect(readdirSync(notes)).toHaveLength(0);
  });
});
