import { AppError } from "@leverframe/kernel";
import { keepingOf, labelOfScope } from "./account-key";
import type { OpenLine, ReservationState } from "./ledger-state";
import type { RestoredReservation } from "./ledger-store";

/**
 * A reservation as a rebuild brings it back. `bad_input` when accounts that shared an amount hold different ones: then
 * the journal that it was rebuilt from is not whole.
 */
export function restoredState(reservation: RestoredReservation): ReservationState {
  const { reservationId, requestId, tenant, reservedAtMicros, released } = reservation;
  const kept = reservation.accounts.filter(({ window, unit }) => keepingOf(window) === "journal" && unit !== "requests");
  const lines: OpenLine[] = [{ unit: "usd", only: null, open: kept.find(isDollars)?.open ?? 0, inFlight: 0 }];
  for (const account of kept) {
    const only = labelOfScope(account.scope);
    const line = lines.find((one) => one.unit === account.unit && one.only === only);
    if (!line) lines.push({ unit: account.unit, only, open: account.open, inFlight: 0 });
    else if (line.open !== account.open) {
      const message = `reservation \`${reservationId}\` holds ${account.open} of \`${account.scope}\`; expected ${line.open} as on its other accounts`;
      throw new AppError("bad_input", message);
    }
  }
  return {
    reservationId,
    requestId,
    tenant,
    // No list of amounts: a repetition of its reserve finds another amount, and is told what it holds.
    amountsAsked: "restored",
    outcome: { status: "created", option: 0, amountMicroUsd: lines[0]?.open ?? 0 },
    accounts: kept.map(({ scope, window, unit }) => ({ scope, window, unit, only: labelOfScope(scope) })),
    lines,
    released,
    restored: true,
    reservedAtMicros,
  };
}

/** One that a store held and the journal does not: it holds no more. Its outcome stays known, for redeliveries. */
export function closedState(state: ReservationState): ReservationState {
  return { ...state, accounts: [], lines: [{ unit: "usd", only: null, open: 0, inFlight: 0 }], released: true };
}

const isDollars = ({ scope, unit }: RestoredReservation["accounts"][number]): boolean => unit === "usd" && labelOfScope(scope) === null;
