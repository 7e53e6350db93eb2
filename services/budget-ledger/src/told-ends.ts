import type { Executed } from "@leverframe/events";
import { type CallFailure, encodeOutcome, type FinishAttempt } from "@leverframe/execution";
import { toMicroUsd } from "@leverframe/kernel";

/**
 * How the calls of a round ended, as its event tells it: for a ledger that was rebuilt and lost the settlements that were
 * not on the log yet. One that knows of them tells that they are settled, and nothing changes.
 */
export function toldEnds({ attempts, funding, output, failure }: Executed, nowMicros: number): readonly FinishAttempt[] {
  return attempts.map((attempt, index) => {
    const { attemptId, costNanoUsd, usage, outcome, startedAt, latencyMicros } = attempt;
    const isLast = index === attempts.length - 1;
    const end = { retryable: false, fallback: false, retryAfterMs: null, jitterPpm: 0, endedAtMicros: startedAt + latencyMicros, hedged: false };
    // Codes of refusals are those of failures, and may be others of a later release: whoever reads it takes it at its word.
    const refusal = isLast && failure ? ({ code: failure.code, message: failure.message } as CallFailure) : null;
    return {
      attemptId,
      reservationId: funding.reservationId,
      chargeMicroUsd: toMicroUsd(costNanoUsd),
      ...(usage ? { chargeTokens: usage.inputTokens + usage.outputTokens } : {}),
      costNanoUsd,
      basis: outcome === "outcome_unknown" ? "unseen" : usage || costNanoUsd === 0n ? "usage" : "estimated",
      outcome: encodeOutcome({ attempt, output: isLast ? output : null, failure: refusal, ...end }),
      nowMicros,
    };
  });
}
