import { AppError } from "@leverframe/kernel";

/** Time that passes, handed in so that tests own it. */
export interface Timer {
  /** Calls `fire` once after `delayMs`; the function returned cancels it. */
  after(delayMs: number, fire: () => void): () => void;
}

/** Longer delays overflow the 32-bit timers of JavaScript engines and would fire at once. */
const DELAY_MS_MAX = 2_147_483_647;

/** Calls `fire` after `delayMs`, rounded up to whole milliseconds and within what an engine's timer can hold. */
export function startTimer(timer: Timer, delayMs: number, fire: () => void): () => void {
  return timer.after(Math.min(Math.max(0, Math.ceil(delayMs)), DELAY_MS_MAX), fire);
}

/** Resolves after `delayMs`; rejects with AppError `cancelled` as soon as `signal` aborts. */
export function sleep(timer: Timer, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(cancelled());
    const cancel = startTimer(timer, delayMs, () => {
      signal.removeEventListener("abort", abort);
      resolve();
    });
    const abort = (): void => {
      cancel();
      reject(cancelled());
    };
    signal.addEventListener("abort", abort, { once: true });
  });
}

/** The process drains: the event stays uncommitted and whoever takes it over goes on from the kept outcomes. */
export const cancelled = (): AppError => new AppError("cancelled", "execution was cancelled", { retryable: true });
