import type { AccountRef, Reserve } from "@leverframe/budget";

/** A tenant's and a department's month, as nearly every request has them. */
export const accountsUnder = (cap: number): readonly AccountRef[] =>
  ["tenant:acme", "department:acme/sales"].map((scope) => ({ scope, window: "2026-11", unit: "usd", only: null, cap, hard: true }));

const UNLIMITED = accountsUnder(4e15);

const MICROS_PER_MS = 1_000;
const DEADLINE_MICROS = 60_000_000;

/** Of this moment: the store keeps open reservations in the order of their times. */
export function reserveOf(reservationId: string, amountMicroUsd: number, accounts: readonly AccountRef[] = UNLIMITED): Reserve {
  const nowMicros = Date.now() * MICROS_PER_MS;
  const times = { deadlineAtMicros: nowMicros + DEADLINE_MICROS, nowMicros };
  return { reservationId, requestId: reservationId, tenant: "acme", amountsMicroUsd: [amountMicroUsd], accounts, ...times };
}
