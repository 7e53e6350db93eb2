import { type AnyMessage, EventCodec, type EventOf, FileSchemas, type TopicName } from "@leverframe/contracts";
import type { BudgetStatus, Funding, Refusal, Selected } from "@leverframe/events";
import { attemptId, reservationId } from "@leverframe/kernel";
import { type Ledger, openSqliteLedger } from "@leverframe/ledger";
import { hmacSha256, sha256 } from "@leverframe/nest";
import { createKeyRing, encodePermit, type Permit, readPermit, signPermit } from "@leverframe/permit";
import { compilePolicySet, decide, formatPolicyError, type PolicySet } from "@leverframe/policy";
import { AnswerDesk, DeferralDesk } from "@leverframe/wiring";
import { AccountBooks } from "../account-books";
import { BudgetLedgerHandler } from "../budget-ledger.handler";

/** One dollar for a million tokens, whoever makes them: requests below cost 20 tokens, which is 20 micro-dollars. */
const FILES = {
  "catalog.yaml": `
providers: [{ id: p, api: openai }, { id: q, api: openai }]
models:
  - { id: big, tier: premium, licence: commercial, contextTokensMax: 9000, outputTokensMax: 900, quality: { default: 1 } }
  - { id: small, tier: economy, licence: oss, contextTokensMax: 9000, outputTokensMax: 900, quality: { default: 1 } }
deployments:
  - { id: d, provider: p, model: big, region: eu, price: { inputUsd: 1, outputUsd: 1 }, latencyMs: 1 }
  - { id: e, provider: q, model: small, region: eu, price: { inputUsd: 1, outputUsd: 1 }, latencyMs: 1 }
  - { id: dear, provider: q, model: big, region: us, price: { inputUsd: 3, outputUsd: 3 }, latencyMs: 1 }`,
  "routes.yaml": "default: general\nroutes: [{ name: general }]",
  "applications.yaml": "applications: [{ application: default, tenant: acme, departments: [Sales] }]",
  "rules.yaml": "rules: [{ id: all, allow: all }]",
};
const KEYS = createKeyRing({ kid: "test", key: new Uint8Array(32).fill(0x5a) });
const MINUTE = 60_000_000;
const TOKENS = 10;
export const COST_MICRO_USD = 2 * TOKENS;
export const MORNING = Date.parse("2026-11-21T08:15:30Z") * 1_000;

export interface Asked {
  readonly agentRun?: string;
  readonly receivedAt?: number;
  /** Budget bands and the like. */
  readonly state?: Readonly<Record<string, string>>;
  readonly choice?: string;
  readonly fallbacks?: readonly string[];
  /** One that waited goes on in a later round, at another time. */
  readonly round?: number;
  readonly occurredAt?: number;
  readonly deadlineAt?: number | null;
}

export interface Outcome {
  readonly funding: Funding | null;
  readonly refusal: Refusal | null;
  readonly alerts: readonly BudgetStatus[];
}

/** The budget-ledger stage over a real store, asked with one kind of small request. */
export class FundingDesk {
  static async open(budgets: string, rules?: string): Promise<FundingDesk> {
    const files = { ...FILES, "budgets.yaml": budgets, ...(rules === undefined ? {} : { "rules.yaml": rules }) };
    const { ok, errors } = compilePolicySet(Object.entries(files).map(([path, text]) => ({ path, text })), sha256);
    if (!ok) throw new Error(errors.map(formatPolicyError).join("\n"));
    return new FundingDesk(ok, openSqliteLedger({ path: ":memory:" }), await EventCodec.create(new FileSchemas()));
  }

  readonly #handler: BudgetLedgerHandler;
  #now = MORNING;

