import { randomUUID } from "node:crypto";
import { type JournalEntry, JournalFold, journalFindings, snapshotOf, verifyJournal } from "@leverframe/budget";
import { Redis } from "ioredis";
import { type RedisServer, startRedis } from "../../../deploy/local";
import type { Ledger } from "../ledger";
import { beginOf, finishOf, reserveOf } from "../ledger.conformance";
import { openRedisLedger, type RedisLedger, type RedisLedgerOptions } from "./redis-ledger";

const CAP = 1_000;
const REFUSED = { code: "unavailable" };

describe("a Redis ledger that is rebuilt while processes use it", () => {
  let server: RedisServer;
  let raw: Redis;
  let name: string;
  let warnings: string[];
  /** What relays have carried off. */
  let journal: JournalEntry[];
  const opened: RedisLedger[] = [];
  beforeAll(async () => {
    server = await startRedis();
    raw = new Redis(server.url);
  });
  afterAll(async () => {
    raw.disconnect();
    await server.stop();
  });
  beforeEach(() => {
    name = randomUUID();
    warnings = [];
    journal = [];
  });
  afterEach(() => Promise.all(opened.splice(0).map((one) => one.close())));

  const open = async (options: Partial<RedisLedgerOptions> = {}) => {
    const ledger = await openRedisLedger({ url: server.url, name, onWarning: (message) => warnings.push(message), ...options });
    opened.push(ledger);
    return ledger;
  };
  const meta = () => `{${name}}:v1:meta`;
  const empty = async () => {
    const keys = await raw.keys(`{${name}}:*`);
    if (keys.length > 0) await raw.del(...keys);
  };
  const carry = async ({ outbox }: Ledger) => {
    const entries = await outbox.read(1_000);
    journal.push(...entries);
    await outbox.acknowledge(entries.map(({ entryId }) => entryId));
  };
  const spend = async (ledger: Ledger, id: string, charge = 10) => {
    const { status } = await ledger.reserve(reserveOf(id, 10, CAP));
    await ledger.attempts.begin(beginOf(id, 10));
    await ledger.attempts.finish(finishOf(id, charge));
    await ledger.release({ reservationId: id, nowMicros: 1 });
    return status;
  };
  const rebuild = async (epoch: string) => {
    const fold = new JournalFold();
    for (const entry of journal) fold.add(entry);
    expect(journalFindings(fold)).toEqual([]);
    expect(await (await open({ repair: true })).restore(snapshotOf(fold, epoch))).toEqual({ status: "restored" });
  };

  test("I3 no overspend: all are refused while it is empty, also when somebody began anew there; once it is rebuilt all go on by themselves, each under the new epoch", async () => {
    const [one, two] = [await open(), await open()];
    await spend(one, "a");
    await spend(two, "b");
    await carry(one);
    await empty();
    const asked = [() => spend(one, "c"), () => two.attempts.begin(beginOf("a", 1)), () => two.answers.keep("q", new Uint8Array(1)), () => one.outbox.read(1), () => two.balances(), () => one.deferred.lead("me", 1, 2)];
    for (const ask of asked) await expect(ask()).rejects.toMatchObject(REFUSED);
    const [stranger, idle] = [await open(), await open()];
    await stranger.reserve(reserveOf("stranger", 900, CAP));
    for (const ask of asked) await expect(ask()).rejects.toMatchObject(REFUSED);
    // Who knows of the lost one has put the new one out of service.
    expect(await raw.hget(meta(), "epoch")).toMatch(/^lost:/);
    await expect(stranger.reserve(reserveOf("stranger2", 1, CAP))).rejects.toMatchObject(REFUSED);
    await expect(idle.balances()).rejects.toMatchObject(REFUSED);

    await empty();
    await rebuild("second");
    expect(await Promise.all([spend(one, "d"), spend(two, "e"), spend(stranger, "f"), spend(one, "g")])).toEqual(["created", "created", "created", "created"]);
    expect([one, two, stranger].map(({ epoch }) => epoch)).toEqual(["second", "second", "second"]);
    expect(warnings).toEqual(Array.from({ length: 3 }, () => "ledger store: it was rebuilt from its journal; going on under epoch `second`"));
    await carry(two);
    expect(await one.balances("tenant:")).toMatchObject([{ settled: 60, reserved: 0 }]);
    expect(verifyJournal(journal, await one.balances())).toEqual([]);
  });

  test("a call that was under way when the store was lost is settled by whoever made it, in the rebuilt life", async () => {
    const ledger = await open();
    await ledger.reserve(reserveOf("a", 10, CAP));
    await ledger.attempts.begin(beginOf("a", 10));
    await carry(ledger);
    await empty();
    await expect(ledger.attempts.finish(finishOf("a", 7))).rejects.toMatchObject(REFUSED);
    await rebuild("second");
    expect((await ledger.attempts.finish(finishOf("a", 7))).status).toBe("finished");
    expect(await ledger.release({ reservationId: "a", nowMicros: 1 })).toEqual({ status: "calls_unknown" });
    expect(await ledger.release({ reservationId: "a", nowMicros: 1, callsKnown: true })).toEqual({ status: "released", freedMicroUsd: 3 });
    await carry(ledger);
    expect(await ledger.balances("tenant:")).toMatchObject([{ settled: 7, reserved: 0 }]);
    expect(verifyJournal(journal, await ledger.balances())).toEqual([]);
  });

  test("I5 nothing lost: a relay that read in the lost life takes nothing out of the rebuilt one, whose entries have the same places", async () => {
    const [relay, ledger] = [await open(), await open()];
    await spend(ledger, "a");
    await carry(ledger);
    await spend(ledger, "lost");
    const read = await relay.outbox.read(10);
    expect(read.map(({ sequence }) => sequence)).toEqual([4, 5, 6]);
    await empty();
    await rebuild("second");
    await spend(ledger, "b");
    await expect(relay.outbox.acknowledge(read.map(({ entryId }) => entryId))).rejects.toMatchObject(REFUSED);
    expect((await relay.outbox.read(10)).map(({ reservationId, sequence }) => `${reservationId} ${sequence}`)).toEqual(["b 4", "b 5", "b 6"]);
    await carry(relay);
    expect(verifyJournal(journal, await ledger.balances())).toEqual([]);
  });

  test("I3 no overspend: nobody follows back into an earlier life that a replica kept, nor into one that is behind", async () => {
    const ledger = await open();
    await spend(ledger, "a");
    await carry(ledger);
    await empty();
    await rebuild("second");
    await spend(ledger, "b");
    await carry(ledger);
    const older = await raw.hgetall(meta());
    await empty();
    await rebuild("third");
    expect(await spend(ledger, "c")).toBe("created");
    const before = await raw.hgetall(meta());
    await raw.hset(meta(), older);
    const unseeing = await open();
    expect(unseeing.epoch).toBe("second");
    await expect(spend(ledger, "d")).rejects.toMatchObject(REFUSED);
    await expect(spend(unseeing, "d")).rejects.toMatchObject(REFUSED);
    await raw.hset(meta(), { ...before, epoch: "fourth", rebuilt: "fourth", sequence: "7" });
    await expect(spend(ledger, "d")).rejects.toMatchObject(REFUSED);
    expect(ledger.epoch).toBe("third");
    await raw.hset(meta(), before);
    expect(await spend(ledger, "e")).toBe("created");
  });

  test("one whose epoch is pinned waits for its operator", async () => {
    const first = await open();
    const pinned = await open({ epoch: first.epoch });
    await spend(pinned, "a");
    await carry(pinned);
    await empty();
    await rebuild("second");
    await expect(spend(pinned, "b")).rejects.toMatchObject(REFUSED);
    expect(await spend(await open({ epoch: "second" }), "b")).toBe("created");
    await expect(pinned.balances()).rejects.toMatchObject(REFUSED);
  });
});
