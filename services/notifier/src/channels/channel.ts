import type { Alert } from "../alert";

/** A way to tell somebody. */
export interface Channel {
  /** Resolves when the other side has taken it; else throws `ChannelError`, with nothing secret in its message. Bounded in time. */
  deliver(alert: Alert, signal: AbortSignal): Promise<void>;
}

/** Why an alert could not be delivered just now. */
export class ChannelError extends Error {
  constructor(
    message: string,
    /** What the other side asked for; null: it said nothing. */
    readonly retryAfterMs: number | null = null,
  ) {
    super(message);
    this.name = "ChannelError";
  }
}