  private constructor(
    readonly set: PolicySet,
    readonly ledger: Ledger,
    readonly codec: EventCodec,
  ) {
    const policy = { current: () => set, catalogOf: () => set.catalog };
    const defaults = { outputTokensDefault: TOKENS, attemptsMax: 1 };
    const count = () => Promise.resolve(TOKENS);
    this.#handler = new BudgetLedgerHandler(ledger, policy, new AnswerDesk(ledger.answers, codec), new AccountBooks(policy), defaults, { nowMicros: () => this.#now }, count, new DeferralDesk(ledger.deferred, codec, { nowMicros: () => this.#now }));
  }

  async fund(requestId: string, asked: Asked = {}): Promise<Outcome> {
    this.#now = (asked.occurredAt ?? asked.receivedAt ?? MORNING) + 1;
    const messages = await this.#handler.fund(this.#selected(requestId, asked));
    return { funding: eventOf(messages, "funded")?.funding ?? null, refusal: eventOf(messages, "responses")?.refusal ?? null, alerts: messages.flatMap(({ topic, event }) => (topic === "budget-status" ? [event as BudgetStatus] : [])) };
  }

  /** The event that would be funded, and what it may. */
  asked(requestId: string, asked: Asked = {}): [Selected, Permit] {
    const event = this.#selected(requestId, asked);
    return [event, readPermit(event.permit.body)];
  }

  /** Carries the first call of a funded request out, at its full price, and ends the round. */
  async spend(requestId: string, round = 0): Promise<void> {
    const reservation = reservationId(requestId, round);
    const attempt = attemptId(reservation, 1);
    await this.ledger.attempts.begin({ attemptId: attempt, reservationId: reservation, worstCaseMicroUsd: COST_MICRO_USD, owner: "test", nowMicros: this.#now });
    await this.ledger.attempts.finish({ attemptId: attempt, reservationId: reservation, chargeMicroUsd: COST_MICRO_USD, costNanoUsd: BigInt(COST_MICRO_USD) * 1_000n, outcome: new Uint8Array(1), nowMicros: this.#now });
    await this.ledger.release({ reservationId: reservation, nowMicros: this.#now });
  }

  #selected(requestId: string, { agentRun, receivedAt = MORNING, state = {}, choice, fallbacks = [], round = 0, occurredAt = receivedAt, deadlineAt = null }: Asked): Selected {
    const request: Selected["request"] = {
      requestId, idempotencyKey: null, tenant: null, department: null, user: null, route: null, taskType: null, riskClass: null, latencyClass: null, deadlineAt,
      attributes: {}, maxOutputTokens: TOKENS, temperature: null, outputSchema: null, requiredSections: [], agentRun: agentRun ?? null, stream: false, prompt: new Uint8Array([1]),
    };
    const origin = { application: "default", tenant: "acme", department: "Sales", user: null, receivedAt, deadlineAt: deadlineAt ?? occurredAt + MINUTE, requestDigest: "d" };
    const classification: Selected["classification"] = {
      taskType: "chat", taskConfidence: 1, complexity: "simple", riskClass: "low", riskSignals: [], language: "en", outputFormat: "text",
      latencyClass: "standard", promptBytes: 1, inputTokensMax: TOKENS, capabilities: [], opinion: null, classifierVersion: "t",
    };
    const { permit } = decide(this.set, { requestId, origin, request, classification, state });
    if (permit === null) throw new Error("the policy permits it");
    const meta = { eventId: `${requestId}.selected.${round}`, requestId, causationId: "c", round, occurredAt };
    const selection = { choice: choice ?? permit.candidates[0]!.id, fallbacks, strategy: "s", reason: "r", confidence: 1, expectedCostNanoUsd: 1n, expectedQuality: 1, excluded: [] };
    return { meta, origin, request, classification, permit: signPermit(encodePermit(permit), KEYS.signing, hmacSha256), earlier: [], bestOutput: null, opinionOn: null, selection };
  }
}

function eventOf<T extends TopicName>(messages: readonly AnyMessage[], wanted: T): EventOf<T> | undefined {
  return messages.find(({ topic }) => topic === wanted)?.event as EventOf<T> | undefined;
}
