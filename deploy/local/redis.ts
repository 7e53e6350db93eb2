import { connect } from "node:net";
import { startManaged, type Recipe } from "./managed-server";
import type { LocalServer, ServerOptions } from "./server";

export interface RedisServer extends LocalServer {
  readonly url: string;
}

/** Redis that has each write on disk before it answers: what was acknowledged survives kill −9. */
export async function startRedis(options: ServerOptions = {}): Promise<RedisServer> {
  const server = await startManaged(redisRecipe, options);
  return Object.assign(server, { url: server.address });
}

const redisRecipe: Recipe = {
  name: "redis",
  portCount: 1,
  readyWithinMs: 30_000,
  stopWithinMs: 10_000,
  address: (port) => `redis://127.0.0.1:${port}`,
  prepare: () => undefined,
  command: (dir, [port]) => ({
    file: "redis-server",
    args: [
      ...["--bind", "127.0.0.1", "--port", String(port), "--dir", dir, "--daemonize", "no"],
      ...["--save", "", "--appendonly", "yes", "--appendfsync", "always"],
    ],
  }),
  ready: answersPing,
};

/** While Redis replays its append-only file it accepts connections and answers `-LOADING`. */
function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, timeout: 1_000 });
    socket.once("connect", () => socket.write("PING\r\n"));
    socket.once("data", (answer) => {
      resolve(answer.toString().startsWith("+PONG"));
      socket.destroy();
    });
    socket.once("timeout", () => socket.destroy(new Error("no answer to PING")));
    socket.once("error", reject);
    socket.once("close", () => resolve(false));
  });
}
