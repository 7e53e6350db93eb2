import type { Catalog } from "@leverframe/catalog";
import type { Attempt, Evaluation, Executed, Output, Round } from "@leverframe/events";
import type { Permit } from "@leverframe/permit";
import { answerOf, refusalOf } from "./answer";
import { endingOf, endingWith, refusalWith } from "./ending";
import { releasedAttempt } from "./economics";
import { nextMeta } from "./next-meta";
import { reviewedResponse } from "./review";
import { earlyTrail, executedTrail } from "./trail";

const usage = { inputTokens: 1_000, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 500, reasoningTokens: 0 };
const attempt = (over: Partial<Attempt>): Attempt => ({
  attemptId: "a", candidate: "oss", provider: "p", model: "m", region: "us", startedAt: 5_000, latencyMicros: 700, outcome: "succeeded",
  error: null, usage, costNanoUsd: 100n, providerRequestId: null, finishReason: "stop", notes: [], ...over,
});
const deployment = (id: string, tier: string, licence: string, nano: bigint) => ({
  id, model: { tier, licence }, price: { inputNanoUsd: nano, cachedInputNanoUsd: nano, outputNanoUsd: nano },
});
const deployments = [deployment("oss", "economy", "oss", 1_000n), deployment("best", "premium", "commercial", 10_000_000n)];
const catalog = { version: "c", deployments, byId: new Map(deployments.map((one) => [one.id, one])) } as unknown as Catalog;
const permit = { policyVersion: "pv", catalogVersion: "cv", route: null, rules: ["r1"], candidates: [{ id: "oss" }], obligations: { retentionDaysMax: 30 } } as unknown as Permit;
const text: Output = { text: "SECRET OUTPUT", finishReason: "stop", refused: false, toolCalls: [] };
const event = (over: Partial<Executed> = {}) =>
  ({
    meta: { eventId: "r.executed.0", requestId: "r", causationId: "x", round: 0, occurredAt: 1 },
    origin: { application: "crm", tenant: "acme", department: "sales", user: null, receivedAt: 1, deadlineAt: 9, requestDigest: "d" },
    request: { idempotencyKey: null, attributes: {}, route: null, maxOutputTokens: null, prompt: new TextEncoder().encode("SECRET PROMPT") },
    classification: null, permit: { kid: "k", body: new Uint8Array(), signature: new Uint8Array() }, earlier: [], bestOutput: null,
    selection: { choice: "oss" }, funding: null, attempts: [attempt({ outcome: "timeout", costNanoUsd: 7n }), attempt({})], output: text, failure: null, ...over,
  }) as unknown as Executed;
const evaluation = (verdict: Evaluation["verdict"]): Evaluation => ({ verdict, checks: [], reason: "why" });
const answer = (executed: Executed, verdict: Evaluation["verdict"]) =>
  answerOf(executedTrail(executed, permit, catalog, evaluation(verdict)), endingOf(executed, evaluation(verdict), verdict === "withhold" ? null : (executed.output ?? executed.bestOutput)));

