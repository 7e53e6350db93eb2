import { backoffMs } from "@leverframe/log";

const REST = { firstDelayMs: 500, delayMsMax: 60_000, triesMax: null };

/**
 * Lets a channel rest that has failed: one alert after the other would run into the same wall, each for its whole timeout.
 * The rest grows with each failure in a row and ends with a success.
 */
export class ChannelRest {
  readonly #failures = new Map<string, { inRow: number; untilMs: number }>();

  constructor(
    private readonly nowMs: () => number,
    private readonly random: () => number = Math.random,
  ) {}

  /** Whether it is better not to try now. */
  resting(channel: string): boolean {
    return this.nowMs() < (this.#failures.get(channel)?.untilMs ?? 0);
  }

  failed(channel: string, retryAfterMs: number | null): void {
    const inRow = (this.#failures.get(channel)?.inRow ?? 0) + 1;
    const restMs = Math.max(backoffMs(REST, inRow, this.random), retryAfterMs ?? 0);
    this.#failures.set(channel, { inRow, untilMs: this.nowMs() + restMs });
  }

  succeeded(channel: string): void {
    this.#failures.delete(channel);
  }
}
