import type { Change, LedgerView } from "./ledger-state";
import type { LateSettle, LateSettleResult } from "./ledger-store";
import { moveAmounts, shareOf } from "./move-amounts";

/**
 * Corrects a charge that did not stand on the provider's count, downwards and once: what was charged too much leaves
 * `settled`. It never rises, since only what was charged is known to fit the caps (I3).
 */
export function decideLateSettle(view: LedgerView, command: LateSettle): Change<LateSettleResult> {
  const attempt = view.attempt(command.reservationId, command.attemptId);
  const reservation = view.reservation(command.reservationId);
  if (!attempt || !reservation) return { result: { status: "unknown_attempt" } };
  const { charge, labels } = attempt;
  if (!charge) return { result: { status: "in_flight" } };
  if (charge.basis === "usage") return { result: { status: "already_settled" } };
  const now = { microUsd: command.chargeMicroUsd, tokens: command.chargeTokens ?? charge.tokens, basis: "usage" as const };
  if (now.microUsd > charge.microUsd || now.tokens > charge.tokens) return { result: { status: "exceeds_charge" } };

  const deltas = reservation.lines.map((line) => ({
    reserved: 0,
    settled: shareOf(line, now.microUsd, now.tokens, labels) - shareOf(line, charge.microUsd, charge.tokens, labels),
  }));
  const { balances, postings, archived } = moveAmounts(view, reservation.accounts, reservation.lines, deltas, command.nowMicros);
  if (archived > 0 && postings.length === 0) return { result: { status: "account_archived" } };
  const freedMicroUsd = charge.microUsd - now.microUsd;
  return {
    result: { status: "late_settled", freedMicroUsd },
    attempt: { ...attempt, charge: now },
    balances,
    entry: {
      entryId: `${command.attemptId}.late_settled`,
      kind: "late_settled",
      reservationId: command.reservationId,
      attemptId: command.attemptId,
      requestId: reservation.requestId,
      tenant: reservation.tenant,
      amountMicroUsd: freedMicroUsd,
      costNanoUsd: command.costNanoUsd,
      status: "late_settled",
      postings,
      override: null,
      atMicros: command.nowMicros,
    },
  };
}
