import type { AnswerRegister, LedgerStore } from "@leverframe/budget";
import { type DeferredStore, PARKED_MAX } from "@leverframe/deferral";
import type { AttemptStore } from "@leverframe/execution";

/** Everything that must be one atomic store: accounts, reservations, attempts, answers and the outbox; and who waits for them. */
export interface Ledger extends LedgerStore {
  readonly attempts: AttemptStore;
  readonly answers: AnswerRegister;
  readonly deferred: DeferredStore;
  /** Finishes what was asked, then lets go of the store. Safe to call twice. */
  close(): Promise<void>;
}

/** What both stores let a deployment choose. */
export interface LedgerOptions {
  /** How long answers and cleared reservations with their outcomes are kept: longer than any redelivery takes. */
  readonly keepHours?: number;
  /** Largest outcome of an attempt that is kept; a larger one is refused with `record_too_large`. */
  readonly outcomeBytesMax?: number;
  /** Largest answer that is kept. */
  readonly answerBytesMax?: number;
  /** Requests that may wait at once. */
  readonly parkedMax?: number;
}

/**
 * How long the request count of a minute is kept after it last rose: longer than the requests of that minute wait to be
 * reserved, which ends at their deadline (an hour where it is not their own).
 */
export const RATE_KEEP_SECONDS = 2 * 3_600;

export type LedgerLimits = Required<LedgerOptions>;

export const LEDGER_DEFAULTS: LedgerLimits = {
  keepHours: 48,
  outcomeBytesMax: 1_048_576,
  answerBytesMax: 1_048_576,
  parkedMax: PARKED_MAX,
};

export function limitsOf(options: LedgerOptions): LedgerLimits {
  return {
    keepHours: options.keepHours ?? LEDGER_DEFAULTS.keepHours,
    outcomeBytesMax: options.outcomeBytesMax ?? LEDGER_DEFAULTS.outcomeBytesMax,
    answerBytesMax: options.answerBytesMax ?? LEDGER_DEFAULTS.answerBytesMax,
    parkedMax: options.parkedMax ?? LEDGER_DEFAULTS.parkedMax,
  };
}
