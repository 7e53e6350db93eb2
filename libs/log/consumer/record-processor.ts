import { AppError, toAppError } from "@leverframe/kernel";
import type { OutgoingRecord } from "../log";
import type { Item } from "./assignment";
import type { Failure } from "./dead-letter";
import { backoffMs, DEFAULT_RETRY, sleep, type RetryPolicy, type Sleep } from "./retry";
import type { StageRuntimeOptions } from "./stage-runtime-options";

/** One record, from its handler to acknowledged outputs or an acknowledged dead letter. */
export class RecordProcessor {
  private readonly retry: RetryPolicy;
  private readonly random: () => number;
  private readonly sleep: Sleep;

  constructor(
    private readonly options: StageRuntimeOptions,
    private readonly stopping: () => boolean,
  ) {
    this.retry = { ...DEFAULT_RETRY, ...options.retry };
    this.random = options.random ?? Math.random;
    this.sleep = options.sleep ?? sleep;
  }

  /** True: durable, so the offset is complete. False: void or given up for now; the record will be delivered again. */
  async process(item: Item, poison: boolean): Promise<boolean> {
    if (item.work.revoked) return false;
    const { observer } = this.options;
    const startedAt = observer?.latency === undefined ? 0 : performance.now();
    const handled = poison ? endedTheProcess(this.options.crashGuard?.startsMax ?? 0) : await this.handle(item);
    if (handled === "void") return false;
    let failure: Failure | undefined;
    if ("error" in handled) failure = handled;
    else {
      const published = await this.publish(item, handled);
      if (published === "void") return false;
      if (published !== "done") failure = { error: published, tries: 1 };
    }
    if (failure !== undefined && !(await this.bury(item, failure))) return false;
    if (item.work.revoked) return false;
    observer?.latency?.(item.record, performance.now() - startedAt);
    if (failure === undefined) observer?.handled?.(item.record);
    return true;
  }

  private async handle(item: Item): Promise<readonly OutgoingRecord[] | Failure | "void"> {
    const { signal } = item.assignment;
    for (let tries = 1; ; tries++) {
      try {
        return await this.options.handle(item.record, signal);
      } catch (thrown) {
        // A handler that was told to stop has failed for that reason, whatever it says.
        if (item.work.revoked || signal.aborted) return "void";
        const error = toAppError(thrown);
        const { triesMax } = this.retry;
        if (!error.retryable || (triesMax !== null && tries >= triesMax)) return { error, tries };
        if (!(await this.waitForNextTry(item, error, tries))) return "void";
      }
    }
  }

  /** An error handed back is one that the same bytes will meet again. */
  private async publish(item: Item, outputs: readonly OutgoingRecord[]): Promise<"done" | "void" | AppError> {
    for (let tries = 1; ; tries++) {
      if (item.work.revoked) return "void";
      if (outputs.length === 0) return "done";
      try {
        await this.options.log.append(outputs);
        return "done";
      } catch (thrown) {
        const error = toAppError(thrown);
        if (!error.retryable) return error;
        if (!(await this.waitForNextTry(item, error, tries))) return "void";
      }
    }
  }

  /** A dead letter is tried for ever: dropping the record is not a choice. */
  private async bury(item: Item, failure: Failure): Promise<boolean> {
    const outputs = [this.options.deadLetter(item.record, failure)];
    for (let tries = 1; ; tries++) {
      const published = await this.publish(item, outputs);
      if (published === "void") return false;
      if (published === "done") break;
      if (!(await this.waitForNextTry(item, published, tries))) return false;
    }
    this.options.observer?.deadLettered?.(item.record, failure.error, failure.tries);
    return true;
  }

  private async waitForNextTry(item: Item, error: AppError, tries: number): Promise<boolean> {
    if (this.stopping() || item.work.revoked) return false;
    this.options.observer?.retried?.(item.record, error, tries);
    await this.sleep(backoffMs(this.retry, tries, this.random), item.assignment.patience);
    return !this.stopping() && !item.work.revoked;
  }
}

function endedTheProcess(starts: number): Failure {
  const message = `the record was being handled when the process ended, at ${starts} starts in a row; it was not decoded again`;
  return { error: new AppError("bad_record", message), tries: starts };
}
