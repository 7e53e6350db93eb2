import path from "node:path";
import { startManaged, type Recipe } from "./managed-server";
import { repositoryRoot } from "./root";
import type { LocalServer, ServerOptions } from "./server";

export interface ClickHouseServer extends LocalServer {
  readonly url: string;
}

/** ClickHouse's engine (npm `chdb`) behind ClickHouse's HTTP protocol, in a process of its own. */
export async function startClickHouse(options: ServerOptions = {}): Promise<ClickHouseServer> {
  const server = await startManaged(clickHouseRecipe, options);
  return Object.assign(server, { url: server.address });
}

const clickHouseRecipe: Recipe = {
  name: "clickhouse",
  portCount: 1,
  readyWithinMs: 60_000,
  stopWithinMs: 20_000,
  address: (port) => `http://127.0.0.1:${port}`,
  prepare: () => undefined,
  command: (dir, [port]) => ({
    file: process.execPath,
    args: [path.join(repositoryRoot(), "libs", "analytics", "engine", "server.mjs"), "--port", String(port), "--dir", path.join(dir, "data")],
    // Queries run on libuv's threads; with the default of four, four slow ones would block all others.
    env: { UV_THREADPOOL_SIZE: "16" },
  }),
  ready: async (port) => (await fetch(`http://127.0.0.1:${port}/ping`, { signal: AbortSignal.timeout(2_000) })).ok,
};
