import { type FundingPlan, kindOfWindow, nextMinute, NOT_PERMITTED, type ReserveResult, type Unit } from "@leverframe/budget";
import { refusalWith } from "@leverframe/decision";
import type { Refusal } from "@leverframe/events";
import { formatUsd } from "@leverframe/kernel";

/** Nothing of the chain may be called, whatever is left in the accounts. */
export function unaffordable({ excluded }: FundingPlan): Refusal {
  const refusal = excluded.every(({ cause }) => cause === NOT_PERMITTED)
    ? refusalWith("selection_invalid", "the selector chose nothing that is permitted")
    : refusalWith("unaffordable", "no permitted candidate stays within the cost ceiling");
  return { ...refusal, candidates: excluded };
}

/** What the ledger's refusal is to who asked: which account is short, how much is left, and when to come back. */
export function refusalOfReserve(result: ReserveResult, plan: FundingPlan): Refusal {
  if (result.status === "deadline_exceeded") return refusalWith("deadline_exceeded", "the deadline passed before the request could be paid for");
  if (result.status === "exceeds_rate") {
    const limit = `\`${result.scope}\` takes at most ${amount(result.cap, result.unit)} a minute`;
    return refusalWith("rate_limited", `${limit}; come back at ${nextMinute(result.window)}`);
  }
  if (result.status !== "exceeds_cap") return unaffordable(plan);
  const left = amount(result.available, result.unit);
  const message = kindOfWindow(result.window) === "request"
    ? `\`${result.scope}\` allows a request ${left} more, which covers the worst case of no permitted candidate`
    : `\`${result.scope}\` has ${left} left, which covers the worst case of no permitted candidate`;
  return { ...refusalWith("budget_exceeded", message), candidates: plan.excluded };
}

function amount(value: number, unit: Unit): string {
  return unit === "usd" ? formatUsd(BigInt(value) * 1_000n) : `${value} ${unit}`;
}
