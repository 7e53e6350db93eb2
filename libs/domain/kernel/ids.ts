/** The stages in the order of a request's journey, as they stand in event ids, consumer groups and metrics. */
export const STAGES = [
  "classifier",
  "policy-gate",
  "selector",
  "budget-ledger",
  "executor",
  "evaluator",
  "analytics-sink",
  "notifier",
] as const;

export type Stage = (typeof STAGES)[number];

/**
 * Id of an event: the same input always yields the same id, so a redelivered copy can be recognised.
 * `event` is the topic's name in the singular (`permitted`, `response`, …).
 */
export function eventId(requestId: string, event: string, round = 0): string {
  return `${requestId}.${event}.${round}`;
}

/** One reservation for each round of a request. */
export function reservationId(requestId: string, round: number): string {
  return `${requestId}.reservation.${round}`;
}

/** One attempt is the `ordinal`-th provider call under a reservation. */
export function attemptId(reservation: string, ordinal: number): string {
  return `${reservation}.attempt.${ordinal}`;
}
