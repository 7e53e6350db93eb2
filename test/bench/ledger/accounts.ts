import type { AccountRef, Reserve } from "@leverframe/budget";

/** A tenant's and a department's month, as nearly every request has them. */
export const accountsUnder = (cap: number): readonly AccountRef[] =>
  ["tenant:acme", "department:acme/sales"].map((scope) => ({ scope, window: "2026-11", unit: "usd", only: null, cap, hard: true }));

const UNLIMITED = accountsUnder(4e15);

export function reserveOf(reservationId: string, amountMicroUsd: number, accounts: readonly AccountRef[] = UNLIMITED): Reserve {
  const times = { deadlineAtMicros: 2, nowMicros: 1 };
  return { reservationId, requestId: reservationId, tenant: "acme", amountsMicroUsd: [amountMicroUsd], accounts, ...times };
}
