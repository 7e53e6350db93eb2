/** Where a part needs the time, it is handed this; domain code never reads the machine's clock itself. */
export interface Clock {
  /** Microseconds since the epoch, UTC. */
  nowMicros(): number;
}

export const MICROS_PER_MS = 1_000;
export const MICROS_PER_SECOND = 1_000_000;
