import { type AnyMessage, EventCodec, FileSchemas } from "@leverframe/contracts";
import type { Round, Selected } from "@leverframe/events";
import { reservationId } from "@leverframe/kernel";
import { type Ledger, openSqliteLedger } from "@leverframe/ledger";
import { hmacSha256, sha256 } from "@leverframe/nest";
import { createKeyRing, encodePermit, signPermit } from "@leverframe/permit";
import { compilePolicySet, decide, formatPolicyError, type PolicySet } from "@leverframe/policy";
import { AnswerDesk } from "@leverframe/wiring";
import { AccountBooks } from "./account-books";
import { BudgetLedgerHandler } from "./budget-ledger.handler";

const FILES = {
  "catalog.yaml": `
providers: [{ id: p, api: openai }]
models: [{ id: m, tier: premium, licence: oss, contextTokensMax: 9000, outputTokensMax: 900, quality: { default: 1 } }]
deployments: [{ id: d, provider: p, model: m, region: eu, price: { inputUsd: 1, outputUsd: 1 }, latencyMs: 1 }]`,
  "routes.yaml": "default: general\nroutes: [{ name: general }, { name: code, quota: { requestsPerMinuteMax: 2 } }]",
  "applications.yaml": "applications: [{ application: default, tenant: acme, departments: [Sales] }]",
  "budgets.yaml": "tenants: { acme: { capUsd: 100 } }",
  "rules.yaml": "rules: [{ id: all, allow: all }]",
};
const KEYS = createKeyRing({ kid: "test", key: new Uint8Array(32).fill(0x5a) });
const RECEIVED_AT = Date.parse("2026-11-21T08:15:30Z") * 1_000;
const MINUTE = 60_000_000;

function policySet(): PolicySet {
  const { ok, errors } = compilePolicySet(Object.entries(FILES).map(([path, text]) => ({ path, text })), sha256);
  if (!ok) throw new Error(errors.map(formatPolicyError).join("\n"));
  return ok;
}

interface Changes {
  readonly route?: string;
  readonly receivedAt?: number;
  readonly round?: number;
}

/** What came before an escalation. */
const CALLED = { selection: { choice: "d" }, funding: null, attempts: [{ usage: null, costNanoUsd: 0n }], evaluation: { verdict: "escalate" } } as unknown as Round;

function selected(set: PolicySet, requestId: string, { route = "code", receivedAt = RECEIVED_AT, round = 0 }: Changes = {}): Selected {
  const request: Selected["request"] = {
    requestId, idempotencyKey: null, tenant: null, department: null, user: null, route, taskType: null, riskClass: null, latencyClass: null, deadlineAt: null,
    attributes: {}, maxOutputTokens: 10, temperature: null, outputSchema: null, requiredSections: [], agentRun: null, stream: false, prompt: new Uint8Array([1]),
  };
  const origin = { application: "default", tenant: "acme", department: "Sales", user: null, receivedAt, deadlineAt: receivedAt + MINUTE, requestDigest: "d" };
  const classification: Selected["classification"] = {
    taskType: "chat", taskConfidence: 1, complexity: "simple", riskClass: "low", riskSignals: [], language: "en", outputFormat: "text",
    latencyClass: "standard", promptBytes: 1, inputTokensMax: 10, capabilities: [], opinion: null, classifierVersion: "t",
  };
  const { permit } = decide(set, { requestId, origin, request, classification });
  if (permit === null) throw new Error("the policy permits it");
  const meta = { eventId: `${requestId}.selected.${round}`, requestId, causationId: "c", round, occurredAt: receivedAt };
  const selection = { choice: "d", fallbacks: [], strategy: "s", reason: "r", confidence: 1, expectedCostNanoUsd: 1n, expectedQuality: 1, excluded: [] };
  return { meta, origin, request, classification, permit: signPermit(encodePermit(permit), KEYS.signing, hmacSha256), earlier: round > 0 ? [CALLED] : [], bestOutput: null, opinionOn: null, selection };
}

const kinds = (messages: readonly AnyMessage[]) => messages.map(({ topic }) => topic);
const responseIn = (messages: readonly AnyMessage[]) => messages.find(({ topic }) => topic === "responses")?.event;

describe("the quota of requests per minute", () => {
  const set = policySet();
  let ledger: Ledger;
  let handler: BudgetLedgerHandler;
  beforeEach(async () => {
    ledger = openSqliteLedger({ path: ":memory:" });
    const policy = { current: () => set, catalogOf: () => set.catalog };
    const answers = new AnswerDesk(ledger.answers, await EventCodec.create(new FileSchemas()));
    const defaults = { outputTokensDefault: 10, attemptsMax: 1 };
    handler = new BudgetLedgerHandler(ledger, policy, answers, new AccountBooks(policy), defaults, { nowMicros: () => RECEIVED_AT + 1 }, async (_tokenizer, text) => text.length, { park: () => Promise.resolve(false) });
  });
  afterEach(() => ledger.close());
  const fund = (id: string, changes?: Changes) => handler.fund(selected(set, id, changes));

  it("I4 exactly one answer: what is above it is answered, with the route, the limit and when to come back", async () => {
    expect(kinds(await fund("q1"))).toEqual(["funded"]);
    expect(kinds(await fund("q2"))).toEqual(["funded"]);
    const refused = await fund("q3");
    expect(kinds(refused)).toEqual(["responses", "decisions"]);
    expect(responseIn(refused)).toMatchObject({
      requestId: "q3",
      status: "refused",
      attempts: 0,
      refusal: { code: "rate_limited", message: "`route:acme/code` takes at most 2 requests a minute; come back at 2026-11-21T08:16:00Z" },
    });
    expect(await fund("q3")).toEqual(refused);
    const [account] = await ledger.balances("tenant:");
    expect((await ledger.outbox.read(9)).map(({ requestId, status }) => [requestId, status])).toEqual([["q1", "created"], ["q2", "created"], ["q3", "exceeds_rate"]]);
    expect(account?.reserved).toBe(40);
  });

  it("counts a redelivered request once, and neither an escalation nor another route", async () => {
    await fund("q1");
    expect(kinds(await fund("q1"))).toEqual(["funded"]);
    expect(kinds(await fund("q1", { round: 1 }))).toEqual(["funded"]);
    expect(kinds(await fund("p1", { route: "general" }))).toEqual(["funded"]);
    expect(kinds(await fund("q2"))).toEqual(["funded"]);
    expect(kinds(await fund("q3"))).toContain("responses");
    expect(kinds(await fund("q1", { round: 2 }))).toEqual(["funded"]);
    expect(kinds(await fund("p2", { route: "general" }))).toEqual(["funded"]);
  });

  it("begins again with the next minute, by when requests were received", async () => {
    for (const id of ["q1", "q2"]) await fund(id);
    expect(kinds(await fund("q3"))).toContain("responses");
    expect(kinds(await fund("q4", { receivedAt: RECEIVED_AT + MINUTE }))).toEqual(["funded"]);
  });

  it("gives nothing back when a request is over", async () => {
    for (const id of ["q1", "q2"]) {
      expect(kinds(await fund(id))).toEqual(["funded"]);
      expect((await ledger.release({ reservationId: reservationId(id, 0), nowMicros: 1 })).status).toBe("released");
    }
    expect((await ledger.balances("tenant:"))[0]?.reserved).toBe(0);
    expect(responseIn(await fund("q3"))).toMatchObject({ refusal: { code: "rate_limited" } });
  });
});
