/**
 * What may lead from one candidate to the next: the kinds of provider errors that another deployment may not meet, and
 *   latency   the call took longer than `latencyMsMax`
 *   health    the candidate was skipped for its health or its limits
 *   quality   the answer was not good enough (an escalation)
 * A content refusal is not among them: `fallbackOnRefusal` speaks of it alone.
 */
export const FALLBACK_TRIGGERS = [
  "rate_limited",
  "overloaded",
  "timeout",
  "connection",
  "auth",
  "quota",
  "context_overflow",
  "malformed_output",
  "unavailable",
  "unknown",
  "latency",
  "health",
  "quality",
] as const;

export type FallbackTrigger = (typeof FALLBACK_TRIGGERS)[number];
