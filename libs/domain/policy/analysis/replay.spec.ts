import type { Decision } from "@leverframe/events";
import { encodePermit } from "@leverframe/permit";
import { decide, type DecisionInput, type PolicySet } from "../index";
import { ask, policySet, setWithRules } from "../testing/small-set";
import { Replay } from "./replay";

const ALL = { id: "all", allow: "all" };

/** What would have been recorded of a request that its first permitted candidate answered with 1,000 tokens in and out. */
function recorded(set: PolicySet, input: DecisionInput, answeredBy?: string): Decision {
  const { permit, refusal, route, rules } = decide(set, input);
  const permitted = permit?.candidates.map(({ id }) => id) ?? [];
  const candidate = answeredBy ?? permitted[0] ?? "";
  const usage = { inputTokens: 1_000, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 1_000, reasoningTokens: 0 };
  const attempt = { attemptId: "a", candidate, provider: "p", model: "m", region: "eu", startedAt: 0, latencyMicros: 1, outcome: "succeeded", error: null, usage, costNanoUsd: 17_500_000n, providerRequestId: null, finishReason: "stop", notes: [] };
  const selection = { choice: candidate, fallbacks: [], strategy: "s", reason: "", confidence: 1, expectedCostNanoUsd: 0n, expectedQuality: 1, excluded: [] };
  return {
    meta: { eventId: "e", requestId: "r1", causationId: "c", round: 0, occurredAt: 0 },
    origin: input.origin, status: permit ? "answered" : "refused", refusal, attributes: input.request.attributes, route, routeNamed: input.request.route ?? "", maxOutputTokens: input.request.maxOutputTokens ?? 0, retentionDaysMax: null, classification: input.classification,
    permit: permit && { kid: "k", body: encodePermit(permit), signature: new Uint8Array(32) },
    policyVersion: set.version, catalogVersion: set.catalog.version, permitted, rules,
    rounds: permit ? [{ selection, funding: null, attempts: [attempt], evaluation: null, opinionPermit: null }] : [],
    costNanoUsd: permit ? 17_500_000n : 0n, baselineNanoUsd: 0n, ossShare: 0, success: true, answeredAt: 0,
  };
}

function replayed(set: PolicySet, ...decisions: readonly Decision[]) {
  const replay = new Replay(set);
  for (const decision of decisions) replay.add(decision);
  return replay.report();
}

describe("replay", () => {
  const before = setWithRules(ALL);

  it("changes nothing under the set that made the decisions, to the nano-dollar", () => {
    const report = replayed(before, recorded(before, ask()), recorded(before, ask({ department: "Legal", signals: ["phi"] })));
    expect(report).toMatchObject({ decisions: 2, unchanged: 2, skipped: 0, examples: [], costNanoUsd: 35_000_000n, replayedCostNanoUsd: 35_000_000n });
  });

  it("leaves a second opinion as it was: it stands on the classification, and what it cost was paid", () => {
    const decision = recorded(before, ask());
    const [answer] = decision.rounds;
    const question = { ...answer!, attempts: answer!.attempts.map((attempt) => ({ ...attempt, candidate: "small-eu", costNanoUsd: 400n })), opinionPermit: decision.permit };
    const asked = { ...decision, rounds: [question, ...decision.rounds], costNanoUsd: decision.costNanoUsd + 400n };
    expect(replayed(before, asked)).toMatchObject({ unchanged: 1, replayedCostNanoUsd: asked.costNanoUsd });
    const small = setWithRules(ALL, { id: "no-small", why: "x", forbid: { model: "small" } });
    expect(replayed(small, asked)).toMatchObject({ replayedCostNanoUsd: asked.costNanoUsd, examples: [expect.objectContaining({ answeredBy: "big-us" })] });
    const refused = setWithRules(ALL, { id: "none", why: "x", forbid: "all" });
    expect(replayed(refused, asked)).toMatchObject({ newlyRefused: 1, replayedCostNanoUsd: 400n });
  });

  it("counts what is newly refused, and what its tokens no longer cost", () => {
    const after = setWithRules(ALL, { id: "none", why: "x", forbid: "all", when: { department: "Legal" } });
    const report = replayed(after, recorded(before, ask({ department: "Legal" })), recorded(before, ask()));
    expect(report).toMatchObject({ newlyRefused: 1, unchanged: 1, replayedCostNanoUsd: 17_500_000n });
    expect(report.examples).toMatchObject([{ kind: "newly_refused", department: "Legal", to: "no_permitted_candidate", answeredBy: "big-us" }]);
  });

  it("counts sensitive requests that could newly reach a candidate, and shows them first", () => {
    const closed = setWithRules({ id: "eu", allow: { region: "eu" } });
    const report = replayed(before, recorded(closed, ask()), recorded(closed, ask({ signals: ["phi"] })), recorded(closed, ask({ classification: { riskClass: "regulated" } })));
    expect(report).toMatchObject({ newlyPermittedSensitive: 2, unchanged: 0 });
    expect(report.examples.map(({ sensitivePermitted }) => sensitivePermitted)).toEqual([["big-us", "mid-us"], ["big-us", "mid-us"], []]);
  });

  it("prices answers of a model that is gone at the one that would stand in", () => {
    const after = setWithRules(ALL, { id: "no-big", why: "x", forbid: { model: "big" } });
    const report = replayed(after, recorded(before, ask()));
    expect(report.examples).toMatchObject([{ kind: "choice_gone", answeredBy: "big-us", instead: "small-eu" }]);
    // 1,000 tokens at $0.10 and 1,000 at $0.30 a million.
    expect(report.replayedCostNanoUsd).toBe(400_000n);
  });

  it("sees that an intent now leads to another route, when told which set made the decision", () => {
    const routed = (intents: string) => policySet({ "routes.yaml": `default: general\nroutes:\n  - { name: general }\n  - { name: talk, intents: [${intents}] }\n` });
    const decision = { ...recorded(routed("coding"), ask()), routeNamed: null };
    const replay = new Replay(routed("coding, chat"), { recordedUnder: routed("coding") });
    replay.add(decision);
    expect(replay.report()).toMatchObject({ changedRoutes: 1, examples: [{ kind: "route_changed", from: "general", to: "talk" }] });
  });

  it("asks again as it was asked: with the route that the request named, and the answer that it wanted", () => {
    const routed = (intents: string) => policySet({ "routes.yaml": `default: general\nroutes:\n  - { name: general }\n  - { name: talk, intents: [${intents}] }\n` });
    const unnamed = recorded(routed("coding"), ask());
    expect(replayed(routed("coding, chat"), unnamed)).toMatchObject({ changedRoutes: 1, namingAssumed: 0 });
    const named = { ...unnamed, routeNamed: "general" };
    expect(replayed(routed("coding, chat"), named)).toMatchObject({ changedRoutes: 0, unchanged: 1 });
    // 9,000 tokens in leave 1,000 of the smallest context: a longer answer does not fit.
    const long = ask({ classification: { inputTokensMax: 8_977 }, maxOutputTokens: 1_000 });
    expect(replayed(before, recorded(before, long))).toMatchObject({ unchanged: 1 });
    expect(replayed(before, { ...recorded(before, long), maxOutputTokens: 1_500 })).toMatchObject({ unchanged: 0 });
  });

  it("does not replay what never came as far as the policy", () => {
    const early = { ...recorded(before, ask()), classification: null, permit: null };
    expect(replayed(before, early)).toMatchObject({ decisions: 1, skipped: 1, unchanged: 0 });
  });
});