describe("the one answer", () => {
  it("charges every attempt and measures itself against the dearest premium", () => {
    const { response, decision } = answer(event(), "release");
    expect(response).toMatchObject({ status: "answered", costNanoUsd: 107n, attempts: 2, escalations: 0, candidate: "oss", answeredAt: 5_700, eventId: "r.response.0" });
    expect(decision).toMatchObject({ success: true, costNanoUsd: 107n, baselineNanoUsd: 15_000n, ossShare: 1, permitted: ["oss"], rules: ["r1"] });
  });

  it("keeps prompt and output text out of the decision", () => {
    const json = JSON.stringify(answer(event(), "release").decision, (_key, value) => (typeof value === "bigint" ? String(value) : value));
    expect(json).not.toContain("SECRET");
  });

  it.each<[string, Executed, Evaluation["verdict"], object]>([
    ["degraded", event(), "degrade", { status: "answered", output: text }],
    ["degraded to the output before the escalation", event({ output: null, bestOutput: text, failure: refusalWith("attempts_exhausted", "x") }), "degrade", { status: "answered", output: text }],
    ["held", event(), "hold", { status: "held_for_review", output: null, refusal: { code: "held_for_review" } }],
    ["withheld", event(), "withhold", { status: "refused", output: null, candidate: null, refusal: { code: "response_policy", message: "withheld: why" } }],
    ["failed", event({ output: null, failure: refusalWith("attempts_exhausted", "x") }), "degrade", { status: "failed", refusal: { code: "attempts_exhausted" } }],
    ["broken off before somebody's eyes", event({ output: null, failure: refusalWith("stream_interrupted", "x") }), "degrade", { status: "failed", refusal: { code: "stream_interrupted" } }],
    ["cancelled, though there was an output before", event({ output: null, bestOutput: text, failure: refusalWith("cancelled", "x") }), "degrade", { status: "refused", output: null, candidate: null, refusal: { code: "cancelled" } }],
    ["cancelled where a person must look", event({ output: null, bestOutput: text, failure: refusalWith("cancelled", "x") }), "hold", { status: "refused", refusal: { code: "cancelled" } }],
    ["too late", event({ output: null, attempts: [], failure: refusalWith("deadline_exceeded", "x") }), "degrade", { status: "refused", refusal: { code: "deadline_exceeded" }, answeredAt: 1 }],
  ])("%s", (_name, executed, verdict, expected) => {
    const { response, decision } = answer(executed, verdict);
    expect(response).toMatchObject(expected);
    expect(decision.success).toBe(false);
  });

  it("holds what a person must look at, under the id that the answer after a review has", () => {
    const { response, held } = answer(event(), "hold");
    expect(held).toMatchObject({ eventId: "r.held-answer.0", reason: "why", response: { eventId: "r.reviewed-response.0", status: "answered", output: text, candidate: "oss", refusal: null, costNanoUsd: 107n } });
    expect(answer(event(), "release").held).toBeNull();
    expect(JSON.stringify(response, (_key, value) => (typeof value === "bigint" ? String(value) : value))).not.toContain("SECRET");
    const review = { eventId: "x", requestId: "r", reviewer: "ana", comment: "names a price", held: held!, at: 99 };
    expect(reviewedResponse({ ...review, verdict: "release" })).toEqual({ ...held!.response, answeredAt: 99 });
    for (const verdict of ["reject", "", "RELEASE"]) {
      expect(reviewedResponse({ ...review, verdict })).toMatchObject({ eventId: "r.reviewed-response.0", status: "refused", output: null, candidate: null, refusal: { code: "rejected_by_reviewer", message: "`ana` did not release the answer: names a price" } });
    }
  });

  it("holds also what goes out because nothing better can be paid", () => {
    expect(endingWith(text, { humanReview: true })).toMatchObject({ status: "held_for_review", output: null, held: text });
    expect(endingWith(text, { humanReview: false })).toEqual({ status: "answered", refusal: null, output: text, success: false });
  });

  it("names the model that answered, not its rival that answered later", () => {
    const rounds = [{ selection: { choice: "oss" }, funding: null, attempts: [attempt({}), attempt({ candidate: "best", notes: ["hedge", "hedge_lost"] })], evaluation: evaluation("release") }] as unknown as Round[];
    expect(releasedAttempt(rounds)?.candidate).toBe("oss");
  });

  it("names the model whose output went out, not the one whose output was withheld", () => {
    const withheld = { selection: { choice: "best" }, funding: null, attempts: [attempt({ candidate: "best" })], evaluation: { verdict: "degrade", checks: [{ check: "no_commitments", passed: false, reason: "x" }], reason: "x" } };
    const rounds = [{ selection: { choice: "oss" }, funding: null, attempts: [attempt({})], evaluation: evaluation("escalate") }, withheld] as unknown as Round[];
    expect(releasedAttempt(rounds)?.candidate).toBe("oss");
    expect(releasedAttempt(rounds.slice(1))).toBeNull();
  });

  it("charges a second opinion, and takes it for no answer, no plan and no escalation", () => {
    const opinionPermit = { kid: "k", body: new Uint8Array(), signature: new Uint8Array() };
    const question: Round = { ...(event() as unknown as Round), funding: null, attempts: [attempt({ candidate: "best", costNanoUsd: 9n })], evaluation: null, opinionPermit };
    const { response, decision } = answer(event({ earlier: [question] }), "release");
    expect(response).toMatchObject({ costNanoUsd: 116n, attempts: 3, escalations: 0, candidate: "oss" });
    expect(decision.rounds).toHaveLength(2);
    expect(releasedAttempt([question])).toBeNull();
    expect(refusalOf(earlyTrail({ ...event(), earlier: [question] }), refusalWith("no_permitted_candidate", "none"))).toMatchObject({ response: { costNanoUsd: 9n, escalations: 0 } });
  });

  it("records what a replay needs: which route was named, and how long an answer was asked for", () => {
    expect(answer(event(), "release").decision).toMatchObject({ routeNamed: "", maxOutputTokens: 0, retentionDaysMax: 30 });
    const named = event({ request: { ...event().request, route: "code", maxOutputTokens: 12 } });
    expect(answer(named, "release").decision).toMatchObject({ routeNamed: "code", maxOutputTokens: 12 });
  });

  it("I4 exactly one answer: the same trail always gives the same answer, under the same id", () => {
    expect(answer(event(), "release")).toEqual(answer(event(), "release"));
    expect(nextMeta(event().meta, "escalated", 1)).toMatchObject({ eventId: "r.escalated.1", causationId: "r.executed.0", round: 1 });
  });

  it("answers a refusal as an answer", () => {
    const { response, decision } = refusalOf(earlyTrail(event()), refusalWith("no_permitted_candidate", "none"));
    expect(response).toMatchObject({ status: "refused", refusal: { code: "no_permitted_candidate" }, costNanoUsd: 0n, eventId: "r.response.0" });
    expect(decision).toMatchObject({ status: "refused", policyVersion: "", permitted: [], rounds: [] });
  });
});
