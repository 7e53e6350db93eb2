import type { Begin, BeginDecision, Finish, FinishDecision } from "./attempt-commands";
import { decideLateSettle } from "./decide-late-settle";
import { type AttemptState, type Change, type LedgerView, type OpenLine, openMicroUsd, type ReservationState } from "./ledger-state";
import type { Release, ReleaseResult } from "./ledger-store";
import { moveAmounts, shareOf } from "./move-amounts";

/**
 * A provider call may start only while its worst case fits in what the reservation has open and no other call under
 * way may still use (I2), in dollars, in tokens and in each partition that it belongs to. An attempt that was begun
 * before is told as it stands, also after a release: its outcome is what a redelivered event needs.
 */
export function decideBegin(view: LedgerView, command: Begin): Change<BeginDecision> {
  const known = view.attempt(command.reservationId, command.attemptId);
  if (known?.outcome) return { result: { status: "finished", outcome: known.outcome } };
  if (known) return { result: { status: "in_flight", owner: known.owner, beganAtMicros: known.beganAtMicros } };

  const reservation = view.reservation(command.reservationId);
  if (reservation?.outcome.status !== "created") return { result: { status: "unknown_reservation" } };
  if (reservation.released) return { result: { status: "reservation_released" } };
  const attempt: AttemptState = {
    attemptId: command.attemptId,
    reservationId: command.reservationId,
    worstCaseMicroUsd: command.worstCaseMicroUsd,
    worstCaseTokens: command.worstCaseTokens ?? 0,
    labels: command.labels ?? [],
    owner: command.owner,
    beganAtMicros: command.nowMicros,
    outcome: null,
    charge: null,
  };
  const lines = reservation.lines.map((line) => ({ ...line, inFlight: line.inFlight + worstCaseOn(line, attempt) }));
  if (lines.some(({ open, inFlight }) => inFlight > open)) return { result: { status: "exceeds_reservation" } };
  return { result: { status: "begun" }, reservation: { ...reservation, lines }, attempt };
}

/**
 * Settles a call: the charge moves from reserved to settled on every account that the call belongs to, and the outcome
 * is kept, once. What the call did not use stays open for the reservation's further calls; when the reservation was
 * released meanwhile there are none, so the whole worst case leaves `reserved` and the difference is freed. Who comes
 * with the provider's count after somebody else ended the call without it corrects the charge.
 */
export function decideFinish(view: LedgerView, command: Finish): Change<FinishDecision> {
  const reservation = view.reservation(command.reservationId);
  if (!reservation) return { result: { status: "unknown_attempt" } };
  const begun = view.attempt(command.reservationId, command.attemptId);
  const attempt = begun ?? unseenCall(reservation, command);
  if (!attempt) return { result: { status: "unknown_attempt" } };
  if (attempt.outcome) return finishAgain(view, command, attempt.outcome);
  const { worstCaseMicroUsd, worstCaseTokens, labels } = attempt;
  const tokens = begun ? (command.chargeTokens ?? worstCaseTokens) : worstCaseTokens;
  const charge = { microUsd: command.chargeMicroUsd, tokens, basis: command.basis ?? "usage" };
  if (charge.microUsd > worstCaseMicroUsd || tokens > worstCaseTokens) return { result: { status: "exceeds_worst_case" } };

  const ends = reservation.lines.map((line) => {
    const settled = shareOf(line, charge.microUsd, tokens, labels);
    const worstCase = worstCaseOn(line, attempt);
    return { settled, reserved: reservation.released ? -worstCase : -settled, leavesFlight: begun ? worstCase : 0 };
  });
  const { balances, postings } = moveAmounts(view, reservation.accounts, reservation.lines, ends, command.nowMicros);
  const lines = reservation.lines.map((line, index) => ({
    ...line,
    open: line.open + (ends[index]?.reserved ?? 0),
    inFlight: line.inFlight - (ends[index]?.leavesFlight ?? 0),
  }));
  return {
    result: { status: "finished", outcome: command.outcome },
    attempt: { ...attempt, outcome: command.outcome, charge },
    reservation: { ...reservation, lines },
    balances,
    entry: {
      entryId: `${command.attemptId}.settled`,
      kind: "settled",
      reservationId: command.reservationId,
      attemptId: command.attemptId,
      requestId: reservation.requestId,
      tenant: reservation.tenant,
      amountMicroUsd: command.chargeMicroUsd,
      costNanoUsd: command.costNanoUsd,
      status: charge.basis === "usage" ? "finished" : charge.basis,
      postings,
      override: null,
      atMicros: command.nowMicros,
    },
  };
}

function finishAgain(view: LedgerView, command: Finish, outcome: Uint8Array): Change<FinishDecision> {
  if ((command.basis ?? "usage") !== "usage") return { result: { status: "already_finished", outcome } };
  const { result, ...change } = decideLateSettle(view, command);
  return { ...change, result: { status: result.status === "late_settled" ? "late_settled" : "already_finished", outcome } };
}

/**
 * A call that a rebuilt ledger does not know of, if its reservation has the room for it. It may have been of any
 * partition: all pay that have the room.
 */
function unseenCall({ restored, reservationId, lines }: ReservationState, command: Finish): AttemptState | null {
  const { chargeMicroUsd, chargeTokens = 0 } = command;
  const [dollars] = lines;
  if (!restored || !dollars || roomOf(dollars) < chargeMicroUsd) return null;
  const tokens = Math.min(chargeTokens, ...lines.filter(({ unit, only }) => unit === "tokens" && only === null).map(roomOf));
  const full = lines.filter((line) => roomOf(line) < (line.unit === "usd" ? chargeMicroUsd : tokens)).map(({ only }) => only);
  return {
    attemptId: command.attemptId,
    reservationId,
    worstCaseMicroUsd: chargeMicroUsd,
    worstCaseTokens: tokens,
    labels: [...new Set(lines.flatMap(({ only }) => (only === null || full.includes(only) ? [] : only)))],
    owner: "",
    beganAtMicros: command.nowMicros,
    outcome: null,
    charge: null,
  };
}

const roomOf = ({ open, inFlight }: OpenLine): number => open - inFlight;

function worstCaseOn(line: OpenLine, { worstCaseMicroUsd, worstCaseTokens, labels }: AttemptState): number {
  return shareOf(line, worstCaseMicroUsd, worstCaseTokens, labels);
}

/** Frees what no call under way may still cost; such a call keeps its worst case reserved until it is finished (I3). */
export function decideRelease(view: LedgerView, command: Release): Change<ReleaseResult> {
  const reservation = view.reservation(command.reservationId);
  if (reservation?.outcome.status !== "created") return { result: { status: "unknown_reservation" } };
  if (reservation.released) return { result: { status: "already_released" } };
  if (reservation.restored && !command.callsKnown) return { result: { status: "calls_unknown" } };

  const deltas = reservation.lines.map(({ open, inFlight }) => ({ reserved: inFlight - open, settled: 0 }));
  const { balances, postings } = moveAmounts(view, reservation.accounts, reservation.lines, deltas, command.nowMicros);
  const lines = reservation.lines.map((line) => ({ ...line, open: line.inFlight }));
  const freedMicroUsd = openMicroUsd(reservation) - openMicroUsd({ ...reservation, lines });
  return {
    result: { status: "released", freedMicroUsd },
    reservation: { ...reservation, released: true, lines },
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
      override: null,
      atMicros: command.nowMicros,
    },
  };
}
