import type { Breaker } from "./breaker";
import type { RateDemand, RateGrant } from "./rate-bucket";

/** What one instance says of one deployment; its newer word replaces its older one. */
export interface HealthReport {
  readonly instance: string;
  readonly deployment: string;
  readonly breaker: Breaker;
  /** By its own calls: too few succeed, or they are slow. */
  readonly degraded: boolean;
  /** The provider asked for a pause until then; 0: it did not. */
  readonly heldUntilMicros: number;
  /** Left out among its siblings until then; 0: it is not. */
  readonly ejectedUntilMicros: number;
  readonly inFlight: number;
  readonly latencyMicros: number | null;
  /** Calls in its window, and how many of them failed; absent: none. */
  readonly samples?: number;
  readonly failures?: number;
  readonly atMicros: number;
}

export interface HealthExchange {
  readonly instance: string;
  readonly nowMicros: number;
  /** Its own reports that changed. */
  readonly reports: readonly HealthReport[];
  /** Of the last exchange; 0 at first. */
  readonly sinceRevision: number;
  readonly demands: readonly RateDemand[];
}

export interface HealthNews {
  readonly revision: number;
  /** Everybody's reports after `sinceRevision`, the asker's own perhaps among them; in no order. */
  readonly reports: readonly HealthReport[];
  /** One for each demand, in its order. */
  readonly grants: readonly RateGrant[];
}

/** How long the store remembers the report of an instance that does not repeat it, at least. */
export const REPORT_KEEP_MS = 10 * 60_000;

/**
 * What all instances share. One exchange is atomic: tells what changed, hears what others told, draws from shared
 * limits. Reports of a dead instance are forgotten. Rejects with AppError, `unavailable` when the store is away: an
 * instance then goes by what it sees itself.
 */
export interface HealthStore {
  exchange(exchange: HealthExchange): Promise<HealthNews>;
  close(): Promise<void>;
}
