import type { Attempt, Decision, Round } from "@leverframe/events";
import { encodePermit } from "@leverframe/permit";

const RECEIVED_AT = Date.UTC(2026, 6, 1, 9, 30) * 1_000;
const REQUEST_ID = "0198c0de-0000-7000-8000-000000000001";

const attempt = (candidate: string, startedAt: number, costNanoUsd: bigint): Attempt => ({
  attemptId: `${REQUEST_ID}.${candidate}`,
  candidate,
  provider: candidate.split("/")[0]!,
  model: candidate.split("/")[1]!,
  region: "eu",
  startedAt,
  latencyMicros: 450_000,
  outcome: "succeeded",
  error: null,
  usage: { inputTokens: 1_204, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 310, reasoningTokens: 0 },
  costNanoUsd,
  providerRequestId: null,
  finishReason: "stop", notes: [],
});

const round = (choice: string, number: number, passed: boolean): Round => ({
  selection: {
    choice,
    fallbacks: ["openai/gpt-5.4-mini"],
    strategy: "cheapest_adequate",
    reason: "cheapest of those that reach quality 0.7 at summarise (0.74)",
    confidence: 0.71,
    expectedCostNanoUsd: 300_000n,
    expectedQuality: 0.74,
    excluded: [{ candidate: "oss/a", cause: "below_quality_floor" }, { candidate: "oss/b", cause: "below_quality_floor" }],
  },
  funding: {
    reservationId: `${REQUEST_ID}.reservation.${number}`,
    reservedNanoUsd: 2_000_000n,
    plan: [{ candidate: choice, maxOutputTokens: 1_024, attemptsMax: 2, worstCaseNanoUsd: 1_000_000n }],
    scopes: ["tenant:acme", "department:acme/Sales"],
    unaffordable: [],
  },
  attempts: [attempt(choice, RECEIVED_AT + number * 1_000_000, 200_000n * BigInt(number + 1))],
  opinionPermit: null,
  evaluation: {
    verdict: passed ? "release" : "escalate",
    checks: [{ check: "non_empty", passed: true, reason: "" }, { check: "required_sections", passed, reason: passed ? "" : "missing sections: `Risks`" }],
    reason: passed ? "every check passed" : "required_sections: missing sections: `Risks`",
  },
});

/** A decision that was escalated once and then answered. */
export function decisionFixture(): Decision {
  const permit = {
    permitId: `${REQUEST_ID}.permit`,
    requestId: REQUEST_ID,
    tenant: "acme",
    application: "crm",
    department: "Sales",
    requestDigest: "ab".repeat(32),
    route: "documents",
    candidates: ["oss/mistral-small", "openai/gpt-5.4-mini"].map((id) => ({ id, region: "eu", inputNanoUsdMax: 1n, outputNanoUsdMax: 1n, preference: 0 })),
    obligations: {
      outputTokensMax: 4_096, latencyMsMax: null, costNanoUsdMax: null, qualityFloor: 0.7, escalationsMax: 1, checks: [], redact: [],
      auditTags: [], responsePolicies: [], retentionDaysMax: null, requestsPerMinuteMax: null, deferSecondsMax: null, humanReview: false, streaming: true, cache: true, fallbackOnRefusal: false, noFallbackOn: [], hedge: false, hedgeAfterMs: null, prune: false,
    },
    rules: ["answer-length", "low-risk-any-model"],
    observed: ["shadow:phase-out-haiku"],
    state: {},
    policyVersion: "1".repeat(64),
    catalogVersion: "2".repeat(64),
    issuedAt: RECEIVED_AT,
    escalation: [],
    degradation: [],
    expiresAt: RECEIVED_AT + 60_000_000,
  };
  return {
    meta: { eventId: `${REQUEST_ID}.decision.0`, requestId: REQUEST_ID, causationId: `${REQUEST_ID}.executed.1`, round: 1, occurredAt: RECEIVED_AT },
    origin: { application: "crm", tenant: "acme", department: "Sales", user: "ana", receivedAt: RECEIVED_AT, deadlineAt: RECEIVED_AT + 60_000_000, requestDigest: "ab".repeat(32) },
    status: "answered",
    refusal: null,
    attributes: { channel: "email" },
    routeNamed: null, maxOutputTokens: null, retentionDaysMax: null, route: "documents",
    classification: {
      taskType: "summarise", taskConfidence: 0.83, complexity: "simple", riskClass: "medium",
      riskSignals: [{ signal: "pii_contact", recogniser: "email", riskClass: "medium", start: 14, end: 32, confidence: 0.95 }],
      language: "en", outputFormat: "text", latencyClass: "standard", promptBytes: 1_180, inputTokensMax: 1_230, capabilities: ["json"], opinion: null, classifierVersion: "rules-1",
    },
    permit: { kid: "k1", body: encodePermit(permit), signature: new Uint8Array(32) },
    policyVersion: permit.policyVersion,
    catalogVersion: permit.catalogVersion,
    permitted: permit.candidates.map(({ id }) => id),
    rules: permit.rules,
    rounds: [round("oss/mistral-small", 0, false), round("openai/gpt-5.4-mini", 1, true)],
    costNanoUsd: 600_000n,
    baselineNanoUsd: 6_000_000n,
    ossShare: 0,
    success: true,
    answeredAt: RECEIVED_AT + 1_450_000,
  };
}
