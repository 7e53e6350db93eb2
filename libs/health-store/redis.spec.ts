import { randomUUID } from "node:crypto";
import type { HealthStore } from "@leverframe/health";
import { type RedisServer, startRedis } from "../../deploy/local";
import { describeHealthStore } from "./health-store.conformance";
import { openRedisHealthStore } from "./redis-health-store";

/** However busy the machine is: a server that is gone is told at once, not by a time that has passed. */
const TIMEOUT_MS = 30_000;

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

describeHealthStore("Redis", async () => {
  const name = randomUUID();
  const opened: HealthStore[] = [];
  return {
    open: () => {
      const store = openRedisHealthStore({ url: server.url, name, timeoutMs: TIMEOUT_MS });
      opened.push(store);
      return store;
    },
    dispose: async () => {
      await Promise.all(opened.map((store) => store.close()));
    },
  };
});

describe("the health store on Redis, in particular", () => {
  it("is unavailable while the server is away, soon, and goes on when it is back", async () => {
    const store = openRedisHealthStore({ url: server.url, name: randomUUID(), timeoutMs: TIMEOUT_MS });
    const exchange = { instance: "one", nowMicros: 1, reports: [], sinceRevision: 0, demands: [] };
    await store.exchange(exchange);
    await server.kill();
    await expect(store.exchange(exchange)).rejects.toMatchObject({ code: "unavailable", retryable: true });
    await server.restart();
    for (let tries = 0; ; tries++) {
      const news = await store.exchange(exchange).catch(() => null);
      if (news) break;
      if (tries > 1_000) throw new Error("the store did not come back");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await store.close();
  });
});
