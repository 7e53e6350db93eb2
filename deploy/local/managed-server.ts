import type { ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { canBind, freePort } from "./ports";
import type { LocalServer, ServerOptions } from "./server";
import { rememberTemporary, removeTemporary, spawnTethered, type Command } from "./tether";

/** What is particular to one kind of server; ports[0] is the one that clients use. */
export interface Recipe {
  readonly name: string;
  readonly portCount: number;
  readonly readyWithinMs: number;
  readonly stopWithinMs: number;
  address(port: number): string;
  /** Writes what the server needs into its data folder; called before every start. */
  prepare(dir: string, ports: readonly number[]): void;
  command(dir: string, ports: readonly number[]): Command;
  /** True once the server answers its own protocol. Failures to connect may throw. */
  ready(port: number): Promise<boolean>;
}

const POLL_MS = 50;
const START_TRIES_MAX = 4;
const LOG_TAIL_CHARS = 2_000;
const TAKEN = /address already in use|EADDRINUSE|BindException|already bound/i;

/** Chooses ports and a data folder, starts the recipe's server and waits until it answers. */
export async function startManaged(recipe: Recipe, options: ServerOptions): Promise<ManagedServer> {
  const dir = options.dir ? path.resolve(options.dir) : mkdtempSync(path.join(tmpdir(), `leverframe-${recipe.name}-`));
  if (!options.dir) rememberTemporary(dir);
  mkdirSync(dir, { recursive: true });
  for (let tries = 1; ; tries++) {
    const ports: number[] = options.port === undefined ? [] : [options.port];
    while (ports.length < recipe.portCount) ports.push(await freePort());
    const server = new ManagedServer(recipe, dir, ports);
    try {
      await server.start();
      return server;
    } catch (error) {
      if (!(error instanceof PortTaken) || options.port !== undefined || tries === START_TRIES_MAX) {
        removeTemporary(dir);
        throw error;
      }
    }
  }
}

class PortTaken extends Error {}

export class ManagedServer implements LocalServer {
  onCrash: ((reason: string) => void) | undefined;
  startMs = 0;
  private child: ChildProcess | undefined;
  private leaving = false;
  private dataRemoved = false;

  constructor(
    private readonly recipe: Recipe,
    readonly dir: string,
    private readonly ports: readonly number[],
  ) {}

  get name(): string {
    return this.recipe.name;
  }

  get port(): number {
    return this.ports[0]!;
  }

  get address(): string {
    return this.recipe.address(this.port);
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  get logFile(): string {
    return path.join(this.dir, `${this.name}.log`);
  }

  get running(): boolean {
    return isAlive(this.child);
  }

  async start(): Promise<void> {
    const startedAt = performance.now();
    if (this.dataRemoved)
      throw new Error(`${this.name} was stopped for good: only stop({ keepData: true }) can be undone`);
    this.leaving = false;
    for (const port of this.ports) {
      // Otherwise the stranger's answers would be taken for ours until our process has found out.
      if (!(await canBind(port))) throw new PortTaken(`${this.name} cannot start: port ${port} is taken`);
    }
    this.recipe.prepare(this.dir, this.ports);
    const logFrom = this.log().length;
    const child = spawnTethered(this.recipe.command(this.dir, this.ports), this.logFile);
    this.child = child;
    let spawnError: Error | undefined;
    child.once("error", (error) => (spawnError = error));
    let ready = false;
    child.once("exit", (code, signal) => {
      if (ready && !this.leaving && this.child === child) this.onCrash?.(`${this.name} ended (${signal ?? code})`);
    });
    while (!(await this.recipe.ready(this.port).catch(() => false)) || !isAlive(child)) {
      const wrong = this.startFailure(child, spawnError, performance.now() - startedAt);
      if (wrong !== undefined) await this.abandon(wrong, this.log().slice(logFrom));
      await sleep(POLL_MS);
    }
    ready = true;
    this.startMs = Math.round(performance.now() - startedAt);
  }

  async stop({ keepData = false } = {}): Promise<void> {
    await this.end("SIGTERM");
    if (!keepData) this.dataRemoved = removeTemporary(this.dir);
  }

  kill(): Promise<void> {
    return this.end("SIGKILL");
  }

  async restart(): Promise<void> {
    await this.end("SIGTERM");
    for (let tries = 1; ; tries++) {
      try {
        return await this.start();
      } catch (error) {
        // The address belongs to clients that already know it: wait for it, never move.
        if (!(error instanceof PortTaken) || tries === START_TRIES_MAX) throw error;
        await sleep(500 * tries);
      }
    }
  }

  private startFailure(child: ChildProcess, spawnError: Error | undefined, elapsedMs: number): string | undefined {
    if (spawnError) return `${this.name} could not be started: ${spawnError.message}`;
    if (!isAlive(child)) return `${this.name} ended while starting (${child.signalCode ?? child.exitCode})`;
    if (elapsedMs > this.recipe.readyWithinMs) return `${this.name} was not ready in ${this.recipe.readyWithinMs} ms`;
    return undefined;
  }

  private async abandon(reason: string, log: string): Promise<never> {
    await this.end("SIGKILL");
    const message = `${reason}; the end of its log:\n${log.slice(-LOG_TAIL_CHARS)}`;
    throw TAKEN.test(log) ? new PortTaken(message) : new Error(message);
  }

  private async end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    this.leaving = true;
    const child = this.child;
    if (!child || !isAlive(child)) return;
    const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.kill(signal);
    const forced = setTimeout(() => child.kill("SIGKILL"), this.recipe.stopWithinMs);
    await gone;
    clearTimeout(forced);
  }

  private log(): string {
    try {
      return readFileSync(this.logFile, "utf8");
    } catch {
      return "";
    }
  }
}

function isAlive(child: ChildProcess | undefined): boolean {
  return child?.pid !== undefined && child.exitCode === null && child.signalCode === null;
}
