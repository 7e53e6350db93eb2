import { AccountBook, fundingOf, planCounted, purchaseOf } from "@leverframe/budget";
import { classify, identifiersIn } from "@leverframe/classification";
import { CHECK_NAMES } from "@leverframe/evaluation";
import type { Funded, PlannedCall, Request, Selected, Selection } from "@leverframe/events";
import { createGovernedCall, createRunPlan, GOVERNED_CALL_LIMITS, type PlanOutcome, type ProviderCall, RETRY_POLICY, type RunPlan } from "@leverframe/execution";
import { reservationId } from "@leverframe/kernel";
import { type Ledger, openSqliteLedger } from "@leverframe/ledger";
import { equalBytes, hmacSha256, sha256 } from "@leverframe/nest";
import { countedModels, createKeyRing, encodePermit, type Permit, requestDigest, signPermit, verifyPermit } from "@leverframe/permit";
import { decide, decideCounted, type PolicyAnswer, type PolicySet } from "@leverframe/policy";
import { openPolicyFolder } from "@leverframe/policy-source";
import { type CountTokens, countPrompt } from "@leverframe/prompt";
import { createRedact } from "@leverframe/redaction";
import { soundSelection } from "@leverframe/selection";
import { requestOf, ROOT } from "../support/installation";

export const SHIPPED: PolicySet = openPolicyFolder(`${ROOT}/policies`, { digest: sha256, checkNames: CHECK_NAMES }).current();
const KEYS = createKeyRing({ kid: "test", key: new Uint8Array(32).fill(0x5a) });
const RECEIVED_AT = 1_800_000_000_000_000;
const NEVER = new AbortController().signal;

const WELL = { budgetBand: "ok", budgetBandTenant: "ok", budgetBandDepartment: "ok", budgetBandUser: "ok" };

type Draft = Partial<Request> & { readonly text?: string };

/** A request that the shipped policies permitted something to. */
export interface Permitted {
  readonly permit: Permit;
  readonly selected: Omit<Selected, "selection">;
}

/** The stages from the permit on, with the real policy set, ledger and governed call, and an adapter that only counts. */
export class GovernedJourney {
  readonly calls: ProviderCall[] = [];
  readonly ledger: Ledger = openSqliteLedger({ path: ":memory:", keepHours: 1 });
  private readonly book = new AccountBook(SHIPPED.budgets.caps);
  private readonly runPlan: RunPlan;
  /** Stands still: what is to be seen is who is called, not when. */
  private readonly clock = { nowMicros: () => RECEIVED_AT + 1_000 };

  /** `counts`: who counts tokens, at the ledger and at the executor. */
  constructor(private readonly counts: { readonly ledger?: CountTokens; readonly executor?: CountTokens } = {}) {
    const timer = { after: () => () => undefined };
    const adapter = {
      call: (call: ProviderCall) => {
        this.calls.push(call);
        const usage = { inputTokens: 1, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 1, reasoningTokens: 0 };
        return Promise.resolve({ text: "done", finishReason: "stop" as const, refused: false, usage, providerRequestId: null, model: call.deployment.providerModel, region: null, rateLimit: null });
      },
    };
    const call = createGovernedCall({
      ...(counts.executor ? { countTokens: counts.executor } : {}),
      verify: (signed, expectation) => verifyPermit(signed, KEYS, hmacSha256, equalBytes, expectation),
      attempts: this.ledger.attempts,
      adapterOf: () => adapter,
      clock: this.clock,
      timer,
      random: () => 0.5,
      owner: "test",
      limits: GOVERNED_CALL_LIMITS,
    });
    this.runPlan = createRunPlan({
      call,
      catalog: () => SHIPPED.catalog,
      requestDigest: (request) => requestDigest(request, sha256),
      redact: createRedact(identifiersIn),
      clock: this.clock,
      timer,
      retry: RETRY_POLICY,
    });
  }

  /** Null when the policies refuse it, which is where its journey ends. */
  permit(draft: Draft, tenant = "acme", application = "default"): Permitted | null {
    const asked = this.classified(draft, tenant, application);
    return this.permitted(asked, decide(SHIPPED, { ...asked, requestId: asked.request.requestId }));
  }

