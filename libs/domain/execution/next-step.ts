import { OVER_LATENCY } from "./call-end";
import type { KeptOutcome } from "./kept-outcome";

/** When and how long to wait before a candidate is asked again. */
export interface RetryPolicy {
  /** The window of the first retry; it doubles with each one. */
  readonly backoffMs: number;
  readonly backoffMsMax: number;
  /** Waiting longer than this, another candidate is asked instead, when there is one. */
  readonly delayMsMax: number;
}

export const RETRY_POLICY: RetryPolicy = { backoffMs: 250, backoffMsMax: 8_000, delayMsMax: 5_000 };

/** Where the plan stands after an attempt. */
export interface PlanPosition {
  /** Attempts made at this candidate so far, at least 1. */
  readonly attemptsMade: number;
  readonly attemptsMax: number;
  /** No other candidate is left in the plan. */
  readonly last: boolean;
  readonly deadlineAtMicros: number;
  readonly fallbackOnRefusal: boolean;
  /** Of `FALLBACK_TRIGGERS`: what the policy does not take for a reason to ask another candidate. */
  readonly noFallbackOn: readonly string[];
}

export type NextStep =
  | { readonly step: "done" }
  | { readonly step: "retry"; readonly atMicros: number }
  | { readonly step: "fallback" }
  | { readonly step: "give_up"; readonly pastDeadline: boolean };

/** What follows an outcome: pure, so that a redelivered event takes the same steps. */
export function nextStep(kept: KeptOutcome, position: PlanPosition, policy: RetryPolicy): NextStep {
  if (kept.output) {
    const launderable = kept.output.refused && position.fallbackOnRefusal && !position.last;
    return launderable ? fallback(kept, position) : { step: "done" };
  }
  const retryAtMicros = kept.endedAtMicros + delayMs(kept, position, policy) * 1_000;
  const retryInTime = retryAtMicros < position.deadlineAtMicros;
  const mayRetry = kept.retryable && position.attemptsMade < position.attemptsMax;
  const mayFallback = kept.fallback && !position.last && !position.noFallbackOn.includes(triggerOf(kept));
  const patient = retryAtMicros - kept.endedAtMicros <= policy.delayMsMax * 1_000 || !mayFallback;
  if (mayRetry && retryInTime && patient) return { step: "retry", atMicros: retryAtMicros };
  if (mayFallback) return fallback(kept, position);
  return { step: "give_up", pastDeadline: mayRetry || kept.endedAtMicros >= position.deadlineAtMicros };
}

/** What of `FALLBACK_TRIGGERS` the outcome is; ends that are ours (a crash, a drained process) are none, so nothing forbids going on. */
function triggerOf({ attempt, failure }: KeptOutcome): string {
  if (failure?.skipped) return "health";
  if (attempt?.notes.includes(OVER_LATENCY)) return "latency";
  return attempt?.outcome ?? "";
}

const fallback = (kept: KeptOutcome, { deadlineAtMicros }: PlanPosition): NextStep =>
  kept.endedAtMicros < deadlineAtMicros ? { step: "fallback" } : { step: "give_up", pastDeadline: true };

/**
 * Full jitter: uniform over the whole doubling window, which spreads retries of many clients best
 * (M. Brooker, "Exponential Backoff And Jitter", 2015). A Retry-After is a lower bound, and the jitter comes on top,
 * so that everybody who was told the same does not come back in the same instant.
 */
function delayMs(kept: KeptOutcome, { attemptsMade }: PlanPosition, policy: RetryPolicy): number {
  const windowMs = Math.min(policy.backoffMsMax, policy.backoffMs * 2 ** (attemptsMade - 1));
  const jitterMs = Math.ceil((windowMs * kept.jitterPpm) / 1_000_000);
  return (kept.retryAfterMs ?? 0) + jitterMs;
}
