import type { Attempt, Decision } from "@leverframe/events";

/** The first copy of each request's decision; that all copies agree is checked elsewhere. */
export function decisionsByRequest(decisions: readonly Decision[]): ReadonlyMap<string, Decision> {
  const first = new Map<string, Decision>();
  for (const decision of decisions) {
    if (!first.has(decision.meta.requestId)) first.set(decision.meta.requestId, decision);
  }
  return first;
}

export const attemptsOf = ({ rounds }: Decision): readonly Attempt[] => rounds.flatMap(({ attempts }) => attempts);
