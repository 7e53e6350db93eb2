import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort, spawnTethered } from "../../../deploy/local";
import type { ProcessPlan } from "./layout";
import { ROOT } from "./root";

/** Another build than `dist` can be tested, such as one that a fault was put into to see the suites fail. */
const DIST = process.env["LEVERFRAME_TEST_DIST"] ?? path.join(ROOT, "dist");
/** Seconds on an idle machine; tests may share theirs with others. */
const READY_WITHIN_MS = 120_000;
const STOP_WITHIN_MS = 120_000;
const POLL_MS = 50;
const LOG_TAIL_CHARS = 3_000;

/** A service as operators run it: a bundle in a process of its own, configured by its environment alone. */
export class ServiceProcess {
  private child: ChildProcess | null = null;
  private port = 0;

  constructor(
    readonly plan: ProcessPlan,
    private readonly env: Readonly<Record<string, string>>,
    readonly logFile: string,
    /** Stack traces in the log name lines of the sources; it costs memory (30 MB) that a measurement leaves out. */
    private readonly nodeOptions: readonly string[] = ["--enable-source-maps"],
  ) {}

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  get running(): boolean {
    const { child } = this;
    return child?.pid !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** Where health and metrics answer. */
  get address(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts and waits until `/ready` says yes; throws with the end of the log when the process ends instead. */
  async start(): Promise<void> {
    await this.launch();
    const deadline = Date.now() + READY_WITHIN_MS;
    while (!(await this.isReady())) {
      if (!this.running) throw new Error(`${this.plan.name} ended while starting (${this.exit()}):\n${this.logTail()}`);
      if (Date.now() > deadline) throw new Error(`${this.plan.name} was not ready in ${READY_WITHIN_MS} ms:\n${this.logTail()}`);
      await sleep(POLL_MS);
    }
  }

  /** Starts without waiting for anything. */
  async launch(): Promise<void> {
    const file = path.join(DIST, this.plan.bundle, "main.js");
    if (!existsSync(file)) throw new Error(`${file} is missing: run \`npm run build\``);
    this.port = await freePort();
    const env = { ...this.env, LEVERFRAME_HTTP_PORT: String(this.port), LEVERFRAME_STAGES: this.plan.stages.join(",") };
    const args = [...this.nodeOptions, "--disable-warning=ExperimentalWarning", file];
    this.child = spawnTethered({ file: process.execPath, args, cwd: ROOT, env }, this.logFile);
  }

  /** SIGKILL; resolves when the process is gone. */
  async kill(): Promise<void> {
    await this.end("SIGKILL");
  }

  /** SIGTERM; the exit code once the process is gone, which is killed when it does not leave in time. */
  async stop(): Promise<number | null> {
    await this.end("SIGTERM");
    return this.child?.exitCode ?? null;
  }

  /** The exit code of a process that is expected to end by itself. */
  async ended(withinMs: number): Promise<number | null> {
    const deadline = Date.now() + withinMs;
    while (this.running && Date.now() < deadline) await sleep(POLL_MS);
    if (this.running) throw new Error(`${this.plan.name} still runs after ${withinMs} ms`);
    return this.child?.exitCode ?? null;
  }

  /** Resident memory in bytes, as Linux counts it; null elsewhere. */
  rssBytes(): number | null {
    if (process.platform !== "linux" || !this.running) return null;
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${this.pid}/status`, "utf8"))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1_024;
  }

  log(): string {
    return existsSync(this.logFile) ? readFileSync(this.logFile, "utf8") : "";
  }

  logTail(): string {
    return this.log().slice(-LOG_TAIL_CHARS);
  }

  private async isReady(): Promise<boolean> {
    const answer = await fetch(`${this.address}/ready`, { signal: AbortSignal.timeout(10_000) }).catch(() => null);
    await answer?.body?.cancel();
    return answer?.ok === true;
  }

  private async end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const { child } = this;
    if (!child || !this.running) return;
    const gone = once(child, "exit");
    child.kill(signal);
    const forced = setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN_MS);
    await gone;
    clearTimeout(forced);
  }

  private exit(): string {
    return String(this.child?.signalCode ?? this.child?.exitCode);
  }
}
