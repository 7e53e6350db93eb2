import { type Catalog, type Deployment, worstCaseOf } from "@leverframe/catalog";
import type { Funded, Request } from "@leverframe/events";
import { createGovernedCall, createRunPlan, type DeltaOutlet, GOVERNED_CALL_LIMITS, RETRY_POLICY, type RunPlan } from "@leverframe/execution";
import { identifiersIn } from "@leverframe/classification";
import { reservationId, toMicroUsd } from "@leverframe/kernel";
import type { Ledger } from "@leverframe/ledger";
import { equalBytes, hmacSha256, sha256, systemClock, uuidv7 } from "@leverframe/nest";
import { concludeTerms, createKeyRing, encodePermit, mergeTerms, NO_TERMS, type Permit, requestDigest, signPermit, verifyPermit } from "@leverframe/permit";
import { inputTokensBound, readChatPrompt } from "@leverframe/prompt";
import { type Adapters, createAdapters } from "@leverframe/providers";
import { createRedact } from "@leverframe/redaction";
import { requestOf } from "../../support/installation";

const KEY = { kid: "bench", key: new Uint8Array(32).fill(7) };
const DEADLINE_MICROS = 120_000_000;
const OUTPUT_TOKENS_MAX = 2_048;

const timer = {
  after: (delayMs: number, fire: () => void) => {
    const handle = setTimeout(fire, delayMs);
    return () => clearTimeout(handle);
  },
};

/** The executor's own room, wired as its service wires it: permit check, ledger's steps, adapter, plan; without the log around it. */
export class GovernedCalls {
  private readonly adapters: Adapters = createAdapters({ environment: { BENCH_KEY: "bench" } });
  private readonly run: RunPlan;
  private readonly deployment: Deployment;

  constructor(
    simulatorUrl: string,
    private readonly ledger: Ledger,
    model: string,
  ) {
    this.deployment = deploymentAt(simulatorUrl, model);
    const catalog: Catalog = { version: "bench", deployments: [this.deployment], byId: new Map([[this.deployment.id, this.deployment]]) };
    const ring = createKeyRing(KEY);
    const call = createGovernedCall({
      verify: (signed, expectation) => verifyPermit(signed, ring, hmacSha256, equalBytes, expectation),
      attempts: ledger.attempts,
      adapterOf: this.adapters.adapterOf,
      clock: systemClock,
      timer,
      random: Math.random,
      owner: "bench",
      limits: GOVERNED_CALL_LIMITS,
    });
    this.run = createRunPlan({
      call,
      catalog: () => catalog,
      requestDigest: (request) => requestDigest(request, sha256),
      redact: createRedact(identifiersIn),
      clock: systemClock,
      timer,
      retry: RETRY_POLICY,
    });
  }

  /** Requests as the budget ledger hands them on, each with a reservation of its own; not part of what is measured. */
  async prepare(count: number, text: string): Promise<readonly Funded[]> {
    return Promise.all(Array.from({ length: count }, () => this.funded({ ...requestOf({ text }), requestId: uuidv7(), stream: true })));
  }

  /** Rejects unless the call was made and answered. */
  async make(funded: Funded, deltas?: DeltaOutlet): Promise<void> {
    const { output, failure } = await this.run(funded, NEVER, deltas ? { deltas } : {});
    if (failure !== null || output === null) throw new Error(`the governed call failed: ${failure?.message ?? "no output"}`);
  }

  close(): Promise<void> {
    return this.adapters.close();
  }

  private async funded(request: Request): Promise<Funded> {
    const { requestId } = request;
    const now = systemClock.nowMicros();
    const inputTokensMax = inputTokensBound(readChatPrompt(request.prompt), request.outputSchema);
    const worstCaseNanoUsd = worstCaseOf(inputTokensMax, OUTPUT_TOKENS_MAX, this.deployment.price);
    const id = reservationId(requestId, 0);
    const reserved = await this.ledger.reserve({
      reservationId: id,
      requestId,
      tenant: "acme",
      amountsMicroUsd: [toMicroUsd(worstCaseNanoUsd)],
      accounts: [{ scope: "tenant:acme", window: "total", unit: "usd", only: null, cap: null, hard: false }],
      deadlineAtMicros: now + DEADLINE_MICROS,
      nowMicros: now,
    });
    if (reserved.status !== "created") throw new Error(`a reservation ended with \`${reserved.status}\`, expected \`created\``);
    const plan = [{ candidate: this.deployment.id, maxOutputTokens: OUTPUT_TOKENS_MAX, attemptsMax: 1, worstCaseNanoUsd }];
    const event = {
      meta: { eventId: `${requestId}.funded.0`, requestId, causationId: "", round: 0, occurredAt: now },
      origin: { application: "default", tenant: "acme", department: "sales", user: null, receivedAt: now, deadlineAt: now + DEADLINE_MICROS },
      request,
      permit: signPermit(encodePermit(permitFor(request, this.deployment, now)), KEY, hmacSha256),
      earlier: [],
      funding: { reservationId: id, reservedNanoUsd: worstCaseNanoUsd, plan, scopes: ["tenant:acme"], unaffordable: [] },
    };
    // Execution reads no classification and no selection.
    return event as unknown as Funded;
  }
}

const NEVER = new AbortController().signal;

function permitFor(request: Request, { id, region, price }: Deployment, now: number): Permit {
  const candidate = { id, region, inputNanoUsdMax: price.inputNanoUsd, outputNanoUsdMax: price.outputNanoUsd, preference: 0 };
  return {
    permitId: `permit-${request.requestId}`,
    requestId: request.requestId,
    tenant: "acme",
    application: "default",
    department: "sales",
    requestDigest: requestDigest(request, sha256),
    route: null,
    candidates: [candidate],
    escalation: [],
    degradation: [],
    obligations: concludeTerms(mergeTerms(NO_TERMS, { ...NO_TERMS, streaming: true })),
    rules: [],
    observed: [],
    state: {},
    policyVersion: "bench",
    catalogVersion: "bench",
    issuedAt: now,
    expiresAt: now + DEADLINE_MICROS,
  };
}

function deploymentAt(simulatorUrl: string, model: string): Deployment {
  return {
    id: `openai/${model}`,
    provider: { id: "openai", api: "openai", baseUrl: `${simulatorUrl}/v1`, apiKeyEnv: "BENCH_KEY" },
    model: {
      id: model,
      tier: "standard",
      licence: "commercial",
      contextTokensMax: 200_000,
      outputTokensMax: 8_000,
      capabilities: ["json", "streaming", "tools"],
      quality: { default: 0.8 },
    },
    providerModel: model,
    region: "us",
    tags: [],
    price: { inputNanoUsd: 2_500_000_000n, cachedInputNanoUsd: 1_250_000_000n, outputNanoUsd: 10_000_000_000n },
    latencyMs: 1_000,
  };
}
