import type { HealthBand } from "./band";
import type { BreakerKind } from "./breaker";
import type { DeploymentHealth } from "./deployment-health";

/** A deployment's health as one instance sees it. */
export interface HealthStatus {
  readonly deployment: string;
  readonly provider: string;
  readonly model: string;
  readonly region: string;
  readonly band: HealthBand;
  readonly breaker: BreakerKind;
  /** Kind of the last failure that counted. */
  readonly error: string | null;
  readonly samples: number;
  readonly failures: number;
  readonly slow: number;
  readonly latencyMicros: number | null;
  readonly concurrencyMax: number;
  readonly inFlight: number;
  /** When the next call may go, where that is known; null: now. */
  readonly untilMicros: number | null;
}

export type ChangeCause = "breaker_opened" | "breaker_half_open" | "breaker_closed" | "ejected" | "held" | "band_changed";

/** Something about it changed; `heardFrom` names the instance that told it. */
export interface HealthChange extends HealthStatus {
  readonly cause: ChangeCause;
  readonly heardFrom: string | null;
  readonly atMicros: number;
}

export function statusOf(entry: DeploymentHealth, nowMicros: number): HealthStatus {
  const { deployment, breaker, window, limit, lastError, latencyMicros, heldUntilMicros, ejectedUntilMicros } = entry;
  const until = Math.max(heldUntilMicros, ejectedUntilMicros, breaker.kind === "open" ? breaker.untilMicros : 0);
  return {
    deployment: deployment.id,
    provider: deployment.provider.id,
    model: deployment.model.id,
    region: deployment.region,
    band: entry.band(nowMicros),
    breaker: breaker.kind,
    error: lastError,
    ...window.counts(nowMicros),
    latencyMicros: latencyMicros === null ? null : Math.round(latencyMicros),
    concurrencyMax: limit.limit,
    inFlight: limit.inFlight,
    untilMicros: until > nowMicros ? Math.round(until) : null,
  };
}
