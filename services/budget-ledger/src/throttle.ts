import type { AccountRef, AmountLine, PlannedPurchase } from "@leverframe/budget";

/** `department:acme/Sales` in the minute `2026-11-21T08:15`, of which so many requests may be paid for. */
export interface Throttle {
  readonly scope: string;
  readonly window: string;
  readonly requestsMax: number;
}

/**
 * The purchase under a throttle: one account more, of requests in this minute, which the ledger asks before all others and
 * forgets with the minute. A rate that budgets declare for the same scope stays; the lower of the two holds.
 */
export function throttled(purchase: PlannedPurchase, { scope, window, requestsMax }: Throttle): PlannedPurchase {
  const { plan, accounts, lines } = purchase;
  const same = (account: AccountRef) => account.scope === scope && account.window === window && account.unit === "requests" && account.only === null;
  const declared = accounts.find(same);
  const cap = declared === undefined || declared.cap === null || !declared.hard ? requestsMax : Math.min(declared.cap, requestsMax);
  const account: AccountRef = { scope, window, unit: "requests", only: null, cap, hard: true };
  const counted = lines.some(({ unit, only }) => unit === "requests" && only === null);
  const line: AmountLine = { unit: "requests", only: null, amounts: plan.options.map(() => 1) };
  return { ...purchase, accounts: [account, ...accounts.filter((one) => !same(one))], lines: counted ? lines : [...lines, line] };
}
