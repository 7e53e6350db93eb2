import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster, LocalServer, wholeCluster } from "../../deploy/local";
import { engineOf } from "./engine-process";
import { mixedRequests, underLoad } from "./load";
import type { Stand } from "./stand";

const REQUESTS = 200;
const LOAD_MS = 2_500;
/** Ten times every retry within the clients (3 s), so that the stages' own retries must do it. */
const DOWN_MS = 30_000;

/** The engine of the embedded profile first hangs, then dies; the sink starts another. */
export function engineOutageCase(stand: () => Stand): void {
  it("I5 nothing lost: ClickHouse's engine hangs for 30 s under load, then is killed", async () => {
    const { installation, client, asked } = stand();
    const engine = engineOf(installation.service("analytics-sink").pid);
    if (engine === null) throw new Error("the analytics sink runs no engine");
    const requests = mixedRequests(REQUESTS);
    asked.push(...requests);
    await underLoad(client, requests, LOAD_MS, async () => {
      process.kill(engine, "SIGSTOP");
      await sleep(DOWN_MS);
      process.kill(engine, "SIGKILL");
    });
    expect(await stand().auditAtRest()).toEqual([]);
    expect(engineOf(installation.service("analytics-sink").pid)).not.toBe(engine);
  });
}

/** Kill −9 of each server of the cluster under load; all of them keep what they acknowledged. */
export function serverOutageCases(stand: () => Stand, cluster: () => Cluster<typeof wholeCluster>): void {
  const outage = async (server: LocalServer, downMs: number): Promise<void> => {
    await server.kill();
    await sleep(downMs);
    await server.restart();
  };

  it.each([
    ["ClickHouse is away for 30 s", (servers: Cluster<typeof wholeCluster>) => servers.clickhouse, DOWN_MS],
    ["the broker is killed and restarted", (servers: Cluster<typeof wholeCluster>) => servers.kafka, 0],
    ["Redis is killed and restarted", (servers: Cluster<typeof wholeCluster>) => servers.redis, 1_000],
  ])("I4 I5: %s under load: every request is answered once, nothing is lost", async (_what, serverOf, downMs) => {
    const { client, asked } = stand();
    const requests = mixedRequests(REQUESTS);
    asked.push(...requests);
    await underLoad(client, requests, LOAD_MS, () => outage(serverOf(cluster()), downMs));
    expect(await stand().auditAtRest()).toEqual([]);
  });
}
