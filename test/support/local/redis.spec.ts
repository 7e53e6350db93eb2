import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { Redis } from "ioredis";
import { startRedis, type RedisServer } from "../../../deploy/local";
import { allGone } from "./processes";

const RESERVE = `
  local left = tonumber(redis.call('GET', KEYS[1]))
  if left < tonumber(ARGV[1]) then return 'exceeds_limit' end
  return redis.call('DECRBY', KEYS[1], ARGV[1])
`;

describe("local Redis", () => {
  let dir: string;
  let server: RedisServer;
  let redis: Redis;

  beforeAll(async () => {
    dir = mkdtempSync(path.join(tmpdir(), "leverframe-spec-redis-"));
    server = await startRedis({ dir });
    redis = new Redis(server.url, { disconnectTimeout: 50 });
    redis.on("error", () => undefined);
  });
  afterAll(async () => {
    redis?.disconnect();
    await server?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it("runs Lua scripts", async () => {
    await redis.set("{budget}", 10);
    expect(await redis.eval(RESERVE, 1, "{budget}", 7)).toBe(3);
    expect(await redis.eval(RESERVE, 1, "{budget}", 7)).toBe("exceeds_limit");
  });

  it("keeps every acknowledged write through kill −9", async () => {
    const writes = Array.from({ length: 200 }, (_, index) => redis.incrby("written", index));
    const last = (await Promise.all(writes)).at(-1);
    await server.kill();
    await server.restart();
    expect(await redis.get("written")).toBe(String(last));
  });

  it("restarts gracefully on the same address when it is running", async () => {
    const { pid, address } = server;
    await server.restart();
    expect(await allGone([pid], 0)).toBe(true);
    expect(server.address).toBe(address);
    expect(await redis.get("{budget}")).toBe("3");
  });

  it("tells of a crash that nobody asked for, and only of that", async () => {
    const crashes: string[] = [];
    const crashed = new Promise<void>((resolve) => {
      server.onCrash = (reason) => {
        crashes.push(reason);
        resolve();
      };
    });
    await server.kill();
    await server.restart();
    process.kill(server.pid, "SIGKILL");
    await crashed;
    expect(crashes).toEqual(["redis ended (SIGKILL)"]);
    await server.restart();
  });

  it("keeps a folder that was given to it when stopped", async () => {
    await redis.quit();
    await server.stop();
    expect(await allGone([server.pid], 0)).toBe(true);
    const again = await startRedis({ dir, port: server.port });
    const client = new Redis(again.url);
    expect(await client.get("{budget}")).toBe("3");
    await client.quit();
    await again.stop();
  });
});

describe("a local server on a port that is taken", () => {
  it("says so when that port was asked for, and never passes the other's server off as its own", async () => {
    const first = await startRedis();
    await expect(startRedis({ port: first.port })).rejects.toThrow(`port ${first.port} is taken`);
    await first.stop();
  });
});
