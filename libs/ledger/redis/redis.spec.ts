import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { type RedisServer, startRedis } from "../../../deploy/local";
import type { Ledger } from "../ledger";
import { beginOf, describeLedger, finishOf, ratedReserveOf, reserveOf } from "../ledger.conformance";
import { describeArchive } from "../archive.conformance";
import { describeLedgerControl } from "../ledger-control.conformance";
import { describeDeferred } from "../deferred.conformance";
import { describeLedgerProcesses, type SharedStore } from "../ledger-processes.conformance";
import { openRedisLedger, type RedisLedger } from "./redis-ledger";

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

async function createStore(): Promise<SharedStore> {
  const name = randomUUID();
  const opened: Ledger[] = [];
  return {
    address: { url: server.url, name },
    open: async (options = {}) => {
      const ledger = await openRedisLedger({ ...options, url: server.url, name });
      opened.push(ledger);
      return ledger;
    },
    dispose: async () => {
      await Promise.all(opened.map((ledger) => ledger.close()));
    },
  };
}

describeLedger("Redis", createStore, { replays: 100 });
describeLedgerControl("Redis", createStore);
describeArchive("Redis", createStore);
describeLedgerProcesses("Redis", createStore);
describeDeferred("Redis", createStore);

describe("Redis as the ledger, in particular", () => {
  let name: string;
  let ledger: RedisLedger;
  let raw: Redis;
  beforeEach(async () => {
    name = randomUUID();
    ledger = await openRedisLedger({ url: server.url, name });
    raw = new Redis(server.url);
  });
  afterEach(async () => {
    await ledger.close();
    raw.disconnect();
  });
  const key = (rest: string) => `{${name}}:v1:${rest}`;

  test("what was answered survives kill −9 of the server, and commands wait while it is away", async () => {
    await ledger.reserve(reserveOf("r", 10, 15));
    await ledger.attempts.begin(beginOf("r", 8));
    await server.kill();
    const asked = ledger.attempts.finish(finishOf("r", 5));
    await server.restart();
    expect((await asked).status).toBe("finished");
    expect(await ledger.balances("department:")).toMatchObject([{ reserved: 5, settled: 5 }]);
    expect(await ledger.reserve(reserveOf("s", 6, 15))).toMatchObject({ status: "exceeds_cap", available: 5 });
  });

  test("I3 no overspend: a Redis that lost its data grants nothing", async () => {
    await ledger.reserve(reserveOf("r", 10, 15));
    await raw.del(key("meta"), key("balances"), key("outbox"), key("uncleared"));
    const all = [
      () => ledger.reserve(reserveOf("s", 10, 15)),
      () => ledger.attempts.begin(beginOf("r", 8)),
      () => ledger.release({ reservationId: "r", nowMicros: 1 }),
      () => ledger.answers.keep("q", new Uint8Array(1)),
      () => ledger.balances(),
      () => ledger.outbox.read(1),
    ];
    for (const one of all) await expect(one()).rejects.toMatchObject({ code: "unavailable", retryable: true });

    const stranger = await openRedisLedger({ url: server.url, name });
    expect(stranger.epoch).not.toBe(ledger.epoch);
    await stranger.close();
    await expect(ledger.reserve(reserveOf("s", 10, 15))).rejects.toMatchObject({ code: "unavailable" });
    await expect(openRedisLedger({ url: server.url, name, epoch: ledger.epoch })).rejects.toMatchObject({ code: "unavailable" });
  });

  test("I3 no overspend: a Redis that lost its newest entries grants nothing to who has seen them", async () => {
    await ledger.reserve(reserveOf("r", 10, 15));
    await ledger.reserve(reserveOf("s", 5, 15));
    await raw.hset(key("meta"), "sequence", "1");
    await expect(ledger.reserve(reserveOf("t", 10, 15))).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("the journal is at 1, expected at least 2"),
    });
  });

  test("a begin whose answer was lost is begun when it is sent again", async () => {
    await ledger.reserve(reserveOf("r", 10, 15));
    expect((await ledger.attempts.begin(beginOf("r", 8))).status).toBe("begun");
    const [worstCase, began, token, owner] = (await raw.hget(key("reservation:r"), "a:r.attempt.0"))?.split(" ") ?? [];
    expect([worstCase, began, owner]).toEqual(["8", "1", "me"]);
    const sent = [ledger.epoch, "0", "r.attempt.0", "8", "me", "1"];
    const amounts = (await import("./amounts.lua")).default;
    const lua = (await import("./begin.lua")).default;
    const fence = (await import("./fence.lua")).default;
    const again = (last: string) => raw.eval(fence + amounts + lua, 2, key("meta"), key("reservation:r"), ...sent, last, "0", "");
    expect(await again(token ?? "")).toEqual(["begun"]);
    expect(await again("another")).toEqual(["in_flight", "me", "1"]);
  });

  test("only what is cleared expires: answers, refusals and released reservations without a call in flight", async () => {
    await ledger.answers.keep("q", new Uint8Array(1));
    for (const id of ["open", "flying", "done"]) await ledger.reserve(reserveOf(id, 10, 30));
    await ledger.reserve(reserveOf("refused", 10, 30));
    for (const id of ["flying", "done"]) await ledger.attempts.begin(beginOf(id, 8));
    await ledger.attempts.finish(finishOf("done", 5));
    for (const reservationId of ["flying", "done"]) await ledger.release({ reservationId, nowMicros: 1 });
    const expires = async (rest: string) => (await raw.ttl(key(rest))) > 0;
    const ids = ["open", "flying", "done", "refused"];
    expect(await Promise.all(ids.map((id) => expires(`reservation:${id}`)))).toEqual([false, false, true, true]);
    expect(await expires("answer:q")).toBe(true);
    await ledger.attempts.finish(finishOf("flying", 8));
    expect(await expires("reservation:flying")).toBe(true);
  });

  test("the count of a minute expires two hours after it last rose", async () => {
    await ledger.reserve(ratedReserveOf("r", "2026-11-21T08:15", 1));
    const count = key("minute:2026-11-21T08:15");
    expect(await raw.hgetall(count)).toEqual({ "route:acme/code\t2026-11-21T08:15\trequests": "0 1 1" });
    const seconds = await raw.ttl(count);
    expect(seconds).toBeGreaterThan(7_100);
    expect(seconds).toBeLessThanOrEqual(7_200);
  });

  test("a server that is not there is unavailable, in bounded time", async () => {
    const opening = openRedisLedger({ url: "redis://127.0.0.1:1", timeoutMs: 2_000 });
    await expect(opening).rejects.toMatchObject({
      code: "unavailable",
      message: "ledger store: Command timed out: connect ECONNREFUSED 127.0.0.1:1",
    });
  });
});
