import { partitionLabels } from "@leverframe/catalog";
import type { BeginAttempt, FinishAttempt } from "./attempt-store";
import type { CallEnd } from "./call-end";
import type { CallOrder } from "./call-order";

/** What a call may take besides dollars, and which budget partitions it belongs to. */
export function begunTerms({ inputTokensMax, maxOutputTokens, deployment }: CallOrder): Required<Pick<BeginAttempt, "worstCaseTokens" | "labels">> {
  return { worstCaseTokens: inputTokensMax + maxOutputTokens, labels: deployment ? partitionLabels(deployment) : [] };
}

const ESTIMATED = "charged_at_estimate";

/** What it took of tokens (never more than was reserved), and what the figures stand on. Without a count of tokens the worst case stands. */
export function endedTerms({ kept: { attempt }, chargeMicroUsd }: CallEnd, worstCaseTokens: number): Pick<FinishAttempt, "chargeTokens" | "basis"> {
  if (attempt === null) return { chargeTokens: 0, basis: "usage" };
  const { usage, outcome, error } = attempt;
  const tokens = usage ? { chargeTokens: Math.min(worstCaseTokens, usage.inputTokens + usage.outputTokens) } : {};
  if (outcome === "outcome_unknown") return { ...tokens, basis: "unseen" };
  if (usage === null && chargeMicroUsd === 0) return { chargeTokens: 0, basis: "usage" };
  if (usage !== null && !error?.includes(ESTIMATED)) return { ...tokens, basis: "usage" };
  return { ...tokens, basis: outcome === "cancelled" ? "cancelled" : "estimated" };
}
