import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { type Catalog, type Deployment, worstCaseOf } from "@leverframe/catalog";
import type { Funded, PlannedCall, Request } from "@leverframe/events";
import { type Digest, type EqualBytes, type Hmac, reservationId, toMicroUsd } from "@leverframe/kernel";
import { createKeyRing, encodePermit, type Permit, requestDigest, signPermit, verifyPermit } from "@leverframe/permit";
import { inputTokensBound, writeChatPrompt } from "@leverframe/prompt";
import { createGovernedCall, GOVERNED_CALL_LIMITS, type GovernedCallDeps } from "../governed-call";
import { RETRY_POLICY } from "../next-step";
import type { VerifyPermit } from "../permit-check";
import type { RedactPrompt } from "../redact-prompt";
import { createRunPlan, type RunPlan, type RunPlanDeps } from "../run-plan";
import { DyingStore } from "./dying-store";
import { ManualTime } from "./manual-time";
import { MemoryAttemptStore } from "./memory-attempt-store";
import { ScriptedAdapter, type ScriptByCandidate, type ScriptedCall } from "./scripted-adapter";

export const digest: Digest = (data) => createHash("sha256").update(data).digest("hex");
const hmac: Hmac = (key, data) => createHmac("sha256", key).update(data).digest();
const equal: EqualBytes = (a, b) => timingSafeEqual(a, b);

export const KEY = { kid: "k1", key: new Uint8Array(32).fill(7) };
export const FORGED_KEY = { kid: "k1", key: new Uint8Array(32).fill(8) };
const ring = createKeyRing(KEY);
export const verify: VerifyPermit = (signed, expectation) => verifyPermit(signed, ring, hmac, equal, expectation);

export const RECEIVED_AT = 1_800_000_000_000_000;
export const DEADLINE_MS = 30_000;
export const REQUEST_ID = "01890a5d-ac96-774b-bcce-b302099a8057";
export const MAX_OUTPUT_TOKENS = 200;

export function deploymentOf(id: string, changes: Partial<Deployment> = {}): Deployment {
  return {
    id,
    provider: { id: "provider-1", api: "openai", baseUrl: null, apiKeyEnv: null },
    model: {
      id: `${id}-model`,
      tier: "standard",
      licence: "commercial",
      contextTokensMax: 100_000,
      outputTokensMax: 8_000,
      capabilities: ["json", "streaming"],
      quality: { default: 0.8 },
    },
    providerModel: id,
    region: "eu",
    tags: [],
    price: { inputNanoUsd: 1_000_000_000n, cachedInputNanoUsd: 100_000_000n, outputNanoUsd: 5_000_000_000n },
    latencyMs: 1_000,
    ...changes,
  };
}

export function withWindow(id: string, contextTokensMax: number): Deployment {
  const deployment = deploymentOf(id);
  return { ...deployment, model: { ...deployment.model, contextTokensMax } };
}

export function catalogOf(...deployments: Deployment[]): Catalog {
  return { version: "catalog-1", deployments, byId: new Map(deployments.map((deployment) => [deployment.id, deployment])) };
}

const PROMPT = { messages: [{ role: "user", content: "What does a lever frame do?" }] } as const;

export const request: Request = {
  requestId: REQUEST_ID,
  idempotencyKey: null,
  tenant: null,
  department: null,
  user: null,
  route: null,
  taskType: null,
  riskClass: null,
  latencyClass: null,
  deadlineAt: null,
  attributes: {},
  maxOutputTokens: MAX_OUTPUT_TOKENS,
  temperature: 0.2,
  outputSchema: null,
  requiredSections: [], agentRun: null, stream: false,
  prompt: writeChatPrompt(PROMPT),
};

export const A = deploymentOf("model-a");
/** Has room for what is too long for A. */
export const B = withWindow("model-b", 200_000);
/** In the catalog, cheap, and not in any permit. */
export const FORBIDDEN = deploymentOf("model-forbidden");

export const WORST_CASE = worstCaseOf(inputTokensBound(PROMPT, null), MAX_OUTPUT_TOKENS, A.price);

export function permitOf(changes: Partial<Permit> = {}): Permit {
  const candidate = { region: "eu", inputNanoUsdMax: 1_000_000_000n, outputNanoUsdMax: 5_000_000_000n, preference: 0 };
  return {
    permitId: "permit-1",
    requestId: REQUEST_ID,
    tenant: "acme",
    application: "default",
    department: "sales",
    requestDigest: requestDigest(request, digest),
    route: null,
    candidates: [A, B].map(({ id }) => ({ id, ...candidate })),
    obligations: OBLIGATIONS,
    rules: [],
    policyVersion: "policy-1",
    catalogVersion: "catalog-1",
    issuedAt: RECEIVED_AT,
    expiresAt: RECEIVED_AT + DEADLINE_MS * 1_000,
    escalation: [],
    degradation: [],
    observed: [],
    state: {},
    ...changes,
  } as Permit;
}

