import type { Log, LogRecord, OutgoingRecord } from "../log";
import type { CrashGuard } from "./crash-guard";
import type { DeadLetter } from "./dead-letter";
import type { RetryPolicy, Sleep } from "./retry";
import type { RuntimeObserver } from "./runtime-observer";

export interface StageRuntimeOptions {
  readonly log: Log;
  readonly groupId: string;
  readonly topics: readonly string[];
  /** Records being handled at once, over all partitions. */
  readonly concurrencyMax: number;
  /** Records of one lane are handled one after the other, in offset order; null: no order. When it throws: no order. */
  readonly laneOf?: (record: LogRecord) => string | null;
  /** Returns the records to produce; the offset completes after they are durable. Throws AppError; retryable ones are tried again in place. */
  readonly handle: (record: LogRecord, signal: AbortSignal) => Promise<readonly OutgoingRecord[]>;
  /** What to produce for a record that cannot be processed (to the dead-letter topic). */
  readonly deadLetter: DeadLetter;
  readonly retry?: Partial<RetryPolicy>;
  /** How often completed offsets are committed; default 1000. */
  readonly commitEveryMs?: number;
  /** Records received and not ended, over all partitions; fetching pauses above it (one fetch may overshoot it). Default 4 × concurrencyMax, at least 256. */
  readonly windowRecordsMax?: number;
  /** Records of one partition between its low watermark and its newest: what one slow record may leave to be delivered again after a crash. Default 10000. */
  readonly spanRecordsMax?: number;
  /** How long `drain` waits for records in flight; default 10000. */
  readonly drainMsMax?: number;
  readonly crashGuard?: CrashGuard;
  readonly observer?: RuntimeObserver;
  /** The consumer ended for good, or a dead letter could not be built: nothing more will be handled (there). */
  readonly onCrash?: (error: Error) => void;
  /** For tests of the backoff: uniform in [0, 1), and the wait itself. */
  readonly random?: () => number;
  readonly sleep?: Sleep;
}
