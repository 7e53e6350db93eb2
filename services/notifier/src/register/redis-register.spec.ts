import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { type RedisServer, startRedis } from "../../../../deploy/local";
import { describeRegister } from "./delivery-register.conformance";
import { RedisRegister } from "./redis-register";

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

describeRegister("Redis", async () => {
  const prefix = `${randomUUID()}.`;
  return { open: () => new RedisRegister(server.url, prefix, 40), dispose: async () => undefined };
});

test("Redis forgets by itself, and one that is away is `unavailable`", async () => {
  const register = new RedisRegister(server.url, "x.", 40);
  await register.delivered("a", "slack");
  const raw = new Redis(server.url);
  expect(await raw.ttl("x.leverframe.notifier:v1:a")).toBeGreaterThan(39 * 86_400);
  raw.disconnect();
  await register.close();
  const nowhere = new RedisRegister("redis://127.0.0.1:1", "x.", 40);
  const asked = nowhere.deliveredTo("a").catch((error: unknown) => error);
  await nowhere.close();
  expect(await asked).toMatchObject({ code: "unavailable", retryable: true });
});
