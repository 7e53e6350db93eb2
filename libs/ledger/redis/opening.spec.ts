import { randomUUID } from "node:crypto";
import { verifyJournal } from "@leverframe/budget";
import { Redis } from "ioredis";
import { type RedisServer, startRedis } from "../../../deploy/local";
import { beginOf, finishOf, reserveOf } from "../ledger.conformance";
import { openRedisLedger, type RedisLedger, type RedisLedgerOptions } from "./redis-ledger";

describe("opening a ledger in Redis", () => {
  let server: RedisServer;
  let raw: Redis;
  let name: string;
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
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()));
    await raw.config("SET", "appendfsync", "always");
  });
  const open = async (options: Partial<RedisLedgerOptions> = {}) => {
    const ledger = await openRedisLedger({ url: server.url, name, ...options });
    opened.push(ledger);
    return ledger;
  };
  const key = (rest: string) => `{${name}}:v1:${rest}`;

  test("I3 no overspend: a server that may forget what it answered is refused, or complained of, as configured", async () => {
    await raw.config("SET", "appendfsync", "everysec");
    const expected = "ledger store: `appendonly` is `yes` and `appendfsync` is `everysec`; expected `yes` and `always`, or answered commands may be lost";
    await expect(open()).rejects.toMatchObject({ code: "bad_config", message: expected });
    const warnings: string[] = [];
    await open({ durability: "warn", onWarning: (message) => warnings.push(message) });
    expect(warnings).toEqual([expected]);
    await open({ durability: "ignore", onWarning: (message) => warnings.push(message) });
    expect(warnings).toHaveLength(1);
  });

  test("a server that does not tell its configuration is opened, and complained of", async () => {
    await raw.acl("SETUSER", "app", "on", ">secret", "~*", "+@all", "-config");
    const warnings: string[] = [];
    await open({ url: server.url.replace("redis://", "redis://app:secret@"), onWarning: (message) => warnings.push(message) });
    expect(warnings).toEqual(["ledger store: the server does not tell whether `appendonly` is `yes` and `appendfsync` is `always`"]);
  });

  test("replicas that are asked for and not there are a defect, and no command is answered without them", async () => {
    await expect(open({ waitReplicas: 1 })).rejects.toMatchObject({ code: "bad_config", message: "ledger store: 0 replicas are connected; expected 1, or no command will be answered" });
    const ledger = await open({ waitReplicas: 1, durability: "warn", timeoutMs: 3_000 });
    await expect(ledger.reserve(reserveOf("r", 1, 10))).rejects.toMatchObject({ code: "unavailable", message: expect.stringContaining("0 of 1 replicas") });
  });

  test("I3 no overspend: where a ledger must be, none is begun; the epoch that is there is taken, unless another is pinned", async () => {
    await expect(open({ expectExisting: async () => true })).rejects.toMatchObject({ code: "unavailable", message: expect.stringContaining("must be rebuilt") });
    expect(await raw.exists(key("meta"))).toBe(0);
    const first = await open({ expectExisting: async () => false });
    let asked = 0;
    const second = await open({ expectExisting: () => ++asked > 0 });
    expect([second.epoch, asked]).toEqual([first.epoch, 0]);
    await expect(open({ epoch: "another" })).rejects.toMatchObject({ code: "unavailable" });
  });

  test("for a repair whatever is there is opened and read, and nothing can be spent", async () => {
    const ledger = await open({ repair: true, epoch: "pinned" });
    expect(await ledger.balances()).toEqual([]);
    expect(await ledger.position()).toBe(0);
    await expect(ledger.reserve(reserveOf("r", 1, 10))).rejects.toMatchObject({ code: "unavailable" });
    expect(await raw.keys(key("*"))).toEqual([]);
  });

  test("I3 no overspend: goes on with what a release before this one wrote, though that knew dollars alone", async () => {
    const ledger = await open();
    await raw.hset(key("meta"), "sequence", "2");
    await raw.hset(key("balances"), "tenant:acme\t2026-11", "25 5 ", "department:acme/sales\t2026-11", "25 5 100");
    const accounts = "tenant:acme\t2026-11\ndepartment:acme/sales\t2026-11";
    await raw.hset(key("reservation:r"), {
      asked: "30", outcome: "created 0 30", request: "request of r", tenant: "acme", open: "25", flight: "8", released: "0", accounts,
      "a:r.attempt.0": "8 1 token me", "o:r.attempt.0": "out", "a:r.attempt.1": "8 1 token me",
    });
    await raw.zadd(key("uncleared"), 1, "r");
    const postings = (text: string) => `tenant:acme\t2026-11\t${text}\ndepartment:acme/sales\t2026-11\t${text}`;
    const entry = (kind: string, attempt: string, amount: string, text: string) => ["k", kind, "r", "r", "a", attempt, "q", "request of r", "t", "acme", "m", amount, "c", "0", "s", "created", "w", "1", "p", postings(text)];
    await raw.xadd(key("outbox"), "1-0", ...entry("reserved", "", "30", "30\t0\t30\t0"));
    await raw.xadd(key("outbox"), "2-0", ...entry("settled", "r.attempt.0", "5", "-5\t5\t25\t5"));

    expect(await ledger.reserve(reserveOf("r", 30, 100))).toEqual({ status: "created", option: 0, amountMicroUsd: 30, repeated: true });
    expect(await ledger.attempts.finish(finishOf("r", 1))).toMatchObject({ status: "already_finished" });
    expect(await ledger.settleLate(finishOf("r", 1))).toEqual({ status: "already_settled" });
    expect((await ledger.attempts.begin(beginOf("r", 18, 2))).status).toBe("exceeds_reservation");
    expect((await ledger.attempts.finish(finishOf("r", 8, "out", 1))).status).toBe("finished");
    expect(await ledger.release({ reservationId: "r", nowMicros: 2 })).toEqual({ status: "released", freedMicroUsd: 17 });
    expect(await ledger.balances("department:")).toMatchObject([{ unit: "usd", reserved: 0, settled: 13 }]);
    expect(verifyJournal(await ledger.outbox.read(9), await ledger.balances())).toEqual([]);
  });
});
