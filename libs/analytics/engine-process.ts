import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "@leverframe/kernel";

/** Where the server of the embedded profile lies from the root of an installation. */
const SERVER_FILE = path.join("libs", "analytics", "engine", "server.mjs");
const OPEN_WITHIN_MS = 30_000;
const RETRY_MS = 100;
const CLOSE_WITHIN_MS = 20_000;
const STDERR_CHARS_MAX = 2_000;

type Started = { readonly url: string } | { readonly failure: string; readonly message: string };

/**
 * ClickHouse's engine on a folder of this machine, for every process that asks for it. One process can hold the folder
 * (the engine locks it, and the lock dies with its holder), so it is a process of its own that serves ClickHouse's HTTP
 * protocol and writes its address to `<folder>.url`: whoever comes later uses that, whoever comes first starts it.
 * Two that start it at once need no other arbiter than that lock. It ends with the process that started it, also when
 * that is killed; another user then finds nobody, asks here again, and starts the next.
 *
 * Why not inside our process (`chdb/connection`): embedded and cluster profile share one code path; a stage stays small
 * (the engine takes 300 MB) and survives a fault in native code; several processes may share the folder; and inside the
 * library two statements with parameters at once overwrite each other's values, which the server puts in a row.
 */
export class EngineProcess {
  readonly #dir: string;
  #url: Promise<string> | null = null;
  #child: ChildProcess | null = null;
  #closed = false;

  readonly #server: string;

  constructor(dir: string, server = serverFile()) {
    this.#dir = path.resolve(dir);
    this.#server = server;
  }

  get addressFile(): string {
    return `${this.#dir}.url`;
  }

  /** Address of the running engine, started if need be. `bad_config` when it is not installed, else `unavailable`. */
  url(): Promise<string> {
    if (this.#closed) return Promise.reject(new AppError("unavailable", "analytics is closed"));
    return (this.#url ??= this.#find().catch((error: unknown) => {
      this.#url = null;
      throw error;
    }));
  }

  /** Nobody of ours answers at `url`: the next call looks again. Late reports about an earlier address change nothing. */
  async lost(url: string): Promise<void> {
    const known = await this.#url?.catch(() => null);
    if (known === url) this.#url = this.#find().catch((error: unknown) => ((this.#url = null), Promise.reject(error)));
  }

  /** Ends the engine if this process started it. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#url?.catch(() => undefined);
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.ref();
    child.stdin?.end();
    const forced = setTimeout(() => child.kill("SIGKILL"), CLOSE_WITHIN_MS);
    await gone;
    clearTimeout(forced);
  }

  async #find(): Promise<string> {
    const giveUpAt = performance.now() + OPEN_WITHIN_MS;
    mkdirSync(path.dirname(this.#dir), { recursive: true });
    for (;;) {
      const found = await this.#advertised();
      if (found !== null) return found;
      const started = await this.#start();
      if ("url" in started) return started.url;
      if (started.failure === "not_installed") {
        const what = "the embedded profile keeps its analytics in ClickHouse's engine, npm package `chdb`";
        throw new AppError("bad_config", `${what}, which is not installed here: ${started.message}`);
      }
      // Most likely another process holds the folder: it is about to serve, or about to end.
      if (performance.now() > giveUpAt || this.#closed) {
        throw new AppError("unavailable", `analytics folder \`${this.#dir}\` cannot be opened: ${started.message}`);
      }
      await sleep(RETRY_MS);
    }
  }

  /** Written by an engine of this folder; it may be gone without having removed it. */
  async #advertised(): Promise<string | null> {
    let url: string;
    try {
      url = readFileSync(this.addressFile, "utf8").trim();
    } catch {
      return null;
    }
    if (!URL.canParse(url)) return null;
    const { origin, username, password } = new URL(url);
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
    try {
      const answer = await fetch(`${origin}/?query=SELECT+1`, { headers: { authorization }, signal: AbortSignal.timeout(5_000) });
      await answer.arrayBuffer();
      return answer.ok ? url : null;
    } catch {
      return null;
    }
  }

  async #start(): Promise<Started> {
    const args = [this.#server, "--dir", this.#dir, "--address-file", this.addressFile, "--tethered"];
    // Statements run on libuv's threads: with the default of four, four slow ones would block all others.
    const env = { ...process.env, UV_THREADPOOL_SIZE: "16" };
    // A group of its own: Ctrl-C in a terminal ends us first, and what is in flight is still stored.
    const child = spawn(process.execPath, args, { env, stdio: ["pipe", "pipe", "pipe"], detached: true });
    let stderr = "";
    child.stderr.on("data", (chunk) => (stderr = `${stderr}${chunk}`.slice(-STDERR_CHARS_MAX)));
    const lines = createInterface({ input: child.stdout });
    const started = await new Promise<Started>((resolve) => {
      lines.once("line", (line) => resolve(JSON.parse(line) as Started));
      child.once("error", (error) => resolve({ failure: "not_opened", message: error.message }));
      child.once("exit", (code, signal) => resolve({ failure: "not_opened", message: `ended with ${signal ?? code}: ${stderr.trim()}` }));
    });
    if ("failure" in started) return { ...started, message: `${started.message} ${stderr}`.trim() };
    this.#child = child;
    // It must not keep a process alive that has forgotten to close it: that process's end ends it.
    child.unref();
    for (const stream of [child.stdin, child.stdout, child.stderr]) (stream as unknown as { unref?: () => void }).unref?.();
    return started;
  }
}

/** The nearest one above: this code runs from its sources and bundled in `dist/`. */
function serverFile(): string {
  for (let folder = import.meta.dirname; ; folder = path.dirname(folder)) {
    const file = path.join(folder, SERVER_FILE);
    if (existsSync(file)) return file;
    if (folder === path.dirname(folder)) throw new AppError("bad_config", `no \`${SERVER_FILE}\` above \`${import.meta.dirname}\``);
  }
}
