import type { Attempt, Decision, LedgerEntry, Posting, Response } from "@leverframe/events";
import { encodePermit, type Permit, signPermit } from "@leverframe/permit";
import { hmacSha256 } from "@leverframe/nest";
import { attemptId, eventId, reservationId } from "@leverframe/kernel";
import type { Call } from "../simulator";
import type { Evidence } from "./evidence";

const REQUEST = "r1";
const RESERVATION = reservationId(REQUEST, 0);
export const ATTEMPT = attemptId(RESERVATION, 0);
const KEY = { kid: "k", key: new Uint8Array(32).fill(7) };
const AT = 1_800_000_000_000_000;

const obligations = {
  outputTokensMax: 100, latencyMsMax: null, costNanoUsdMax: null, qualityFloor: 0.5, escalationsMax: 1, checks: [], redact: [], auditTags: [],
  responsePolicies: [], retentionDaysMax: null, requestsPerMinuteMax: null, deferSecondsMax: null,
  humanReview: false, streaming: true, cache: true, fallbackOnRefusal: false, noFallbackOn: [], hedge: false, hedgeAfterMs: null, prune: false,
} as const;

export const soundPermit: Permit = {
  permitId: "p1", requestId: REQUEST, tenant: "acme", application: "default", department: "Sales", requestDigest: "d", route: "general",
  candidates: [{ id: "openai/mini", region: "us", inputNanoUsdMax: 1n, outputNanoUsdMax: 1n, preference: 0 }],
  escalation: [], degradation: [], obligations, rules: [], observed: [], state: {}, policyVersion: "v1", catalogVersion: "c1", issuedAt: AT, expiresAt: AT + 60_000_000,
};

export const signedBy = (permit: Permit, key = KEY) => signPermit(encodePermit(permit), key, hmacSha256);

export const soundCall: Call = {
  run: "run", seq: 1, atMs: AT / 1_000 + 5, api: "openai", provider: "openai", model: "mini", path: "/openai/v1/chat/completions", stream: false,
  permit: "p1", attempt: ATTEMPT, request: REQUEST, providerRequestId: "req_1", promptDigest: null, outputTokensMax: 100, tools: 0, images: 0, status: 200, faults: [],
  quality: "good", recorded: false, usage: { input: 1, cacheRead: 0, cacheWrite: 0, output: 1, reasoning: 0 }, billedNanoUsd: "2500",
  ended: true, clientDisconnected: false, durationMs: 1,
};

const posting = (reservedDelta: number, settledDelta: number, reservedAfter: number, settledAfter: number): Posting => ({
  scope: "department:acme/Sales", window: "2026-11", reservedDeltaMicroUsd: reservedDelta, settledDeltaMicroUsd: settledDelta,
  reservedAfterMicroUsd: reservedAfter, settledAfterMicroUsd: settledAfter, unit: "usd", cap: 10,
});

const entry = (sequence: number, kind: string, amountMicroUsd: number, one: Posting, over: Partial<LedgerEntry> = {}): LedgerEntry => ({
  entryId: `${kind}-${sequence}`, sequence, kind, reservationId: RESERVATION, attemptId: null, requestId: REQUEST, tenant: "acme", amountMicroUsd,
  costNanoUsd: 0n, status: "created", postings: [one], override: null, at: AT, ...over,
});

export const soundEntries: readonly LedgerEntry[] = [
  entry(1, "reserved", 10, posting(10, 0, 10, 0)),
  entry(2, "settled", 3, posting(-3, 3, 7, 3), { attemptId: ATTEMPT, costNanoUsd: 2_500n }),
  entry(3, "released", 7, posting(-7, 0, 0, 3)),
];

const attempt: Attempt = {
  attemptId: ATTEMPT, candidate: "openai/mini", provider: "openai", model: "mini", region: "us", startedAt: AT, latencyMicros: 1, outcome: "succeeded",
  error: null, usage: null, costNanoUsd: 2_500n, providerRequestId: "req_1", finishReason: "stop", notes: [],
};

export const soundDecision: Decision = {
  meta: { eventId: eventId(REQUEST, "decision"), requestId: REQUEST, causationId: "", round: 0, occurredAt: AT },
  origin: { application: "default", tenant: "acme", department: "Sales", user: null, receivedAt: AT, deadlineAt: AT + 60_000_000, requestDigest: "d" },
  status: "answered", refusal: null, attributes: {}, route: "general", routeNamed: "", maxOutputTokens: 0, retentionDaysMax: null,
  classification: {
    taskType: "chat", taskConfidence: 1, complexity: "simple", riskClass: "medium", latencyClass: "standard", language: "en", outputFormat: "text",
    riskSignals: [{ signal: "pii_contact", recogniser: "email", riskClass: "medium", start: 0, end: 1, confidence: 1 }],
    promptBytes: 1, inputTokensMax: 1, capabilities: [], opinion: null, classifierVersion: "rules-1",
  },
  permit: signedBy(soundPermit), policyVersion: "v1", catalogVersion: "c1", permitted: ["openai/mini"], rules: [],
  rounds: [{
    selection: { choice: "openai/mini", fallbacks: [], strategy: "", reason: "", confidence: 1, expectedCostNanoUsd: 1n, expectedQuality: 1, excluded: [] },
    funding: null, attempts: [attempt], evaluation: null, opinionPermit: null,
  }],
  costNanoUsd: 2_500n, baselineNanoUsd: 2_500n, ossShare: 0, success: true, answeredAt: AT,
};

export const soundResponse: Response = {
  eventId: eventId(REQUEST, "response"), requestId: REQUEST, idempotencyKey: null, application: "default", tenant: "acme", department: "Sales",
  status: "answered", refusal: null, output: { text: "yes", finishReason: "stop", refused: false, toolCalls: [] }, candidate: "openai/mini", provider: "openai",
  model: "mini", usage: null, costNanoUsd: 2_500n, attempts: 1, escalations: 0, policyVersion: "v1", catalogVersion: "c1", receivedAt: AT, answeredAt: AT,
};

/** Evidence of a small run in which every invariant holds; specs spoil one thing of it at a time. */
export const soundRun: Evidence = {
  requests: [{ requestId: REQUEST, riskClass: "medium" }],
  calls: [soundCall],
  entries: soundEntries,
  responses: [soundResponse],
  decisions: [soundDecision],
  rows: [REQUEST],
  capsMicroUsd: new Map([["department:acme/Sales month", 10]]),
  isAuthentic: ({ kid, body, signature }) => kid === KEY.kid && Buffer.compare(hmacSha256(KEY.key, body), signature) === 0,
};