export const OBLIGATIONS: Permit["obligations"] = {
  outputTokensMax: null,
  latencyMsMax: null,
  costNanoUsdMax: null,
  qualityFloor: 0,
  escalationsMax: 1,
  checks: [],
  redact: [],
  auditTags: [],
  responsePolicies: [],
  retentionDaysMax: null,
  requestsPerMinuteMax: null,
  deferSecondsMax: null,
  humanReview: false,
  streaming: false,
  cache: false,
  fallbackOnRefusal: false,
  noFallbackOn: [],
  hedge: false,
  hedgeAfterMs: null,
  prune: false,
};

export const signed = (permit: Permit, key = KEY) => signPermit(encodePermit(permit), key, hmac);
/** Bytes that need be no permit, under the key that makes permits. */
export const signedBytes = (body: Uint8Array) => signPermit(body, KEY, hmac);

export const planned = (candidate: string, attemptsMax = 2): PlannedCall => ({
  candidate,
  maxOutputTokens: MAX_OUTPUT_TOKENS,
  attemptsMax,
  worstCaseNanoUsd: WORST_CASE,
});

export function fundedOf(permit: Permit = permitOf(), plan: readonly PlannedCall[] = [planned(A.id), planned(B.id)]): Funded {
  const reservation = reservationId(REQUEST_ID, 0);
  const event = {
    meta: { eventId: `${REQUEST_ID}.funded.0`, requestId: REQUEST_ID, causationId: "", round: 0, occurredAt: RECEIVED_AT },
    origin: {
      application: "default",
      tenant: "acme",
      department: "sales",
      user: null,
      receivedAt: RECEIVED_AT,
      deadlineAt: RECEIVED_AT + DEADLINE_MS * 1_000,
      requestDigest: requestDigest(request, digest),
    },
    request,
    permit: signed(permit),
    earlier: [],
    funding: { reservationId: reservation, reservedNanoUsd: 0n, plan, scopes: [], unaffordable: [] },
  };
  // Execution reads no classification and no selection: it trusts neither.
  return event as unknown as Funded;
}

export interface Bench {
  readonly time: ManualTime;
  readonly store: MemoryAttemptStore;
  readonly adapter: ScriptedAdapter;
  readonly deps: GovernedCallDeps;
  readonly run: RunPlan;
}

export interface BenchOptions {
  readonly script?: readonly ScriptedCall[] | ScriptByCandidate;
  readonly catalog?: Catalog;
  readonly store?: MemoryAttemptStore;
  readonly owner?: string;
  readonly random?: () => number;
  readonly startMicros?: number;
  /** Shared by benches whose processes live at the same time. */
  readonly time?: ManualTime;
  readonly reservedMicroUsd?: number;
  readonly redact?: RedactPrompt;
  readonly latencies?: RunPlanDeps["latencies"];
  /** After so many steps of the store the process is dead. */
  readonly stepsToLive?: number;
}

/** For permits that oblige to no redaction. */
export const NOTHING_REDACTED: RedactPrompt = (prompt) => ({ prompt, restore: (output) => output });

/** The whole room wired as a service wires it, with the real permit check. */
export function benchOf(options: BenchOptions = {}): Bench {
  const time = options.time ?? new ManualTime(options.startMicros ?? RECEIVED_AT + 1_000);
  const adapter = new ScriptedAdapter(time, options.script);
  const store = options.store ?? new MemoryAttemptStore();
  if (!options.store) store.reserve(reservationId(REQUEST_ID, 0), options.reservedMicroUsd ?? toMicroUsd(WORST_CASE) * 4);
  const deps: GovernedCallDeps = {
    verify,
    attempts: options.stepsToLive === undefined ? store : new DyingStore(store, options.stepsToLive),
    adapterOf: () => adapter,
    clock: time,
    timer: time,
    random: options.random ?? (() => 0.5),
    owner: options.owner ?? "process-1",
    limits: GOVERNED_CALL_LIMITS,
  };
  const run = createRunPlan({
    call: createGovernedCall(deps),
    catalog: () => options.catalog ?? catalogOf(A, B, FORBIDDEN),
    requestDigest: (value) => requestDigest(value, digest),
    redact: options.redact ?? NOTHING_REDACTED,
    clock: time,
    timer: time,
    retry: RETRY_POLICY,
    ...(options.latencies ? { latencies: options.latencies } : {}),
  });
  return { time, store, adapter, deps, run };
}

export const NEVER = new AbortController().signal;
