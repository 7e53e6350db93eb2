/**
 * ClickHouse's HTTP interface in front of its engine as npm `chdb` carries it: the analytics store of the embedded
 * profile, and the server of tests. Plain JavaScript, run as it is:
 * `node server.mjs --dir <data folder> [--port <port>] [--address-file <file>] [--tethered]`
 *
 * Prints one JSON line: `{"url"}` once it serves, or `{"failure", "message"}` (`not_installed`, `not_opened`) and ends.
 * With an address file it asks for a password of its own, so that a client that finds an old file cannot take the
 * process that has the port now for this one, and so that no other user or web page of the machine gets in.
 */
import { randomBytes } from "node:crypto";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { answerException, answerResult } from "./answer.mjs";
import { isAdmitted } from "./admission.mjs";
import { Engine } from "./engine.mjs";
import { BadRequest, readStatement } from "./request.mjs";

const AUTHENTICATION_FAILED = 516;

const { values: options } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    dir: { type: "string" },
    "address-file": { type: "string" },
    tethered: { type: "boolean", default: false },
  },
});
if (!options.dir) throw new Error("usage: server.mjs --dir <data folder> [--port <port>] [--address-file <file>] [--tethered]");
const addressFile = options["address-file"];
const password = addressFile ? randomBytes(24).toString("hex") : undefined;

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
// A reader that is gone must not take the engine with it in the middle of a statement.
process.stdout.on("error", () => undefined);
process.stderr.on("error", () => undefined);

const engine = openEngine(options.dir);
const underway = new Set();
let url = "";
let leaving = false;

const server = createServer((request, response) => {
  response.setHeader("X-ClickHouse-Server-Display-Name", `leverframe-engine-${process.pid}`);
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
server.listen(Number(options.port), "127.0.0.1", () => {
  url = `http://${password ? `leverframe:${password}@` : ""}127.0.0.1:${server.address().port}`;
  if (addressFile) publish(addressFile, url);
  say({ url });
});

for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => void leave());
if (options.tethered) {
  // Whoever started this process holds the other end of stdin. The system closes it however that process ends.
  process.stdin.on("end", () => void leave()).on("error", () => void leave()).resume();
}

function openEngine(dir) {
  try {
    return new Engine(dir);
  } catch (error) {
    say({ failure: error?.code === "ENGINE_MISSING" ? "not_installed" : "not_opened", message: String(error?.message) });
    process.exit(1);
  }
}

async function serve(request, response) {
  try {
    const { pathname, searchParams } = new URL(request.url, "http://localhost");
    const isProbe = pathname === "/ping" || pathname === "/replicas_status";
    if (isProbe || (request.method === "GET" && !searchParams.has("query"))) {
      response.setHeader("Content-Type", "text/html; charset=UTF-8");
      response.end("Ok.\n");
      return;
    }
    if (password && !isAdmitted(request, searchParams, password)) {
      throw new BadRequest("leverframe: authentication failed: the password is not this engine's (AUTHENTICATION_FAILED)", AUTHENTICATION_FAILED);
    }
    const statement = await readStatement(request);
    answerResult(request, response, statement, await engine.run(statement));
  } catch (error) {
    if (!response.headersSent) answerException(response, error);
    else response.destroy();
  }
}

/** Appears whole or not at all; for the eyes of its owner alone. */
function publish(file, address) {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${address}\n`, { mode: 0o600 });
  renameSync(draft, file);
}

function withdraw(file) {
  try {
    // A successor may have put its own there.
    if (readFileSync(file, "utf8").trim() === url) rmSync(file);
  } catch {
    // Somebody removed the folder: nothing left to withdraw.
  }
}

async function leave() {
  if (leaving) return;
  leaving = true;
  server.close();
  if (addressFile) withdraw(addressFile);
  // Closing the engine under a running statement aborts the process.
  while (underway.size > 0) await Promise.allSettled(underway);
  engine.close();
  process.exit(0);
}
