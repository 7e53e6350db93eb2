/** How a retryable failure is tried again, in place: the record keeps its slot, its lane waits, and the window bounds the rest. */
export interface RetryPolicy {
  readonly firstDelayMs: number;
  readonly delayMsMax: number;
  /** Handler calls for one record, the first included; null: for ever. */
  readonly triesMax: number | null;
}

export const DEFAULT_RETRY: RetryPolicy = { firstDelayMs: 100, delayMsMax: 30_000, triesMax: null };

/**
 * Exponential backoff with full jitter: uniform in [0, min(delayMsMax, firstDelayMs × 2^(tries − 1))). Of the usual jitters
 * it sends the fewest calls at a recovering server (M. Brooker, "Exponential Backoff And Jitter", AWS, 2015).
 */
export function backoffMs(policy: RetryPolicy, tries: number, random: () => number): number {
  return random() * Math.min(policy.delayMsMax, policy.firstDelayMs * 2 ** Math.min(tries - 1, 30));
}

export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

/** Resolves after `ms`, or at once when the signal is aborted; never rejects. */
export const sleep: Sleep = (ms, signal) =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
