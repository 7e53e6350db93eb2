import { randomUUID } from "node:crypto";
import { appendFileSync, readdirSync, readFileSync, statSync, truncateSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type JournalEntry, JournalFold, journalFindings, snapshotOf, verifyJournal } from "@leverframe/budget";
import { cutOff, type RedisServer, startRedis, startReplica, takeOver } from "../../../deploy/local";
import type { Ledger } from "../ledger";
import { beginOf, finishOf, reserveOf } from "../ledger.conformance";
import { startSpender } from "../testing/spender-process";
import { openRedisLedger, type RedisLedger } from "./redis-ledger";

const CAP = 1_000;
/** Where an answer is expected it comes at once; so long a command may wait for it on a busy machine. */
const TIMEOUT_MS = 30_000;
/** Half of it is waited for a replica that does not hear, which two commands do. */
const REPLICA_TIMEOUT_MS = 6_000;

/** A primary with one replica, and what becomes of them. */
class Pair {
  readonly name = randomUUID();
  private readonly opened: Ledger[] = [];

  private constructor(
    private primary: RedisServer,
    private readonly replica: RedisServer,
  ) {}

  static async start(): Promise<Pair> {
    const primary = await startRedis();
    return new Pair(primary, await startReplica(primary));
  }

  async open(waitReplicas = 0, repair = false): Promise<RedisLedger> {
    const ledger = await openRedisLedger({ url: this.primary.url, name: this.name, waitReplicas, repair, timeoutMs: waitReplicas > 0 ? REPLICA_TIMEOUT_MS : TIMEOUT_MS });
    this.opened.push(ledger);
    return ledger;
  }

  /** The replica hears no more, and nobody has noticed. */
  cutReplicaOff(): Promise<void> {
    return cutOff(this.replica, this.primary);
  }

  async failOver(): Promise<void> {
    this.primary = await takeOver(this.replica, this.primary);
  }

  async end(): Promise<void> {
    await Promise.all(this.opened.map((ledger) => ledger.close()));
    await this.primary.kill();
    await this.replica.stop();
  }
}

/** What a relay has carried off: the journal on the log. */
class Journal {
  readonly entries: JournalEntry[] = [];

  async carry({ outbox }: Ledger): Promise<void> {
    const entries = await outbox.read(10_000);
    this.entries.push(...entries);
    await outbox.acknowledge(entries.map(({ entryId }) => entryId));
  }
}

/** Spends until there is no room; how many were granted. */
async function spendAll(ledger: Ledger, prefix: string, max = Infinity): Promise<number> {
  for (let index = 0; index < max; index++) {
    const id = `${prefix}${index}`;
    if ((await ledger.reserve(reserveOf(id, 10, CAP))).status !== "created") return index;
    await ledger.attempts.begin(beginOf(id, 10));
    await ledger.attempts.finish(finishOf(id, 10));
    await ledger.release({ reservationId: id, nowMicros: 1 });
  }
  return max;
}

async function settledOf(ledger: Ledger): Promise<number | undefined> {
  return (await ledger.balances("department:"))[0]?.settled;
}

describe("Redis as the ledger, when another takes its place", () => {
  let pair: Pair;
  beforeEach(async () => {
    pair = await Pair.start();
  });
  afterEach(() => pair.end());

  test("I3 no overspend: a replica that lagged behind grants nothing to who has seen more, until it is rebuilt from the journal; then exactly what is left", async () => {
    const journal = new Journal();
    const ledger = await pair.open();
    expect(await spendAll(ledger, "a", 50)).toBe(50);
    await pair.cutReplicaOff();
    expect(await spendAll(ledger, "b", 20)).toBe(20);
    await journal.carry(ledger);
    const unseeing = await pair.open();
    await pair.failOver();
    for (const one of [() => spendAll(ledger, "c", 1), () => ledger.attempts.begin(beginOf("a0", 1)), () => ledger.answers.keep("q", new Uint8Array(1))]) {
      await expect(one()).rejects.toMatchObject({ code: "unavailable", message: expect.stringContaining("FENCED") });
    }
    // Who has seen nothing is told by who has.
    await expect(spendAll(unseeing, "e", 1)).rejects.toMatchObject({ code: "unavailable", message: expect.stringContaining("lost:") });
    await expect(pair.open()).rejects.toMatchObject({ code: "unavailable", message: expect.stringContaining("must be rebuilt") });
    const lagging = await pair.open(0, true);
    expect(await settledOf(lagging)).toBe(500);

    const fold = new JournalFold();
    for (const entry of [...(await lagging.outbox.read(10_000)), ...journal.entries]) fold.add(entry);
    expect(journalFindings(fold)).toEqual([]);
    expect(await lagging.restore(snapshotOf(fold, "rebuilt"))).toEqual({ status: "restored" });
    const next = await pair.open();
    expect(next.epoch).toBe("rebuilt");
    expect(await settledOf(next)).toBe(700);
    // Those who were refused go on in the rebuilt life, by themselves.
    expect(await spendAll(ledger, "d", 15)).toBe(15);
    expect(await spendAll(unseeing, "e", 10)).toBe(10);
    expect(await spendAll(next, "f")).toBe(5);
    await journal.carry(next);
    expect(verifyJournal(journal.entries, await next.balances())).toEqual([]);
  });

  test("I3 no overspend: with writes that wait for the replica nothing that was answered is lost, and nobody is refused for it", async () => {
    const journal = new Journal();
    const ledger = await pair.open(1);
    expect(await spendAll(ledger, "a", 50)).toBe(50);
    await journal.carry(ledger);
    await pair.cutReplicaOff();
    const unanswered = reserveOf("b0", 10, CAP);
    await expect(ledger.reserve(unanswered)).rejects.toMatchObject({ code: "unavailable", message: expect.stringContaining("0 of 1 replicas") });
    await expect(journal.carry(ledger)).rejects.toMatchObject({ code: "unavailable" });
    await pair.failOver();
    const next = await pair.open();
    expect(await settledOf(next)).toBe(500);
    expect(await next.reserve(unanswered)).toMatchObject({ status: "created", repeated: false });
    await next.release({ reservationId: "b0", nowMicros: 1 });
    expect(await spendAll(next, "c")).toBe(50);
    await journal.carry(next);
    expect(verifyJournal(journal.entries, await next.balances())).toEqual([]);
  });
});

