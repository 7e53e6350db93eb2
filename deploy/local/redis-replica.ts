import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { type RedisServer, startRedis } from "./redis";

const POLL_MS = 20;

/** Another Redis that follows this one, once it has all that is there. */
export async function startReplica(primary: RedisServer): Promise<RedisServer> {
  const replica = await startRedis();
  await order(replica, "REPLICAOF", "127.0.0.1", String(primary.port));
  await until(replica, "master_link_status:up");
  return replica;
}

/** It hears no more and keeps what it has; the primary has noticed. */
export async function cutOff(replica: RedisServer, primary: RedisServer): Promise<void> {
  await order(replica, "REPLICAOF", "127.0.0.1", "1");
  await until(primary, "connected_slaves:0");
}

/** kill −9 of the primary; the replica, wherever it stands, takes its place and its address. */
export async function takeOver(replica: RedisServer, primary: RedisServer): Promise<RedisServer> {
  await primary.kill();
  await order(replica, "REPLICAOF", "NO", "ONE");
  await replica.stop({ keepData: true });
  return startRedis({ dir: replica.dir, port: primary.port });
}

async function until(server: RedisServer, line: string): Promise<void> {
  while (!(await order(server, "INFO", "replication")).includes(line)) await sleep(POLL_MS);
}

async function order(server: RedisServer, command: string, ...args: readonly string[]): Promise<string> {
  const raw = new Redis(server.url, { maxRetriesPerRequest: 1 });
  try {
    return String(await raw.call(command, ...args));
  } finally {
    raw.disconnect();
  }
}
