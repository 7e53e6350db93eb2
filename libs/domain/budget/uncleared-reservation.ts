import { type AttemptState, inFlightMicroUsd, openMicroUsd, type ReservationState } from "./ledger-state";
import type { UnclearedReservation } from "./ledger-store";

/** What somebody has to know who is to end it; its attempts by id. */
export function unclearedOf(reservation: ReservationState, attempts: readonly AttemptState[]): UnclearedReservation {
  const { reservationId, requestId, tenant, reservedAtMicros, released, restored } = reservation;
  return {
    reservationId,
    requestId,
    tenant,
    reservedAtMicros,
    openMicroUsd: openMicroUsd(reservation),
    inFlightMicroUsd: inFlightMicroUsd(reservation),
    released,
    restored,
    attempts: [...attempts]
      .sort((a, b) => (a.attemptId < b.attemptId ? -1 : 1))
      .map(({ attemptId, worstCaseMicroUsd, worstCaseTokens, owner, beganAtMicros, charge }) => ({
        attemptId,
        status: charge ? "finished" : "in_flight",
        worstCaseMicroUsd,
        worstCaseTokens,
        owner,
        beganAtMicros,
        chargeMicroUsd: charge?.microUsd ?? null,
        basis: charge?.basis ?? null,
      })),
  };
}
