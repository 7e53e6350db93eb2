import type { AppError } from "@leverframe/kernel";
import type { LogRecord, PartitionOffset } from "../log";

/** What a runtime tells metrics and logs. Called on the hot path: must be quick and must not throw. */
export interface RuntimeObserver {
  /** The record's outputs are durable and its offset is complete; dead letters are reported by `deadLettered` alone. */
  handled?(record: LogRecord): void;
  retried?(record: LogRecord, error: AppError, tries: number): void;
  deadLettered?(record: LogRecord, error: AppError, tries: number): void;
  /** From the first call of the handler to the acknowledged outputs, retries included. */
  latency?(record: LogRecord, latencyMs: number): void;
  /** Records being handled, after each change. */
  inFlight?(count: number): void;
  committed?(offsets: readonly PartitionOffset[]): void;
  /** The commit is tried again at the next interval. */
  commitFailed?(error: AppError): void;
}