  /** The same at a gate that counts tokens, while all budgets are well. */
  async permitCounted(draft: Draft, count: CountTokens): Promise<Permitted | null> {
    const asked = this.classified(draft, "acme", "default");
    const answer = await decideCounted(SHIPPED, { ...asked, requestId: asked.request.requestId, state: WELL }, (models) => countPrompt(models, asked.request, count));
    return this.permitted(asked, answer);
  }

  private classified(draft: Draft, tenant: string, application: string) {
    const request = requestOf(draft);
    const origin = {
      application, tenant, department: request.department ?? "", user: null,
      receivedAt: RECEIVED_AT, deadlineAt: RECEIVED_AT + 30_000_000, requestDigest: requestDigest(request, sha256),
    };
    return { request, origin, classification: classify(request) };
  }

  private permitted({ request, origin, classification }: ReturnType<GovernedJourney["classified"]>, { permit }: PolicyAnswer): Permitted | null {
    if (permit === null) return null;
    const { requestId } = request;
    const meta = { eventId: `${requestId}.selected.0`, requestId, causationId: `${requestId}.permitted.0`, round: 0, occurredAt: RECEIVED_AT };
    return { permit, selected: { meta, origin, request, classification, permit: signPermit(encodePermit(permit), KEYS.signing, hmacSha256), earlier: [], bestOutput: null, opinionOn: null } };
  }

  /** As the budget ledger and the executor go on from a `selected` event; null when nothing could be funded. */
  async select({ permit, selected }: Permitted, claimed: Selection): Promise<PlanOutcome | null> {
    const { selection } = soundSelection(claimed);
    const { meta, origin, request, classification } = selected;
    const count: CountTokens = this.counts.ledger ?? ((_tokenizer, text) => Promise.resolve(Buffer.byteLength(text)));
    const funding = await planCounted(
      {
        choice: selection.choice, fallbacks: selection.fallbacks, candidates: permit.candidates, obligations: permit.obligations, catalog: SHIPPED.catalog,
        span: { fromMicros: origin.receivedAt, untilMicros: origin.deadlineAt },
        inputTokensMax: classification.inputTokensMax, inputTokens: countedModels(permit.state), maxOutputTokens: request.maxOutputTokens, spentNanoUsd: 0n,
      },
      { outputTokensDefault: 256, attemptsMax: 2 },
      false,
      (models) => countPrompt(models, request, count),
    );
    if (funding.options.length === 0) return null;
    const { plan, accounts, amountsMicroUsd, lines } = purchaseOf(funding, this.book, { ...origin, route: permit.route }, origin.receivedAt, { round: meta.round });
    const id = reservationId(meta.requestId, meta.round);
    const reserved = await this.ledger.reserve({
      reservationId: id, requestId: meta.requestId, tenant: origin.tenant, amountsMicroUsd, lines, accounts,
      deadlineAtMicros: origin.deadlineAt, nowMicros: this.clock.nowMicros(),
    });
    if (reserved.status !== "created") return null;
    return this.runPlan({ ...selected, selection, funding: fundingOf(id, plan, reserved.option, accounts) } as Funded, NEVER);
  }

  /** As the executor goes on from a forged `funded` event whose reservation is real and rich. */
  async fund({ selected }: Permitted, selection: Selection, plan: readonly PlannedCall[]): Promise<PlanOutcome> {
    const { meta, origin } = selected;
    const id = reservationId(meta.requestId, meta.round);
    const accounts = this.book.accountsOf(origin, origin.receivedAt).map((account) => ({ ...account, cap: null, hard: false }));
    await this.ledger.reserve({
      reservationId: id, requestId: meta.requestId, tenant: origin.tenant, amountsMicroUsd: [1_000_000_000], accounts,
      deadlineAtMicros: origin.deadlineAt, nowMicros: this.clock.nowMicros(),
    });
    const funding = { reservationId: id, reservedNanoUsd: 10n ** 12n, plan, scopes: [], unaffordable: [] };
    return this.runPlan({ ...selected, selection, funding } as Funded, NEVER);
  }
}
