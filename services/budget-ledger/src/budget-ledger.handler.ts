import { Inject } from "@nestjs/common";
import { AccountBook, type FundingPlan, type PlanInput, type ReserveResult, fundingOf, planFunding } from "@leverframe/budget";
import type { Catalog } from "@leverframe/catalog";
import { type AnyMessage, message } from "@leverframe/contracts";
import { type Ending, answerOf, costOfRounds, nextMeta, refusalWith, selectedTrail } from "@leverframe/decision";
import type { Executed, Refusal, Selected } from "@leverframe/events";
import { type Clock, formatUsd, reservationId } from "@leverframe/kernel";
import type { Ledger } from "@leverframe/ledger";
import { CLOCK, On, Stage } from "@leverframe/nest";
import { type Permit, readPermit } from "@leverframe/permit";
import { ANSWERS, type AnswerDesk, LEDGER, POLICY, type PolicySource } from "@leverframe/wiring";
import { ACCOUNT_BOOK, PLAN_DEFAULTS } from "./tokens";
import type { PlanDefaults } from "@leverframe/budget";

@Stage("budget-ledger")
export class BudgetLedgerHandler {
  constructor(
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(POLICY) private readonly policy: PolicySource,
    @Inject(ANSWERS) private readonly answers: AnswerDesk,
    @Inject(ACCOUNT_BOOK) private readonly book: AccountBook,
    @Inject(PLAN_DEFAULTS) private readonly defaults: PlanDefaults,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Reserves the worst case of the longest affordable chain, or answers why nothing can be paid. */
  @On("selected")
  async fund(event: Selected): Promise<readonly AnyMessage[]> {
    const permit = readPermit(event.permit.body);
    const { catalog } = this.policy.current();
    const plan = planFunding(planInputOf(event, permit, catalog), this.defaults);
    const accounts = this.book.accountsOf(event.origin, event.origin.receivedAt);
    const id = reservationId(event.meta.requestId, event.meta.round);
    const reserved = await this.ledger.reserve({
      reservationId: id,
      requestId: event.meta.requestId,
      tenant: event.origin.tenant,
      amountsMicroUsd: plan.options.map((option) => option.amountMicroUsd),
      accounts,
      deadlineAtMicros: event.origin.deadlineAt,
      nowMicros: this.clock.nowMicros(),
    });
    if (reserved.status !== "created") return this.refuse(event, permit, catalog, refusalOfReserve(reserved, plan));
    const funding = fundingOf(id, plan, reserved.option, accounts);
    return [message("funded", { ...event, meta: nextMeta(event.meta, "funded"), funding })];
  }

  /** The round is over: what its attempts did not use is free again. */
  @On("executed")
  async release(event: Executed): Promise<readonly AnyMessage[]> {
    await this.ledger.release({ reservationId: event.funding.reservationId, nowMicros: this.clock.nowMicros() });
    return [];
  }

  /** An escalation that cannot be paid does not happen: the output that was there before goes out. */
  private refuse(event: Selected, permit: Permit, catalog: Catalog, refusal: Refusal): Promise<readonly AnyMessage[]> {
    const ending: Ending = event.bestOutput === null
      ? { status: "refused", refusal, output: null, success: false }
      : { status: "answered", refusal: null, output: event.bestOutput, success: false };
    return this.answers.send(answerOf(selectedTrail(event, permit, catalog), ending));
  }
}

function planInputOf(event: Selected, permit: Permit, catalog: Catalog): PlanInput {
  return {
    choice: event.selection.choice,
    fallbacks: event.selection.fallbacks,
    candidates: permit.candidates,
    obligations: permit.obligations,
    catalog,
    inputTokensMax: event.classification.inputTokensMax,
    maxOutputTokens: event.request.maxOutputTokens,
    spentNanoUsd: costOfRounds(event.earlier),
  };
}

function refusalOfReserve(result: Exclude<ReserveResult, { status: "created" }>, plan: FundingPlan): Refusal {
  switch (result.status) {
    case "deadline_exceeded":
      return refusalWith("deadline_exceeded", "the deadline passed before the request could be paid for");
    case "exists_with_different_amount":
      return refusalWith("reservation_conflict", "the same request was planned before under another policy or catalog");
    case "exceeds_cap": {
      const available = formatUsd(BigInt(result.availableMicroUsd) * 1_000n);
      const refusal = refusalWith("budget_exceeded", `\`${result.scope}\` has ${available} left, which covers the worst case of no permitted candidate`);
      return { ...refusal, candidates: plan.excluded };
    }
    default:
      return { ...refusalWith("unaffordable", "no permitted candidate stays within the cost ceiling"), candidates: plan.excluded };
  }
}