/** The file that Redis appends to now. */
function appendedFile({ dir }: RedisServer): string {
  const folder = path.join(dir, "appendonlydir");
  const [newest] = readdirSync(folder).filter((name) => name.endsWith(".incr.aof")).sort().reverse();
  return path.join(folder, newest ?? "");
}

/**
 * Where the last step ends that stands in the file as a whole. The kill may have torn the one behind it, which Redis cuts
 * off by itself; a second torn end behind that one would be no end, but a broken file, which it refuses.
 */
function wholeSteps(file: Buffer): number {
  let [at, whole, inStep] = [0, 0, false];
  const lengthAt = (): number => {
    const end = file.indexOf("\r\n", at);
    const length = end < 0 ? NaN : Number(file.toString("latin1", at + 1, end));
    at = end + 2;
    return length;
  };
  for (;;) {
    let name = "";
    for (let words = lengthAt(), word = 0; word < words || Number.isNaN(words); word++) {
      const length = lengthAt();
      if (!(at + length + 2 <= file.length)) return whole;
      if (word === 0) name = file.toString("latin1", at, at + length);
      at += length + 2;
    }
    if (name === "MULTI" || name === "EXEC") inStep = name === "MULTI";
    if (!inStep) whole = at;
  }
}

describe("Redis as the ledger, when its power is cut under load", () => {
  let server: RedisServer;
  beforeEach(async () => {
    server = await startRedis();
  });
  afterEach(() => server.stop());

  test("I3 no overspend, I5 nothing lost: kill −9 of Redis, its file ending in a torn write, and of half of the spenders", async () => {
    const name = randomUUID();
    const spender = { store: { url: server.url, name }, cap: 40_000, lanes: 16, spendsMax: 10_000 };
    const spenders = await Promise.all([startSpender({ ...spender, name: "a" }, 1_500), startSpender({ ...spender, name: "b" }, 2_500), startSpender({ ...spender, name: "c" }), startSpender({ ...spender, name: "d" })]);
    for (let round = 0; round < 3; round++) {
      await sleep(400);
      await server.kill();
      // The torn end of a step that was being written, and that nobody was answered.
      const file = appendedFile(server);
      truncateSync(file, wholeSteps(readFileSync(file)));
      appendFileSync(file, "*1\r\n$5\r\nMULTI\r\n*4\r\n$4\r\nHSET\r\n$12\r\n{led");
      await server.restart();
    }
    const said = await Promise.all(spenders.map(({ ended }) => ended));
    const ledger = await openRedisLedger({ url: server.url, name });
    const journal = await ledger.outbox.read(1_000_000);
    expect(journalFindings(folded(journal))).toEqual([]);
    expect(verifyJournal(journal, await ledger.balances())).toEqual([]);
    const [tenant] = await ledger.balances("tenant:");
    expect((tenant?.settled ?? 0) + (tenant?.reserved ?? 0)).toBeLessThanOrEqual(40_000);
    const written = new Set(journal.map(({ entryId }) => entryId));
    const lost = said.flatMap((steps) => [
      ...[...(steps.get("created") ?? [])].filter((id) => !written.has(`${id}.reserved`)),
      ...[...(steps.get("finished") ?? [])].filter((id) => !written.has(`${id}.attempt.0.settled`)),
      ...[...(steps.get("released") ?? [])].filter((id) => !written.has(`${id}.released`)),
    ]);
    expect(lost).toEqual([]);
    await ledger.close();
  });

  test("I3 no overspend: a disk that lost what it had said it held is found out by who had been told", async () => {
    const ledger = await openRedisLedger({ url: server.url, name: "cut", timeoutMs: TIMEOUT_MS });
    await spendAll(ledger, "a", 5);
    const flushed = statSync(appendedFile(server)).size;
    await spendAll(ledger, "b", 5);
    const journal = new Journal();
    await journal.carry(ledger);
    await server.kill();
    truncateSync(appendedFile(server), flushed);
    await server.restart();
    await expect(spendAll(ledger, "c", 1)).rejects.toMatchObject({ code: "unavailable", message: expect.stringContaining("FENCED") });
    const repair = await openRedisLedger({ url: server.url, name: "cut", repair: true });
    expect((await repair.restore(snapshotOf(folded(journal.entries), "rebuilt"))).status).toBe("restored");
    const next = await openRedisLedger({ url: server.url, name: "cut" });
    expect(await settledOf(next)).toBe(100);
    await journal.carry(next);
    expect(verifyJournal(journal.entries, await next.balances())).toEqual([]);
    await Promise.all([ledger, repair, next].map((one) => one.close()));
  });
});

function folded(entries: readonly JournalEntry[]): JournalFold {
  const fold = new JournalFold();
  for (const entry of entries) fold.add(entry);
  return fold;
}
