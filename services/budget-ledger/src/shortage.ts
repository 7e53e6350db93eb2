import { type AccountRef, kindOfWindow, type PlannedPurchase, type ReserveResult } from "@leverframe/budget";
import type { Shortage } from "@leverframe/wiring";

/**
 * What a refused reservation waits for: room in the account that was short. Null where waiting helps nobody: a cap on each
 * request is as low tomorrow, and an agent's run that is at its limit is stopped, not kept for later.
 */
export function shortageOf(result: ReserveResult, purchase: PlannedPurchase): Shortage | null {
  if (result.status !== "exceeds_cap" && result.status !== "exceeds_rate") return null;
  const { scope, unit } = result;
  const window = kindOfWindow(result.window);
  if (window === null || window === "request" || scope.startsWith("run:")) return null;
  const account = purchase.accounts.find((one) => one.scope === scope && one.window === result.window && one.unit === unit);
  if (!account) return null;
  // Less than this was not enough, whatever the amounts of the plan were.
  const least = result.status === "exceeds_cap" ? result.available + 1 : 1;
  const cap = window === "minute" ? account.cap : null;
  return { lane: { kind: "account", scope, window, unit, cap }, need: Math.max(least, lastAmountIn(account, purchase)) };
}

/** The refusal is about the last option. */
function lastAmountIn({ unit, only }: AccountRef, { amountsMicroUsd, lines }: PlannedPurchase): number {
  const amounts = unit === "usd" && only === null ? amountsMicroUsd : lines.find((line) => line.unit === unit && line.only === only)?.amounts;
  return amounts?.at(-1) ?? 0;
}
