/**
 * ClickHouse's HTTP interface in front of its engine as npm `chdb` carries it: what `@clickhouse/client` speaks, for
 * tests and local runs. Plain JavaScript, run as it is: `node server.mjs --port <port> --dir <data folder>`.
 */
import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { answerException, answerResult } from "./answer.mjs";
import { Engine } from "./engine.mjs";
import { readStatement } from "./request.mjs";

const { values: options } = parseArgs({ options: { port: { type: "string" }, dir: { type: "string" } } });
if (!options.port || !options.dir) throw new Error("usage: server.mjs --port <port> --dir <data folder>");

const engine = new Engine(options.dir);
const underway = new Set();

const server = createServer((request, response) => {
  const work = serve(request, response).finally(() => underway.delete(work));
  underway.add(work);
});
// An INSERT may stream for as long as it likes.
server.requestTimeout = 0;
// Longer than a client keeps an idle socket (2.5 s), so that no request meets a socket that is being closed.
server.keepAliveTimeout = 10_000;
server.on("error", (error) => {
  console.error(String(error));
  process.exit(1);
});
server.listen(Number(options.port), "127.0.0.1");

async function serve(request, response) {
  try {
    const { pathname, searchParams } = new URL(request.url, "http://localhost");
    const isProbe = pathname === "/ping" || pathname === "/replicas_status";
    if (isProbe || (request.method === "GET" && !searchParams.has("query"))) {
      response.setHeader("Content-Type", "text/html; charset=UTF-8");
      response.end("Ok.\n");
      return;
    }
    const statement = await readStatement(request);
    answerResult(request, response, statement, await engine.run(statement));
  } catch (error) {
    if (!response.headersSent) answerException(response, error);
    else response.destroy();
  }
}

let leaving = false;
async function leave() {
  if (leaving) return;
  leaving = true;
  server.close();
  // Closing the engine under a running statement aborts the process.
  await Promise.allSettled(underway);
  engine.close();
  process.exit(0);
}
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => void leave());
