import type { Attempt } from "@leverframe/events";
import type { CallEnd } from "./call-end";
import { begunTerms, endedTerms } from "./ledger-terms";
import type { CallOrder } from "./call-order";

const usage = { inputTokens: 40, cachedInputTokens: 0, outputTokens: 7, reasoningTokens: 0 };
const endOf = (chargeMicroUsd: number, attempt: object | null) => ({ kept: { attempt: attempt as Attempt | null }, chargeMicroUsd }) as unknown as CallEnd;

describe("what the ledger is told of a call besides its dollars", () => {
  test.each([
    ["counted by the provider", 5, { usage, outcome: "succeeded", error: null }, { chargeTokens: 47, basis: "usage" }],
    ["without a count", 9, { usage: null, outcome: "succeeded", error: "charged_at_worst_case: no usage was seen" }, { basis: "estimated" }],
    ["broken off", 9, { usage, outcome: "provider_error", error: "x; charged_at_estimate: y" }, { chargeTokens: 47, basis: "estimated" }],
    ["cancelled", 9, { usage: null, outcome: "cancelled", error: "charged_at_worst_case" }, { basis: "cancelled" }],
    ["whose end nobody saw", 9, { usage: null, outcome: "outcome_unknown", error: "…" }, { basis: "unseen" }],
    ["not billed", 0, { usage: null, outcome: "rate_limited", error: "…" }, { chargeTokens: 0, basis: "usage" }],
    ["not made", 0, null, { chargeTokens: 0, basis: "usage" }],
    ["above its bound", 9, { usage: { ...usage, outputTokens: 5_000 }, outcome: "succeeded", error: null }, { chargeTokens: 100, basis: "usage" }],
  ])("%s", (_what, charge, attempt, expected) => expect(endedTerms(endOf(charge, attempt), 100)).toEqual(expected));

  test("a call belongs to its provider, tier and tags, and takes what goes in and may come out", () => {
    const deployment = { provider: { id: "openai" }, model: { tier: "premium" }, tags: ["eu", "oss"] };
    const order = { inputTokensMax: 30, maxOutputTokens: 12, deployment } as unknown as CallOrder;
    expect(begunTerms(order)).toEqual({ worstCaseTokens: 42, labels: ["provider:openai", "tier:premium", "tag:eu", "tag:oss"] });
    expect(begunTerms({ ...order, deployment: null }).labels).toEqual([]);
  });
});
