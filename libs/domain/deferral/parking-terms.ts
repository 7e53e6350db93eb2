import { MICROS_PER_SECOND } from "@leverframe/kernel";

/** All that decides how long a request may wait, carried by its event and its permit. */
export interface WaitingTerms {
  readonly receivedAtMicros: number;
  /** The request's own deadline; null: it named none. */
  readonly deadlineAtMicros: number | null;
  /** Of the permit; null: it may not wait. */
  readonly deferSecondsMax: number | null;
}

/**
 * Until when the request may wait: as long after its arrival as the policy allows, and never beyond a deadline of its own.
 * Counted from the arrival, so that parking it again gives it no more time. Null: it may not wait at all.
 */
export function waitsUntil({ receivedAtMicros, deadlineAtMicros, deferSecondsMax }: WaitingTerms): number | null {
  if (deferSecondsMax === null) return null;
  const allowed = receivedAtMicros + deferSecondsMax * MICROS_PER_SECOND;
  return deadlineAtMicros === null ? allowed : Math.min(allowed, deadlineAtMicros);
}

const REST_SECONDS_MAX = 16;

/**
 * How long a request rests before it is let go, when it has been let go and parked before: twice as long each time.
 * Whatever it waits for was there by all that we know, and it came back all the same.
 */
export function restMicros(timesParked: number): number {
  return timesParked <= 0 ? 0 : Math.min(REST_SECONDS_MAX, 2 ** Math.min(timesParked, REST_SECONDS_MAX)) * MICROS_PER_SECOND;
}
