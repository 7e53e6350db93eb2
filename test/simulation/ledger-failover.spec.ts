import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { type Cluster, cutOff, type RedisServer, startCluster, startRedis, startReplica, takeOver, wholeCluster } from "../../deploy/local";
import { leverframe, type TestClient } from "../support/installation";
import { mixedRequests, underLoad } from "./load";
import { Stand } from "./stand";

const REQUESTS = 200;
const LOAD_MS = 2_500;
/** Long enough that many commands wait in vain for a replica that does not hear. */
const LAGGING_MS = 1_000;

describe("the ledger's Redis and its service fail together", () => {
  let cluster: Cluster<typeof wholeCluster> | undefined;
  let stand: Stand | undefined;
  /** The one that clients reach, and the one that follows it. */
  let primary: RedisServer;
  let replica: RedisServer;
  beforeAll(async () => {
    cluster = await startCluster(wholeCluster);
    primary = cluster.redis;
    replica = await startReplica(primary);
    stand = await Stand.start({ ...cluster.env, LEVERFRAME_REDIS_REPLICAS_MIN: "1" });
  });
  afterAll(async () => {
    await stand?.end();
    await replica?.stop();
    await primary?.stop();
    await cluster?.stop();
  });

  it("I2 I3 I4 I5: kill −9 of Redis and of the budget-ledger under load, and a replica that lagged behind is promoted: no overspend, nothing lost, the books agree", async () => {
    const { installation, client, asked } = stand!;
    const requests = mixedRequests(REQUESTS);
    asked.push(...requests);
    await underLoad(client, requests, LOAD_MS, async () => {
      await cutOff(replica, primary);
      await sleep(LAGGING_MS);
      await installation.service("budget-ledger").kill();
      primary = await takeOver(replica, primary);
      replica = await startReplica(primary);
      await installation.service("budget-ledger").start();
    });
    expect(await stand!.auditAtRest()).toEqual([]);
    const { out, exitCode } = await leverframe(installation.env, "ledger", "verify");
    expect(out).toContain("journal and store agree");
    expect(exitCode).toBe(0);
  });

  it("I3 no overspend: a Redis that comes back empty is refused until it is rebuilt from the journal; then the books agree and requests go on", async () => {
    const { installation, client, asked } = stand!;
    const empty = { ...installation.env, LEVERFRAME_REDIS_URL: new URL("/15", primary.url).href };
    const ledger = installation.service("budget-ledger");
    await ledger.kill();
    expect((await leverframe(empty, "ledger", "verify")).exitCode).toBe(1);
    const rebuilt = await leverframe(empty, "ledger", "rebuild");
    expect(rebuilt.out).toContain("rebuilt");
    expect(rebuilt.exitCode).toBe(0);
    const [before, after] = await Promise.all([installation.env, empty].map((env) => leverframe(env, "ledger", "balance", "--format", "json")));
    expect(JSON.parse(after!.out)).toEqual(JSON.parse(before!.out));
    expect((await leverframe(empty, "ledger", "verify")).exitCode).toBe(0);
    await ledger.start();
    const more = mixedRequests(10);
    asked.push(...more);
    await client.send(more);
    expect(await stand!.auditAtRest()).toEqual([]);
  });

  it("I2 I3 I4 no overspend: a Redis that is emptied under load pays for nothing; once it is rebuilt all go on, without a restart of anybody, and the books agree", async () => {
    const { installation, client, asked, simulator } = stand!;
    const requests = mixedRequests(REQUESTS);
    asked.push(...requests);
    await underLoad(client, requests, LOAD_MS, async () => {
      await stand!.callUnderWay();
      await carriedOff(primary, client);
      await Promise.all([primary.kill(), replica.kill()]);
      await Promise.all([primary.stop(), replica.stop()]);
      primary = await startRedis({ port: primary.port });
      replica = await startReplica(primary);
      const calls = simulator.calls.length;
      expect((await leverframe(installation.env, "ledger", "verify")).exitCode).toBe(1);
      expect(simulator.calls.length).toBe(calls);
      const { out, exitCode } = await leverframe(installation.env, "ledger", "rebuild");
      expect(out).toContain("the stages go on by themselves");
      expect(exitCode).toBe(0);
    });
    expect(await stand!.auditAtRest()).toEqual([]);
    expect(simulator.calls.length).toBeGreaterThan(0);
    const { out, exitCode } = await leverframe(installation.env, "ledger", "verify");
    expect(out).toContain("every reservation cleared to zero");
    expect(exitCode).toBe(0);
  });
});

/**
 * Nothing is written any more, and what was written is on the log: what a store takes with it that the relay has not
 * carried off yet (the entries of a twentieth of a second) nobody can bring back.
 */
async function carriedOff({ url }: RedisServer, client: TestClient): Promise<void> {
  const redis = new Redis(url);
  try {
    // Refuses what writes, and answers what reads.
    await redis.config("SET", "min-replicas-to-write", 99);
    const sequence = Number(await redis.hget("{ledger}:v1:meta", "sequence"));
    await client.eventually("the last entry on the log", () => client.entries.some((entry) => entry.sequence === sequence) || undefined);
  } finally {
    redis.disconnect();
  }
}
