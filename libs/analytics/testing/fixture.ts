import type { Attempt, Check, Decision, LedgerEntry, Round } from "@leverframe/events";

/** 2026-03-15T12:00:00Z in microseconds. */
export const NOON_MICROS = 1_773_576_000_000_000;
export const DAY_MICROS = 86_400_000_000;

const attempt = (over: Partial<Attempt>): Attempt => ({
  attemptId: "attempt",
  candidate: "small@cloud",
  provider: "cloud",
  model: "small",
  region: "eu",
  startedAt: NOON_MICROS + 1_000,
  latencyMicros: 500_000,
  outcome: "succeeded",
  error: null,
  usage: { inputTokens: 100, cachedInputTokens: 10, cacheWriteTokens: 0, outputTokens: 20, reasoningTokens: 5 },
  costNanoUsd: 1_000n,
  providerRequestId: "p-1",
  finishReason: "stop", notes: [],
  ...over,
});

export const round = (attempts: readonly Partial<Attempt>[], checks: readonly Check[] = []): Round => ({
  selection: {
    choice: "small@cloud",
    fallbacks: ["large@cloud"],
    strategy: "cheapest",
    reason: "cheapest above the floor",
    confidence: 0.9,
    expectedCostNanoUsd: 1_200n,
    expectedQuality: 0.8,
    excluded: [{ candidate: "tiny@edge", cause: "quality floor" }],
  },
  funding: {
    reservationId: "reservation",
    reservedNanoUsd: 9_007_199_254_740_993n,
    plan: [{ candidate: "small@cloud", maxOutputTokens: 100, attemptsMax: 2, worstCaseNanoUsd: 3_000n }],
    scopes: ["tenant:acme"],
    unaffordable: [],
  },
  attempts: attempts.map(attempt),
  evaluation: { verdict: "release", checks, reason: "ok" },
  opinionPermit: null,
});

export interface DecisionTerms {
  readonly id: string;
  readonly tenant?: string;
  readonly department?: string;
  readonly taskType?: string;
  readonly rounds?: readonly Round[];
  readonly over?: Partial<Decision>;
  readonly receivedAt?: number;
}

/** A decision whose cost is that of its attempts. */
export function decisionOf({ id, tenant = "acme", department = "sales", taskType = "summary", rounds = [round([{ attemptId: `${id}.1` }])], over = {}, receivedAt = NOON_MICROS }: DecisionTerms): Decision {
  const attempts = rounds.flatMap((one) => one.attempts);
  return {
    meta: { eventId: `${id}.decision.0`, requestId: id, causationId: `${id}.executed.0`, round: 0, occurredAt: receivedAt },
    origin: { application: "crm", tenant, department, user: "ann", receivedAt, deadlineAt: receivedAt + 1_000_000, requestDigest: "d" },
    status: "answered",
    refusal: null,
    attributes: { channel: "e-mail \"quoted\"\nüñ" },
    route: null,
    routeNamed: null,
    maxOutputTokens: null,
    retentionDaysMax: null,
    classification: {
      taskType,
      taskConfidence: 0.75,
      complexity: "simple",
      riskClass: "low",
      riskSignals: [{ signal: "email", recogniser: "email", riskClass: "low", start: 0, end: 4, confidence: 1 }],
      language: "en",
      outputFormat: "text",
      latencyClass: "standard",
      promptBytes: 1_024,
      inputTokensMax: 1_100,
      capabilities: [],
      opinion: null,
      classifierVersion: "1",
    },
    permit: { kid: "k1", body: new TextEncoder().encode('{"permitId":"p","ü":1}'), signature: new Uint8Array(32).fill(255) },
    policyVersion: "pv",
    catalogVersion: "cv",
    permitted: ["small@cloud", "large@cloud"],
    rules: ["r1", "r2"],
    rounds,
    costNanoUsd: attempts.reduce((sum, one) => sum + one.costNanoUsd, 0n),
    baselineNanoUsd: 10_000n,
    ossShare: 0,
    success: true,
    answeredAt: receivedAt + 600_000,
    ...over,
  };
}

export const passed = (check: string): Check => ({ check, passed: true, reason: "" });
export const failed = (check: string): Check => ({ check, passed: false, reason: "no" });

export const ledgerEntryOf = (entryId: string, over: Partial<LedgerEntry> = {}): LedgerEntry => ({
  entryId,
  sequence: 1,
  kind: "settled",
  reservationId: "a.reservation.0",
  attemptId: "a.reservation.0.attempt.1",
  requestId: "a",
  tenant: "acme",
  amountMicroUsd: 2,
  costNanoUsd: 1_500n,
  status: "settled",
  postings: [
    { scope: "tenant:acme", window: "2026-03", reservedDeltaMicroUsd: -5, settledDeltaMicroUsd: 2, reservedAfterMicroUsd: 0, settledAfterMicroUsd: 2, unit: "usd", cap: null },
    { scope: "department:acme/sales", window: "2026-03", reservedDeltaMicroUsd: -5, settledDeltaMicroUsd: 2, reservedAfterMicroUsd: 0, settledAfterMicroUsd: 2, unit: "usd", cap: null },
  ],
  override: null,
  at: NOON_MICROS + 7,
  ...over,
});
