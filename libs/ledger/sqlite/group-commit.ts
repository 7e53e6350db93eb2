import type { DatabaseSync } from "node:sqlite";
import { AppError } from "@leverframe/kernel";

interface Waiting {
  run(): void;
  resolve(): void;
  reject(error: Error): void;
}

const STEPS_MAX = 256;
const LOCK_WAIT_MS_MAX = 10_000;
const LOCK_RETRY_MS = 5;

/** SQLite's primary result codes (https://sqlite.org/rescode.html). */
const BUSY = 5;
const COMES_BACK: ReadonlySet<number> = new Set([BUSY, 6, 10, 13]); // busy, locked, input/output, full

/**
 * Runs steps that arrive in the same turn of the event loop in one transaction: a commit costs a flush to disk, and
 * many steps share it. A step's promise resolves only after that flush. Each step is atomic for itself: when one
 * throws, the transaction is taken back and every step of it runs again alone, so that only the culprit fails.
 */
export class GroupCommit {
  readonly #db: DatabaseSync;
  #waiting: Waiting[] = [];
  #scheduled = false;
  #closed = false;
  #lockWantedSinceMs: number | null = null;
  #idle: (() => void)[] = [];

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  run<Result>(step: () => Result): Promise<Result> {
    if (this.#closed) return Promise.reject(new AppError("unavailable", "the ledger is closed"));
    return new Promise((resolve, reject) => {
      let result: Result;
      this.#waiting.push({ run: () => (result = step()), resolve: () => resolve(result), reject });
      this.#schedule();
    });
  }

  /** Resolves when every step that was asked for has ended; later ones are refused. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#waiting.length > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #schedule(delayMs = 0): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const flush = () => {
      this.#scheduled = false;
      this.#flush();
    };
    if (delayMs > 0) setTimeout(flush, delayMs);
    else setImmediate(flush);
  }

  #flush(): void {
    const steps = this.#waiting.slice(0, STEPS_MAX);
    try {
      this.#db.exec("BEGIN IMMEDIATE");
    } catch (error) {
      if (this.#mayWaitForLock(error)) return this.#schedule(LOCK_RETRY_MS * (1 + Math.random()));
      this.#lockWantedSinceMs = null;
      this.#done(steps, (step) => step.reject(storeError(error)));
      return;
    }
    this.#lockWantedSinceMs = null;
    const failure = this.#finish(steps);
    if (failure === null) this.#done(steps, (step) => step.resolve());
    else if (steps.length === 1) this.#done(steps, (step) => step.reject(storeError(failure)));
    else this.#done(steps, (step) => this.#alone(step));
  }

  /** Another process is writing. The wait is short and off the event loop, so that this process goes on. */
  #mayWaitForLock(error: unknown): boolean {
    if (codeOf(error) !== BUSY) return false;
    this.#lockWantedSinceMs ??= performance.now();
    return performance.now() - this.#lockWantedSinceMs < LOCK_WAIT_MS_MAX;
  }

  #alone(step: Waiting): void {
    try {
      this.#db.exec("BEGIN IMMEDIATE");
    } catch (error) {
      return step.reject(storeError(error));
    }
    const failure = this.#finish([step]);
    if (failure === null) step.resolve();
    else step.reject(storeError(failure));
  }

  /** Runs the steps and commits; null, or what went wrong after taking everything back. */
  #finish(steps: readonly Waiting[]): unknown {
    try {
      for (const step of steps) step.run();
      this.#db.exec("COMMIT");
      return null;
    } catch (error) {
      // After some errors (disk full) SQLite has rolled back by itself.
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      return error;
    }
  }

  #done(steps: readonly Waiting[], settle: (step: Waiting) => void): void {
    this.#waiting = this.#waiting.slice(steps.length);
    steps.forEach(settle);
    if (this.#waiting.length > 0) this.#schedule();
    else this.#idle.splice(0).forEach((resolve) => resolve());
  }
}

/** SQLite's own failures as `unavailable` when they may pass, all else as `internal`. */
export function storeError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error).replace(/^Error: /, "");
  return new AppError(code !== null && COMES_BACK.has(code) ? "unavailable" : "internal", `ledger file: ${message}`, {
    cause: error,
  });
}

/** The low byte is the primary code, the rest refines it. */
function codeOf(error: unknown): number | null {
  const errcode = typeof error === "object" && error !== null && "errcode" in error ? error.errcode : null;
  return typeof errcode === "number" ? errcode & 0xff : null;
}
