import type { EventOf } from "@leverframe/contracts";
import type { Attempt, Classification, Decision, Funding, Meta, Origin, Request, Selection, SignedPermit } from "@leverframe/events";
import { eventId } from "@leverframe/kernel";

/** Small valid events for tests of the runtime: their content has no meaning, but depends on the request alone. */
export function toyRequest(requestId: string, promptText = "hello"): Request {
  return {
    requestId,
    idempotencyKey: null,
    tenant: null,
    department: null,
    user: null,
    route: null,
    taskType: null,
    riskClass: null,
    latencyClass: null,
    deadlineAt: null,
    attributes: { channel: "toy" },
    maxOutputTokens: 100,
    temperature: null,
    outputSchema: null,
    requiredSections: [], agentRun: null, stream: false,
    prompt: new TextEncoder().encode(JSON.stringify({ messages: [{ role: "user", content: promptText }] })),
  };
}

export function toyMeta(requestId: string, event: string, causationId: string, occurredAt: number, round = 0): Meta {
  return { eventId: eventId(requestId, event, round), requestId, causationId, round, occurredAt };
}

export function toyOrigin(application: string, receivedAt: number): Origin {
  return {
    application,
    tenant: "toys",
    department: "Testing",
    user: null,
    receivedAt,
    deadlineAt: receivedAt + 60_000_000,
    requestDigest: "0".repeat(64),
  };
}

export const TOY_CLASSIFICATION: Classification = {
  taskType: "summarise",
  taskConfidence: 0.5,
  complexity: "simple",
  riskClass: "low",
  riskSignals: [],
  language: "en",
  outputFormat: "text",
  latencyClass: "standard",
  promptBytes: 10,
  inputTokensMax: 10,
  capabilities: [],
  opinion: null,
  classifierVersion: "toy",
};

export const toyPermit = (requestId: string): SignedPermit => ({
  kid: "toy",
  body: new TextEncoder().encode(`{"requestId":"${requestId}"}`),
  signature: new Uint8Array(32).fill(7),
});

export const TOY_SELECTION: Selection = {
  choice: "toy-model@here",
  fallbacks: [],
  strategy: "toy",
  reason: "the only one",
  confidence: 1,
  expectedCostNanoUsd: 5n,
  expectedQuality: 0.9,
  excluded: [],
};

export const toyFunding = (requestId: string): Funding => ({
  reservationId: `${requestId}.reservation.0`,
  reservedNanoUsd: 1_000n,
  plan: [{ candidate: TOY_SELECTION.choice, maxOutputTokens: 100, attemptsMax: 1, worstCaseNanoUsd: 1_000n }],
  scopes: ["tenant:toys"],
  unaffordable: [],
});

export const toyAttempt = (requestId: string, startedAt: number): Attempt => ({
  attemptId: `${requestId}.attempt.0`,
  candidate: TOY_SELECTION.choice,
  provider: "toy",
  model: "toy-model",
  region: "here",
  startedAt,
  latencyMicros: 1,
  outcome: "succeeded",
  error: null,
  usage: { inputTokens: 3, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 4, reasoningTokens: 0 },
  costNanoUsd: 7n,
  providerRequestId: null,
  finishReason: "stop", notes: [],
});

export function toyDecision(event: EventOf<"executed">): Decision {
  return {
    meta: { ...event.meta, eventId: eventId(event.meta.requestId, "decision") },
    origin: event.origin,
    status: "answered",
    refusal: null,
    attributes: event.request.attributes,
    route: null, routeNamed: null, maxOutputTokens: null, retentionDaysMax: null,
    classification: event.classification,
    permit: event.permit,
    policyVersion: "toy",
    catalogVersion: "toy",
    permitted: [event.selection.choice],
    rules: [],
    rounds: [{ selection: event.selection, funding: event.funding, attempts: event.attempts, evaluation: null, opinionPermit: null }],
    costNanoUsd: 7n,
    baselineNanoUsd: 70n,
    ossShare: 1,
    success: true,
    answeredAt: event.origin.receivedAt,
  };
}
