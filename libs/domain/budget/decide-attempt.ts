import type { Begin, BeginDecision, Finish, FinishDecision } from "./attempt-commands";
import { posting } from "./decide-reserve";
import type { Change, LedgerView, ReservationState } from "./ledger-state";
import type { Balance, JournalPosting, Release, ReleaseResult } from "./ledger-store";

/**
 * A provider call may start only while its worst case fits in what the reservation has open and no other call under
 * way may still use (I2). An attempt that was begun before is told as it stands, also after a release: its outcome
 * is what a redelivered event needs.
 */
export function decideBegin(view: LedgerView, command: Begin): Change<BeginDecision> {
  const known = view.attempt(command.reservationId, command.attemptId);
  if (known?.outcome) return { result: { status: "finished", outcome: known.outcome } };
  if (known) return { result: { status: "in_flight", owner: known.owner, beganAtMicros: known.beganAtMicros } };

  const reservation = view.reservation(command.reservationId);
  if (reservation?.outcome.status !== "created") return { result: { status: "unknown_reservation" } };
  if (reservation.released) return { result: { status: "reservation_released" } };
  const { worstCaseMicroUsd } = command;
  if (worstCaseMicroUsd > reservation.openMicroUsd - reservation.inFlightMicroUsd) {
    return { result: { status: "exceeds_reservation" } };
  }
  return {
    result: { status: "begun" },
    reservation: { ...reservation, inFlightMicroUsd: reservation.inFlightMicroUsd + worstCaseMicroUsd },
    attempt: {
      attemptId: command.attemptId,
      reservationId: command.reservationId,
      worstCaseMicroUsd,
      owner: command.owner,
      beganAtMicros: command.nowMicros,
      outcome: null,
    },
  };
}

/**
 * Settles a call: the charge moves from reserved to settled on every account, and the outcome is kept, once. What the
 * call did not use stays open for the reservation's further calls; when the reservation was released meanwhile there
 * are none, so the whole worst case leaves `reserved` and the difference is freed.
 */
export function decideFinish(view: LedgerView, command: Finish): Change<FinishDecision> {
  const attempt = view.attempt(command.reservationId, command.attemptId);
  const reservation = view.reservation(command.reservationId);
  if (!attempt || !reservation) return { result: { status: "unknown_attempt" } };
  if (attempt.outcome) return { result: { status: "already_finished", outcome: attempt.outcome } };
  const { chargeMicroUsd } = command;
  if (chargeMicroUsd > attempt.worstCaseMicroUsd) return { result: { status: "exceeds_worst_case" } };

  const leavesReserved = reservation.released ? attempt.worstCaseMicroUsd : chargeMicroUsd;
  const { balances, postings } = move(view, reservation, -leavesReserved, chargeMicroUsd);
  return {
    result: { status: "finished", outcome: command.outcome },
    attempt: { ...attempt, outcome: command.outcome },
    reservation: {
      ...reservation,
      openMicroUsd: reservation.openMicroUsd - leavesReserved,
      inFlightMicroUsd: reservation.inFlightMicroUsd - attempt.worstCaseMicroUsd,
    },
    balances,
    entry: {
      entryId: `${command.attemptId}.settled`,
      kind: "settled",
      reservationId: command.reservationId,
      attemptId: command.attemptId,
      requestId: reservation.requestId,
      tenant: reservation.tenant,
      amountMicroUsd: chargeMicroUsd,
      costNanoUsd: command.costNanoUsd,
      status: "finished",
      postings,
      atMicros: command.nowMicros,
    },
  };
}

/** Frees what no call under way may still cost; such a call keeps its worst case reserved until it is finished (I3). */
export function decideRelease(view: LedgerView, command: Release): Change<ReleaseResult> {
  const reservation = view.reservation(command.reservationId);
  if (reservation?.outcome.status !== "created") return { result: { status: "unknown_reservation" } };
  if (reservation.released) return { result: { status: "already_released" } };

  const freedMicroUsd = reservation.openMicroUsd - reservation.inFlightMicroUsd;
  const { balances, postings } = move(view, reservation, -freedMicroUsd, 0);
  return {
    result: { status: "released", freedMicroUsd },
    reservation: { ...reservation, released: true, openMicroUsd: reservation.inFlightMicroUsd },
    balances,
    entry: {
      entryId: `${command.reservationId}.released`,
      kind: "released",
      reservationId: command.reservationId,
      attemptId: null,
      requestId: reservation.requestId,
      tenant: reservation.tenant,
      amountMicroUsd: freedMicroUsd,
      costNanoUsd: 0n,
      status: "released",
      postings,
      atMicros: command.nowMicros,
    },
  };
}

function move(view: LedgerView, reservation: ReservationState, reservedDelta: number, settledDelta: number) {
  const balances: Balance[] = [];
  const postings: JournalPosting[] = [];
  // A delta of minus zero would differ from zero in comparisons of entries.
  const reserved = reservedDelta === 0 ? 0 : reservedDelta;
  for (const { scope, window } of reservation.accounts) {
    const before = view.balance(scope, window);
    // Its reserve wrote it in the same step as the reservation, so only a store that lost data can lack it.
    if (!before) throw new Error(`account \`${scope}\` \`${window}\` of a reservation is missing`);
    const after = {
      ...before,
      reservedMicroUsd: before.reservedMicroUsd + reserved,
      settledMicroUsd: before.settledMicroUsd + settledDelta,
    };
    balances.push(after);
    postings.push(posting(after, reserved, settledDelta));
  }
  return { balances, postings };
}
